#include "ymodem/sender.h"

#include <string.h>

#include "base/clock.h"

#define START_WAIT (60 * TIME_S)
/* A receiver that missed block 0 asks again about once a second; sooner, a 'C' is an old one. */
#define STALE_C (1100 * TIME_MS)
#define EOT_TRIES 10
#define EOT_TRIES_DEAF 3
#define CLOSING_WAIT (1500 * TIME_MS)
#define C_BEFORE_NULL (1 * TIME_S)

static void push_event(struct ymodem_sender *s, enum ymodem_sender_event_kind kind, uint32_t block,
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

static uint64_t wire_time(const struct ymodem_sender *s, size_t n)
{
    return s->config.baud ? (uint64_t)n * 10u * TIME_S / s->config.baud : 0;
}

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

/* --- sending ------------------------------------------------------------------------------ */

static void put_out(struct ymodem_sender *s, uint64_t now, enum ymodem_sender_state state,
                    size_t length)
{
    s->frame_length = length;
    s->frame_sent = 0;
    s->state = state;
    s->frames_sent++;
    /* The real deadline is set when the last byte has been handed over. */
    s->deadline = time_after(now, 60 * TIME_S);
    ymodem_reply_scanner_sent(&s->scanner, s->frame, length);
}

static void fail(struct ymodem_sender *s, enum ymodem_reason reason)
{
    s->state = YMODEM_SEND_FAILED;
    s->failure = reason;
    s->frame_length = s->frame_sent = 0;
    s->deadline = TIME_NEVER;
    push_event(s, YMODEM_SENDER_FAILED, s->block, ymodem_sender_accepted(s), reason);
}

/*
 * Tells the receiver to give up: never in the middle of a frame, and with a
 * carriage return behind it that brings a shell back to its prompt.
 */
static void cancel(struct ymodem_sender *s, uint64_t now, enum ymodem_reason reason)
{
    memset(s->frame, YMODEM_CAN, 8);
    memset(s->frame + 8, YMODEM_BS, 8);
    s->frame[16] = '\r';
    s->failure = reason;
    put_out(s, now, YMODEM_SEND_CANCEL, 17);
}

static void send_header(struct ymodem_sender *s, uint64_t now)
{
    put_out(s, now, YMODEM_SEND_HEADER,
            ymodem_frame_header(s->frame, s->config.name, s->config.size, false));
}

static void send_block(struct ymodem_sender *s, uint64_t now)
{
    const struct ymodem_preset *p = s->config.preset;
    uint32_t left = s->config.size - s->offset;
    size_t size = p->block_size;
    /* Never change the length of a block that may be known to the receiver (Forsberg §6.1). */
    if (p->small_tail && left <= 896)
        size = 128;
    uint32_t n = left < size ? left : (uint32_t)size;
    memset(s->frame + 3 + n, p->pad, size - n);
    if (s->config.source.read(s->config.source.user, s->offset, s->frame + 3, n) != 0) {
        cancel(s, now, YMODEM_REASON_SOURCE);
        return;
    }
    s->block_bytes = n;
    put_out(s, now, YMODEM_SEND_DATA, ymodem_frame_seal(s->frame, (uint8_t)s->block, size));
}

static void send_eot(struct ymodem_sender *s, uint64_t now)
{
    s->frame[0] = YMODEM_EOT;
    put_out(s, now, YMODEM_SEND_EOT, 1);
}

static void finish(struct ymodem_sender *s)
{
    s->state = YMODEM_SEND_DONE;
    s->deadline = TIME_NEVER;
    push_event(s, YMODEM_SENDER_DONE, s->block, s->config.size, YMODEM_REASON_NONE);
}

static void send_null(struct ymodem_sender *s, uint64_t now)
{
    if (!s->config.preset->closes_batch) {
        finish(s);
        return;
    }
    put_out(s, now, YMODEM_SEND_NULL, ymodem_frame_header(s->frame, "", 0, true));
}

/* --- going on and going back ------------------------------------------------------------------ */

static void next_block(struct ymodem_sender *s, uint64_t now)
{
    s->tries = 0;
    s->unanswered = false;
    if (s->offset < s->config.size)
        send_block(s, now);
    else
        send_eot(s, now);
}

static void block_accepted(struct ymodem_sender *s, uint64_t now)
{
    s->offset += s->block_bytes;
    s->previous_bytes = s->block_bytes;
    s->block++;
    push_event(s, YMODEM_SENDER_PROGRESS, s->block, s->offset, YMODEM_REASON_NONE);
    next_block(s, now);
}

static unsigned tries_allowed(const struct ymodem_sender *s)
{
    if (s->state == YMODEM_SEND_EOT)
        return s->config.preset->naks_duplicates ? EOT_TRIES_DEAF : EOT_TRIES;
    return s->state == YMODEM_SEND_HEADER ? 3 : s->config.preset->retries;
}

/* Wait for the line to be quiet, then send the frame under way once more. */
static void send_again(struct ymodem_sender *s, uint64_t now, enum ymodem_reason reason)
{
    if (++s->tries > tries_allowed(s)) {
        if (s->state == YMODEM_SEND_EOT) {
            /* All data are over there; whether the end was understood, the receiver will say. */
            s->in_doubt = true;
            send_null(s, now);
            return;
        }
        cancel(s, now, reason == YMODEM_REASON_TIMEOUT ? YMODEM_REASON_NO_ANSWER
                                                       : YMODEM_REASON_TOO_MANY_ERRORS);
        return;
    }
    s->unanswered = reason != YMODEM_REASON_NAK;
    s->frames_repeated++;
    if (s->config.preset->stores_duplicates)
        s->in_doubt = true;
    push_event(s, YMODEM_SENDER_RETRY, s->block, s->offset, reason);
    s->resume = s->state;
    s->state = YMODEM_SEND_QUIET;
    s->deadline = time_after(now, s->config.preset->quiet_us);
}

static void repeat_frame(struct ymodem_sender *s, uint64_t now)
{
    s->scanner.c_pending = 0;
    if (s->resume == YMODEM_SEND_DATA)
        send_block(s, now);
    else if (s->resume == YMODEM_SEND_HEADER)
        send_header(s, now);
    else
        send_eot(s, now);
}

/*
 * NAK to a data block. On a receiver that NAKs duplicates, a NAK that answers a
 * repeat which nobody had refused means that the first copy arrived and only its
 * ACK was lost. If the next block is then refused too, that was wrong: one step
 * back, once.
 */
static void block_refused(struct ymodem_sender *s, uint64_t now)
{
    if (s->config.preset->naks_duplicates && s->tries > 0 && s->unanswered && !s->stepped_back) {
        push_event(s, YMODEM_SENDER_ASSUMED_ACCEPTED, s->block, s->offset, YMODEM_REASON_NAK);
        block_accepted(s, now);
        s->assumed = true;
        return;
    }
    if (s->assumed && s->tries == 0 && s->state == YMODEM_SEND_DATA) {
        s->assumed = false;
        s->stepped_back = true;
        s->block--;
        s->offset -= s->previous_bytes;
    }
    send_again(s, now, YMODEM_REASON_NAK);
}

/* --- answers -------------------------------------------------------------------------------- */

static void header_answered(struct ymodem_sender *s, uint64_t now, enum ymodem_reply reply)
{
    if (reply == YMODEM_REPLY_ACK) {
        push_event(s, YMODEM_SENDER_HEADER_ACCEPTED, 0, 0, YMODEM_REASON_NONE);
        s->block = 1;
        s->offset = 0;
        s->state = YMODEM_SEND_WAIT_DATA;
        s->deadline = time_after(now, s->config.preset->after_header_us);
    } else if (reply == YMODEM_REPLY_NAK) {
        send_again(s, now, YMODEM_REASON_NAK);
    } else if (reply == YMODEM_REPLY_C && s->frame_sent == s->frame_length &&
               now > s->frame_done_us + STALE_C) {
        send_again(s, now, YMODEM_REASON_ASKED_AGAIN);
    }
}

static void data_answered(struct ymodem_sender *s, uint64_t now, enum ymodem_reply reply)
{
    /* An answer to a frame that is not out yet belongs to the one before. */
    if (s->frame_sent < s->frame_length)
        return;
    if (reply == YMODEM_REPLY_ACK) {
        s->assumed = s->stepped_back = false;
        block_accepted(s, now);
    } else if (reply == YMODEM_REPLY_NAK) {
        block_refused(s, now);
    } else if (now > s->frame_done_us) {
        send_again(s, now, YMODEM_REASON_ASKED_AGAIN);
    }
}

static void eot_answered(struct ymodem_sender *s, uint64_t now, enum ymodem_reply reply)
{
    if (reply == YMODEM_REPLY_ACK) {
        if (s->config.preset->early_null || !s->config.preset->closes_batch) {
            send_null(s, now);
        } else {
            s->state = YMODEM_SEND_WAIT_NULL;
            s->deadline = time_after(now, C_BEFORE_NULL);
        }
    } else if (reply == YMODEM_REPLY_NAK) {
        /* The classic dialogue refuses the first EOT; it costs nothing to answer at once. */
        if (++s->tries > EOT_TRIES)
            cancel(s, now, YMODEM_REASON_TOO_MANY_ERRORS);
        else
            send_eot(s, now);
    } else if (s->tries > 0 && reply == YMODEM_REPLY_C) {
        /* Asking for a file: EOT was understood and its ACK lost. */
        send_null(s, now);
    }
}

static void quiet_answered(struct ymodem_sender *s, uint64_t now, enum ymodem_reply reply)
{
    if (reply == YMODEM_REPLY_ACK) {
        /* The answer was only late. */
        s->state = s->resume;
        if (s->state == YMODEM_SEND_HEADER)
            header_answered(s, now, reply);
        else if (s->state == YMODEM_SEND_DATA)
            block_accepted(s, now);
        else
            eot_answered(s, now, reply);
        return;
    }
    s->deadline = time_after(now, s->config.preset->quiet_us);
}

static void answer(struct ymodem_sender *s, uint64_t now, enum ymodem_reply reply)
{
    if (reply == YMODEM_REPLY_CANCEL && s->state != YMODEM_SEND_DONE &&
        s->state != YMODEM_SEND_CANCEL) {
        /* Realtek's receiver ends a good transfer with CAN. */
        if (s->state == YMODEM_SEND_WAIT_NULL || s->state == YMODEM_SEND_NULL)
            finish(s);
        else
            fail(s, YMODEM_REASON_CANCELLED);
        return;
    }
    switch (s->state) {
    case YMODEM_SEND_WAIT_START:
        if (reply == YMODEM_REPLY_C || reply == YMODEM_REPLY_NAK)
            send_header(s, now);
        break;
    case YMODEM_SEND_HEADER:
        header_answered(s, now, reply);
        break;
    case YMODEM_SEND_WAIT_DATA:
        if (reply == YMODEM_REPLY_C)
            next_block(s, now);
        break;
    case YMODEM_SEND_DATA:
        data_answered(s, now, reply);
        break;
    case YMODEM_SEND_QUIET:
        quiet_answered(s, now, reply);
        break;
    case YMODEM_SEND_EOT:
        if (s->frame_sent == s->frame_length)
            eot_answered(s, now, reply);
        break;
    case YMODEM_SEND_WAIT_NULL:
        if (reply == YMODEM_REPLY_C)
            send_null(s, now);
        break;
    case YMODEM_SEND_NULL:
        if (s->frame_sent == s->frame_length && reply != YMODEM_REPLY_NAK)
            finish(s);
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
        send_header(s, now);
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
            s->deadline = time_after(now, s->config.preset->quiet_us);
    }
}

static void timed_out(struct ymodem_sender *s, uint64_t now)
{
    switch (s->state) {
    case YMODEM_SEND_WAIT_START:
        cancel(s, now, YMODEM_REASON_NO_ANSWER);
        break;
    case YMODEM_SEND_HEADER:
    case YMODEM_SEND_DATA:
    case YMODEM_SEND_EOT:
        if (s->frame_sent < s->frame_length)
            cancel(s, now, YMODEM_REASON_NO_ANSWER);
        else
            send_again(s, now, YMODEM_REASON_TIMEOUT);
        break;
    case YMODEM_SEND_WAIT_DATA:
        next_block(s, now);
        break;
    case YMODEM_SEND_QUIET:
        repeat_frame(s, now);
        break;
    case YMODEM_SEND_WAIT_NULL:
        send_null(s, now);
        break;
    case YMODEM_SEND_NULL:
        finish(s);
        break;
    case YMODEM_SEND_CANCEL:
        fail(s, s->failure);
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
    s->frame_sent += n;
    if (n == 0 || s->frame_sent < s->frame_length)
        return;
    s->frame_done_us = time_after(now, wire_time(s, s->frame_length));
    if (s->state == YMODEM_SEND_CANCEL)
        fail(s, s->failure);
    else if (s->state != YMODEM_SEND_DONE && s->state != YMODEM_SEND_FAILED)
        s->deadline = time_after(s->frame_done_us, patience(s));
}

void ymodem_sender_abort(struct ymodem_sender *s, uint64_t now)
{
    if (s->state == YMODEM_SEND_DONE || s->state == YMODEM_SEND_FAILED ||
        s->state == YMODEM_SEND_CANCEL)
        return;
    if (s->frame_sent > 0 && s->frame_sent < s->frame_length) {
        /* Half a frame is out: the cancel goes behind it, or it would be taken for data. */
        size_t rest = s->frame_length - s->frame_sent;
        memmove(s->frame, s->frame + s->frame_sent, rest);
        if (rest + 17 > sizeof s->frame)
            rest = sizeof s->frame - 17;
        memset(s->frame + rest, YMODEM_CAN, 8);
        memset(s->frame + rest + 8, YMODEM_BS, 8);
        s->frame[rest + 16] = '\r';
        s->failure = YMODEM_REASON_ABORTED;
        put_out(s, now, YMODEM_SEND_CANCEL, rest + 17);
        return;
    }
    cancel(s, now, YMODEM_REASON_ABORTED);
}

size_t ymodem_sender_text(struct ymodem_sender *s, const uint8_t **text)
{
    return ymodem_reply_scanner_text(&s->scanner, text);
}

uint32_t ymodem_sender_accepted(const struct ymodem_sender *s)
{
    /* A block taken as accepted without an ACK is not certain. */
    return s->assumed ? s->offset - s->previous_bytes : s->offset;
}

bool ymodem_sender_in_doubt(const struct ymodem_sender *s)
{
    return s->in_doubt || !s->config.preset->checks_crc;
}

const char *ymodem_sender_state_name(const struct ymodem_sender *s)
{
    static const char *const names[] = {"idle", "wait-start", "header", "wait-data", "data",
                                        "quiet", "eot",        "wait-null", "null",  "cancel",
                                        "done", "failed"};
    return names[s->state];
}
