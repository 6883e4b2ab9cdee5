#include "image/esp8266_format.h"
#include "image/little_endian.h"
#include "image/pack.h"
#include "image/pack_internal.h"

/* Address, length with padding, bytes, zeros; an empty part leaves nothing. */
static void segment(uint32_t address, struct bytes part, uint32_t align, struct buffer *out)
{
    uint32_t length = ((uint32_t)part.size + align - 1) / align * align;
    if (part.size == 0)
        return;
    le32_append(out, address);
    le32_append(out, length);
    buffer_append(out, part.data, part.size);
    pack_fill(out, out->length + length - part.size, 0);
}

static void header(uint8_t magic, uint8_t count, const struct esp8266_parts *parts,
                   struct buffer *out)
{
    const uint8_t bytes[4] = {magic, count, parts->flash_mode,
                              (uint8_t)(parts->size_map << 4 | parts->clock_divider)};
    buffer_append(out, bytes, sizeof bytes);
    le32_append(out, parts->entry);
}

static uint8_t checksum(uint8_t sum, struct bytes part)
{
    for (size_t i = 0; i < part.size; i++)
        sum ^= part.data[i];
    return sum; /* the padding's zeros change nothing */
}

enum problem_code pack_esp8266(const struct esp8266_parts *parts, struct buffer *out,
                               struct problem *problem)
{
    const size_t most = UINT32_MAX - 16;
    size_t start = out->length;
    if (parts->irom.size > most || parts->text.size > most || parts->data.size > most ||
        parts->rodata.size > most)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, "Is it the right file?",
                           "a section does not fit the format's 32-bit sizes");
    header(ESP8266_IROM_MAGIC, ESP8266_IROM_COUNT, parts, out);
    segment(0, parts->irom, 16, out);
    header(ESP8266_FLASH_MAGIC, ESP8266_SEGMENTS, parts, out);
    segment(ESP8266_TEXT_ADDRESS, parts->text, 4, out);
    segment(parts->data_address, parts->data, 4, out);
    segment(parts->rodata_address, parts->rodata, 4, out);
    pack_fill(out, out->length + esp8266_padding(out->length - start), 0);
    uint8_t sum = checksum(checksum(checksum(ESP8266_CHECKSUM_START, parts->text), parts->data),
                           parts->rodata);
    buffer_append(out, &sum, 1);
    if (!out->failed)
        le32_append(out, esp8266_stored_crc(out->data + start, out->length - start));
    return pack_finish(out, problem);
}
