#include "device/code_crc.h"

#include <string.h>

uint16_t code_crc16(const uint8_t *bytes, size_t n)
{
    uint16_t crc = 0xFFFF;
    for (size_t i = 0; i < n; i++) {
        crc = (uint16_t)(crc ^ (bytes[i] << 8));
        for (int bit = 0; bit < 8; bit++)
            crc = (uint16_t)(crc & 0x8000 ? (crc << 1) ^ 0x8005 : crc << 1);
    }
    return crc;
}

uint32_t code_crc_inserted_size(uint32_t n)
{
    return (n + CODE_CRC_DATA - 1) / CODE_CRC_DATA * CODE_CRC_GROUP;
}

uint32_t code_crc_insert(const uint8_t *bytes, uint32_t n, uint8_t *out)
{
    uint32_t written = 0;
    for (uint32_t at = 0; at < n; at += CODE_CRC_DATA, written += CODE_CRC_GROUP) {
        uint32_t part = n - at < CODE_CRC_DATA ? n - at : CODE_CRC_DATA;
        memcpy(out + written, bytes + at, part);
        memset(out + written + part, 0xFF, CODE_CRC_DATA - part);
        uint16_t crc = code_crc16(out + written, CODE_CRC_DATA);
        out[written + CODE_CRC_DATA] = (uint8_t)(crc >> 8);
        out[written + CODE_CRC_DATA + 1] = (uint8_t)crc;
    }
    return written;
}

bool code_crc_group_ok(const uint8_t group[CODE_CRC_GROUP])
{
    uint16_t crc = code_crc16(group, CODE_CRC_DATA);
    return group[CODE_CRC_DATA] == (uint8_t)(crc >> 8) && group[CODE_CRC_DATA + 1] == (uint8_t)crc;
}

uint32_t code_crc_check(const uint8_t *bytes, uint32_t n)
{
    uint32_t groups = n / CODE_CRC_GROUP;
    for (uint32_t i = 0; i < groups; i++) {
        if (!code_crc_group_ok(bytes + i * CODE_CRC_GROUP))
            return i;
    }
    return groups;
}
