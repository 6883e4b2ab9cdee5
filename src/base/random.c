#include "base/random.h"

void random_seed(struct random_source *r, uint64_t seed)
{
    r->state = seed;
}

uint64_t random_next(struct random_source *r)
{
    /* splitmix64, Steele, Lea, Flood 2014. */
    uint64_t z = (r->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint32_t random_below(struct random_source *r, uint32_t bound)
{
    return bound ? (uint32_t)(((random_next(r) >> 32) * bound) >> 32) : 0;
}

bool random_one_in(struct random_source *r, uint32_t one_in)
{
    return one_in && random_below(r, one_in) == 0;
}
