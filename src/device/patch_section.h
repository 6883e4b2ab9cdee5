/*
 * One section of a diff package: its 48 bytes of header, and the slice its three streams
 * make (facts/alios-build-boards.md A.10). Freestanding.
 */
#ifndef OTACONSOLE_DEVICE_PATCH_SECTION_H
#define OTACONSOLE_DEVICE_PATCH_SECTION_H

#include "device/patch.h"

struct patch_section {
    uint32_t control, difference, extra; /* packed bytes; 0 = no such stream */
    uint32_t size;                       /* of the rebuilt slice */
    uint16_t crc;                        /* of the rebuilt slice */
};

/* bsdiff's number: 63 bits little-endian, the top bit is the sign. False for -0, which no
 * encoder writes. */
bool patch_number(const uint8_t bytes[8], int64_t *value);
/* PATCH_FORMAT unless it is a header that a slice can come from. */
enum patch_result patch_section_read(const uint8_t header[PATCH_HEADER],
                                     struct patch_section *section);
/* Package bytes of the section, header included. */
uint64_t patch_section_length(const struct patch_section *section);
/* Fills p->slice from the section at p->package_at, whose lengths were checked against the
 * package and the slice. The CRC is not looked at. */
enum patch_result patch_section_rebuild(struct patch *p, const struct patch_section *section);

#endif
