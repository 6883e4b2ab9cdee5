#include <string.h>

#include "session/session_internal.h"
#include "ymodem/trace.h"

/* Bytes that might begin a secret are written anyway after this long: the secret did not come. */
#define HOLD (200 * TIME_MS)

static void write_line(struct session *s, uint64_t at, char direction, const uint8_t *bytes,
                       size_t n)
{
    char line[YMODEM_TRACE_LINE];
    ymodem_trace_format(line, at - s->started_us, direction, transfer_state_name(s), bytes, n);
    fprintf(s->options.trace, "%s\n", line);
}

static void let_go(struct session *s, struct trace_stream *t, char direction, size_t n)
{
    if (n == 0)
        return;
    write_line(s, t->since_us, direction, t->held.data, n);
    buffer_consume(&t->held, n);
    t->since_us = s->now;
}

void session_trace(struct session *s, char direction, const uint8_t *bytes, size_t n)
{
    if (!s->options.trace || n == 0)
        return;
    struct trace_stream *t = direction == '>' ? &s->trace_out : &s->trace_in;
    if (s->transfer.running) {
        /* Frames are shown whole; of their data only the first bytes are printed. */
        let_go(s, t, direction, t->held.length);
        write_line(s, s->now, direction, bytes, n);
        return;
    }
    if (t->held.length == 0)
        t->since_us = s->now;
    buffer_append(&t->held, bytes, n);
    if (t->held.failed)
        buffer_clear(&t->held);
    redact_bytes(s->redactor, t->held.data, t->held.length);
    size_t hold = redact_holdback(s->redactor, t->held.data, t->held.length);
    let_go(s, t, direction, t->held.length - hold);
}

void session_trace_tick(struct session *s, bool all)
{
    if (!s->options.trace)
        return;
    if (s->trace_in.held.length && (all || s->now >= s->trace_in.since_us + HOLD))
        let_go(s, &s->trace_in, '<', s->trace_in.held.length);
    if (s->trace_out.held.length && (all || s->now >= s->trace_out.since_us + HOLD))
        let_go(s, &s->trace_out, '>', s->trace_out.held.length);
    if (all)
        fflush(s->options.trace);
}
