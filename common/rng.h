/* rng.h -- seeded inputs, the same on every machine.
 *
 * SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom
 * number generators", OOPSLA 2014): state += golden gamma, then two rounds of
 * xor-shift-multiply.  The n-th number depends on seed + n alone, so another
 * language reproduces a whole stream in one vectorized line.
 */
#ifndef COMMON_RNG_H
#define COMMON_RNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t state;
} Rng;

Rng rng_seed(uint64_t seed);

/* The next 64 random bits. */
uint64_t rng_next(Rng *rng);

/* A float in [lo, hi): the top 24 bits of rng_next times 2^-24, scaled in
 * double and rounded once to float.  (That rounding can reach hi itself where
 * floats lie wide apart, as in [1, 2); in [0, 1) and [-1, 1) it does not.) */
float rng_uniform(Rng *rng, double lo, double hi);

/* An integer in [0, bound); bound >= 1.  (next >> 32) * bound >> 32. */
uint32_t rng_below(Rng *rng, uint32_t bound);

/* x[0..count) uniform in [lo, hi). */
void rng_fill(Rng *rng, float *x, size_t count, double lo, double hi);

/* x[0..count) small integers in [-limit, limit].  Products and sums of such
 * numbers are exact in float as long as they stay below 2^24, so a right
 * kernel agrees with its reference to the last bit. */
void rng_fill_integers(Rng *rng, float *x, size_t count, int limit);

/* A random order of 0..count-1 (Fisher-Yates, from the end). */
void rng_permutation(Rng *rng, uint32_t *order, uint32_t count);

#endif
