#include "ymodem/sender_internal.h"

#include <string.h>

#include "base/clock.h"

#define START_WAIT (60 * TIME_S)
/* A receiver that missed block 0 asks again about once a second; sooner, a 'C' is an old one. */
#define STALE_C (1100 * TIME_MS)
#define EOT_TRIES 10
#define EOT_TRIES_DEAF 3
#define HEADER_TRIES 3
#define NULL_TRIES 2
#define CLOSING_WAIT (1500 * TIME_MS)
/* A 'C' this long after the closing block asks for it again; sooner, it asked for the first. */
#define NULL_STALE_C (500 * TIME_MS)
/* A device that never stops talking must not stop the transfer for good. */
#define QUIET_LIMIT (2 * TIME_S)
/* How far behind the last certain block a receiver that NAKs duplicates is looked for. */
#define AHEAD_MAX 2

bool ymodem_sender_next_event(struct ymodem_sender *s, struct ymodem_sender_event *event)
{
    if (s->event_count == 0)
        return false;
    *event = s->events[s->event_head];
    s->event_head = (s->event_head + 1) % YMODEM_SENDER_EVENTS;
    s->event_count--;
    return true;
}

void ymodem_sender_init(struct ymodem_sender *s, const struct ymodem_sender_config *config)
{
    memset(s, 0, sizeof *s);
    s->config = *config;
    s->deadline = TIME_NEVER;
    ymodem_reply_scanner_init(&s->scanner);
}

/* --- time ------------------------------------------------------------------------------- */

static uint64_t header_patience(const struct ymodem_sender *s)
{
    uint64_t sectors = ((uint64_t)s->config.size + 4095) / 4096 + 1;
    return s->config.preset->header_wait_us + 3 * sectors * s->config.preset->erase_per_4k_us;
}

static uint64_t patience(const struct ymodem_sender *s)
{
    switch (s->state) {
    case YMODEM_SEND_HEADER:
        return header_patience(s);
    case YMODEM_SEND_NULL:
        return CLOSING_WAIT;
    default:
        return s->config.preset->reply_wait_us;
    }
}

/*
 * Whether an answer came before the frame under way can have arrived, and so
 * belongs to an earlier copy. When no earlier copy waits for one, it is the link
 * that is faster than its baud rate says.
 */
static bool is_too_early(struct ymodem_sender *s, uint64_t now)
{
    if (s->config.baud == 0 || s->untimed || now >= s->frame_earliest_us)
        return false;
    if (s->owed > 1 || s->surplus)
        return true;
    s->untimed = true;
    return false;
}

/* --- going on and going back ------------------------------------------------------------------ */

/* Block `block` for the first time (or, stepping back, once more); EOT behind the last. */
static void send_from(struct ymodem_sender *s, uint64_t now, uint32_t block)
{
    s->block = block;
    s->offset = sender_block_offset(s, block);
    s->tries = 0;
    s->owed = 0;
    s->unanswered = false;
    if (s->offset < s->config.size) {
        sender_send_block(s, now);
        return;
    }
    if (s->certain + 1 < block)
        s->in_doubt = true; /* the last block was only assumed to be over there */
    sender_send_eot(s, now);
}

static void next_block(struct ymodem_sender *s, uint64_t now)
{
    s->surplus = s->owed > 1 ? s->owed - 1 : 0;
    sender_push_event(s, YMODEM_SENDER_PROGRESS, s->block + 1, s->offset + s->block_bytes,
                      YMODEM_REASON_NONE);
    send_from(s, now, s->block + 1);
}

static void block_accepted(struct ymodem_sender *s, uint64_t now)
{
    s->certain = s->block;
    s->refusals = 0;
    s->stepping_back = false;
    next_block(s, now);
}

static unsigned tries_allowed(const struct ymodem_sender *s)
{
    if (s->state == YMODEM_SEND_EOT)
        return s->config.preset->naks_duplicates ? EOT_TRIES_DEAF : EOT_TRIES;
    return s->state == YMODEM_SEND_HEADER ? HEADER_TRIES : s->config.preset->retries;
}

/* Silence wanted, but not waited for beyond the limit. */
static void extend_quiet(struct ymodem_sender *s, uint64_t now)
{
    s->deadline = time_min(time_after(now, s->config.preset->quiet_us), s->quiet_limit_us);
}

