/*
 * What the board has said, as plain text, for steps that wait for words.
 *
 * A rolling window over the stream with absolute positions, so that a step can
 * remember "from here on" and never misses text that arrived between two polls.
 * Escape sequences and NULs are dropped on the way in: a coloured log line must
 * not hide the word a step waits for. Bytes of a Ymodem transfer never get here.
 */
#ifndef OTACONSOLE_WORKFLOW_TRANSCRIPT_H
#define OTACONSOLE_WORKFLOW_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRANSCRIPT_WINDOW 65536u

struct transcript {
    char text[TRANSCRIPT_WINDOW];
    size_t length;        /* bytes in text */
    uint64_t start;       /* absolute position of text[0] */
    uint64_t heard_us;    /* when the last byte came; 0 = never */
    unsigned char escape; /* inside an escape sequence: 0 no, 1 after ESC, 2 CSI */
};

void transcript_init(struct transcript *t);
void transcript_hear(struct transcript *t, uint64_t now, const uint8_t *bytes, size_t n);
/* Absolute position behind the last byte. */
uint64_t transcript_end(const struct transcript *t);
/*
 * Text from `position` on (clamped to the window); *n gets its length. Borrowed,
 * valid until the next transcript_hear, not terminated.
 */
const char *transcript_from(const struct transcript *t, uint64_t position, size_t *n);
/*
 * First occurrence of `words` at or after `position`; *after gets the absolute
 * position behind it. False when it has not been said (yet).
 */
bool transcript_find(const struct transcript *t, uint64_t position, const char *words,
                     uint64_t *after);
/* Whether the text from `position` on ends in `words`. */
bool transcript_ends_with(const struct transcript *t, uint64_t position, const char *words);

#endif
