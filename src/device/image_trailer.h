/*
 * The 28 bytes that AliOS appends to an update image: magic, size, MD5, four
 * bytes nobody checks (facts/alios-device.md §3.1, alios-build-boards.md A.2).
 * Freestanding.
 */
#ifndef OTACONSOLE_DEVICE_IMAGE_TRAILER_H
#define OTACONSOLE_DEVICE_IMAGE_TRAILER_H

#include <stdbool.h>
#include <stdint.h>

#define IMAGE_TRAILER_SIZE 28u
#define IMAGE_MAGIC_ALL 0xEFEFEFEFu
#define IMAGE_MAGIC_APP 0xABABABABu
#define IMAGE_MAGIC_KERNEL 0xCDCDCDCDu

struct image_trailer {
    uint32_t magic;
    uint32_t size; /* of everything before the trailer */
    uint8_t md5[16];
    uint16_t crc16; /* never computed, never checked */
};

void image_trailer_read(const uint8_t bytes[IMAGE_TRAILER_SIZE], struct image_trailer *trailer);
/* The trailer of a file whose content has this size and MD5, with the default magic. */
void image_trailer_write(uint8_t bytes[IMAGE_TRAILER_SIZE], uint32_t size, const uint8_t md5[16]);
bool image_trailer_magic_known(uint32_t magic);

#endif
