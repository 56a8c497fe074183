/* Windows of latencies: their range, their trend. */
#include "stats/steady.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "base/sort.h"
#include "stats/quantile.h"
#include "stats/select.h"
#include "stats/trend.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WINDOWS_MAX ((size_t)512)
#define LEVEL       0.05

static int64_t median_of(int64_t *values, size_t count)
{
    od_sort_ns(values, count);
    return od_quantile_ns(values, count, 500);
}

/* The value of one group of neighbours. */
static int64_t joined(const struct od_window *windows, size_t count)
{
    int64_t *values = od_xmalloc(count * sizeof *values);
    for (size_t i = 0; i < count; i++) {
        values[i] = windows[i].value_ns;
    }
    int64_t median = median_of(values, count);
    free(values);
    return median;
}

/* Copies the values of at most WINDOWS_MAX groups; returns how many. */
static size_t gather(const struct od_window *windows, size_t count, double *out)
{
    size_t groups = count < WINDOWS_MAX ? count : WINDOWS_MAX;
    for (size_t i = 0; i < groups; i++) {
        size_t begin = i * count / groups;
        size_t end = (i + 1) * count / groups;
        out[i] = (double)joined(windows + begin, end - begin);
    }
    return groups;
}

struct od_steady od_steady_of(const struct od_window *windows, size_t count,
                              double range_ratio)
{
    double values[WINDOWS_MAX] = {0};
    struct od_steady steady = {
        .range_ratio = (double)NAN, .slope_ratio = (double)NAN, .slope_p = (double)NAN};
    size_t n = gather(windows, count, values);
    steady.windows = n;
    if (n == 0) {
        return steady;
    }
    struct od_trend trend = {.p = (double)NAN};
    if (n >= 2) {
        trend = od_trend_of(values, n);
    }
    od_sort_doubles(values, n);
    double median = (values[(n - 1) / 2] + values[n / 2]) / 2;
    assert(median > 0);
    steady.range_ratio = (values[n - 1] - values[0]) / median;
    if (n < 2) {
        return steady;
    }
    steady.slope_ratio = trend.slope * (double)(n - 1) / median;
    steady.slope_p = trend.p;
    steady.known = n >= 3;
    bool level = fabs(steady.slope_ratio) <= range_ratio && !(trend.p < LEVEL);
    steady.steady = steady.known && (steady.range_ratio <= range_ratio || level);
    return steady;
}

bool od_steady_last(const struct od_window *windows, size_t count, size_t n, double ratio)
{
    assert(n >= 1);
    if (count < n) {
        return false;
    }
    const struct od_window *last = windows + (count - n);
    double median = (double)joined(last, n);
    for (size_t i = 0; i < n; i++) {
        if (fabs((double)last[i].value_ns - median) > ratio * median) {
            return false;
        }
    }
    return true;
}

int od_stability_parse(const char *text, double *ratio, size_t *n, struct od_err *err)
{
    char share[32] = "";
    double within = 0;
    int64_t windows = 0;
    const char *x = strchr(text, 'x');
    size_t len = x != NULL ? (size_t)(x - text) : 0;
    if (x != NULL && len < sizeof share) {
        memcpy(share, text, len);
        share[len] = '\0';
    }
    if (x == NULL || od_parse_ratio(share, &within, NULL) != 0 || !(within > 0) ||
        od_parse_i64(x + 1, 2, 1000, &windows, NULL) != 0) {
        return od_fail(err, OD_EINPUT,
                       "'%s' is not a share and 2 to 1000 windows, such as 10%%x3", text);
    }
    *ratio = within;
    *n = (size_t)windows;
    return 0;
}

size_t od_windows_cut(const struct od_samples *samples, size_t n, struct od_window *out)
{
    assert(n >= 1 && n <= 64);
    size_t count = samples->count;
    if (count < 2 * n) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        size_t first = i * count / n;
        struct od_part part = {.samples = samples,
                               .time = OD_SAMPLES_SERVICE,
                               .first = first,
                               .count = (i + 1) * count / n - first};
        out[i] = (struct od_window){.value_ns = od_part_quantile(&part, 500),
                                    .count = part.count};
    }
    return n;
}
