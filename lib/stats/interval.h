/* Intervals of a mean over repetitions, and of quantiles. */
#ifndef OD_STATS_INTERVAL_H
#define OD_STATS_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Half the width of Student's t interval of the mean of count values, which are sorted in
 * place: the same values give the same bits in whatever order. NaN for fewer than two.
 */
double od_interval_half(double *values, size_t count, double confidence);

/*
 * The distribution-free interval of a quantile: between the order statistics *low and
 * *high (from 0, *low < *high) of count values lies the quantile of the distribution with
 * at least the confidence, at most half of the rest beyond each end. False when there are
 * too few values for that. 0 < permille < 1000.
 */
bool od_interval_ranks(size_t count, int permille, double confidence, size_t *low,
                       size_t *high);

/* The percentile interval of count >= 1 resampled values, which are sorted in place:
 * their quantiles (type 7) with half of the rest beyond each end. */
void od_interval_resampled(double *values, size_t count, double confidence,
                           double ends[2]);

#endif
