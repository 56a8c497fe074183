/* Quantiles of latencies, and when there are too few samples to print one. */
#ifndef OD_STATS_QUANTILE_H
#define OD_STATS_QUANTILE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The quantile of type 7 (Hyndman and Fan 1996; the default of R and numpy): with
 * h = (count - 1) * p, the value between the two neighbours of h, linearly. p is given in
 * thousandths, 0 to 1000. Integer arithmetic, rounded half up to the nanosecond. sorted
 * ascends, holds count >= 1 values, none negative.
 */
int64_t od_quantile_ns(const int64_t *sorted, size_t count, int permille);

/* The same in two steps: where the quantile of count >= 1 values lies, ... */
struct od_quantile_place {
    size_t low;    /* index of the lower neighbour of h */
    int64_t share; /* thousandths of the way to the next one; 0: there need be none */
};
struct od_quantile_place od_quantile_place(size_t count, int permille);
/* ... and the value there, given both neighbours. */
int64_t od_quantile_between(int64_t low_ns, int64_t high_ns, int64_t share);

/* Sorts ascending, in place. */
void od_sort_ns(int64_t *ns, size_t count);

/*
 * Puts in place only what is asked for: afterwards ns[rank] of each of the ranks, which
 * ascend and are below count, is what sorting would put there. Takes a third of the time
 * for a few ranks, and no memory.
 */
void od_sort_ranks(int64_t *ns, size_t count, const size_t *ranks, size_t rank_count);
enum { OD_RANKS_MAX = 64 }; /* of od_sort_ranks */

/*
 * How many samples a quantile needs before it is printed: 64 for p90, 130 for p95, 662
 * for p99, 6636 for p99.9, and 1 below p90; between these so many that 6.4 of them lie
 * beyond the quantile. With fewer, the distribution-free 95% interval of the quantile has
 * no upper end worth printing. permille is at most 999.
 */
size_t od_quantile_needs(int permille);

#endif
