/*
 * Recordings: everything a conversation was, enough to play it back.
 *
 * A recording is a directory:
 *   recording.json   what was recorded: schema, board, port, baud, start time, tool version
 *   stream.jsonl     the bytes, one object a line:
 *                    {"t": seconds, "dir": "rx"|"tx", "text"|"base64": ...}
 *                    `text` when the bytes are plain printable ASCII with CR/LF/TAB,
 *                    else `base64`
 *   events.jsonl     the events, in the form of --json
 * Secrets are masked with '*' of the same length before anything is written, so a
 * recording can be shared. Lines are flushed as they come: what a crash leaves is
 * readable up to the last line.
 *
 * Each direction is a stream of its own, in order of time. Bytes that may turn out
 * to begin a secret wait until that is known and keep their own time, so between
 * the directions a line can stand later than its time says: readers sort by `t`.
 * Times count from the same zero as those of the events.
 */
#ifndef OTACONSOLE_SESSION_RECORDER_H
#define OTACONSOLE_SESSION_RECORDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "event/event.h"

struct recorder;

struct recorder_info {
    const char *board;
    const char *port;
    const char *command; /* what is being run */
    uint32_t baud;
};

/* Creates `directory` (it must not hold a recording yet). */
enum problem_code recorder_open(const char *directory, const struct recorder_info *info,
                                const char *const *secrets, size_t secret_count,
                                struct recorder **out, struct problem *problem);
/* A secret that became known later (answered at a prompt). */
void recorder_add_secret(struct recorder *r, const char *secret);
/* `direction` is '<' for what the board sent, '>' for what was sent to it. */
void recorder_bytes(struct recorder *r, uint64_t now, char direction, const uint8_t *bytes,
                    size_t n);
/*
 * Let go of bytes that were held back to look for secrets; call when idle. What
 * could be the beginning of a known secret stays: somebody may be typing it.
 */
void recorder_tick(struct recorder *r, uint64_t now);
void recorder_event(struct recorder *r, const struct event *event);
/* The first write error so far, or NULL: to be told when it happens. */
const struct problem *recorder_problem(const struct recorder *r);
/* Returns the first write error, if there was one: a full disk must be told, not ignored. */
enum problem_code recorder_close(struct recorder *r, struct problem *problem);

#endif
