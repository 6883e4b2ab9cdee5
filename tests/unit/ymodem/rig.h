/*
 * A sender on a wire of a given speed, in virtual time, with a receiver that is a
 * small model with a script. The model shares no code with ymodem/receiver.c.
 */
#ifndef OTACONSOLE_TESTS_YMODEM_RIG_H
#define OTACONSOLE_TESTS_YMODEM_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ymodem/crc16.h"
#include "ymodem/sender.h"

#define RIG_FILE_MAX 400000u
#define RIG_BACK_MAX 4096u

/* What befalls one frame that the sender puts out. */
enum rig_fate {
    RIG_NORMAL,
    RIG_LOST,    /* the frame never arrives */
    RIG_GARBLED, /* it arrives, but no block can be made of it */
    RIG_MUTE,    /* it arrives and is taken, but the answer is lost */
    RIG_LATE,    /* the answer comes `late_us` later */
    RIG_LOG,     /* a log line comes before the answer */
    RIG_FLIPPED, /* it arrives and is taken, but the ACK becomes a NAK on the way */
    RIG_REFUSED, /* NAK out of the blue, nothing taken */
    RIG_CANCEL,  /* CAN CAN instead of an answer */
};

struct rig {
    struct ymodem_sender sender;
    struct ymodem_preset preset;
    uint64_t now, line_free, latency_us;
    uint32_t baud;
    size_t piece; /* how many bytes the port takes at a time; 0 = a frame whole */

    /* The receiver. */
    bool naks_duplicates, stores_duplicates, naks_first_eot, acks_eot_twice, silent_when_bad;
    bool no_c_after_header, wants_null_c, bare_end; /* bare_end: no answer to the closing block */
    uint64_t erase_us, program_us, late_us, answered_at;
    enum rig_fate (*fate)(struct rig *rig, unsigned frame);
    void *fate_user;
    unsigned frames, eots;
    uint32_t expected; /* block number, not wrapped; 0 = header */
    bool ended, cancelled;
    uint8_t stored[RIG_FILE_MAX + 2048];
    size_t stored_length;
    char name[128];
    uint32_t declared;

    /* On the way back, by time. */
    struct {
        uint64_t at;
        uint8_t byte;
    } back[RIG_BACK_MAX];
    size_t back_count;

    /* What the sender put out so far of the unit under way, and what it was. */
    uint8_t unit[2048];
    size_t unit_length;
    unsigned header_frames, null_frames, data_frames;
    uint64_t header_at[8];

    /* What it told. */
    uint8_t file[RIG_FILE_MAX];
    unsigned done, failed, retries, assumed, accepted_events;
    enum ymodem_reason reason, last_retry;
    char text[4096];
    size_t text_length;
    uint64_t ended_us;
    bool keep_events; /* never fetch events while running */
};

static inline void rig_back(struct rig *r, uint64_t at, const void *bytes, size_t n)
{
    const uint8_t *b = bytes;
    at += r->latency_us;
    for (size_t i = 0; i < n; i++) {
        assert_true(r->back_count < RIG_BACK_MAX);
        size_t k = r->back_count++;
        /* Bytes do not overtake each other. */
        while (k && r->back[k - 1].at > at) {
            r->back[k] = r->back[k - 1];
            k--;
        }
        r->back[k].at = at;
        r->back[k].byte = b[i];
        at += r->baud ? 10 * TIME_S / r->baud : 0;
    }
}

static inline void rig_answer(struct rig *r, uint64_t at, enum rig_fate fate, const char *bytes)
{
    static const char line[] = "[  12.345]<I> wifi COMMAND DONE\r\n";
    if (fate == RIG_MUTE)
        return;
    if (fate == RIG_LATE)
        at += r->late_us;
    if (fate == RIG_FLIPPED)
        bytes = "\x15";
    /* One thing after the other: a late answer makes those behind it late, too. */
    at = at > r->answered_at ? at : r->answered_at;
    r->answered_at = at;
    if (fate == RIG_LOG) {
        rig_back(r, at, line, sizeof line - 1);
        at += r->baud ? sizeof line * 10 * TIME_S / r->baud : 0;
    }
    rig_back(r, at, bytes, strlen(bytes));
}

