/*
 * A receiver with everything it says, stores and tells in plain sight, and the pieces a
 * sender's side is made of. One test program includes it once.
 */
#ifndef OTACONSOLE_TESTS_YMODEM_RECEIVER_RIG_H
#define OTACONSOLE_TESTS_YMODEM_RECEIVER_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ymodem/receiver.h"

static struct ymodem_receiver receiver;
static struct ymodem_preset preset;
static uint64_t now;
static uint8_t stored[300001], data[300000];
static uint32_t max_size;
static unsigned headers, retries, done, failed;
static uint32_t done_bytes;
static enum ymodem_reason reason;
static char replies[4096], text[8192];
static size_t text_length;
static bool sink_breaks;

static inline int sink(void *user, uint32_t offset, const uint8_t *bytes, size_t n)
{
    (void)user;
    assert_true(offset <= max_size && n <= max_size - offset);
    if (sink_breaks)
        return -1;
    memcpy(stored + offset, bytes, n);
    return 0;
}

/* Hands over what is to be sent, as letters: A N C, x for CAN, b for BS. */
static inline void collect(void)
{
    const uint8_t *bytes;
    size_t n = ymodem_receiver_output(&receiver, &bytes), used = strlen(replies);
    for (size_t i = 0; i < n && used + 1 < sizeof replies; i++) {
        switch (bytes[i]) {
        case YMODEM_ACK:
            replies[used++] = 'A';
            break;
        case YMODEM_NAK:
            replies[used++] = 'N';
            break;
        case YMODEM_CAN:
            replies[used++] = 'x';
            break;
        case YMODEM_BS:
            replies[used++] = 'b';
            break;
        default:
            replies[used++] = (char)bytes[i];
        }
    }
    replies[used] = '\0';
    if (n)
        ymodem_receiver_sent(&receiver, now, n);
    struct ymodem_receiver_event e;
    while (ymodem_receiver_next_event(&receiver, &e)) {
        assert_int_equal(done + failed, 0);
        headers += e.kind == YMODEM_RECEIVER_HEADER;
        retries += e.kind == YMODEM_RECEIVER_RETRY;
        done += e.kind == YMODEM_RECEIVER_DONE;
        failed += e.kind == YMODEM_RECEIVER_FAILED;
        if (e.kind == YMODEM_RECEIVER_FAILED)
            reason = e.reason;
        if (e.kind == YMODEM_RECEIVER_DONE)
            done_bytes = e.bytes;
    }
    size_t k = ymodem_receiver_text(&receiver, &bytes);
    if (k > sizeof text - 1 - text_length)
        k = sizeof text - 1 - text_length;
    memcpy(text + text_length, bytes, k);
    text_length += k;
    text[text_length] = '\0';
}

static inline void begin(const char *name, uint32_t max)
{
    preset = *ymodem_preset_find(name);
    max_size = max;
    struct ymodem_receiver_config config = {
        .preset = &preset, .max_size = max, .baud = 921600, .sink = {.write = sink}};
    memset(stored, 0xEE, sizeof stored);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 13 + i / 255);
    headers = retries = done = failed = 0;
    reason = YMODEM_REASON_NONE;
    text_length = 0;
    replies[0] = text[0] = '\0';
    sink_breaks = false;
    now = 10 * TIME_S;
    ymodem_receiver_init(&receiver, &config);
    ymodem_receiver_start(&receiver, now);
    collect();
    assert_string_equal(replies, "C");
    replies[0] = '\0';
}

static inline void hear(const void *bytes, size_t n)
{
    const uint8_t *b = bytes;
    while (n) {
        size_t part = n < 200 ? n : 200;
        ymodem_receiver_input(&receiver, now, b, part);
        collect();
        b += part;
        n -= part;
        now += part * 10 * TIME_S / 921600;
    }
}

/* Lets time pass, obeying deadlines. */
static inline void pass(uint64_t us)
{
    uint64_t end = now + us;
    while (ymodem_receiver_deadline(&receiver) <= end) {
        now = ymodem_receiver_deadline(&receiver) > now ? ymodem_receiver_deadline(&receiver) : now;
        ymodem_receiver_tick(&receiver, now);
        collect();
    }
    now = end;
}

static inline void expect(const char *wanted)
{
    assert_string_equal(replies, wanted);
    replies[0] = '\0';
}

static inline void raw_header(const char *body, size_t n)
{
    uint8_t frame[YMODEM_FRAME_MAX] = {0};
    size_t size = n > 128 ? 1024 : 128;
    memcpy(frame + 3, body, n);
    hear(frame, ymodem_frame_seal(frame, 0, size));
}

static inline void header(const char *name, const char *size)
{
    char body[1024];
    int n = snprintf(body, sizeof body, "%s%c%s", name, 0, size);
    raw_header(body, (size_t)n);
}

static inline size_t make_block(uint8_t *frame, uint32_t number, size_t size, uint32_t total)
{
    uint32_t at = (number - 1) * (uint32_t)size;
    for (size_t i = 0; i < size; i++)
        frame[3 + i] = at + i < total ? data[at + i] : 0x1A;
    return ymodem_frame_seal(frame, (uint8_t)number, size);
}

static inline void block(uint32_t number, size_t size, uint32_t total)
{
    uint8_t frame[YMODEM_FRAME_MAX];
    hear(frame, make_block(frame, number, size, total));
}

static inline void byte(uint8_t b)
{
    hear(&b, 1);
}

static inline void holds(uint32_t n)
{
    assert_int_equal(done, 1);
    assert_int_equal(failed, 0);
    assert_int_equal(done_bytes, n);
    assert_memory_equal(stored, data, n);
    assert_int_equal(stored[n], 0xEE);
}

#endif
