#include "diagnose/line.h"

#include <stdlib.h>
#include <string.h>

#define INITIAL_CAPACITY ((size_t)128 * 1024)

bool line_assembler_init(struct line_assembler *a)
{
    memset(a, 0, sizeof *a);
    a->bytes = malloc(INITIAL_CAPACITY);
    a->capacity = INITIAL_CAPACITY;
    a->number = 1;
    return a->bytes != NULL;
}

void line_assembler_free(struct line_assembler *a)
{
    free(a->bytes);
    free(a->raw);
    a->bytes = a->raw = NULL;
}

void line_assembler_compact(struct line_assembler *a)
{
    a->raw_length = 0;
    if (a->start == 0)
        return;
    a->length -= a->start;
    a->scanned -= a->start;
    memmove(a->bytes, a->bytes + a->start, a->length);
    a->start = 0;
}

bool line_assembler_add(struct line_assembler *a, uint64_t now, const uint8_t *bytes, size_t n)
{
    if (n > SIZE_MAX / 4 - a->length)
        return false;
    if (a->length + n > a->capacity) {
        size_t capacity = a->capacity;
        while (capacity < a->length + n)
            capacity *= 2;
        uint8_t *grown = realloc(a->bytes, capacity);
        if (!grown)
            return false;
        a->bytes = grown;
        a->capacity = capacity;
    }
    if (n)
        memcpy(a->bytes + a->length, bytes, n);
    if (a->start == a->length)
        a->started_us = now;
    a->length += n;
    a->now_us = now;
    return true;
}

/*
 * At the front of a line: CRs say nothing ("LF CR" firmware, doubled CRs of a
 * terminal), and after a CR that ended the line before, one LF belongs to it.
 */
static void skip_line_end(struct line_assembler *a)
{
    while (a->start < a->length) {
        uint8_t b = a->bytes[a->start];
        if (b != '\r' && !(b == '\n' && a->after_cr)) {
            a->after_cr = false;
            break;
        }
        a->after_cr &= b == '\r';
        a->start++;
        a->started_us = a->now_us;
    }
    if (a->scanned < a->start)
        a->scanned = a->start;
}

/* Out of memory costs the colours, not the line. */
static void keep_raw(struct line_assembler *a, size_t end, struct line *line)
{
    size_t n = end - a->start, needed = a->raw_length + n;
    line->raw_offset = a->raw_length;
    line->raw_length = 0;
    if (!a->keep_raw || line_is_clean(a->bytes + a->start, n))
        return;
    if (needed > a->raw_capacity) {
        size_t capacity = needed > 2 * a->raw_capacity ? needed : 2 * a->raw_capacity;
        uint8_t *grown = realloc(a->raw, capacity);
        if (!grown)
            return;
        a->raw = grown;
        a->raw_capacity = capacity;
    }
    memcpy(a->raw + a->raw_length, a->bytes + a->start, n);
    a->raw_length = needed;
    line->raw_length = n;
}

static bool emit(struct line_assembler *a, size_t end, bool unfinished, struct line *line)
{
    line->offset = a->start;
    line->unfinished = unfinished;
    keep_raw(a, end, line);
    line->length = line_clean(a->bytes + a->start, end - a->start);
    line->number = a->number;
    line->time_us = a->started_us;
    return line->length > 0 || line->raw_length > 0;
}

/* A line end at `end`, or the cut of an endless line when there is none. */
static bool finish_line(struct line_assembler *a, size_t end, bool at_end, struct line *line)
{
    bool some = emit(a, end, !at_end, line);
    a->start = end;
    if (at_end) {
        a->after_cr = a->bytes[end] == '\r';
        a->start++;
        a->number++;
    }
    a->scanned = a->start;
    a->started_us = a->now_us;
    return some;
}

bool line_assembler_next(struct line_assembler *a, struct line *line)
{
    for (;;) {
        if (a->scanned == a->start)
            skip_line_end(a);
        size_t limit =
            a->length - a->start > LINE_MAX_BYTES ? a->start + LINE_MAX_BYTES : a->length;
        if (a->scanned >= limit && limit == a->length && limit - a->start < LINE_MAX_BYTES)
            return false;
        uint8_t *from = a->bytes + a->scanned;
        size_t n = limit - a->scanned;
        uint8_t *end = n ? memchr(from, '\n', n) : NULL;
        /* A CR may end the line earlier: look only up to the LF, so that no byte is seen twice. */
        uint8_t *cr = n ? memchr(from, '\r', end ? (size_t)(end - from) : n) : NULL;
        if (cr)
            end = cr;
        if (!end && limit - a->start < LINE_MAX_BYTES) {
            a->scanned = limit;
            return false;
        }
        size_t at = end ? (size_t)(end - a->bytes) : limit;
        if (finish_line(a, at, end != NULL, line))
            return true;
    }
}

bool line_assembler_flush(struct line_assembler *a, struct line *line)
{
    if (a->scanned == a->start)
        skip_line_end(a);
    if (a->start == a->length)
        return false;
    bool some = emit(a, a->length, true, line);
    a->start = a->scanned = a->length;
    return some;
}