static void wait_for_quiet(struct ymodem_sender *s, uint64_t now, enum ymodem_reason reason)
{
    s->frames_repeated++;
    if (s->config.preset->stores_duplicates)
        s->in_doubt = true;
    sender_push_event(s, YMODEM_SENDER_RETRY, s->state == YMODEM_SEND_HEADER ? 0 : s->block,
                      s->offset, reason);
    s->resume = s->state;
    s->state = YMODEM_SEND_QUIET;
    s->surplus = 0;
    s->quiet_limit_us = time_after(now, QUIET_LIMIT + 2 * (uint64_t)s->config.preset->quiet_us);
    extend_quiet(s, now);
}

/* Wait for the line to be quiet, then send the frame under way once more. */
static void send_again(struct ymodem_sender *s, uint64_t now, enum ymodem_reason reason)
{
    if (++s->tries > tries_allowed(s)) {
        if (s->state == YMODEM_SEND_EOT) {
            /* All data are over there; whether the end was understood, the receiver will say. */
            s->in_doubt = true;
            sender_send_null(s, now);
            return;
        }
        sender_cancel(s, now,
                      reason == YMODEM_REASON_TIMEOUT ? YMODEM_REASON_NO_ANSWER
                                                      : YMODEM_REASON_TOO_MANY_ERRORS);
        return;
    }
    s->unanswered |= reason != YMODEM_REASON_NAK;
    wait_for_quiet(s, now, reason);
}

static void repeat_frame(struct ymodem_sender *s, uint64_t now)
{
    if (s->resume == YMODEM_SEND_HEADER) {
        sender_send_header(s, now);
    } else if (s->resume == YMODEM_SEND_EOT) {
        sender_send_eot(s, now);
    } else if (s->stepping_back) {
        s->stepping_back = false;
        send_from(s, now, s->certain + 1);
        s->tries = 1; /* it was sent before: refused again, the next one is due */
    } else {
        sender_send_block(s, now);
    }
}

/*
 * NAK to a data block. A receiver that NAKs duplicates says by it "not the number
 * I am waiting for" (a damaged block gets 'C'). After a repeat that mostly means
 * that an earlier copy arrived and its ACK was lost, so the next number is tried;
 * when that is refused too, the assumption was wrong, and it goes one back. Only
 * the block the receiver waits for is ever stored, so looking for it does no harm.
 */
static void block_refused(struct ymodem_sender *s, uint64_t now)
{
    const struct ymodem_preset *p = s->config.preset;
    bool first = s->block == s->certain + 1;
    if (!p->naks_duplicates) {
        send_again(s, now, YMODEM_REASON_NAK);
    } else if (++s->refusals > p->retries) {
        sender_cancel(s, now, YMODEM_REASON_OUT_OF_STEP);
    } else if (s->tries > 0 && (s->unanswered || first) && s->block <= s->certain + AHEAD_MAX) {
        sender_push_event(s, YMODEM_SENDER_ASSUMED_ACCEPTED, s->block, s->offset,
                          YMODEM_REASON_NAK);
        next_block(s, now);
    } else if (first) {
        send_again(s, now, YMODEM_REASON_NAK);
    } else {
        s->stepping_back = true;
        wait_for_quiet(s, now, YMODEM_REASON_OUT_OF_STEP);
    }
}

/* --- answers -------------------------------------------------------------------------------- */

static void header_accepted(struct ymodem_sender *s, uint64_t now)
{
    sender_push_event(s, YMODEM_SENDER_HEADER_ACCEPTED, 0, 0, YMODEM_REASON_NONE);
    s->block = 1;
    s->offset = s->certain = 0;
    s->surplus = 0;
    s->state = YMODEM_SEND_WAIT_DATA;
    s->deadline = time_after(now, s->config.preset->after_header_us);
}

static void header_answered(struct ymodem_sender *s, uint64_t now, enum ymodem_reply reply)
{
    if (!sender_is_out(s))
        return;
    if (reply == YMODEM_REPLY_ACK) {
        is_too_early(s, now); /* the first chance to see that the link is no real line */
        header_accepted(s, now);
    } else if (reply == YMODEM_REPLY_NAK && s->tries > 0 && s->config.preset->naks_duplicates) {
        sender_push_event(s, YMODEM_SENDER_ASSUMED_ACCEPTED, 0, 0, YMODEM_REASON_NAK);
        header_accepted(s, now);
    } else if (reply == YMODEM_REPLY_NAK) {
        send_again(s, now, YMODEM_REASON_NAK);
    } else if (s->scanner.c_last_us > s->frame_done_us + STALE_C) {
        send_again(s, now, YMODEM_REASON_ASKED_AGAIN);
    }
}

