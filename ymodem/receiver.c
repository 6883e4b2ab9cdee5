#include "ymodem/receiver.h"

#include <string.h>

#include "base/clock.h"

#define ASK_EVERY (1 * TIME_S)
#define ASK_TIMES 60
#define BLOCK_WAIT (3 * TIME_S)
/* A gap longer than this ends a frame: at 115200 baud a byte takes 0.09 ms. */
#define GAP (300 * TIME_MS)
#define QUIET (40 * TIME_MS)
#define CLOSING_WAIT (1200 * TIME_MS)
#define LINGER_WAIT (1200 * TIME_MS)
/* A dead line must not hold back the news for good. */
#define FAREWELL_WAIT (1 * TIME_S)
#define ERRORS_MAX 15
/* CANs that end a run of dropped bytes; two may be the end of a block. */
#define PURGED_CANCELS 4

static void push_event(struct ymodem_receiver *r, enum ymodem_receiver_event_kind kind,
                       enum ymodem_reason reason)
{
    struct ymodem_receiver_event e = {kind, r->stored, reason};
    if (r->event_count == YMODEM_RECEIVER_EVENTS)
        r->event_count--;
    r->events[(r->event_head + r->event_count++) % YMODEM_RECEIVER_EVENTS] = e;
}

bool ymodem_receiver_next_event(struct ymodem_receiver *r, struct ymodem_receiver_event *event)
{
    if (r->event_count == 0)
        return false;
    *event = r->events[r->event_head];
    r->event_head = (r->event_head + 1) % YMODEM_RECEIVER_EVENTS;
    r->event_count--;
    return true;
}

/* Replies are single bytes; one that has not left yet is joined by the next. */
static void reply(struct ymodem_receiver *r, uint8_t byte)
{
    if (r->out_sent == r->out_length)
        r->out_sent = r->out_length = 0;
    if (r->out_length < sizeof r->out)
        r->out[r->out_length++] = byte;
}

static void wait_until(struct ymodem_receiver *r, uint64_t deadline)
{
    r->deadline = deadline;
}

static void tell_last(struct ymodem_receiver *r)
{
    r->last_held = false;
    r->deadline = TIME_NEVER;
    push_event(r, r->last.kind, r->last.reason);
}

static void end(struct ymodem_receiver *r, uint64_t now, enum ymodem_receiver_event_kind kind,
                enum ymodem_reason reason)
{
    r->state = kind == YMODEM_RECEIVER_DONE ? YMODEM_RECEIVE_DONE : YMODEM_RECEIVE_FAILED;
    r->last = (struct ymodem_receiver_event){kind, r->stored, reason};
    r->last_held = true;
    if (r->out_sent == r->out_length)
        tell_last(r);
    else
        wait_until(r, time_after(now, FAREWELL_WAIT));
}

static void fail(struct ymodem_receiver *r, uint64_t now, enum ymodem_reason reason, bool tell)
{
    r->out_sent = r->out_length = 0;
    for (int i = 0; tell && i < 8; i++)
        reply(r, YMODEM_CAN);
    for (int i = 0; tell && i < 8; i++)
        reply(r, YMODEM_BS);
    end(r, now, YMODEM_RECEIVER_FAILED, reason);
}

static void finish(struct ymodem_receiver *r, uint64_t now)
{
    end(r, now, YMODEM_RECEIVER_DONE, YMODEM_REASON_NONE);
}

/* A damaged or missing block: let the line fall quiet, then refuse. */
static void trouble(struct ymodem_receiver *r, uint64_t now, enum ymodem_reason reason)
{
    if (++r->errors > ERRORS_MAX) {
        /* Behind the last block only the farewell is left: the file is complete. */
        if (r->state == YMODEM_RECEIVE_CLOSING || r->state == YMODEM_RECEIVE_LINGER)
            finish(r, now);
        else
            fail(r, now, YMODEM_REASON_TOO_MANY_ERRORS, true);
        return;
    }
    push_event(r, YMODEM_RECEIVER_RETRY, reason);
    r->want = r->have = 0;
    r->purging = true;
    r->purged_cancels = 0;
    wait_until(r, time_after(now, QUIET));
}

