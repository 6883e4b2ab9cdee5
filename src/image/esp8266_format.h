/* What pack_esp8266.c writes and esp8266_walk.c reads (facts/alios-build-boards.md A.8). */
#ifndef OTACONSOLE_IMAGE_ESP8266_FORMAT_H
#define OTACONSOLE_IMAGE_ESP8266_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define ESP8266_HEADER 8u /* magic, count, mode, size and clock, entry */
#define ESP8266_SEGMENT_HEADER 8u
#define ESP8266_IROM_AT (ESP8266_HEADER + ESP8266_SEGMENT_HEADER)
#define ESP8266_IROM_MAGIC 0xEAu
#define ESP8266_FLASH_MAGIC 0xE9u
#define ESP8266_IROM_COUNT 4u
#define ESP8266_SEGMENTS 3u
#define ESP8266_CHECKSUM_START 0xEFu
#define ESP8266_TEXT_ADDRESS 0x40100000u

/* Zero bytes behind `length` bytes, so that the checksum ends a line of 16: 1 to 16, never 0. */
static inline size_t esp8266_padding(size_t length)
{
    return 16 - ((length + 1) & 15);
}

/* The CRC-32 of everything before it, through the script's signed arithmetic (its sign quirk). */
uint32_t esp8266_stored_crc(const uint8_t *bytes, size_t n);

#endif
