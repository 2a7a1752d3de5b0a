/* rng.c -- SplitMix64 and what is drawn from it. */
#include "common/rng.h"

Rng rng_seed(uint64_t seed)
{
    return (Rng){.state = seed};
}

uint64_t rng_next(Rng *rng)
{
    // 2^64 divided by the golden ratio: a step that visits all 2^64 states.
    rng->state += UINT64_C(0x9E3779B97F4A7C15);

    // Two rounds of xor-shift-multiply turn that counter into noise.
    uint64_t z = rng->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

float rng_uniform(Rng *rng, double lo, double hi)
{
    // 24 bits, because a float has no more.
    const double unit = (double)(rng_next(rng) >> 40) * 0x1p-24;
    return (float)(lo + (hi - lo) * unit);
}

uint32_t rng_below(Rng *rng, uint32_t bound)
{
    // Scaling the top 32 bits is less biased than %, and needs no division.
    return (uint32_t)(((rng_next(rng) >> 32) * bound) >> 32);
}

void rng_fill(Rng *rng, float *x, size_t count, double lo, double hi)
{
    for (size_t i = 0; i < count; i++) {
        x[i] = rng_uniform(rng, lo, hi);
    }
}

void rng_fill_integers(Rng *rng, float *x, size_t count, int limit)
{
    const uint32_t values = 2 * (uint32_t)limit + 1;
    for (size_t i = 0; i < count; i++) {
        x[i] = (float)((int)rng_below(rng, values) - limit);
    }
}

void rng_permutation(Rng *rng, uint32_t *order, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        order[i] = i;
    }
    for (uint32_t i = count; i > 1; i--) {
        const uint32_t j = rng_below(rng, i);
        const uint32_t last = order[i - 1];
        order[i - 1] = order[j];
        order[j] = last;
    }
}
