#include "image/pack.h"

#include <string.h>

#include "image/little_endian.h"
#include "image/rtl_format.h"

static bool begins(struct bytes in, size_t at, const uint8_t signature[RTL_SIGNATURE])
{
    return at <= in.size && in.size - at >= RTL_HEADER &&
           memcmp(in.data + at, signature, RTL_SIGNATURE) == 0;
}

static bool any_header(struct bytes in, size_t at)
{
    return begins(in, at, rtl_image_signature) || begins(in, at, rtl_boot_signature);
}

uint32_t rtl_byte_sum(const uint8_t *bytes, size_t n)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += bytes[i];
    return sum;
}

/*
 * Where the segment at `at` ends. The Linux build's header claims a payload that is not there, so
 * that the next header follows at once; a claim that leads to another header or to the end of the
 * file is believed first, since a payload may begin with what looks like a header.
 */
static size_t segment_end(struct bytes in, struct rtl_segment *segment, bool *cut)
{
    size_t payload = segment->offset + RTL_HEADER, room = in.size - payload;
    if (segment->length <= room) {
        size_t end = payload + segment->length, rest = in.size - end;
        if (rest == 0 || rest == RTL_SUM || any_header(in, end))
            return end;
    }
    if (segment->length && any_header(in, payload)) {
        segment->empty = true;
        return payload;
    }
    *cut = segment->length > room;
    return *cut ? in.size : payload + segment->length;
}

bool rtl_image_walk(struct bytes image, struct rtl_image *result)
{
    *result = (struct rtl_image){0};
    size_t at = 0;
    while (result->count < RTL_SEGMENTS_MAX && any_header(image, at)) {
        struct rtl_segment *segment = &result->segments[result->count++];
        *segment = (struct rtl_segment){.offset = at,
                                        .length = le32_read(image.data + at + 8),
                                        .address = le32_read(image.data + at + 12),
                                        .boot = begins(image, at, rtl_boot_signature)};
        at = segment_end(image, segment, &result->cut);
        result->linux_bug |= segment->empty;
    }
    if (result->count == 0)
        return false;
    result->rest = image.size - at;
    result->computed = rtl_byte_sum(image.data, at);
    if (result->rest < RTL_SUM)
        return true;
    result->sum = le32_read(image.data + at);
    result->sum_ok = result->sum == result->computed;
    result->has_sum = result->sum_ok || result->rest == RTL_SUM;
    if (result->has_sum)
        result->rest -= RTL_SUM;
    return true;
}

static void read_entry(struct bytes file, size_t at, size_t first, struct rtl_ota_entry *entry)
{
    const uint8_t *e = file.data + at;
    memcpy(entry->signature, e, 4);
    entry->signature[4] = '\0';
    entry->sum = le32_read(e + 8);
    entry->length = le32_read(e + 12);
    entry->offset = le32_read(e + 16);
    entry->address = le32_read(e + 20);
    entry->inside = entry->offset >= first && entry->offset <= file.size &&
                    entry->length <= file.size - entry->offset;
    entry->sum_ok =
        entry->inside && rtl_byte_sum(file.data + entry->offset, entry->length) == entry->sum;
}

bool rtl_ota_walk(struct bytes file, struct rtl_ota *result)
{
    *result = (struct rtl_ota){0};
    if (file.size < RTL_OTA_HEADER)
        return false;
    uint32_t count = le32_read(file.data + 4);
    if (count < 1 || count > 2 || file.size < RTL_OTA_HEADER + count * RTL_OTA_ENTRY)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *e = file.data + RTL_OTA_HEADER + i * RTL_OTA_ENTRY;
        if (memcmp(e, "OTA", 3) != 0 || e[3] != '1' + i || le32_read(e + 4) != RTL_OTA_ENTRY)
            return false;
    }
    result->version = le32_read(file.data);
    result->count = count;
    for (uint32_t i = 0; i < count; i++)
        read_entry(file, RTL_OTA_HEADER + i * RTL_OTA_ENTRY, RTL_OTA_HEADER + count * RTL_OTA_ENTRY,
                   &result->entries[i]);
    return true;
}
