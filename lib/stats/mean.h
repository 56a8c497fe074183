/* Exact means of integer nanoseconds. */
#ifndef OD_STATS_MEAN_H
#define OD_STATS_MEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A mean that is not yet divided: sum_ns / count, exactly. Values are not negative. count
 * 0 is "no value". overflow says that the sum left the range of int64_t (292 years), so
 * that the mean is unknown; it is never seen on real times.
 */
struct od_mean {
    int64_t sum_ns;
    int64_t count;
    bool overflow;
};

/* Adds one value; negative ones are our own bug. */
void od_mean_add(struct od_mean *mean, int64_t ns);

/* The mean of count values. */
struct od_mean od_mean_of(const int64_t *ns, size_t count);

/* True when there is a value to print. */
bool od_mean_known(const struct od_mean *mean);

/*
 * The mean as a multiple of unit_ns (a power of ten up to 1000000), rounded half up from
 * the exact quotient, in one step: rounding to nanoseconds first would turn 0.4999995 us
 * into 1 us. The mean must be known.
 */
int64_t od_mean_round(const struct od_mean *mean, int64_t unit_ns);

#endif
