/*
 * The Ymodem sender and its reply scanner against any answers in any rhythm. First byte:
 * preset; second: how much the port takes at a time, and its speed; third: size of the file. Then
 * pieces of one length byte, one pause byte (in steps of 20 ms) and that many bytes from the
 * receiver. Whatever comes, only whole frames, EOTs and the cancel sequence leave.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ymodem/sender.h"

struct wire {
    uint8_t unit[1029];
    size_t length;
    size_t piece;
    unsigned ends;
};

static int source(void *user, uint32_t offset, uint8_t *into, size_t n)
{
    (void)user;
    for (size_t i = 0; i < n; i++)
        into[i] = (uint8_t)(offset + i);
    return 0;
}

static size_t unit_size(uint8_t first)
{
    switch (first) {
    case YMODEM_SOH:
        return 133;
    case YMODEM_STX:
        return 1029;
    case YMODEM_EOT:
        return 1;
    case YMODEM_CAN:
        return YMODEM_CANCEL_SIZE;
    default:
        abort(); /* a stray byte where a header is due */
    }
}

static void put(struct wire *w, uint8_t byte)
{
    w->unit[w->length++] = byte;
    if (w->length < unit_size(w->unit[0]))
        return;
    if (w->length >= 133 && !ymodem_frame_valid(w->unit, w->length))
        abort();
    w->length = 0;
}

static void drain(struct ymodem_sender *s, uint64_t now, struct wire *w)
{
    const uint8_t *bytes;
    struct ymodem_sender_event e;
    for (size_t n; (n = ymodem_sender_output(s, &bytes)) > 0;) {
        size_t taken = w->piece && n > w->piece ? w->piece : n;
        for (size_t i = 0; i < taken; i++)
            put(w, bytes[i]);
        ymodem_sender_sent(s, now, taken);
        if (w->piece)
            break;
    }
    ymodem_sender_text(s, &bytes);
    while (ymodem_sender_next_event(s, &e)) {
        if (w->ends || e.bytes > s->config.size)
            abort();
        w->ends += e.kind == YMODEM_SENDER_DONE || e.kind == YMODEM_SENDER_FAILED;
    }
    if (ymodem_sender_accepted(s) > s->config.size)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ymodem_sender sender;
    struct wire wire = {.length = 0};
    uint64_t now = TIME_S;
    if (size < 3)
        return 0;
    struct ymodem_sender_config config = {.preset = ymodem_preset_at(data[0] % 8),
                                          .name = "f.bin",
                                          .size = data[2] * 31u,
                                          .baud = data[1] & 1 ? 921600 : 0,
                                          .source = {source, NULL}};
    wire.piece = data[1] / 2 * 9u;
    ymodem_sender_init(&sender, &config);
    ymodem_sender_start(&sender, now);
    for (size_t at = 3; at + 2 <= size;) {
        size_t n = data[at] < size - at - 2 ? data[at] : size - at - 2;
        uint64_t until = now + data[at + 1] * 20 * TIME_MS;
        drain(&sender, now, &wire);
        if (data[at] == 255)
            ymodem_sender_abort(&sender, now);
        ymodem_sender_input(&sender, now, data + at + 2, n);
        drain(&sender, now, &wire);
        while (ymodem_sender_deadline(&sender) <= until) {
            now = ymodem_sender_deadline(&sender) > now ? ymodem_sender_deadline(&sender) : now;
            ymodem_sender_tick(&sender, now);
            drain(&sender, now, &wire);
        }
        now = until;
        at += 2 + n;
    }
    for (int i = 0; i < 20000 && !wire.ends; i++) {
        uint64_t next = ymodem_sender_deadline(&sender);
        drain(&sender, now, &wire);
        if (next != TIME_NEVER && next > now && ymodem_sender_deadline(&sender) == next)
            now = next;
        ymodem_sender_tick(&sender, now);
        drain(&sender, now, &wire);
    }
    if (wire.ends != 1)
        abort();
    return 0;
}
