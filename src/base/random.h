/*
 * Seeded pseudo-random numbers (splitmix64). Every fault, delay and byte that
 * the simulation invents comes from here, so a run is replayed by its seed.
 * Not for keys or anything secret.
 */
#ifndef OTACONSOLE_BASE_RANDOM_H
#define OTACONSOLE_BASE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random_source {
    uint64_t state;
};

void random_seed(struct random_source *r, uint64_t seed);
uint64_t random_next(struct random_source *r);
/* Uniform in 0..bound-1; bound 0 gives 0. */
uint32_t random_below(struct random_source *r, uint32_t bound);
/* True once in `one_in` calls on average; one_in 0 means never. */
bool random_one_in(struct random_source *r, uint32_t one_in);

#endif
