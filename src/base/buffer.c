#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct buffer *b, size_t extra)
{
    size_t limit = b->limit ? b->limit : BUFFER_DEFAULT_LIMIT, needed;
    if (b->failed || __builtin_add_overflow(b->length, extra, &needed) || needed >= limit) {
        b->failed = true;
        return false;
    }
    needed++; /* room for buffer_text's terminator */
    if (needed <= b->capacity)
        return true;
    size_t capacity = b->capacity ? b->capacity : 256;
    while (capacity < needed)
        capacity *= 2;
    uint8_t *data = realloc(b->data, capacity);
    if (!data) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->capacity = capacity;
    return true;
}

void buffer_append(struct buffer *b, const void *bytes, size_t n)
{
    if (n == 0 || !reserve(b, n))
        return;
    memcpy(b->data + b->length, bytes, n);
    b->length += n;
}

void buffer_append_text(struct buffer *b, const char *text)
{
    buffer_append(b, text, strlen(text));
}

void buffer_format(struct buffer *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !reserve(b, (size_t)n))
        return;
    va_start(args, format);
    vsnprintf((char *)b->data + b->length, (size_t)n + 1, format, args);
    va_end(args);
    b->length += (size_t)n;
}

void buffer_consume(struct buffer *b, size_t n)
{
    if (n > b->length)
        n = b->length;
    if (n && n < b->length)
        memmove(b->data, b->data + n, b->length - n);
    b->length -= n;
}

void buffer_clear(struct buffer *b)
{
    b->length = 0;
    b->failed = false;
}

void buffer_free(struct buffer *b)
{
    free(b->data);
    *b = (struct buffer){.limit = b->limit};
}

const char *buffer_text(struct buffer *b)
{
    if (b->failed || !reserve(b, 0))
        return "";
    b->data[b->length] = '\0';
    return (const char *)b->data;
}
