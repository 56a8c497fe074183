/* Wilcoxon's signed rank test, exact and approximate, with estimate and interval. */
#include "stats/signed_rank.h"

#include "base/alloc.h"
#include "base/sort.h"
#include "stats/dist.h"
#include "stats/root.h"
#include "stats/walsh.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#define TOLERANCE 1e-13

/* The values that are left, ascending. */
struct sample {
    double *x; /* owned */
    size_t count;
    bool correct;
};

struct ranks {
    double count;
    double positive; /* sum of ranks of values above the centre */
    double ties;     /* sum of t^3 - t over groups of equal distances */
};

/* Ranks of the distances from a centre; values equal to it do not count. Values below it
 * and above it are two sorted runs of distances, which are merged. */
static struct ranks ranks_about(const struct sample *sample, double centre)
{
    const double *x = sample->x;
    size_t below = 0; /* this many are left below */
    size_t top = sample->count;
    while (below < top) {
        size_t middle = below + (top - below) / 2;
        if (x[middle] < centre) {
            below = middle + 1;
        } else {
            top = middle;
        }
    }
    size_t above = below;
    while (above < sample->count && !(x[above] > centre)) {
        above++;
    }
    struct ranks ranks = {0};
    while (below > 0 || above < sample->count) {
        double down = below > 0 ? fabs(x[below - 1] - centre) : (double)INFINITY;
        double up = above < sample->count ? fabs(x[above] - centre) : (double)INFINITY;
        double least = fmin(down, up);
        size_t first_below = below;
        size_t first_above = above;
        while (below > 0 && fabs(x[below - 1] - centre) <= least) {
            below--;
        }
        while (above < sample->count && fabs(x[above] - centre) <= least) {
            above++;
        }
        double from_above = (double)(above - first_above);
        double tied = (double)(first_below - below) + from_above;
        ranks.positive += from_above * (ranks.count + (tied + 1) / 2);
        ranks.ties += tied * tied * tied - tied;
        ranks.count += tied;
    }
    return ranks;
}

/* The statistic less its mean, over its standard deviation. */
static double standardised(const struct ranks *ranks, bool correct)
{
    double n = ranks->count;
    double z = ranks->positive - n * (n + 1) / 4;
    double sigma = sqrt(n * (n + 1) * (2 * n + 1) / 24 - ranks->ties / 48);
    double correction = !correct ? 0 : z > 0 ? 0.5 : z < 0 ? -0.5 : 0;
    return (z - correction) / sigma;
}

/* The lower half of P(V = v) for count values without ties, in 0 .. *last. Each value
 * adds its rank or does not, with the same chance. */
static double *exact_distribution(size_t count, size_t *last)
{
    *last = count * (count + 1) / 4;
    double *p = od_xcalloc(*last + 1, sizeof *p);
    p[0] = 1;
    for (size_t rank = 1; rank <= count; rank++) {
        size_t reach = rank * (rank + 1) / 2;
        for (size_t v = reach < *last ? reach : *last; v >= rank; v--) {
            p[v] = (p[v] + p[v - rank]) / 2;
        }
        for (size_t v = 0; v < rank && v <= *last; v++) {
            p[v] /= 2;
        }
    }
    return p;
}

static double sum_of(const double *p, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += p[i];
    }
    return sum;
}

/* Two digits, as R's signif(x, 2). */
static double two_digits(double x)
{
    double scale = pow(10, 1 - floor(log10(x)));
    return nearbyint(x * scale) / scale;
}

static void exact_case(const struct sample *sample, double confidence,
                       struct od_signed_rank *out)
{
    size_t n = sample->count;
    size_t all = n * (n + 1) / 2;
    size_t last = 0;
    double *p = exact_distribution(n, &last);
    size_t v = (size_t)out->statistic;
    size_t tail = v < all - v ? v : all - v;
    out->p = fmin(1, 2 * sum_of(p, tail + 1));
    /* The alpha/2 quantile of V, with the slack for rounding that R has. */
    double alpha = 1 - confidence;
    double sum = 0;
    size_t q = 0;
    for (; q <= last; q++) {
        sum += p[q];
        if (sum >= alpha / 2 - 10 * DBL_EPSILON) {
            break;
        }
    }
    q = q == 0 ? 1 : q;
    out->low = od_walsh(sample->x, n, q);
    out->high = od_walsh(sample->x, n, all - q + 1);
    out->estimate = od_walsh_median(sample->x, n);
    double achieved = 2 * sum_of(p, q);
    out->confidence = confidence;
    if (achieved > alpha + 1e-9) {
        out->confidence = 1 - two_digits(achieved);
        out->warnings |= OD_RANK_CONFIDENCE;
    }
    free(p);
}

/* What od_root looks for: the statistic about a centre is wanted. */
struct aim {
    const struct sample *sample;
    bool correct;
    double wanted;
};

