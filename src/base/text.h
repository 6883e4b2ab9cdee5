/*
 * Bytes from a device made safe to show.
 *
 * Nothing a board prints reaches a terminal, a JSON line or a report raw:
 * control characters (C0, DEL, C1), invalid UTF-8 and the bidirectional
 * overrides are replaced by visible \xNN / \u{NNNN} escapes; valid UTF-8
 * (Chinese logs) stays as it is. TAB is kept.
 */
#ifndef OTACONSOLE_BASE_TEXT_H
#define OTACONSOLE_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Worst case growth of text_make_safe: one byte becomes "\xNN". */
#define TEXT_SAFE_FACTOR 4

/*
 * Writes at most out_size bytes including the terminator; what does not fit is
 * cut between characters. Returns the length written without the terminator.
 */
size_t text_make_safe(char *out, size_t out_size, const uint8_t *bytes, size_t length);

/*
 * Length in bytes of the valid UTF-8 character at the front of bytes[0..n), or
 * 0 when there is none (invalid or cut); *code_point is set when non-zero.
 */
size_t text_utf8_length(const uint8_t *bytes, size_t n, uint32_t *code_point);

#endif
