/*
 * A growable byte buffer for host code (device code and cores use fixed ones).
 * Zero-initialise to start empty; buffer_free to end. Growth that would pass
 * `limit` (0 = BUFFER_DEFAULT_LIMIT) or runs out of memory sets `failed` and
 * drops the addition, so a run of appends is checked once at its end.
 */
#ifndef OTACONSOLE_BASE_BUFFER_H
#define OTACONSOLE_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUFFER_DEFAULT_LIMIT ((size_t)256 * 1024 * 1024)

struct buffer {
    uint8_t *data;
    size_t length;
    size_t capacity;
    size_t limit;
    bool failed;
};

void buffer_append(struct buffer *b, const void *bytes, size_t n);
void buffer_append_text(struct buffer *b, const char *text);
void buffer_format(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Remove n bytes (at most all) from the front. */
void buffer_consume(struct buffer *b, size_t n);
void buffer_clear(struct buffer *b);
void buffer_free(struct buffer *b);
/* The content as a C string (a terminator is kept behind the data); "" when empty or failed. */
const char *buffer_text(struct buffer *b);

#endif
