#include "session/session_internal.h"

#include <stdio.h>
#include <string.h>

#include "ymodem/trace.h"

/* Often enough to look alive, seldom enough not to flood a log. */
#define PROGRESS_EVERY (200 * TIME_MS)

static void tell_progress(struct session *s, uint32_t bytes, bool final)
{
    struct transfer *t = &s->transfer;
    if (!final && t->last_told_us && s->now < t->last_told_us + PROGRESS_EVERY && t->first_data_us)
        return;
    t->last_told_us = s->now;
    struct event event = {
        .kind = EVENT_PROGRESS,
        .name = t->request.activity,
        .done = (uint64_t)t->request.done_before + bytes,
        .total = t->request.total,
    };
    /* The first moments are the loader's erase, not the line: the rate is that of the data. */
    if (bytes && !t->first_data_us) {
        t->first_data_us = s->now;
        t->first_data_bytes = bytes;
    }
    uint64_t elapsed = t->first_data_us ? s->now - t->first_data_us : 0;
    if (elapsed > 100 * TIME_MS && bytes > t->first_data_bytes) {
        event.rate = (uint64_t)(bytes - t->first_data_bytes) * TIME_S / elapsed;
        if (event.rate && event.total > event.done)
            event.eta_us = (event.total - event.done) * TIME_S / event.rate;
    }
    session_emit(s, &event);
}

static void finish(struct session *s, bool done, uint32_t bytes, const char *words)
{
    struct transfer_result *r = &s->conversation.transfer;
    tell_progress(s, bytes, true);
    r->state = done ? TRANSFER_DONE : TRANSFER_FAILED;
    r->bytes = bytes;
    snprintf(r->words, sizeof r->words, "%s", words ? words : "");
    s->transfer.running = false;
    link_set_low_latency(s->options.link, false);
}

static int read_source(void *user, uint32_t offset, uint8_t *into, size_t n)
{
    const struct transfer *t = user;
    if (offset > t->request.size || n > t->request.size - offset)
        return -1;
    memcpy(into, t->request.data + offset, n);
    return 0;
}

static int store_received(void *user, uint32_t offset, const uint8_t *bytes, size_t n)
{
    struct transfer *t = user;
    if (offset > t->request.size || n > t->request.size - offset)
        return -1;
    memcpy(t->request.into + offset, bytes, n);
    if (offset + (uint32_t)n > t->received)
        t->received = offset + (uint32_t)n;
    return 0;
}

void transfer_begin(struct session *s, const struct transfer_request *request)
{
    struct transfer *t = &s->transfer;
    memset(&s->conversation.transfer, 0, sizeof s->conversation.transfer);
    t->request = *request;
    t->started_us = s->now;
    t->last_told_us = 0;
    t->first_data_us = 0;
    t->first_data_bytes = 0;
    t->received = 0;
    t->running = true;
    s->conversation.transfer.state = TRANSFER_RUNNING;
    if (!request->preset) {
        transfer_fail(s, "the board file names a receiver preset that does not exist");
        return;
    }
    link_set_low_latency(s->options.link, true);
    if (request->receive) {
        struct ymodem_receiver_config config = {
            .preset = request->preset,
            .max_size = request->size,
            .baud = s->conversation.baud,
            .sink = {.write = store_received, .user = t},
        };
        ymodem_receiver_init(&t->receiver, &config);
        ymodem_receiver_start(&t->receiver, s->now);
    } else {
        struct ymodem_sender_config config = {
            .preset = request->preset,
            .name = request->name,
            .size = request->size,
            .baud = s->conversation.baud,
            .source = {.read = read_source, .user = t},
        };
        ymodem_sender_init(&t->sender, &config);
        ymodem_sender_start(&t->sender, s->now);
    }
    tell_progress(s, 0, false);
}

void transfer_abort(struct session *s)
{
    struct transfer *t = &s->transfer;
    if (!t->running)
        return;
    if (t->request.receive)
        ymodem_receiver_abort(&t->receiver, s->now);
    else
        ymodem_sender_abort(&t->sender, s->now);
}

void transfer_fail(struct session *s, const char *words)
{
    if (s->transfer.running)
        finish(s, false, 0, words);
}

static void tell(struct session *s, const char *name, const char *text)
{
    struct event event = {.kind = EVENT_TRANSFER, .name = name, .text = text};
    session_emit(s, &event);
}

