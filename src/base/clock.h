/*
 * Time is an argument: monotonic microseconds in a uint64_t. Cores never ask
 * a clock. TIME_NEVER is the deadline of a core that waits for input only.
 */
#ifndef OTACONSOLE_BASE_CLOCK_H
#define OTACONSOLE_BASE_CLOCK_H

#include <stdint.h>

#define TIME_NEVER UINT64_MAX
#define TIME_MS ((uint64_t)1000)
#define TIME_S ((uint64_t)1000000)

static inline uint64_t time_min(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* now + delay without wrapping past TIME_NEVER. */
static inline uint64_t time_after(uint64_t now, uint64_t delay)
{
    return delay > TIME_NEVER - now ? TIME_NEVER : now + delay;
}

#endif