static inline void rig_take_block(struct rig *r, uint64_t at, enum rig_fate fate)
{
    size_t size = r->unit_length - 5;
    uint8_t number = r->unit[1];
    assert_int_equal(number ^ r->unit[2], 0xFF);
    assert_int_equal(ymodem_crc16(0, r->unit + 3, size),
                     r->unit[3 + size] << 8 | r->unit[4 + size]);
    if (r->ended || (r->eots && number == 0)) {
        assert_int_equal(r->unit[3], 0);
        r->null_frames++;
        if (fate == RIG_LOST)
            return;
        r->ended = true;
        if (!r->bare_end)
            rig_answer(r, at, fate, "\x06");
        return;
    }
    bool header = number == 0 && r->data_frames == 0;
    if (header && r->header_frames < 8)
        r->header_at[r->header_frames++] = at;
    r->data_frames += !header;
    if (fate == RIG_LOST)
        return;
    if (fate == RIG_GARBLED || fate == RIG_REFUSED) {
        if (!r->silent_when_bad)
            rig_answer(r, at, RIG_NORMAL, fate == RIG_GARBLED ? "C" : "\x15");
        return;
    }
    if (number == (uint8_t)r->expected) {
        if (r->expected == 0) {
            const char *body = (const char *)r->unit + 3;
            snprintf(r->name, sizeof r->name, "%s", body);
            r->declared = (uint32_t)strtoul(body + strlen(body) + 1, NULL, 10);
            at += r->erase_us;
            rig_answer(r, at, fate, r->no_c_after_header ? "\x06" : "\x06\x43");
        } else {
            memcpy(r->stored + r->stored_length, r->unit + 3, size);
            r->stored_length += size;
            assert_true(r->stored_length < sizeof r->stored - 1024);
            rig_answer(r, at + r->program_us, fate, "\x06");
        }
        r->expected++;
    } else if (r->naks_duplicates) {
        rig_answer(r, at, fate, "\x15");
    } else if (r->stores_duplicates && number == (uint8_t)(r->expected - 1)) {
        memcpy(r->stored + r->stored_length, r->unit + 3, size);
        r->stored_length += size;
        rig_answer(r, at, fate, "\x06");
    } else if (number == (uint8_t)(r->expected - 1)) {
        rig_answer(r, at, fate, number ? "\x06" : "\x06\x43");
    } else {
        rig_answer(r, at, fate, "\x15");
    }
}

static inline void rig_take_eot(struct rig *r, uint64_t at, enum rig_fate fate)
{
    if (fate == RIG_LOST)
        return;
    bool refuse = r->naks_first_eot && r->eots == 0;
    r->eots++;
    if (refuse)
        rig_answer(r, at, fate, "\x15");
    else if (r->acks_eot_twice)
        rig_answer(r, at, fate, "\x06\x06\x43");
    else
        rig_answer(r, at, fate, r->wants_null_c ? "\x06\x43" : "\x06");
}

/* A unit is complete: a frame, an EOT or the cancel sequence; anything else is a stray byte. */
static inline void rig_unit(struct rig *r, uint64_t at)
{
    enum rig_fate fate = r->fate ? r->fate(r, r->frames) : RIG_NORMAL;
    r->frames++;
    if (r->unit[0] == YMODEM_CAN)
        r->cancelled = true;
    else if (fate == RIG_CANCEL)
        rig_back(r, at, "\x18\x18\x18\x18\x18\x18\x18\x18", 8);
    else if (r->unit[0] == YMODEM_EOT)
        rig_take_eot(r, at, fate);
    else
        rig_take_block(r, at, fate);
    r->unit_length = 0;
}

static inline void rig_wire(struct rig *r, uint64_t at, uint8_t byte)
{
    static const uint8_t cancel[] = "\x18\x18\x18\x18\x18\x18\x18\x18\b\b\b\b\b\b\b\b\r";
    r->unit[r->unit_length++] = byte;
    size_t want = 0;
    switch (r->unit[0]) {
    case YMODEM_SOH:
        want = 133;
        break;
    case YMODEM_STX:
        want = 1029;
        break;
    case YMODEM_EOT:
        want = 1;
        break;
    case YMODEM_CAN:
        want = 17;
        assert_int_equal(byte, cancel[r->unit_length - 1]);
        break;
    default:
        fail_msg("stray byte %02x where a header is due", byte);
    }
    if (r->unit_length == want)
        rig_unit(r, at);
}

static inline int rig_read(void *user, uint32_t offset, uint8_t *into, size_t n)
{
    struct rig *r = user;
    assert_true(offset + n <= r->sender.config.size);
    memcpy(into, r->file + offset, n);
    return 0;
}

static inline void rig_events(struct rig *r)
{
    struct ymodem_sender_event e;
    while (ymodem_sender_next_event(&r->sender, &e)) {
        assert_int_equal(r->done + r->failed, 0); /* nothing comes behind the end */
        r->done += e.kind == YMODEM_SENDER_DONE;
        r->failed += e.kind == YMODEM_SENDER_FAILED;
        r->retries += e.kind == YMODEM_SENDER_RETRY;
        r->assumed += e.kind == YMODEM_SENDER_ASSUMED_ACCEPTED;
        r->accepted_events += e.kind == YMODEM_SENDER_HEADER_ACCEPTED;
        if (e.kind == YMODEM_SENDER_FAILED)
            r->reason = e.reason;
        if (e.kind == YMODEM_SENDER_RETRY)
            r->last_retry = e.reason;
        if (e.kind == YMODEM_SENDER_DONE || e.kind == YMODEM_SENDER_FAILED)
            r->ended_us = r->now;
    }
}

