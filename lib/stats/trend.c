/* Theil and Sen's slope, Mann and Kendall's test. */
#include "stats/trend.h"

#include "base/alloc.h"
#include "base/sort.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define EXACT_MAX 64
#define PAIRS_MAX (EXACT_MAX * (EXACT_MAX - 1) / 2)

static double median_of(double *values, size_t count)
{
    od_sort_doubles(values, count);
    double low = values[(count - 1) / 2];
    double high = values[count / 2];
    return low + (high - low) / 2;
}

/* S, and the slopes of all pairs. */
static long pairs(const double *values, size_t count, double *slopes)
{
    long s = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            double rise = values[j] - values[i];
            s += (rise > 0) - (rise < 0);
            *slopes++ = rise / (double)(j - i);
        }
    }
    return s;
}

/*
 * P(|S| >= |s|) over all orders of count different values. The number of falling pairs is
 * a sum of independent ones, uniform on 0 .. k - 1 for the k-th value.
 */
static double exact_p(long s, size_t count)
{
    double falling[PAIRS_MAX + 1] = {1};
    double before[PAIRS_MAX + 1];
    size_t most = 0;
    for (size_t k = 2; k <= count; k++) {
        double window = 0;
        for (size_t i = 0; i <= most; i++) {
            before[i] = falling[i];
        }
        for (size_t i = 0; i <= most + k - 1; i++) {
            window += i <= most ? before[i] : 0;
            window -= i >= k ? before[i - k] : 0;
            falling[i] = window / (double)k;
        }
        most += k - 1;
    }
    /* S = most - 2 falling; both tails have the same weight. */
    size_t reach = (most - (size_t)labs(s)) / 2;
    double tail = 0;
    for (size_t i = 0; i <= reach; i++) {
        tail += falling[i];
    }
    return fmin(1, 2 * tail);
}

static double normal_p(long s, double variance)
{
    double moved = fmax(0, (double)labs(s) - 1);
    return erfc(moved / sqrt(variance) / sqrt(2));
}

/* What ties take from n (n - 1) (2 n + 5): the same term for each group of equal ones. */
static double tie_term(const double *values, size_t count)
{
    double *sorted = od_xmalloc(count * sizeof *sorted);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = values[i];
    }
    od_sort_doubles(sorted, count);
    double sum = 0;
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && !(sorted[end] > sorted[i])) {
            end++;
        }
        double t = (double)(end - i);
        sum += t * (t - 1) * (2 * t + 5);
        i = end;
    }
    free(sorted);
    return sum;
}

struct od_trend od_trend_of(const double *values, size_t count)
{
    assert(count >= 2 && count <= OD_TREND_MAX);
    double n = (double)count;
    size_t pair_count = count * (count - 1) / 2;
    double *slopes = od_xmalloc(pair_count * sizeof *slopes);
    struct od_trend trend = {.p = (double)NAN};
    trend.s = pairs(values, count, slopes);
    trend.slope = median_of(slopes, pair_count);
    free(slopes);
    double ties = tie_term(values, count);
    double variance = (n * (n - 1) * (2 * n + 5) - ties) / 18;
    if (count < 4 || variance <= 0) {
        return trend;
    }
    trend.p = count <= EXACT_MAX && ties <= 0 ? exact_p(trend.s, count)
                                              : normal_p(trend.s, variance);
    return trend;
}
