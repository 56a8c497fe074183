/* Whether a series of latencies has come to rest. */
#ifndef OD_STATS_STEADY_H
#define OD_STATS_STEADY_H

#include "base/err.h"
#include "stats/samples.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A window is a part of a cell's rows that is comparable with the others: a repetition (a
 * pass over the same images), or an equal share of a single long block. value_ns is its
 * median, above 0.
 */
struct od_window {
    int64_t begin_ns; /* since the start of the run */
    int64_t end_ns;
    int64_t value_ns;
    size_t count;
};

struct od_steady {
    size_t windows;     /* that were looked at; more than 512 are joined to about so many,
                           neighbours by the median of their values */
    double range_ratio; /* (largest - smallest) / median of the window values; NaN without
                           windows */
    double slope_ratio; /* Theil-Sen slope over all windows, times the steps between the
                           first and the last, in parts of the median: how much the level
                           moved in the run; NaN below 2 windows */
    double slope_p;     /* two-sided Mann-Kendall (stats/trend.h); NaN below 4 windows */
    bool steady;        /* see od_steady_of; false with fewer than 3 windows */
    bool known;         /* at least 3 windows */
};

/*
 * Looks at all windows, in order of time: steady when the range stays within range_ratio,
 * or when the level moved by no more than that and no trend is significant (p < 0.05;
 * three windows can never show one).
 */
struct od_steady od_steady_of(const struct od_window *windows, size_t count,
                              double range_ratio);

/*
 * The rule of --stability RATIOxN: each of the last n windows lies within ratio of their
 * median, above and below. False while there are fewer than n. n is at least 1.
 */
bool od_steady_last(const struct od_window *windows, size_t count, size_t n,
                    double ratio);

/*
 * "10%x3" or "0.1x3": a ratio above 0 and 2 to 1000 windows. Fails with OD_EINPUT quoting
 * text; the outputs are untouched then.
 */
int od_stability_parse(const char *text, double *ratio, size_t *n,
                       struct od_err *err) OD_MUST_CHECK;

/*
 * Windows of a single block: its service times in order of completion, cut into n parts
 * (1 to 64) whose lengths differ by 1 at most; out gets the medians, times are left 0.
 * Returns how many were made: n, or 0 when there are fewer than 2 * n samples.
 */
size_t od_windows_cut(const struct od_samples *samples, size_t n, struct od_window *out);

#endif
