/*
 * Keys, pastes and mouse events out of the bytes a terminal sends.
 *
 * Pure: bytes and time in, inputs out. Known are the sequences of xterm and its kin (both
 * cursor key modes, modifiers, SGR and X10 mouse), rxvt, the Linux console, and what
 * terminfo adds. Any chunking of the same bytes gives the same inputs; only a pause
 * decides between Escape and the beginning of a sequence.
 */
#ifndef OTACONSOLE_UI_TERMINAL_KEYS_H
#define OTACONSOLE_UI_TERMINAL_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/keys.h"

#define KEY_STREAM_BYTES 4096
#define KEY_SEQUENCES_MAX 40
#define KEY_SEQUENCE_BYTES 16
/* More is given in pieces, so that a paste without an end is bounded in memory. */
#define KEY_PASTE_MAX ((size_t)256 * 1024)

struct key_sequence {
    uint8_t bytes[KEY_SEQUENCE_BYTES];
    size_t length;
    uint32_t code;
};

struct key_stream {
    uint8_t bytes[KEY_STREAM_BYTES];
    size_t start, end;
    uint64_t last_us; /* when the last byte came */
    struct key_sequence sequences[KEY_SEQUENCES_MAX];
    unsigned sequence_count;
    bool erase_is_ctrl_h; /* this terminal's Backspace key sends 0x08 */
    bool pasting;
    uint8_t *paste;
    size_t paste_length, paste_given;
};

bool key_stream_init(struct key_stream *s);
void key_stream_free(struct key_stream *s);
/* A sequence of terminfo; those that do not begin with Escape are left to their bytes. */
void key_stream_learn(struct key_stream *s, const char *sequence, uint32_t code);
/* Takes what there is room for; returns how much. */
size_t key_stream_add(struct key_stream *s, uint64_t now, const uint8_t *bytes, size_t n);
/* The next input; false = none, or more bytes are needed. A paste's text lives until the next call.
 */
bool key_stream_next(struct key_stream *s, uint64_t now, struct input *input);
/* When to ask again although nothing came; TIME_NEVER = no need. */
uint64_t key_stream_deadline(const struct key_stream *s);

#endif
