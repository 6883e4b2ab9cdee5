/*
 * CRC-16/XMODEM: polynomial 0x1021, start 0, no reflection, no final inversion;
 * "123456789" gives 0x31C3. Used by Ymodem blocks, the boot record and diff
 * slices (facts/alios-device.md §1.3, §1.5, §2).
 */
#ifndef OTACONSOLE_YMODEM_CRC16_H
#define OTACONSOLE_YMODEM_CRC16_H

#include <stddef.h>
#include <stdint.h>

/* Continues from `crc` (0 to begin) over n bytes. */
uint16_t ymodem_crc16(uint16_t crc, const uint8_t *bytes, size_t n);

#endif