static void data_answered(struct ymodem_sender *s, uint64_t now, enum ymodem_reply reply)
{
    if (reply == YMODEM_REPLY_C) {
        /* Heard a moment before it counted: it must have come behind the frame. */
        if (sender_is_out(s) && s->scanner.c_last_us >= s->frame_earliest_us)
            send_again(s, now, YMODEM_REASON_ASKED_AGAIN);
        return;
    }
    bool early = !sender_is_out(s) || is_too_early(s, now);
    if (early && (s->surplus || s->owed < 2)) {
        s->surplus -= s->surplus > 0; /* of the block before */
        return;
    }
    if (reply == YMODEM_REPLY_ACK && sender_is_out(s)) {
        block_accepted(s, now);
        return;
    }
    s->owed--;
    if (!early)
        block_refused(s, now);
}

static void eot_answered(struct ymodem_sender *s, uint64_t now, enum ymodem_reply reply)
{
    if (reply == YMODEM_REPLY_ACK) {
        s->eot_answered = true;
        if (s->config.preset->early_null || !s->config.preset->closes_batch) {
            sender_send_null(s, now);
        } else {
            s->state = YMODEM_SEND_WAIT_NULL;
            s->deadline = time_after(now, s->config.preset->null_wait_us);
        }
    } else if (reply == YMODEM_REPLY_NAK) {
        /* The classic dialogue refuses the first EOT; it costs nothing to answer at once. */
        if (++s->tries > EOT_TRIES)
            sender_cancel(s, now, YMODEM_REASON_TOO_MANY_ERRORS);
        else
            sender_send_eot(s, now);
    } else if (s->tries > 0 && reply == YMODEM_REPLY_C) {
        /* Asking for a file: EOT was understood and its ACK lost. */
        sender_send_null(s, now);
    }
}

/* The end of the batch: anything ends it but a clear sign that something was not understood. */
static void null_answered(struct ymodem_sender *s, uint64_t now, enum ymodem_reply reply)
{
    bool again = reply == YMODEM_REPLY_NAK;
    if (reply == YMODEM_REPLY_C) {
        if (s->scanner.c_last_us < s->frame_done_us + NULL_STALE_C)
            return;
        again = true;
    }
    if (!again || ++s->tries > NULL_TRIES) {
        s->in_doubt |= again;
        sender_finish(s);
    } else if (reply == YMODEM_REPLY_NAK && !s->eot_answered) {
        sender_send_eot(s, now); /* block 0 refused: the receiver is still among the data */
    } else {
        sender_put_null(s, now);
    }
}

static void quiet_answered(struct ymodem_sender *s, uint64_t now, enum ymodem_reply reply)
{
    if (reply != YMODEM_REPLY_ACK) {
        s->owed -= reply == YMODEM_REPLY_NAK && s->owed > 0;
        extend_quiet(s, now);
        return;
    }
    /* The answer was only late. */
    s->state = s->resume;
    if (s->state == YMODEM_SEND_HEADER)
        header_answered(s, now, reply);
    else if (s->state == YMODEM_SEND_DATA)
        block_accepted(s, now);
    else
        eot_answered(s, now, reply);
}

static void cancelled(struct ymodem_sender *s)
{
    /* Realtek's receiver ends a good transfer with CAN. */
    if (s->state == YMODEM_SEND_WAIT_NULL || s->state == YMODEM_SEND_NULL)
        sender_finish(s);
    else
        sender_fail(s, YMODEM_REASON_CANCELLED);
}

static void answer(struct ymodem_sender *s, uint64_t now, enum ymodem_reply reply)
{
    if (s->state == YMODEM_SEND_IDLE || s->state >= YMODEM_SEND_CANCEL)
        return; /* it is over; a receiver sends more than two CANs */
    if (reply == YMODEM_REPLY_CANCEL) {
        cancelled(s);
        return;
    }
    switch (s->state) {
    case YMODEM_SEND_WAIT_START:
        if (reply == YMODEM_REPLY_C || reply == YMODEM_REPLY_NAK)
            sender_send_header(s, now);
        break;
    case YMODEM_SEND_HEADER:
        header_answered(s, now, reply);
        break;
    case YMODEM_SEND_WAIT_DATA:
        if (reply == YMODEM_REPLY_C)
            send_from(s, now, 1);
        break;
    case YMODEM_SEND_DATA:
        data_answered(s, now, reply);
        break;
    case YMODEM_SEND_QUIET:
        quiet_answered(s, now, reply);
        break;
    case YMODEM_SEND_EOT:
        if (sender_is_out(s))
            eot_answered(s, now, reply);
        break;
    case YMODEM_SEND_WAIT_NULL:
        if (reply == YMODEM_REPLY_C)
            sender_send_null(s, now);
        break;
    case YMODEM_SEND_NULL:
        if (sender_is_out(s))
            null_answered(s, now, reply);
        break;
    default:
        break;
    }
}

