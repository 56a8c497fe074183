/* Type 7 quantiles in integers. */
#include "stats/quantile.h"

#include <assert.h>
#include <stdlib.h>

int64_t od_quantile_ns(const int64_t *sorted, size_t count, int permille)
{
    assert(count > 0 && permille >= 0 && permille <= 1000);
    /* (count - 1) * permille / 1000, split so that the product cannot leave the range. */
    size_t last = count - 1;
    size_t per = (size_t)permille;
    size_t rest = last % 1000 * per;
    size_t low = last / 1000 * per + rest / 1000;
    int64_t share = (int64_t)(rest % 1000);
    if (share == 0) {
        return sorted[low];
    }
    int64_t gap = sorted[low + 1] - sorted[low];
    return sorted[low] + gap / 1000 * share + (gap % 1000 * share + 500) / 1000;
}

static int compare_ns(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

void od_sort_ns(int64_t *ns, size_t count)
{
    if (count > 1) {
        qsort(ns, count, sizeof *ns, compare_ns);
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
            return needs[i].samples;
        }
    }
    return 1;
}
