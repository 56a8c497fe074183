/* Comparing two proportions. */
#ifndef OD_STATS_PROPORTION_H
#define OD_STATS_PROPORTION_H

#include <stdint.h>

/* Fisher's exact test, two-sided as R's fisher.test: the sum of the probabilities of all
 * tables that are no more likely than this one. hits of count on each side, 0 to count.
 * 1 when a side is empty. */
double od_fisher_p(int64_t hits_a, int64_t count_a, int64_t hits_b, int64_t count_b);

/* Newcombe's interval (1998, method 10) of share b - share a from two Wilson intervals:
 * its lower and its upper end. Counts are at least 1. */
void od_proportion_difference(int64_t hits_a, int64_t count_a, int64_t hits_b,
                              int64_t count_b, double confidence, double interval[2]);

#endif
