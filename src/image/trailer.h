/*
 * The 28 bytes behind an update image in all their versions, and MXCHIP's 16
 * (facts/alios-build-boards.md A.2). The bytes are those of src/device/image_trailer.h.
 */
#ifndef OTACONSOLE_IMAGE_TRAILER_H
#define OTACONSOLE_IMAGE_TRAILER_H

#include "base/buffer.h"
#include "base/problem.h"
#include "device/image_trailer.h"

enum trailer_version {
    TRAILER_V1,   /* v1, v2, v3 write the same bytes: reserved and CRC are FF FF FF FF */
    TRAILER_V4,   /* FF FF FF FF in front, image number 1, CRC-16/XMODEM */
    TRAILER_MICO, /* MXCHIP: the raw MD5, nothing else */
};

/*
 * Appends the image (which must not lie in `out`) and its trailer. `magic` 0 = the usual
 * 0xEFEFEFEF. `out->failed` when the image is too large for the size field.
 */
void trailer_append(const uint8_t *bytes, size_t n, enum trailer_version version, uint32_t magic,
                    struct buffer *out);

enum trailer_fault {
    TRAILER_FINE,
    TRAILER_NONE,    /* no known magic where it should be */
    TRAILER_SIZE,    /* magic is there, the size is not that of what is in front */
    TRAILER_MD5,     /* size fits, MD5 does not */
    TRAILER_CRC16,   /* version 4 only */
    TRAILER_DOUBLED, /* a second trailer in front of the last one: the script ran twice */
};

struct trailer_found {
    enum trailer_fault fault;
    enum trailer_version version;
    struct image_trailer trailer;
    size_t offset;   /* of the trailer in the file; its size when there is none */
    uint8_t md5[16]; /* as computed */
    uint16_t crc16;  /* as computed, version 4 */
};
void trailer_find(const uint8_t *bytes, size_t n, struct trailer_found *found);
/* "0xEFEFEFEF (all)", for people. */
const char *trailer_magic_name(uint32_t magic);

#endif
