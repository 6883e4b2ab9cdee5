#include <stdlib.h>
#include <string.h>

#include "session/session_internal.h"

#define READ_SIZE 4096
/* A source that never runs dry must not keep the rest of the program waiting. */
#define READ_MOST (64u * READ_SIZE)
#define LOOK_FOR_ADAPTER (500 * TIME_MS)

void session_hear(struct session *s, const uint8_t *bytes, size_t n)
{
    transcript_hear(&s->conversation.heard, s->now, bytes, n);
    diagnose_input(s->diagnose, s->now, bytes, n);
    session_pull_diagnosis(s);
}

static void take_input(struct session *s, const uint8_t *bytes, size_t n)
{
    if (s->options.recorder)
        recorder_bytes(s->options.recorder, s->now - s->started_us, '<', bytes, n);
    session_trace(s, '<', bytes, n);
    s->received += n;
    if (s->options.heard)
        s->options.heard(s->options.heard_user, bytes, n, s->transfer.running);
    if (s->transfer.running)
        transfer_input(s, bytes, n);
    else
        session_hear(s, bytes, n);
}

static bool read_all(struct session *s)
{
    uint8_t bytes[READ_SIZE];
    size_t total = 0;
    long n = 1;
    while (total < READ_MOST && (n = link_read(s->options.link, bytes, sizeof bytes)) > 0) {
        take_input(s, bytes, (size_t)n);
        total += (size_t)n;
    }
    return n >= 0;
}

static void sent(struct session *s, const uint8_t *bytes, size_t n)
{
    if (s->options.recorder)
        recorder_bytes(s->options.recorder, s->now - s->started_us, '>', bytes, n);
    session_trace(s, '>', bytes, n);
    s->sent += n;
}

/* Typed bytes first; a transfer only speaks when the line before it has gone out. */
static bool write_typed(struct session *s)
{
    while (s->out.length) {
        long n = link_write(s->options.link, s->out.data, s->out.length);
        if (n < 0)
            return false;
        if (n == 0)
            break;
        sent(s, s->out.data, (size_t)n);
        buffer_consume(&s->out, (size_t)n);
    }
    return true;
}

static bool write_transfer(struct session *s)
{
    const uint8_t *bytes;
    size_t length;
    while (s->out.length == 0 && (length = transfer_output(s, &bytes)) > 0) {
        long n = link_write(s->options.link, bytes, length);
        if (n < 0)
            return false;
        if (n == 0)
            break;
        sent(s, bytes, (size_t)n);
        transfer_sent(s, (size_t)n);
    }
    return true;
}

bool session_exchange(struct session *s)
{
    s->now = link_now(s->options.link);
    bool alive = read_all(s);
    transfer_tick(s);
    diagnose_tick(s->diagnose, s->now);
    session_pull_diagnosis(s);
    session_tell_verdict(s);
    session_trace_tick(s, false);
    if (s->options.recorder)
        recorder_tick(s->options.recorder, s->now - s->started_us);
    return alive && write_typed(s) && write_transfer(s);
}

unsigned session_wait(struct session *s, uint64_t deadline, int fd)
{
    const uint8_t *bytes;
    bool want_write = s->out.length > 0 || transfer_output(s, &bytes) > 0;
    deadline = time_min(deadline, transfer_deadline(s));
    deadline = time_min(deadline, diagnose_deadline(s->diagnose));
    return link_wait(s->options.link, deadline, fd, want_write);
}

bool session_stop_requested(const struct session *s)
{
    return s->options.stop && *s->options.stop;
}

void session_tell_link(struct session *s, const char *name, const char *text)
{
    struct event event = {.kind = EVENT_LINK, .name = name, .text = text};
    session_emit(s, &event);
}

void session_adapter_lost(struct session *s, const char *words)
{
    transfer_fail(s, "the adapter was unplugged");
    buffer_clear(&s->out);
    session_tell_link(s, "lost", words);
}

enum problem_code session_await_adapter(struct session *s, struct problem *problem)
{
    uint64_t until = time_after(s->now, s->options.reconnect_patience);
    session_adapter_lost(s, s->options.reconnect_patience
                                ? "the serial adapter is gone; waiting for it to come back"
                                : "the serial adapter is gone");
    /* The board itself went on: the step under way finds out where it stands. */
    while (s->now < until && !session_stop_requested(s)) {
        if (link_reconnect(s->options.link)) {
            session_tell_link(s, "back", "the serial adapter is back");
            return PROBLEM_NONE;
        }
        uint64_t next = time_min(until, s->now + LOOK_FOR_ADAPTER);
        while (s->now < next && !session_stop_requested(s)) {
            link_wait(s->options.link, next, -1, false);
            s->now = link_now(s->options.link);
        }
    }
    return problem_set(problem, PROBLEM_PORT_LOST, link_name(s->options.link),
                       "Plug the adapter in again and repeat the command; a half written image "
                       "must be flashed again. --reconnect 1m waits longer.",
                       "the serial adapter went away while it was in use");
}
