/*
 * One direction of a serial line: bytes enter at a time and arrive one after the
 * other at the line's speed, later by its delay; some are damaged or lost.
 */
#ifndef OTACONSOLE_SIM_WIRE_H
#define OTACONSOLE_SIM_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"

struct sim_wire_byte {
    uint64_t at; /* when its last bit has arrived */
    uint8_t value;
};

struct sim_wire {
    struct sim_wire_byte *ring;
    size_t capacity, head, count;
    uint64_t free_at_ns; /* the transmitter is busy until then */
    uint64_t byte_ns;    /* 8N1: ten bits */
    uint64_t latency_us;
    uint32_t noise, lose; /* one byte in so many; 0 = never */
    struct random_source random;
    bool full; /* memory ran out: bytes were dropped */
};

void sim_wire_init(struct sim_wire *w, uint32_t baud, uint64_t latency_us, uint32_t noise,
                   uint32_t lose, uint64_t seed);
void sim_wire_free(struct sim_wire *w);
void sim_wire_put(struct sim_wire *w, uint64_t at, const uint8_t *bytes, size_t n);
/* The oldest byte, or NULL. */
const struct sim_wire_byte *sim_wire_peek(const struct sim_wire *w);
/* When the i-th byte from the front (or the last one, if there are fewer) arrives; count > 0. */
uint64_t sim_wire_arrival(const struct sim_wire *w, size_t i);
void sim_wire_drop(struct sim_wire *w);
/* Everything under way is lost (reset, unplug). */
void sim_wire_clear(struct sim_wire *w);

#endif
