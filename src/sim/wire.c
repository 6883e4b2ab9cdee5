#include "sim/wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

void sim_wire_init(struct sim_wire *w, uint32_t baud, uint64_t latency_us, uint32_t noise,
                   uint32_t lose, uint64_t seed)
{
    memset(w, 0, sizeof *w);
    w->byte_ns = 10ull * 1000000000ull / (baud ? baud : 1);
    w->latency_us = latency_us;
    w->noise = noise;
    w->lose = lose;
    random_seed(&w->random, seed);
}

void sim_wire_free(struct sim_wire *w)
{
    free(w->ring);
    memset(w, 0, sizeof *w);
}

static bool grow(struct sim_wire *w)
{
    size_t capacity = w->capacity ? w->capacity * 2 : 4096;
    struct sim_wire_byte *ring = malloc(capacity * sizeof *ring);
    if (!ring)
        return false;
    for (size_t i = 0; i < w->count; i++)
        ring[i] = w->ring[(w->head + i) % w->capacity];
    free(w->ring);
    w->ring = ring;
    w->capacity = capacity;
    w->head = 0;
    return true;
}

void sim_wire_put(struct sim_wire *w, uint64_t at, const uint8_t *bytes, size_t n)
{
    /* Nanoseconds, because a byte at 921600 takes 10.85 us and rounding would add up. */
    uint64_t free_at = w->free_at_ns > at * 1000 ? w->free_at_ns : at * 1000;
    for (size_t i = 0; i < n; i++) {
        uint8_t value = bytes[i];
        free_at += w->byte_ns;
        if (w->lose && random_one_in(&w->random, w->lose))
            continue;
        if (w->noise && random_one_in(&w->random, w->noise))
            value ^= (uint8_t)(1 + random_below(&w->random, 255));
        if (w->count == w->capacity && !grow(w)) {
            w->full = true;
            break;
        }
        struct sim_wire_byte *b = &w->ring[(w->head + w->count++) % w->capacity];
        b->at = (free_at + 999) / 1000 + w->latency_us;
        b->value = value;
    }
    w->free_at_ns = free_at;
}

const struct sim_wire_byte *sim_wire_peek(const struct sim_wire *w)
{
    return w->count ? &w->ring[w->head] : NULL;
}

uint64_t sim_wire_arrival(const struct sim_wire *w, size_t i)
{
    if (i >= w->count)
        i = w->count - 1;
    return w->ring[(w->head + i) % w->capacity].at;
}

void sim_wire_drop(struct sim_wire *w)
{
    if (w->count) {
        w->head = (w->head + 1) % w->capacity;
        w->count--;
    }
}

void sim_wire_clear(struct sim_wire *w)
{
    w->head = w->count = 0;
    w->free_at_ns = 0;
}
