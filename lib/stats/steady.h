/* Whether a series of latencies has come to rest. */
#ifndef OD_STATS_STEADY_H
#define OD_STATS_STEADY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A window is a part of a cell's rows that is comparable with the others: a repetition (a
 * pass over the same images), or an equal share of a single long block. value_ns is its
 * median.
 */
struct od_window {
    int64_t begin_ns; /* since the start of the run */
    int64_t end_ns;
    int64_t value_ns;
    size_t count;
};

struct od_steady {
    size_t windows;     /* that were looked at */
    double range_ratio; /* (largest - smallest) / median of the window values */
    double slope_ratio; /* Theil-Sen slope over all windows, times their number, in parts
                           of the median: how much the level moved in the run */
    double slope_p; /* two-sided, Mann-Kendall (exact up to 10 windows, normal beyond);
                       NaN below 4 windows */
    bool steady;    /* see od_steady_of; false with fewer than 3 windows */
    bool known;     /* at least 3 windows */
};

/*
 * Looks at all windows: steady when the range stays within range_ratio, or when the
 * trend is no larger than that and not significant (p >= 0.05). In order of time.
 */
struct od_steady od_steady_of(const struct od_window *windows, size_t count,
                              double range_ratio);

/* The rule of --stability RATIOxN: the last n windows stay within ratio of their median.
 */
bool od_steady_last(const struct od_window *windows, size_t count, size_t n,
                    double ratio);

/* Windows of a single block: count values in order of completion, cut into n equal parts
 * (n <= 64); out gets the medians, times are left 0. Returns how many were made (0 when
 * count < 2 * n). */
size_t od_windows_cut(const int64_t *values, size_t count, size_t n,
                      struct od_window *out);

#endif