/* --- blocks -------------------------------------------------------------------------------- */

static void read_header(struct ymodem_receiver *r, const uint8_t *body, size_t length)
{
    size_t i = 0, used = 0;
    for (; i < length && body[i]; i++) {
        if (body[i] == '/' || body[i] == '\\')
            used = 0;
        else if (used < YMODEM_NAME_MAX)
            r->name[used++] = body[i] > ' ' && body[i] < 0x7F ? (char)body[i] : '_';
    }
    r->name[used] = '\0';
    /* Neither hidden nor a way up. */
    if (r->name[0] == '.')
        r->name[0] = '_';
    uint64_t size = 0;
    size_t digits = 0;
    for (i++; i < length && body[i] >= '0' && body[i] <= '9' && digits < 11; i++, digits++)
        size = size * 10 + (uint64_t)(body[i] - '0');
    r->has_size = digits > 0;
    r->size = size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
    if (r->config.preset->unterminated_size && r->size > r->config.max_size)
        r->size = r->config.max_size;
}

static void take_header(struct ymodem_receiver *r, uint64_t now)
{
    size_t length = r->want - 5;
    if (r->frame[3] == '\0') {
        /* An empty batch: the other side has nothing to send. */
        reply(r, YMODEM_ACK);
        finish(r, now);
        return;
    }
    read_header(r, r->frame + 3, length);
    if (r->has_size && r->size > r->config.max_size) {
        fail(r, now, YMODEM_REASON_TOO_BIG, true);
        return;
    }
    reply(r, YMODEM_ACK);
    reply(r, YMODEM_C);
    r->block = 1;
    r->state = YMODEM_RECEIVE_DATA;
    wait_until(r, time_after(now, BLOCK_WAIT));
    push_event(r, YMODEM_RECEIVER_HEADER, YMODEM_REASON_NONE);
}

static void store(struct ymodem_receiver *r, uint64_t now)
{
    uint32_t n = (uint32_t)(r->want - 5);
    if (r->has_size && n > r->size - r->stored)
        n = r->size - r->stored;
    /* Padding fills the last block; whole blocks behind the end have no end themselves. */
    if (n == 0) {
        fail(r, now, YMODEM_REASON_TOO_BIG, true);
        return;
    }
    if (n > r->config.max_size - r->stored) {
        fail(r, now, YMODEM_REASON_TOO_BIG, true);
        return;
    }
    if (r->config.sink.write(r->config.sink.user, r->stored, r->frame + 3, n) != 0) {
        fail(r, now, YMODEM_REASON_SINK, true);
        return;
    }
    r->stored += n;
    r->block++;
    r->errors = r->eots = 0;
    reply(r, YMODEM_ACK);
    wait_until(r, time_after(now, BLOCK_WAIT));
    push_event(r, YMODEM_RECEIVER_PROGRESS, YMODEM_REASON_NONE);
}

/* Block 0 behind EOT: the empty one ends the batch; another file is not wanted. */
static void take_closing(struct ymodem_receiver *r, uint64_t now)
{
    if (r->frame[3] != '\0') {
        for (int i = 0; i < 8; i++)
            reply(r, YMODEM_CAN);
        finish(r, now);
        return;
    }
    reply(r, YMODEM_ACK);
    r->state = YMODEM_RECEIVE_LINGER;
    wait_until(r, time_after(now, LINGER_WAIT));
    if (!r->config.preset->extra_eot)
        finish(r, now);
}