static void sender_events(struct session *s)
{
    struct ymodem_sender *sender = &s->transfer.sender;
    struct ymodem_sender_event e;
    char text[160];
    while (s->transfer.running && ymodem_sender_next_event(sender, &e)) {
        switch (e.kind) {
        case YMODEM_SENDER_PROGRESS:
            tell_progress(s, e.bytes, false);
            break;
        case YMODEM_SENDER_RETRY:
            snprintf(text, sizeof text, "block %u sent again: %s", (unsigned)e.block,
                     ymodem_reason_text(e.reason));
            tell(s, "retry", text);
            break;
        case YMODEM_SENDER_ASSUMED_ACCEPTED:
            snprintf(text, sizeof text,
                     "block %u was refused as a duplicate: its ACK was lost, going on",
                     (unsigned)e.block);
            tell(s, "assumed", text);
            break;
        case YMODEM_SENDER_DONE:
            finish(s, true, s->transfer.request.size, NULL);
            break;
        case YMODEM_SENDER_FAILED:
            finish(s, false, ymodem_sender_accepted(sender), ymodem_reason_text(e.reason));
            break;
        default:
            break;
        }
    }
}

static void receiver_events(struct session *s)
{
    struct ymodem_receiver *receiver = &s->transfer.receiver;
    struct ymodem_receiver_event e;
    while (s->transfer.running && ymodem_receiver_next_event(receiver, &e)) {
        switch (e.kind) {
        case YMODEM_RECEIVER_PROGRESS:
            tell_progress(s, e.bytes, false);
            break;
        case YMODEM_RECEIVER_RETRY:
            tell(s, "retry", ymodem_reason_text(e.reason));
            break;
        case YMODEM_RECEIVER_DONE:
            if (s->transfer.received == s->transfer.request.size)
                finish(s, true, s->transfer.received, NULL);
            else
                finish(s, false, s->transfer.received, "the board sent less than was asked");
            break;
        case YMODEM_RECEIVER_FAILED:
            finish(s, false, s->transfer.received, ymodem_reason_text(e.reason));
            break;
        default:
            break;
        }
    }
}

static void pump_events(struct session *s)
{
    if (s->transfer.request.receive)
        receiver_events(s);
    else
        sender_events(s);
}

void transfer_input(struct session *s, const uint8_t *bytes, size_t n)
{
    struct transfer *t = &s->transfer;
    while (n) {
        size_t part = n < YMODEM_INPUT_MAX ? n : YMODEM_INPUT_MAX;
        const uint8_t *text;
        size_t text_length;
        if (!t->running) {
            session_hear(s, bytes, n);
            return;
        }
        if (t->request.receive) {
            ymodem_receiver_input(&t->receiver, s->now, bytes, part);
            text_length = ymodem_receiver_text(&t->receiver, &text);
        } else {
            ymodem_sender_input(&t->sender, s->now, bytes, part);
            text_length = ymodem_sender_text(&t->sender, &text);
        }
        if (text_length)
            session_hear(s, text, text_length);
        pump_events(s);
        bytes += part;
        n -= part;
    }
}

void transfer_tick(struct session *s)
{
    struct transfer *t = &s->transfer;
    if (!t->running)
        return;
    const uint8_t *text;
    size_t n;
    if (t->request.receive) {
        ymodem_receiver_tick(&t->receiver, s->now);
        n = ymodem_receiver_text(&t->receiver, &text);
    } else {
        ymodem_sender_tick(&t->sender, s->now);
        n = ymodem_sender_text(&t->sender, &text);
    }
    if (n)
        session_hear(s, text, n);
    pump_events(s);
}

uint64_t transfer_deadline(const struct session *s)
{
    const struct transfer *t = &s->transfer;
    if (!t->running)
        return TIME_NEVER;
    return t->request.receive ? ymodem_receiver_deadline(&t->receiver)
                              : ymodem_sender_deadline(&t->sender);
}

size_t transfer_output(struct session *s, const uint8_t **bytes)
{
    struct transfer *t = &s->transfer;
    if (!t->running)
        return 0;
    return t->request.receive ? ymodem_receiver_output(&t->receiver, bytes)
                              : ymodem_sender_output(&t->sender, bytes);
}

void transfer_sent(struct session *s, size_t n)
{
    struct transfer *t = &s->transfer;
    if (!t->running)
        return;
    if (t->request.receive)
        ymodem_receiver_sent(&t->receiver, s->now, n);
    else
        ymodem_sender_sent(&t->sender, s->now, n);
    pump_events(s);
}

const char *transfer_state_name(const struct session *s)
{
    const struct transfer *t = &s->transfer;
    if (!t->running)
        return "text";
    return t->request.receive ? ymodem_receiver_state_name(&t->receiver)
                              : ymodem_sender_state_name(&t->sender);
}
