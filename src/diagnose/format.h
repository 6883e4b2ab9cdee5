/*
 * A printf format read backwards: which lines it could have printed, and with
 * which values. No backtracking and no allocation while matching, so time is
 * linear in the line.
 */
#ifndef OTACONSOLE_DIAGNOSE_FORMAT_H
#define OTACONSOLE_DIAGNOSE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define FORMAT_VALUES_MAX 12

enum format_value {
    FORMAT_NUMBER, /* %d %u %ld ...: decimal, signed or not */
    FORMAT_HEX,    /* %x */
    FORMAT_CHAR,   /* %c */
    FORMAT_TEXT,   /* %s: up to what follows it, or to the end */
    /* What a final %s may hold, so that a message spliced on behind is not swallowed: */
    FORMAT_WORD,     /* up to a blank */
    FORMAT_HEX_TEXT, /* hex digits */
    FORMAT_JSON,     /* up to the closing brace */
};

struct format_literal {
    const char *text;
    uint16_t length;
};

/* literal[0] value[0] literal[1] value[1] ... literal[values]; literals may be empty. */
struct format {
    struct format_literal literals[FORMAT_VALUES_MAX + 1];
    enum format_value value[FORMAT_VALUES_MAX];
    unsigned values;
    unsigned weight;  /* literal characters in all: the more, the surer */
    unsigned longest; /* index of the longest literal */
};

struct span {
    uint32_t offset, length;
};

/* False with *why set (a static sentence) when the text is not a format we can read. */
bool format_compile(const char *text, struct arena *arena, struct format *format, const char **why);
/* The end of the match that begins at text[from], or 0 when there is none. */
size_t format_match(const struct format *f, const char *text, size_t n, size_t from,
                    struct span *values);
/*
 * The same when literal `index` is known to stand at text[at]: the beginning is
 * looked for backwards, not before `from`. *start is set on success.
 */
size_t format_match_around(const struct format *f, const char *text, size_t n, size_t from,
                           unsigned index, size_t at, size_t *start, struct span *values);

#endif
