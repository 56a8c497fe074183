/* Seeded random numbers: the same on every machine, for everything that is random here.
 */
#ifndef OD_BASE_RNG_H
#define OD_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

/* splitmix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
 */
struct od_rng {
    uint64_t state;
};

/* Streams of one seed are independent: stream is an index (image, block, worker ...). */
void od_rng_init(struct od_rng *rng, uint64_t seed, uint64_t stream);

/* 64 random bits. */
uint64_t od_rng_next(struct od_rng *rng);

/* Uniform in 0 .. bound - 1, without bias; bound must be at least 1. */
uint64_t od_rng_below(struct od_rng *rng, uint64_t bound);

/* Uniform in [0, 1), 53 bits. */
double od_rng_unit(struct od_rng *rng);

/* Uniform in [low, high). */
double od_rng_range(struct od_rng *rng, double low, double high);

/* Standard normal. */
double od_rng_normal(struct od_rng *rng);

/*
 * Exponential of mean 1. By an own logarithm that uses nothing but IEEE 754 operations,
 * whose results are prescribed to the last bit: C libraries differ there.
 */
double od_rng_exponential(struct od_rng *rng);

/* Puts count indices into random order (Fisher-Yates). */
void od_rng_shuffle(struct od_rng *rng, size_t *items, size_t count);

#endif
