/*
 * The Ymodem receiver against any bytes in any rhythm. First byte: preset; then pieces of
 * one length byte, one pause byte (in steps of 20 ms) and that many bytes of traffic.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ymodem/receiver.h"

#define LIMIT 5000u

static int sink(void *user, uint32_t offset, const uint8_t *bytes, size_t n)
{
    uint8_t *store = user;
    if (offset > LIMIT || n > LIMIT - offset)
        abort();
    memcpy(store + offset, bytes, n);
    return n == 7 ? -1 : 0;
}

struct ends {
    unsigned count;
};

static void drain(struct ymodem_receiver *r, uint64_t now, struct ends *ends)
{
    const uint8_t *bytes;
    struct ymodem_receiver_event e;
    size_t n = ymodem_receiver_output(r, &bytes);
    if (n > sizeof r->out)
        abort();
    ymodem_receiver_sent(r, now, n);
    ymodem_receiver_text(r, &bytes);
    while (ymodem_receiver_next_event(r, &e)) {
        if (ends->count || e.bytes > LIMIT)
            abort(); /* nothing comes behind the end */
        ends->count += e.kind == YMODEM_RECEIVER_DONE || e.kind == YMODEM_RECEIVER_FAILED;
    }
    if (strlen(r->name) > YMODEM_NAME_MAX || r->stored > LIMIT)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ymodem_receiver receiver;
    static uint8_t store[LIMIT];
    struct ends ends = {0};
    uint64_t now = TIME_S;
    if (size < 1)
        return 0;
    struct ymodem_receiver_config config = {
        .preset = ymodem_preset_at(data[0] % 8), .max_size = LIMIT, .sink = {sink, store}};
    ymodem_receiver_init(&receiver, &config);
    ymodem_receiver_start(&receiver, now);
    for (size_t at = 1; at + 2 <= size;) {
        size_t n = data[at] < size - at - 2 ? data[at] : size - at - 2;
        uint64_t until = now + data[at + 1] * 20 * TIME_MS;
        ymodem_receiver_input(&receiver, now, data + at + 2, n);
        drain(&receiver, now, &ends);
        while (ymodem_receiver_deadline(&receiver) <= until) {
            now = ymodem_receiver_deadline(&receiver) > now ? ymodem_receiver_deadline(&receiver)
                                                            : now;
            ymodem_receiver_tick(&receiver, now);
            drain(&receiver, now, &ends);
        }
        now = until;
        at += 2 + n;
    }
    /* Left alone it ends by itself. */
    for (int i = 0; i < 2000 && ymodem_receiver_deadline(&receiver) != TIME_NEVER; i++) {
        uint64_t next = ymodem_receiver_deadline(&receiver);
        now = next > now ? next : now;
        ymodem_receiver_tick(&receiver, now);
        drain(&receiver, now, &ends);
    }
    if (ends.count != 1)
        abort();
    return 0;
}
