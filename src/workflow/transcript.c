#include "workflow/transcript.h"

#include <string.h>

void transcript_init(struct transcript *t)
{
    t->length = 0;
    t->start = 0;
    t->heard_us = 0;
    t->escape = 0;
}

/* Make room by forgetting the older half: moving 32 KiB once per 32 KiB heard is cheap. */
static void forget_some(struct transcript *t)
{
    size_t keep = TRANSCRIPT_WINDOW / 2, drop = t->length - keep;
    memmove(t->text, t->text + drop, keep);
    t->length = keep;
    t->start += drop;
}

static bool is_kept(struct transcript *t, uint8_t byte)
{
    switch (t->escape) {
    case 1:
        t->escape = byte == '[' ? 2 : 0;
        return false;
    case 2:
        if (byte >= 0x40 && byte <= 0x7E)
            t->escape = 0;
        /* A control byte inside a sequence means it was cut by noise: let the text go on. */
        if (byte < 0x20)
            t->escape = byte == 0x1B ? 1 : 0;
        return false;
    default:
        if (byte == 0x1B)
            t->escape = 1;
        return byte != 0x1B && byte != 0;
    }
}

void transcript_hear(struct transcript *t, uint64_t now, const uint8_t *bytes, size_t n)
{
    if (n)
        t->heard_us = now;
    for (size_t i = 0; i < n; i++) {
        if (!is_kept(t, bytes[i]))
            continue;
        if (t->length == TRANSCRIPT_WINDOW)
            forget_some(t);
        t->text[t->length++] = (char)bytes[i];
    }
}

uint64_t transcript_end(const struct transcript *t)
{
    return t->start + t->length;
}

const char *transcript_from(const struct transcript *t, uint64_t position, size_t *n)
{
    size_t skip = position > t->start ? (size_t)(position - t->start) : 0;
    if (skip > t->length)
        skip = t->length;
    *n = t->length - skip;
    return t->text + skip;
}

bool transcript_find(const struct transcript *t, uint64_t position, const char *words,
                     uint64_t *after)
{
    size_t n, length = strlen(words);
    const char *text = transcript_from(t, position, &n);
    const char *found = length ? memmem(text, n, words, length) : NULL;
    if (!found)
        return false;
    if (after)
        *after = t->start + (uint64_t)(found - t->text) + length;
    return true;
}

bool transcript_ends_with(const struct transcript *t, uint64_t position, const char *words)
{
    size_t n, length = strlen(words);
    const char *text = transcript_from(t, position, &n);
    return length && n >= length && memcmp(text + n - length, words, length) == 0;
}
