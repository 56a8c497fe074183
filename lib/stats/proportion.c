/* Fisher's exact test; Newcombe's interval. */
#include "stats/proportion.h"

#include "stats/dist.h"

#include <assert.h>
#include <math.h>

/* The tables with the margins of the given one, by the hits of side a. */
struct tables {
    double all_a, all_b, hits; /* margins */
    int64_t low, high;         /* hits of side a: least and most */
};

/* P(x + 1) / P(x). */
static double ratio_up(const struct tables *t, int64_t x)
{
    double k = (double)x;
    return (t->all_a - k) * (t->hits - k) / ((k + 1) * (t->all_b - t->hits + k + 1));
}

/* The most likely number of hits of side a. */
static int64_t mode_of(const struct tables *t)
{
    double mode = floor((t->hits + 1) * (t->all_a + 1) / (t->all_a + t->all_b + 2));
    int64_t x = (int64_t)mode;
    return x < t->low ? t->low : x > t->high ? t->high : x;
}

/* P(x) over P(mode). */
static double relative(const struct tables *t, int64_t mode, int64_t x)
{
    double p = 1;
    for (int64_t k = mode; k < x && p > 0; k++) {
        p *= ratio_up(t, k);
    }
    for (int64_t k = mode; k > x && p > 0; k--) {
        p /= ratio_up(t, k - 1);
    }
    return p;
}

struct sums {
    double all;
    double unlikely; /* of those no more likely than the limit */
};

static void add(struct sums *sums, double p, double limit)
{
    sums->all += p;
    sums->unlikely += p <= limit ? p : 0;
}

double od_fisher_p(int64_t hits_a, int64_t count_a, int64_t hits_b, int64_t count_b)
{
    assert(hits_a >= 0 && hits_a <= count_a && hits_b >= 0 && hits_b <= count_b);
    int64_t hits = hits_a + hits_b;
    struct tables t = {.all_a = (double)count_a,
                       .all_b = (double)count_b,
                       .hits = (double)hits,
                       .low = hits > count_b ? hits - count_b : 0,
                       .high = hits < count_a ? hits : count_a};
    int64_t mode = mode_of(&t);
    /* As R: tables that differ by less than rounding count as equally likely. */
    double limit = relative(&t, mode, hits_a) * (1 + 1e-7);
    struct sums sums = {0};
    add(&sums, 1, limit);
    double p = 1;
    for (int64_t k = mode; k < t.high && p > 0; k++) {
        p *= ratio_up(&t, k);
        add(&sums, p, limit);
    }
    p = 1;
    for (int64_t k = mode; k > t.low && p > 0; k--) {
        p /= ratio_up(&t, k - 1);
        add(&sums, p, limit);
    }
    return fmin(1, sums.unlikely / sums.all);
}

/* Wilson's interval of a share. */
static void wilson(double hits, double count, double z, double interval[2])
{
    double share = hits / count;
    double zz = z * z;
    double middle = (share + zz / (2 * count)) / (1 + zz / count);
    double half = z / (1 + zz / count) *
                  sqrt(share * (1 - share) / count + zz / (4 * count * count));
    interval[0] = hits <= 0 ? 0 : middle - half;
    interval[1] = hits >= count ? 1 : middle + half;
}

void od_proportion_difference(int64_t hits_a, int64_t count_a, int64_t hits_b,
                              int64_t count_b, double confidence, double interval[2])
{
    assert(count_a >= 1 && count_b >= 1 && confidence > 0 && confidence < 1);
    assert(hits_a >= 0 && hits_a <= count_a && hits_b >= 0 && hits_b <= count_b);
    double z = -od_normal_quantile((1 - confidence) / 2);
    double a[2];
    double b[2];
    wilson((double)hits_a, (double)count_a, z, a);
    wilson((double)hits_b, (double)count_b, z, b);
    double share_a = (double)hits_a / (double)count_a;
    double share_b = (double)hits_b / (double)count_b;
    interval[0] = share_b - share_a - hypot(share_b - b[0], a[1] - share_a);
    interval[1] = share_b - share_a + hypot(b[1] - share_b, share_a - a[0]);
}