/* --- interface ------------------------------------------------------------------------------ */

void ymodem_sender_start(struct ymodem_sender *s, uint64_t now)
{
    s->heard_us = now;
    if (s->config.preset->early_header) {
        sender_send_header(s, now);
        return;
    }
    s->state = YMODEM_SEND_WAIT_START;
    s->deadline = time_after(now, START_WAIT);
}

void ymodem_sender_input(struct ymodem_sender *s, uint64_t now, const uint8_t *bytes, size_t n)
{
    if (n)
        s->heard_us = now;
    for (size_t i = 0; i < n; i++) {
        enum ymodem_reply reply = ymodem_reply_scanner_byte(&s->scanner, now, bytes[i]);
        if (reply != YMODEM_REPLY_NONE)
            answer(s, now, reply);
        else if (s->state == YMODEM_SEND_QUIET)
            extend_quiet(s, now);
    }
}

static void timed_out(struct ymodem_sender *s, uint64_t now)
{
    switch (s->state) {
    case YMODEM_SEND_WAIT_START:
        sender_cancel(s, now, YMODEM_REASON_NO_ANSWER);
        break;
    case YMODEM_SEND_HEADER:
    case YMODEM_SEND_DATA:
    case YMODEM_SEND_EOT:
        if (sender_is_out(s))
            send_again(s, now, YMODEM_REASON_TIMEOUT);
        else
            sender_cancel(s, now, YMODEM_REASON_NO_ANSWER);
        break;
    case YMODEM_SEND_WAIT_DATA:
        send_from(s, now, 1);
        break;
    case YMODEM_SEND_QUIET:
        repeat_frame(s, now);
        break;
    case YMODEM_SEND_WAIT_NULL:
        sender_send_null(s, now);
        break;
    case YMODEM_SEND_NULL:
        sender_finish(s);
        break;
    case YMODEM_SEND_CANCEL:
        sender_fail(s, s->failure);
        break;
    default:
        break;
    }
}

void ymodem_sender_tick(struct ymodem_sender *s, uint64_t now)
{
    enum ymodem_reply reply = ymodem_reply_scanner_tick(&s->scanner, now);
    if (reply != YMODEM_REPLY_NONE)
        answer(s, now, reply);
    if (now >= s->deadline)
        timed_out(s, now);
}

uint64_t ymodem_sender_deadline(const struct ymodem_sender *s)
{
    return time_min(s->deadline, ymodem_reply_scanner_deadline(&s->scanner));
}

size_t ymodem_sender_output(const struct ymodem_sender *s, const uint8_t **bytes)
{
    *bytes = s->frame + s->frame_sent;
    return s->frame_length - s->frame_sent;
}

void ymodem_sender_sent(struct ymodem_sender *s, uint64_t now, size_t n)
{
    if (n > s->frame_length - s->frame_sent)
        n = s->frame_length - s->frame_sent;
    if (n == 0)
        return;
    if (s->frame_sent == 0)
        s->frame_began_us = now;
    s->frame_sent += n;
    if (!sender_is_out(s))
        return;
    /* Adapters run a little fast, too; handed over in parts, most of it may have left before. */
    uint64_t wire = sender_wire_time(s, s->frame_length), least = wire - wire / 10;
    s->frame_earliest_us = time_after(s->frame_began_us, least);
    if (s->frame_earliest_us < now)
        s->frame_earliest_us = now;
    s->frame_done_us = time_after(now, wire);
    if (s->state == YMODEM_SEND_CANCEL)
        sender_fail(s, s->failure);
    else if (s->state < YMODEM_SEND_CANCEL)
        s->deadline = time_after(s->frame_done_us, patience(s));
}

void ymodem_sender_abort(struct ymodem_sender *s, uint64_t now)
{
    if (s->state < YMODEM_SEND_CANCEL)
        sender_cancel(s, now, YMODEM_REASON_ABORTED);
}

size_t ymodem_sender_text(struct ymodem_sender *s, const uint8_t **text)
{
    return ymodem_reply_scanner_text(&s->scanner, text);
}

uint32_t ymodem_sender_accepted(const struct ymodem_sender *s)
{
    return sender_block_offset(s, s->certain + 1);
}

bool ymodem_sender_in_doubt(const struct ymodem_sender *s)
{
    return s->in_doubt || !s->config.preset->checks_crc;
}

const char *ymodem_sender_state_name(const struct ymodem_sender *s)
{
    static const char *const names[] = {"idle", "wait-start", "header", "wait-data",
                                        "data", "quiet",      "eot",    "wait-null",
                                        "null", "cancel",     "done",   "failed"};
    return names[s->state];
}