static void take_frame(struct ymodem_receiver *r, uint64_t now)
{
    uint8_t number = r->frame[1];
    if (!ymodem_frame_valid(r->frame, r->want)) {
        trouble(r, now, YMODEM_REASON_BAD_BLOCK);
        return;
    }
    if (r->state == YMODEM_RECEIVE_HEADER) {
        if (number == 0)
            take_header(r, now);
        else
            trouble(r, now, YMODEM_REASON_OUT_OF_STEP);
    } else if (r->state != YMODEM_RECEIVE_DATA && number == 0) {
        take_closing(r, now);
    } else if (r->state == YMODEM_RECEIVE_DATA && number == r->block) {
        store(r, now);
    } else if (number == (uint8_t)(r->block - 1)) {
        /* Our ACK was lost. After block 0 the 'C' belongs to the answer. */
        reply(r, YMODEM_ACK);
        if (number == 0 && r->stored == 0)
            reply(r, YMODEM_C);
        wait_until(r, time_after(now, BLOCK_WAIT));
    } else {
        trouble(r, now, YMODEM_REASON_OUT_OF_STEP);
    }
    r->want = r->have = 0;
}

static void take_eot(struct ymodem_receiver *r, uint64_t now)
{
    if (r->state == YMODEM_RECEIVE_LINGER) {
        reply(r, YMODEM_ACK);
        finish(r, now);
        return;
    }
    if (r->state == YMODEM_RECEIVE_CLOSING) {
        reply(r, YMODEM_ACK);
        return;
    }
    if (r->state != YMODEM_RECEIVE_DATA)
        return;
    /* An EOT too early is noise until it is insisted upon. */
    if (r->has_size && r->stored < r->size) {
        if (++r->eots >= 3)
            fail(r, now, YMODEM_REASON_SHORT, true);
        else
            trouble(r, now, YMODEM_REASON_SHORT);
        return;
    }
    reply(r, YMODEM_ACK);
    if (r->config.preset->c_after_eot)
        reply(r, YMODEM_C);
    r->state = YMODEM_RECEIVE_CLOSING;
    r->asked = 0;
    wait_until(r, time_after(now, CLOSING_WAIT));
}

/* --- bytes ----------------------------------------------------------------------------------- */

static void take_text(struct ymodem_receiver *r, uint8_t byte)
{
    if (r->text_length < sizeof r->text)
        r->text[r->text_length++] = byte;
}

static void begin_frame(struct ymodem_receiver *r, uint64_t now, uint8_t byte)
{
    r->frame[0] = byte;
    r->have = 1;
    r->want = byte == YMODEM_STX ? 1024 + 5 : 128 + 5;
    wait_until(r, time_after(now, GAP));
}

static void idle_byte(struct ymodem_receiver *r, uint64_t now, uint8_t byte)
{
    r->cancels = byte == YMODEM_CAN ? r->cancels + 1 : 0;
    if (byte == YMODEM_SOH || byte == YMODEM_STX) {
        begin_frame(r, now, byte);
    } else if (byte == YMODEM_EOT) {
        take_eot(r, now);
    } else if (r->cancels >= 2) {
        fail(r, now, YMODEM_REASON_CANCELLED, false);
    } else if ((byte >= 0x20 && byte != 0x7F) || byte == '\r' || byte == '\n' || byte == '\t' ||
               byte == 0x1B || r->state == YMODEM_RECEIVE_HEADER) {
        take_text(r, byte);
    } else if (r->state == YMODEM_RECEIVE_DATA && byte != YMODEM_CAN) {
        /* The head of a block was damaged: what follows is its data. */
        trouble(r, now, YMODEM_REASON_BAD_BLOCK);
    }
}

void ymodem_receiver_input(struct ymodem_receiver *r, uint64_t now, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (r->state == YMODEM_RECEIVE_IDLE || r->state >= YMODEM_RECEIVE_DONE) {
            take_text(r, bytes[i]);
        } else if (r->purging) {
            if (bytes[i] != YMODEM_BS && bytes[i] != '\r')
                r->purged_cancels = bytes[i] == YMODEM_CAN ? r->purged_cancels + 1 : 0;
            wait_until(r, time_after(now, QUIET));
        } else if (r->want) {
            r->frame[r->have++] = bytes[i];
            wait_until(r, time_after(now, GAP));
            if (r->have == 3 && (uint8_t)(r->frame[1] ^ r->frame[2]) != 0xFF)
                trouble(r, now, YMODEM_REASON_BAD_BLOCK);
            else if (r->have == r->want)
                take_frame(r, now);
        } else {
            idle_byte(r, now, bytes[i]);
        }
    }
    if (n)
        r->heard_us = now;
}

