#include "ui/log_block.h"

#include <string.h>

#define STRING_MAX ((size_t)4096) /* module, meaning, rule */
#define VARINT_MAX 10u

enum {
    KIND_MASK = 3,
    FAILURE = 4,
    HAS_RAW = 8,
    HAS_MODULE = 16,
    HAS_MEANING = 32,
    HAS_RULE = 64,
    HAS_WALL = 128
};

/* --- numbers --- */

static uint8_t *put_number(uint8_t *out, uint64_t v)
{
    while (v >= 0x80) {
        *out++ = (uint8_t)(v | 0x80);
        v >>= 7;
    }
    *out++ = (uint8_t)v;
    return out;
}

static const uint8_t *get_number(const uint8_t *in, uint64_t *v)
{
    unsigned shift = 0;
    *v = 0;
    do
        *v |= (uint64_t)(*in & 0x7F) << shift;
    while (shift += 7, *in++ & 0x80);
    return in;
}

/* Small differences of either sign are small numbers: 0, -1, 1, -2 ... */
static uint64_t fold(uint64_t difference)
{
    return difference << 1 ^ (0 - (difference >> 63));
}

static uint64_t unfold(uint64_t v)
{
    return v >> 1 ^ (0 - (v & 1));
}

/* --- strings --- */

static size_t string_length(const char *s)
{
    return s ? strnlen(s, STRING_MAX) : 0;
}

static uint8_t *put_string(uint8_t *out, const char *s)
{
    size_t n = string_length(s);
    memcpy(out, s, n);
    out[n] = '\0';
    return out + n + 1;
}

static uint8_t *put_bytes(uint8_t *out, const void *bytes, size_t n)
{
    out = put_number(out, n);
    if (n)
        memcpy(out, bytes, n);
    return out + n;
}

/* --- records --- */

void log_record_trim(struct log_line *line)
{
    if (line->raw && line->raw_length == line->length &&
        (line->length == 0 || memcmp(line->raw, line->text, line->length) == 0))
        line->raw = NULL;
    if (!line->raw)
        line->raw_length = 0;
    if (line->raw_length > LOG_TEXT_MAX)
        line->raw_length = LOG_TEXT_MAX;
    if (line->length > LOG_TEXT_MAX) {
        line->length = LOG_TEXT_MAX;
        while (line->length && ((uint8_t)line->text[line->length] & 0xC0) == 0x80)
            line->length--;
    }
}

size_t log_record_bound(const struct log_line *line)
{
    return 2 + 4 * VARINT_MAX + line->length + line->raw_length + string_length(line->module) +
           string_length(line->meaning) + string_length(line->rule) + 3;
}

size_t log_record_pack(uint8_t *out, const struct log_line *line, struct log_block_base base)
{
    uint8_t *at = out;
    *at++ = (uint8_t)(((unsigned)line->kind & KIND_MASK) | (line->failure ? FAILURE : 0) |
                      (line->raw ? HAS_RAW : 0) | (line->module ? HAS_MODULE : 0) |
                      (line->meaning ? HAS_MEANING : 0) | (line->rule ? HAS_RULE : 0) |
                      (line->wall_us ? HAS_WALL : 0));
    *at++ = (uint8_t)line->level;
    at = put_number(at, fold(line->time_us - base.time_us));
    if (line->wall_us)
        at = put_number(at, fold(line->wall_us - line->time_us - base.wall_offset));
    at = put_bytes(at, line->text, line->length);
    if (line->raw)
        at = put_bytes(at, line->raw, line->raw_length);
    if (line->module)
        at = put_string(at, line->module);
    if (line->meaning)
        at = put_string(at, line->meaning);
    if (line->rule)
        at = put_string(at, line->rule);
    return (size_t)(at - out);
}

static const char *get_string(const uint8_t **in, bool there)
{
    if (!there)
        return NULL;
    const char *s = (const char *)*in;
    *in += strlen(s) + 1;
    return s;
}

void log_record_unpack(const uint8_t *record, struct log_block_base base, struct log_line *line)
{
    unsigned flags = *record++;
    uint64_t v;
    line->kind = (enum log_kind)(flags & KIND_MASK);
    line->failure = flags & FAILURE;
    line->level = (char)*record++;
    record = get_number(record, &v);
    line->time_us = base.time_us + unfold(v);
    line->wall_us = 0;
    if (flags & HAS_WALL) {
        record = get_number(record, &v);
        line->wall_us = line->time_us + base.wall_offset + unfold(v);
    }
    record = get_number(record, &v);
    line->text = (const char *)record;
    line->length = (size_t)v;
    record += v;
    line->raw = NULL;
    line->raw_length = 0;
    if (flags & HAS_RAW) {
        record = get_number(record, &v);
        line->raw = record;
        line->raw_length = (size_t)v;
        record += v;
    }
    line->module = get_string(&record, flags & HAS_MODULE);
    line->meaning = get_string(&record, flags & HAS_MEANING);
    line->rule = get_string(&record, flags & HAS_RULE);
}

/* --- the block around them --- */

struct log_block_base log_block_base_of(const struct log_line *line)
{
    return (struct log_block_base){line->time_us,
                                   line->wall_us ? line->wall_us - line->time_us : 0};
}

struct log_block_base log_block_get_base(const uint8_t *block)
{
    struct log_block_base base;
    memcpy(&base, block, sizeof base);
    return base;
}

void log_block_set_base(uint8_t *block, struct log_block_base base)
{
    _Static_assert(sizeof base == LOG_BLOCK_HEAD, "the head of a block is its base");
    memcpy(block, &base, sizeof base);
}

uint32_t log_block_slot(const uint8_t *block, size_t size, uint32_t index)
{
    uint32_t offset;
    memcpy(&offset, block + size - ((size_t)index + 1) * LOG_BLOCK_SLOT, sizeof offset);
    return offset;
}

void log_block_set_slot(uint8_t *block, size_t size, uint32_t index, uint32_t offset)
{
    memcpy(block + size - ((size_t)index + 1) * LOG_BLOCK_SLOT, &offset, sizeof offset);
}
