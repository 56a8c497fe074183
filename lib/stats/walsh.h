/* Order statistics of the Walsh averages, the means of all pairs of values. */
#ifndef OD_STATS_WALSH_H
#define OD_STATS_WALSH_H

#include <stddef.h>

/*
 * The k-th smallest, k from 1, of the count * (count + 1) / 2 averages (x_i + x_j) / 2,
 * i <= j, of values that ascend; exactly, without storing the averages: 64 passes over
 * the values. Values may be infinite, but not to both sides.
 */
double od_walsh(const double *sorted, size_t count, size_t k);

/* The median of all of them. count is at least 1. */
double od_walsh_median(const double *sorted, size_t count);

#endif