/* --- time ------------------------------------------------------------------------------------ */

static void ask(struct ymodem_receiver *r, uint64_t now)
{
    if (++r->asked > ASK_TIMES) {
        fail(r, now, YMODEM_REASON_NO_ANSWER, true);
        return;
    }
    reply(r, YMODEM_C);
    wait_until(r, time_after(now, ASK_EVERY));
}

static void after_purge(struct ymodem_receiver *r, uint64_t now)
{
    r->purging = false;
    if (r->purged_cancels >= PURGED_CANCELS) {
        fail(r, now, YMODEM_REASON_CANCELLED, false);
        return;
    }
    reply(r, r->state == YMODEM_RECEIVE_HEADER ? YMODEM_C : YMODEM_NAK);
    wait_until(r, time_after(now, r->state == YMODEM_RECEIVE_HEADER ? ASK_EVERY : BLOCK_WAIT));
}

static void timed_out(struct ymodem_receiver *r, uint64_t now)
{
    if (r->last_held) {
        tell_last(r);
    } else if (r->purging) {
        after_purge(r, now);
    } else if (r->want) {
        trouble(r, now, YMODEM_REASON_BAD_BLOCK);
    } else if (r->state == YMODEM_RECEIVE_HEADER) {
        ask(r, now);
    } else if (r->state == YMODEM_RECEIVE_DATA) {
        trouble(r, now, YMODEM_REASON_TIMEOUT);
    } else if (r->state == YMODEM_RECEIVE_CLOSING) {
        /* Not every sender closes the batch, and one that does may want to be asked. */
        if (++r->asked > 2) {
            finish(r, now);
        } else {
            reply(r, YMODEM_C);
            wait_until(r, time_after(now, CLOSING_WAIT));
        }
    } else if (r->state == YMODEM_RECEIVE_LINGER) {
        finish(r, now);
    }
}

void ymodem_receiver_init(struct ymodem_receiver *r, const struct ymodem_receiver_config *config)
{
    memset(r, 0, sizeof *r);
    r->config = *config;
    r->deadline = TIME_NEVER;
}

void ymodem_receiver_start(struct ymodem_receiver *r, uint64_t now)
{
    r->state = YMODEM_RECEIVE_HEADER;
    ask(r, now);
}

void ymodem_receiver_tick(struct ymodem_receiver *r, uint64_t now)
{
    if (now >= r->deadline)
        timed_out(r, now);
}

uint64_t ymodem_receiver_deadline(const struct ymodem_receiver *r)
{
    return r->deadline;
}

size_t ymodem_receiver_output(const struct ymodem_receiver *r, const uint8_t **bytes)
{
    *bytes = r->out + r->out_sent;
    return r->out_length - r->out_sent;
}

void ymodem_receiver_sent(struct ymodem_receiver *r, uint64_t now, size_t n)
{
    (void)now;
    size_t left = r->out_length - r->out_sent;
    r->out_sent += n < left ? n : left;
    if (r->last_held && r->out_sent == r->out_length)
        tell_last(r);
}

void ymodem_receiver_abort(struct ymodem_receiver *r, uint64_t now)
{
    if (r->state < YMODEM_RECEIVE_DONE)
        fail(r, now, YMODEM_REASON_ABORTED, true);
}

size_t ymodem_receiver_text(struct ymodem_receiver *r, const uint8_t **text)
{
    size_t n = r->text_length;
    *text = r->text;
    r->text_length = 0;
    return n;
}

const char *ymodem_receiver_state_name(const struct ymodem_receiver *r)
{
    static const char *const names[] = {"idle",   "header", "data",  "closing",
                                        "linger", "done",   "failed"};
    return names[r->state];
}
