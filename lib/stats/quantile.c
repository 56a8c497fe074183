/* Type 7 quantiles in integers. */
#include "stats/quantile.h"

#include <assert.h>
#include <stdbool.h>

struct od_quantile_place od_quantile_place(size_t count, int permille)
{
    assert(count > 0 && permille >= 0 && permille <= 1000);
    /* (count - 1) * permille / 1000, split so that the product cannot leave the range. */
    size_t last = count - 1;
    size_t per = (size_t)permille;
    size_t rest = last % 1000 * per;
    return (struct od_quantile_place){.low = last / 1000 * per + rest / 1000,
                                      .share = (int64_t)(rest % 1000)};
}

int64_t od_quantile_between(int64_t low_ns, int64_t high_ns, int64_t share)
{
    int64_t gap = high_ns - low_ns;
    return low_ns + gap / 1000 * share + (gap % 1000 * share + 500) / 1000;
}

int64_t od_quantile_ns(const int64_t *sorted, size_t count, int permille)
{
    struct od_quantile_place place = od_quantile_place(count, permille);
    const int64_t *low = sorted + place.low;
    return place.share == 0 ? *low : od_quantile_between(low[0], low[1], place.share);
}

/* Small parts are left to the insertion sort at the end. */
#define SMALL 16

static void swap(int64_t *a, int64_t *b)
{
    int64_t t = *a;
    *a = *b;
    *b = t;
}

/* Hoare's: afterwards nothing before the returned place is larger than anything from it
 * on; both parts have at least one value. The pivot is the middle one of three. */
static size_t split(int64_t *ns, size_t count)
{
    size_t mid = count / 2;
    size_t last = count - 1;
    if (ns[mid] < ns[0]) {
        swap(&ns[mid], &ns[0]);
    }
    if (ns[last] < ns[0]) {
        swap(&ns[last], &ns[0]);
    }
    if (ns[last] < ns[mid]) {
        swap(&ns[last], &ns[mid]);
    }
    int64_t pivot = ns[mid];
    size_t i = 0;
    size_t k = last;
    for (;;) {
        while (ns[i] < pivot) {
            i++;
        }
        while (ns[k] > pivot) {
            k--;
        }
        if (i >= k) {
            return i > 0 ? i : 1;
        }
        swap(&ns[i++], &ns[k--]);
    }
}

/* Quicksort, which needs no memory beside the values: qsort() of the C library takes as
 * much again. The larger part waits, so that 64 places are enough. */
void od_sort_ns(int64_t *ns, size_t count)
{
    struct {
        int64_t *ns;
        size_t count;
    } waiting[64];
    size_t depth = 0;
    int64_t *now = ns;
    size_t left = count;
    while (left > SMALL || depth > 0) {
        if (left <= SMALL) {
            depth--;
            now = waiting[depth].ns;
            left = waiting[depth].count;
            continue;
        }
        size_t first = split(now, left);
        bool lower = first < left - first;
        waiting[depth].ns = lower ? now + first : now;
        waiting[depth].count = lower ? left - first : first;
        depth++;
        now = lower ? now : now + first;
        left = lower ? first : left - first;
    }
    for (size_t i = 1; i < count; i++) {
        int64_t value = ns[i];
        size_t k = i;
        for (; k > 0 && ns[k - 1] > value; k--) {
            ns[k] = ns[k - 1];
        }
        ns[k] = value;
    }
}

/* Values first to end - 1, between which ranks are still wanted. */
struct range {
    size_t first;
    size_t end;
    const size_t *ranks;
    size_t rank_count;
    int splits;
};

/* A range without ranks is done with, so that those that wait are no more than ranks. */
void od_sort_ranks(int64_t *ns, size_t count, const size_t *ranks, size_t rank_count)
{
    struct range waiting[OD_RANKS_MAX];
    size_t depth = 0;
    assert(rank_count <= OD_RANKS_MAX);
    struct range now = {0, count, ranks, rank_count, 0};
    while (now.rank_count > 0 || depth > 0) {
        if (now.rank_count == 0) {
            now = waiting[--depth];
        }
        size_t left = now.end - now.first;
        if (left <= SMALL || now.splits > 60) {
            od_sort_ns(ns + now.first, left);
            now.rank_count = 0;
            continue;
        }
        size_t middle = now.first + split(ns + now.first, left);
        struct range upper = now;
        upper.first = middle;
        upper.splits = ++now.splits;
        now.end = middle;
        now.rank_count = 0;
        while (now.rank_count < upper.rank_count && now.ranks[now.rank_count] < middle) {
            now.rank_count++;
        }
        upper.ranks += now.rank_count;
        upper.rank_count -= now.rank_count;
        if (now.rank_count == 0) {
            now = upper;
        } else if (upper.rank_count > 0) {
            waiting[depth++] = upper;
        }
    }
}

size_t od_quantile_needs(int permille)
{
    static const struct {
        int permille;
        size_t samples;
    } needs[] = {{999, 6636}, {990, 662}, {950, 130}, {900, 64}};
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        if (permille >= needs[i].permille) {
            /* Between two of them: 6.4 samples beyond the quantile, as p90 has. */
            size_t beyond = (size_t)(1000 - permille);
            size_t between = (6400 + beyond - 1) / beyond;
            return between > needs[i].samples ? between : needs[i].samples;
        }
    }
    return 1;
}
