/*
 * Lines out of a stream of device bytes.
 *
 * Any chunking of the same bytes gives the same lines. A line ends at CR LF, LF
 * or a lone CR; colour codes (also those a terminal stored as \x1b text), NULs
 * and erased characters are taken out of it in place, so a line is always a piece
 * of the assembler's own buffer. Bytes above 0x7F stay as they came: their
 * encoding is a matter of display.
 */
#ifndef OTACONSOLE_DIAGNOSE_LINE_H
#define OTACONSOLE_DIAGNOSE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A longer line is cut here and goes on as a further line: it bounds the memory. */
#define LINE_MAX_BYTES ((size_t)16384)

struct line_assembler {
    uint8_t *bytes;
    size_t length, capacity;
    size_t start;        /* of the unfinished line; what stands before was handed out */
    size_t scanned;      /* start..scanned holds no line end */
    bool after_cr;       /* a CR ended the last line: the rest of that line end is still to come */
    uint64_t number;     /* of the unfinished line, 1-based */
    uint64_t started_us; /* when its first byte came */
    uint64_t now_us;
    bool keep_raw; /* lines also as they came, for who shows them */
    uint8_t *raw;  /* those that cleaning changed, end to end */
    size_t raw_length, raw_capacity;
};

struct line {
    size_t offset, length; /* in the assembler's bytes, cleaned */
    uint64_t number;
    uint64_t time_us;
    size_t raw_offset, raw_length; /* in the assembler's raw; length 0 = same as cleaned */
    bool unfinished;               /* no line end came yet: the next line goes on with it */
};

bool line_assembler_init(struct line_assembler *a);
void line_assembler_free(struct line_assembler *a);
/* Lines handed out before are let go: their offsets mean nothing any more. */
void line_assembler_compact(struct line_assembler *a);
/* False when memory ran out; nothing was taken then. */
bool line_assembler_add(struct line_assembler *a, uint64_t now, const uint8_t *bytes, size_t n);
/* The next finished line, if any; empty ones are skipped but counted. */
bool line_assembler_next(struct line_assembler *a, struct line *line);
/* The unfinished line as it is now, if there is one. */
bool line_assembler_flush(struct line_assembler *a, struct line *line);

/* True when line_clean would leave these bytes as they are. */
bool line_is_clean(const uint8_t *bytes, size_t n);
/* Takes escape sequences and control characters out in place; returns the new length. */
size_t line_clean(uint8_t *bytes, size_t n);
/* Length of the escape sequence that begins at bytes[0], real or stored as text; 0 = none. */
size_t line_escape_length(const uint8_t *bytes, size_t n);

#endif