static inline void rig_after(struct rig *r)
{
    const uint8_t *bytes;
    size_t n = ymodem_sender_text(&r->sender, &bytes);
    if (n > sizeof r->text - 1 - r->text_length)
        n = sizeof r->text - 1 - r->text_length;
    memcpy(r->text + r->text_length, bytes, n);
    r->text_length += n;
    if (!r->keep_events)
        rig_events(r);
}

/* Takes at most one piece of what the sender wants to say; the rest waits for the line. */
static inline void rig_put(struct rig *r)
{
    const uint8_t *bytes;
    size_t n = ymodem_sender_output(&r->sender, &bytes);
    if (n == 0 || (r->piece && r->now < r->line_free))
        return;
    if (r->piece && n > r->piece)
        n = r->piece;
    uint64_t bit = r->baud ? 10 * TIME_S : 0, at = r->line_free > r->now ? r->line_free : r->now;
    for (size_t i = 0; i < n; i++)
        rig_wire(r, at + (bit ? (i + 1) * bit / r->baud : 0) + r->latency_us, bytes[i]);
    r->line_free = at + (bit ? n * bit / r->baud : 0);
    ymodem_sender_sent(&r->sender, r->now, n);
    rig_after(r);
}

static inline uint64_t rig_next(const struct rig *r)
{
    const uint8_t *bytes;
    uint64_t next = ymodem_sender_deadline(&r->sender);
    if (r->back_count)
        next = time_min(next, r->back[0].at);
    if (r->piece && ymodem_sender_output(&r->sender, &bytes))
        next = time_min(next, r->line_free > r->now ? r->line_free : r->now + 1);
    return next;
}

/* One step of time; false when the transfer is over or `until` is reached. */
static inline bool rig_step(struct rig *r, uint64_t until)
{
    uint8_t bytes[64];
    size_t n = 0;
    rig_put(r);
    if (r->sender.state == YMODEM_SEND_DONE || r->sender.state == YMODEM_SEND_FAILED)
        return false;
    uint64_t next = rig_next(r);
    if (next > until) {
        r->now = until;
        return false;
    }
    r->now = next > r->now ? next : r->now;
    while (r->back_count && n < sizeof bytes && r->back[0].at <= r->now) {
        bytes[n++] = r->back[0].byte;
        memmove(r->back, r->back + 1, --r->back_count * sizeof r->back[0]);
    }
    if (n)
        ymodem_sender_input(&r->sender, r->now, bytes, n);
    ymodem_sender_tick(&r->sender, r->now);
    rig_after(r);
    return true;
}

static inline void rig_run(struct rig *r, uint64_t until)
{
    while (rig_step(r, until)) {
    }
    rig_events(r);
}

/* A rig with the preset's own habits in its model; start it with rig_start. */
static inline struct rig *rig_new(const char *preset, uint32_t baud)
{
    struct rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    assert_non_null(ymodem_preset_find(preset));
    r->preset = *ymodem_preset_find(preset);
    r->baud = baud;
    r->now = 1000 * TIME_S;
    r->naks_duplicates = r->preset.naks_duplicates;
    r->stores_duplicates = r->preset.stores_duplicates;
    r->silent_when_bad = strcmp(preset, "alios-2nd-boot") == 0;
    r->naks_first_eot = r->silent_when_bad || strcmp(preset, "rt-thread") == 0;
    r->acks_eot_twice = strcmp(preset, "u-boot") == 0;
    r->no_c_after_header = r->acks_eot_twice;
    r->wants_null_c = !r->preset.early_null;
    r->program_us = 1500;
    for (size_t i = 0; i < RIG_FILE_MAX; i++)
        r->file[i] = (uint8_t)(i * 7 + i / 251 + 3);
    return r;
}

static inline void rig_start(struct rig *r, uint32_t size)
{
    struct ymodem_sender_config config = {
        .preset = &r->preset,
        .name = "out/app@mk3060.bin",
        .size = size,
        .baud = r->baud,
        .source = {.read = rig_read, .user = r},
    };
    ymodem_sender_init(&r->sender, &config);
    ymodem_sender_start(&r->sender, r->now);
    if (!r->preset.early_header)
        rig_back(r, r->now + 100 * TIME_MS, "C", 1);
}

static inline struct rig *rig_transfer(struct rig *r, uint32_t size)
{
    rig_start(r, size);
    rig_run(r, r->now + 3600 * TIME_S);
    return r;
}

/* The receiver holds the file, padding apart. */
static inline bool rig_holds_file(const struct rig *r)
{
    uint32_t size = r->sender.config.size;
    if (r->stored_length < size || r->stored_length - size >= r->preset.block_size ||
        memcmp(r->stored, r->file, size) != 0)
        return false;
    for (size_t i = size; i < r->stored_length; i++) {
        if (r->stored[i] != r->preset.pad)
            return false;
    }
    return true;
}

#endif