static double off(const void *context, double centre)
{
    const struct aim *aim = context;
    struct ranks ranks = ranks_about(aim->sample, centre);
    return standardised(&ranks, aim->correct) - aim->wanted;
}

static double centre_of(const struct sample *sample, bool correct, double wanted)
{
    struct aim aim = {.sample = sample, .correct = correct, .wanted = wanted};
    struct od_bracket all = {.x = {sample->x[0], sample->x[sample->count - 1]}};
    all.f[0] = off(&aim, all.x[0]);
    all.f[1] = off(&aim, all.x[1]);
    return od_root(off, &aim, &all, TOLERANCE);
}

/* The asked chance of error, doubled until both ends of the interval lie among the
 * values: the statistic about the smallest and about the largest bounds it. */
static double reachable(const struct sample *sample, double alpha)
{
    struct aim aim = {.sample = sample, .correct = sample->correct};
    double at_least = off(&aim, sample->x[0]);
    double at_most = off(&aim, sample->x[sample->count - 1]);
    while (alpha < 1) {
        double z = -od_normal_quantile(alpha / 2);
        if (at_least >= z && at_most <= -z) {
            break;
        }
        alpha *= 2;
    }
    return alpha;
}

static double median_of(const struct sample *sample)
{
    size_t n = sample->count;
    return (sample->x[(n - 1) / 2] + sample->x[n / 2]) / 2;
}

static void approximate_case(const struct sample *sample, double confidence,
                             struct od_signed_rank *out)
{
    struct ranks ranks = ranks_about(sample, 0);
    double z = standardised(&ranks, sample->correct);
    out->p = fmin(1, 2 * od_normal_cdf(-fabs(z)));
    double least = sample->x[0];
    double most = sample->x[sample->count - 1];
    out->confidence = 0;
    if ((out->warnings & OD_RANK_NOT_FINITE) != 0) {
        out->estimate = (least + most) / 2;
        return;
    }
    if (!(least < most)) {
        out->warnings |= OD_RANK_CONSTANT;
        out->estimate = out->low = out->high = least;
        return;
    }
    double alpha = reachable(sample, 1 - confidence);
    if (alpha < 1) {
        double q = od_normal_quantile(alpha / 2);
        out->low = centre_of(sample, sample->correct, -q);
        out->high = centre_of(sample, sample->correct, q);
    } else {
        out->low = out->high = median_of(sample);
    }
    out->confidence = confidence;
    if (alpha > 1 - confidence) {
        out->confidence = fmax(0, 1 - alpha);
        out->warnings |= OD_RANK_CONFIDENCE;
    }
    /* R takes no continuity correction for the estimate, whatever was asked. */
    out->estimate = centre_of(sample, false, 0);
}

/* What is left of the values, and what is wrong with them; false when nothing is known.
 */
static bool take(const double *values, size_t count, struct sample *sample,
                 unsigned *warnings)
{
    sample->x = od_xcalloc(count, sizeof *sample->x);
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i])) {
            *warnings |= OD_RANK_NOT_FINITE;
            return false;
        }
        if (isinf(values[i])) {
            *warnings |= OD_RANK_NOT_FINITE;
        }
        if (fabs(values[i]) > 0) {
            sample->x[sample->count++] = values[i];
        }
    }
    od_sort_doubles(sample->x, sample->count);
    *warnings |= sample->count < count ? OD_RANK_ZEROS : 0;
    *warnings |= sample->count == 0 ? OD_RANK_NONE_LEFT : 0;
    return sample->count > 0;
}

void od_signed_rank(const double *values, size_t count,
                    const struct od_signed_rank_how *how, struct od_signed_rank *out)
{
    assert(how->confidence > 0 && how->confidence < 1);
    const double unknown = (double)NAN;
    struct sample sample = {.correct = how->correct};
    *out = (struct od_signed_rank){.statistic = unknown,
                                   .p = unknown,
                                   .estimate = unknown,
                                   .low = unknown,
                                   .high = unknown};
    if (take(values, count, &sample, &out->warnings)) {
        struct ranks ranks = ranks_about(&sample, 0);
        out->warnings |= ranks.ties > 0 ? OD_RANK_TIES : 0;
        out->statistic = ranks.positive;
        out->count = sample.count;
        out->exact = (out->warnings & (OD_RANK_TIES | OD_RANK_ZEROS)) == 0 &&
                     sample.count <= how->exact_up_to;
        if (out->exact) {
            exact_case(&sample, how->confidence, out);
        } else {
            approximate_case(&sample, how->confidence, out);
        }
    }
    if ((out->warnings & OD_RANK_NONE_LEFT) != 0) {
        out->statistic = 0;
    }
    free(sample.x);
}

double od_signed_rank_least_p(size_t count)
{
    return count < 1 ? 1 : ldexp(2, -(int)(count < 2000 ? count : 2000));
}
