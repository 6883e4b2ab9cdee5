#include "ymodem/sender_internal.h"

#include <string.h>

#include "base/clock.h"

void sender_push_event(struct ymodem_sender *s, enum ymodem_sender_event_kind kind, uint32_t block,
                       uint32_t bytes, enum ymodem_reason reason)
{
    struct ymodem_sender_event e = {kind, block, bytes, reason};
    if (s->event_count == YMODEM_SENDER_EVENTS) {
        /* The last one matters most (DONE, FAILED): it takes the place of the newest. */
        s->events[(s->event_head + s->event_count - 1) % YMODEM_SENDER_EVENTS] = e;
        return;
    }
    s->events[(s->event_head + s->event_count++) % YMODEM_SENDER_EVENTS] = e;
}

uint64_t sender_wire_time(const struct ymodem_sender *s, size_t n)
{
    if (s->config.baud == 0 || s->untimed)
        return 0;
    return (uint64_t)n * 10u * TIME_S / s->config.baud;
}

bool sender_is_out(const struct ymodem_sender *s)
{
    return s->frame_sent == s->frame_length;
}

static void put_out(struct ymodem_sender *s, uint64_t now, enum ymodem_sender_state state,
                    size_t length)
{
    s->frame_length = length;
    s->frame_sent = 0;
    s->state = state;
    s->frames_sent++;
    s->owed++;
    s->scanner.c_pending = 0; /* asked before this frame was out */
    /* The real deadline is set when the last byte has been handed over. */
    s->deadline = time_after(now, 60 * TIME_S);
    ymodem_reply_scanner_sent(&s->scanner, s->frame, length);
}

void sender_fail(struct ymodem_sender *s, enum ymodem_reason reason)
{
    s->state = YMODEM_SEND_FAILED;
    s->failure = reason;
    s->frame_length = s->frame_sent = 0;
    s->deadline = TIME_NEVER;
    sender_push_event(s, YMODEM_SENDER_FAILED, s->block, ymodem_sender_accepted(s), reason);
}

/*
 * Tells the receiver to give up: behind the frame under way when a part of that
 * is out already, or the CANs would be taken for its data; and with a carriage
 * return last that brings a shell back to its prompt.
 */
void sender_cancel(struct ymodem_sender *s, uint64_t now, enum ymodem_reason reason)
{
    size_t sent = s->frame_sent < s->frame_length ? s->frame_sent : 0;
    size_t at = sent ? s->frame_length : 0;
    memset(s->frame + at, YMODEM_CAN, 8);
    memset(s->frame + at + 8, YMODEM_BS, 8);
    s->frame[at + 16] = '\r';
    s->failure = reason;
    put_out(s, now, YMODEM_SEND_CANCEL, at + YMODEM_CANCEL_SIZE);
    s->frame_sent = sent;
}

void sender_send_header(struct ymodem_sender *s, uint64_t now)
{
    put_out(s, now, YMODEM_SEND_HEADER,
            ymodem_frame_header(s->frame, s->config.name, s->config.size, false));
}

/* Where a block begins in the file: long ones first, then, with a small tail, short ones. */
uint32_t sender_block_offset(const struct ymodem_sender *s, uint32_t block)
{
    const struct ymodem_preset *p = s->config.preset;
    uint64_t before = block - 1, offset = before * p->block_size;
    if (p->small_tail && p->block_size > 128) {
        uint64_t full = s->config.size / p->block_size + (s->config.size % p->block_size > 896);
        if (before > full)
            offset = full * p->block_size + (before - full) * 128;
    }
    return offset < s->config.size ? (uint32_t)offset : s->config.size;
}

void sender_send_block(struct ymodem_sender *s, uint64_t now)
{
    const struct ymodem_preset *p = s->config.preset;
    uint32_t left = s->config.size - s->offset;
    size_t size = p->small_tail && left <= 896 ? 128 : p->block_size;
    uint32_t n = left < size ? left : (uint32_t)size;
    memset(s->frame + 3 + n, p->pad, size - n);
    if (s->config.source.read(s->config.source.user, s->offset, s->frame + 3, n) != 0) {
        sender_cancel(s, now, YMODEM_REASON_SOURCE);
        return;
    }
    s->block_bytes = n;
    put_out(s, now, YMODEM_SEND_DATA, ymodem_frame_seal(s->frame, (uint8_t)s->block, size));
}

void sender_send_eot(struct ymodem_sender *s, uint64_t now)
{
    s->frame[0] = YMODEM_EOT;
    put_out(s, now, YMODEM_SEND_EOT, 1);
}

void sender_finish(struct ymodem_sender *s)
{
    s->state = YMODEM_SEND_DONE;
    s->deadline = TIME_NEVER;
    sender_push_event(s, YMODEM_SENDER_DONE, s->block, s->config.size, YMODEM_REASON_NONE);
}

void sender_put_null(struct ymodem_sender *s, uint64_t now)
{
    put_out(s, now, YMODEM_SEND_NULL, ymodem_frame_header(s->frame, "", 0, true));
}

void sender_send_null(struct ymodem_sender *s, uint64_t now)
{
    s->tries = 0;
    if (s->config.preset->closes_batch)
        sender_put_null(s, now);
    else
        sender_finish(s);
}
