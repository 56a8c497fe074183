/* Quantiles of samples, which are not copied for it. */
#ifndef OD_STATS_SELECT_H
#define OD_STATS_SELECT_H

#include "stats/samples.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Some samples of a cell, in the order in which they were added: count of them from first
 * on. Borrowed, and not changed.
 */
struct od_part {
    const struct od_samples *samples;
    enum od_samples_time time;
    size_t first;
    size_t count;
};
struct od_part od_part_all(const struct od_samples *samples, enum od_samples_time time);

/*
 * The same as od_quantile_ns of the part's values, sorted, to the nanosecond; -1 of an
 * empty part. Reads the part a few times (about 10 ns a sample and pass, 4 passes where
 * the values span less than 70 s) and takes 32 KB whatever its length. Values may be
 * negative, and differ by less than 2^62.
 */
int64_t od_part_quantile(const struct od_part *part, int permille);

/* How many values lie above the limit. */
size_t od_part_above(const struct od_part *part, int64_t limit_ns);

#endif
