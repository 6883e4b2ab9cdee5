#include "image/pack.h"

#include <lzma.h>

#include "image/esp8266_format.h"
#include "image/little_endian.h"

uint32_t esp8266_stored_crc(const uint8_t *bytes, size_t n)
{
    uint32_t crc = lzma_crc32(bytes, n, 0);
    return crc < 0x80000000u ? crc + 1 : ~crc;
}

/* Whether the file ends as it should when the segments end at `at`. The padding is looked at too: a
 * last segment of four bytes may be just as long, but its address is not zero. */
static bool ends_here(struct bytes file, size_t at)
{
    size_t padding = esp8266_padding(at);
    if (file.size < at || file.size - at != padding + 1 + 4)
        return false;
    for (size_t i = 0; i < padding; i++) {
        if (file.data[at + i])
            return false;
    }
    return true;
}

/* Walks the segments; returns where they end. Fewer than the count byte says are normal: the script
 * leaves empty ones out without counting. */
static size_t walk_segments(struct bytes file, size_t at, uint8_t count, struct esp8266_app *app)
{
    while (app->segments < count && !ends_here(file, at)) {
        if (file.size - at < ESP8266_SEGMENT_HEADER)
            break;
        uint32_t address = le32_read(file.data + at), length = le32_read(file.data + at + 4);
        size_t data = at + ESP8266_SEGMENT_HEADER;
        if ((address == 0 && length == 0) || length > file.size - data)
            break;
        for (uint32_t i = 0; i < length; i++)
            app->computed_checksum ^= file.data[data + i];
        app->segments++;
        at = data + length;
    }
    return at;
}

bool esp8266_app_walk(struct bytes file, struct esp8266_app *result)
{
    *result = (struct esp8266_app){.computed_checksum = ESP8266_CHECKSUM_START};
    if (file.size < ESP8266_IROM_AT || file.data[0] != ESP8266_IROM_MAGIC ||
        file.data[1] != ESP8266_IROM_COUNT)
        return false;
    result->entry = le32_read(file.data + 4);
    size_t at = ESP8266_HEADER; /* an empty irom leaves not even its header */
    if (file.data[at] != ESP8266_FLASH_MAGIC) {
        if (le32_read(file.data + at) != 0)
            return false;
        result->irom_length = le32_read(file.data + at + 4);
        if (result->irom_length > file.size - ESP8266_IROM_AT)
            return true;
        at = ESP8266_IROM_AT + result->irom_length;
    }
    if (file.size - at < ESP8266_HEADER || file.data[at] != ESP8266_FLASH_MAGIC)
        return true;
    at = walk_segments(file, at + ESP8266_HEADER, file.data[at + 1], result);
    size_t padding = esp8266_padding(at);
    if (file.size - at < padding + 1 + 4)
        return true;
    at += padding;
    result->checksum = file.data[at];
    result->checksum_ok = result->checksum == result->computed_checksum;
    result->crc = le32_read(file.data + at + 1);
    result->computed_crc = esp8266_stored_crc(file.data, at + 1);
    result->crc_ok = result->crc == result->computed_crc;
    return true;
}
