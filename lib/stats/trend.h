/* Whether a series goes up or down. */
#ifndef OD_STATS_TREND_H
#define OD_STATS_TREND_H

#include <stddef.h>

/* Series longer than this are not looked at: every pair of values is. */
#define OD_TREND_MAX ((size_t)2048)

struct od_trend {
    double slope; /* Theil-Sen: the median of the slopes between all pairs, a step */
    long s;       /* Mann-Kendall: pairs that rise less those that fall */
    double p;     /* two-sided; NaN below 4 values or when all are equal */
};

/*
 * The trend of 2 to OD_TREND_MAX finite values at equal distances. p is exact, from the
 * distribution of S over all orders, up to 64 values without ties; else by the normal
 * distribution with the variance corrected for ties and S moved by 1 towards 0 (Kendall,
 * Rank Correlation Methods; Hollander and Wolfe).
 */
struct od_trend od_trend_of(const double *values, size_t count);

#endif
