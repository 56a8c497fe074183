/* A short digest of rows, so that a table can say which data it was made of. */
#ifndef OD_RECORD_DIGEST_H
#define OD_RECORD_DIGEST_H

#include "record/record.h"

#include <stdint.h>

/*
 * A number for a row, from the names and values of all columns that were measured: added
 * over rows (modulo 2^64) it is a digest that does not depend on their order, on the
 * order of columns, or on columns that are empty. It tells data sets apart by chance, not
 * against an adversary.
 */
uint64_t od_record_digest(const struct od_record *record);

/* The same in steps: what a column's seed and value add, added up over all columns in any
 * order, then finished. An empty value adds 0. */
uint64_t od_digest_seed(enum od_at at);
static inline uint64_t od_digest_int(uint64_t seed, int64_t value);
uint64_t od_digest_real(uint64_t seed, double value);
uint64_t od_digest_text(uint64_t seed, const char *text); /* may be NULL */
static inline uint64_t od_digest_end(uint64_t sum);

/* The finalizer of SplitMix64 (Steele, Lea and Flood 2014): every bit moves every bit. */
static inline uint64_t od_digest_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}

static inline uint64_t od_digest_int(uint64_t seed, int64_t value)
{
    return value != OD_NONE ? od_digest_mix((uint64_t)value + seed) : 0;
}

static inline uint64_t od_digest_end(uint64_t sum)
{
    /* The row as a whole is one number, or values could change places between rows. */
    return od_digest_mix(sum);
}

#endif
