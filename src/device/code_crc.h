/*
 * The flash format of MOC108/BK7231 code: every 32 bytes are followed by their
 * CRC-16/CMS (polynomial 0x8005, start 0xFFFF, no reflection), big-endian, so 32
 * logical bytes occupy 34 physical ones; the last group is padded with 0xFF
 * (facts/alios-build-boards.md A.1). Freestanding: runs on the board too.
 */
#ifndef OTACONSOLE_DEVICE_CODE_CRC_H
#define OTACONSOLE_DEVICE_CODE_CRC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CODE_CRC_DATA 32u
#define CODE_CRC_GROUP 34u

/* CRC-16/CMS of n bytes; "123456789" gives 0xAEE7. */
uint16_t code_crc16(const uint8_t *bytes, size_t n);
/* Physical size of n logical bytes; 0 for 0. The caller keeps n below 2^31. */
uint32_t code_crc_inserted_size(uint32_t n);
/* `out` holds code_crc_inserted_size(n) bytes and must not overlap. Returns that size. */
uint32_t code_crc_insert(const uint8_t *bytes, uint32_t n, uint8_t *out);
/* Whether one 34-byte group is intact. */
bool code_crc_group_ok(const uint8_t group[CODE_CRC_GROUP]);
/*
 * Checks whole groups from the start of `bytes`. Returns the index of the first
 * broken group, or the number of whole groups when none is broken.
 */
uint32_t code_crc_check(const uint8_t *bytes, uint32_t n);

#endif
