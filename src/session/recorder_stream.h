/*
 * One direction of a recording: bytes in, masked lines of stream.jsonl out.
 *
 * Bytes wait as long as they could be the beginning of a secret. What was let go
 * last is remembered unmasked for a while, because the shape that gives a value
 * away ("key:") may have been written before the value comes.
 */
#ifndef OTACONSOLE_SESSION_RECORDER_STREAM_H
#define OTACONSOLE_SESSION_RECORDER_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "diagnose/redact.h"

/* The exact secrets, to tell a half-typed one from other held-back text. */
struct recorder_secrets {
    char **texts;
    size_t count;
};
bool recorder_secrets_add(struct recorder_secrets *s, const char *secret);
/* Wipes them. */
void recorder_secrets_free(struct recorder_secrets *s);

#define RECORDER_CONTEXT_MAX 256u
/* A beginning that goes on for so long is none; also bounds the memory. */
#define RECORDER_HOLD_MAX 4096u
#define RECORDER_MARKS_MAX 256u

struct recorder_stream {
    const char *direction; /* "rx" or "tx" */
    const struct redactor *redactor;
    const struct recorder_secrets *secrets;
    void (*write)(void *user, const char *line, size_t n); /* line NULL: out of memory */
    void *user;
    struct buffer bytes; /* context, then what is held back; unmasked, so wiped at the end */
    size_t context;      /* so many of them are written already */
    struct {
        size_t offset; /* in `bytes`; this byte and those up to the next mark ... */
        uint64_t time; /* ... came then */
    } marks[RECORDER_MARKS_MAX];
    size_t mark_count;
    uint64_t last; /* when the newest byte came */
};

void recorder_stream_init(struct recorder_stream *s, const char *direction,
                          const struct redactor *redactor, const struct recorder_secrets *secrets,
                          void (*write)(void *user, const char *line, size_t n), void *user);
void recorder_stream_put(struct recorder_stream *s, uint64_t now, const uint8_t *bytes, size_t n);
void recorder_stream_tick(struct recorder_stream *s, uint64_t now);
/* Everything out; an unfinished secret is masked. */
void recorder_stream_end(struct recorder_stream *s);
void recorder_stream_free(struct recorder_stream *s);

#endif
