/*
 * What may stand in a line that is typed or pasted: what is seen is what is sent.
 *
 * Left out are control characters, invalid UTF-8, escape sequences of terminals and
 * characters that show nothing or reorder what is shown. TAB, the no-break space and
 * its kin, which come along from web pages and tables, become a plain space.
 */
#ifndef OTACONSOLE_UI_TYPED_TEXT_H
#define OTACONSOLE_UI_TYPED_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct typed_piece {
    const char *bytes; /* one character; into the text or static */
    size_t n;          /* 0 = this was left out */
};

/* The piece at *at, which moves behind it; false at the end. */
bool typed_text_next(const char *text, size_t n, size_t *at, struct typed_piece *piece);
/* Whether nothing would be left out or changed. */
bool typed_text_is_clean(const char *text, size_t n);
/* UTF-8 of a code point; returns its length, 0 when it is none. Not terminated. */
size_t typed_text_encode(uint32_t code, char out[4]);

/* Where the character in front of or behind `at` begins or ends, its combining marks included. */
size_t typed_text_before(const char *text, size_t at);
size_t typed_text_behind(const char *text, size_t n, size_t at);

#endif
