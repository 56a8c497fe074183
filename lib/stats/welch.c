/* Means with errors that admit drift, and Welch's test of their difference. */
#include "stats/welch.h"

#include "base/alloc.h"
#include "base/sort.h"
#include "stats/dist.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Fewer values tell nothing about how they follow each other. */
#define LAG_LEAST 8
#define LAG_MOST  0.8

void od_mean_estimate(const double *values, size_t count, struct od_estimate *out)
{
    *out = (struct od_estimate){(double)NAN, (double)NAN, (double)NAN};
    if (count == 0) {
        return;
    }
    double n = (double)count;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    double mean = sum / n;
    double rest = 0;
    for (size_t i = 0; i < count; i++) {
        rest += values[i] - mean;
    }
    mean += rest / n;
    out->value = mean;
    if (count == 1) {
        return;
    }
    double squares = 0;
    double products = 0;
    for (size_t i = 0; i < count; i++) {
        double d = values[i] - mean;
        squares += d * d;
        products += i > 0 ? d * (values[i - 1] - mean) : 0;
    }
    double r = count < LAG_LEAST || squares <= 0 ? 0 : products / squares;
    r = fmin(LAG_MOST, fmax(0, r));
    double widening = (1 + r) / (1 - r);
    out->error = sqrt(squares / (n - 1) / n * widening);
    out->df = fmax(1, (n - 1) / widening);
}

void od_trimmed_estimate(const double *values, size_t count, struct od_estimate *out)
{
    size_t cut = count / 5;
    if (cut == 0) {
        od_mean_estimate(values, count, out);
        return;
    }
    double *sorted = od_xcalloc(count, sizeof sorted[0]);
    double *winsorized = od_xcalloc(count, sizeof winsorized[0]);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = values[i];
    }
    od_sort_doubles(sorted, count);
    double low = sorted[cut];
    double high = sorted[count - 1 - cut];
    double kept = (double)(count - 2 * cut);
    double sum = 0;
    for (size_t i = cut; i < count - cut; i++) {
        sum += sorted[i] - low;
    }
    for (size_t i = 0; i < count; i++) {
        winsorized[i] = fmin(high, fmax(low, values[i]));
    }
    struct od_estimate all;
    od_mean_estimate(winsorized, count, &all);
    double n = (double)count;
    *out = (struct od_estimate){
        .value = low + sum / kept,
        .error = all.error * sqrt(n * (n - 1) / kept / (kept - 1)),
        .df = fmax(1, (kept - 1) * all.df / (n - 1)),
    };
    free(sorted);
    free(winsorized);
}

/* Satterthwaite's degrees of freedom of a sum of two. Shares of the whole instead of
 * fourth powers, which would leave the range. */
static double joint_df(double error_a, double df_a, double error_b, double df_b)
{
    double whole = hypot(error_a, error_b);
    if (whole <= 0) {
        return df_a + df_b;
    }
    double a = error_a / whole * (error_a / whole);
    double b = error_b / whole * (error_b / whole);
    return 1 / (a * a / df_a + b * b / df_b);
}

void od_difference_estimate(const struct od_estimate *a, const struct od_estimate *b,
                            struct od_estimate *out)
{
    *out = (struct od_estimate){.value = b->value - a->value,
                                .error = hypot(a->error, b->error),
                                .df = joint_df(a->error, a->df, b->error, b->df)};
}

void od_estimate_widen(struct od_estimate *estimate, double error)
{
    double df = estimate->df;
    if (error > 0) {
        df = joint_df(estimate->error, df, error, (double)INFINITY);
    }
    estimate->error = hypot(estimate->error, error);
    estimate->df = df;
}

double od_estimate_p(const struct od_estimate *estimate)
{
    if (isnan(estimate->value) || isnan(estimate->error)) {
        return 1;
    }
    if (estimate->error <= 0) {
        return fabs(estimate->value) > 0 ? 0 : 1;
    }
    if (isnan(estimate->df)) {
        return 1;
    }
    return od_student_two_sided(estimate->value / estimate->error, estimate->df);
}

double od_estimate_half_width(const struct od_estimate *estimate, double confidence)
{
    assert(confidence > 0 && confidence < 1);
    if (isnan(estimate->value) || isnan(estimate->error)) {
        return (double)INFINITY;
    }
    if (estimate->error <= 0) {
        return 0;
    }
    if (isnan(estimate->df)) {
        return (double)INFINITY;
    }
    return estimate->error * od_student_quantile_two_sided(1 - confidence, estimate->df);
}
