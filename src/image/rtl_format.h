/* What pack_rtl.c writes and rtl_walk.c reads (facts/alios-build-boards.md A.5). */
#ifndef OTACONSOLE_IMAGE_RTL_FORMAT_H
#define OTACONSOLE_IMAGE_RTL_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define RTL_SIGNATURE 8u
#define RTL_HEADER 32u /* signature, length, address, FF */
#define RTL_SUM 4u
#define RTL_OTA_HEADER 8u
#define RTL_OTA_ENTRY 24u

static const uint8_t rtl_image_signature[RTL_SIGNATURE] = {'8', '1', '9', '5', '8', '7', '1', '1'};
static const uint8_t rtl_boot_signature[RTL_SIGNATURE] = {0x99, 0x99, 0x96, 0x96,
                                                          0x3F, 0xCC, 0x66, 0xFC};

/* Sum of all bytes modulo 2^32: the `checksum` tool's. */
uint32_t rtl_byte_sum(const uint8_t *bytes, size_t n);

#endif
