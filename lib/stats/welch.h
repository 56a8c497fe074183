/* Tests of means of a few units (repetitions, runs) that may follow each other closely.
 */
#ifndef OD_STATS_WELCH_H
#define OD_STATS_WELCH_H

#include <stddef.h>

/* An estimate with its standard error. What is not known is NaN. */
struct od_estimate {
    double value; /* a mean, or a difference of two */
    double error; /* standard error */
    double df;    /* degrees of freedom of the error; infinite when it is known */
};

/*
 * The mean of count values in the order in which they were measured. The error is widened
 * for drift: its square times (1 + r) / (1 - r) with r the lag-1 autocorrelation, when r
 * > 0 (at most 0.8), and its degrees of freedom are lowered by the same factor (at least
 * 1). With fewer than 8 values r is not estimated but taken as 0. 1 value: error NaN.
 */
void od_mean_estimate(const double *values, size_t count, struct od_estimate *out);

/*
 * The same for the mean of the middle values: the lowest and the highest fifth (rounded
 * down) do not count, so that a few units in which the machine was busy do not pull it.
 * The error is Yuen's (1974), from the winsorized variance, with one degree of freedom
 * less than values that count; the autocorrelation is that of the winsorized values.
 * Fewer than 5 values: the mean of all.
 */
void od_trimmed_estimate(const double *values, size_t count, struct od_estimate *out);

/* b - a, independent of each other: squares of the errors add up, df after Welch and
 * Satterthwaite. */
void od_difference_estimate(const struct od_estimate *a, const struct od_estimate *b,
                            struct od_estimate *out);

/* Adds a known independent error to an estimate: the squares add up, df after
 * Satterthwaite with infinite df for the added part. An unknown error stays unknown. */
void od_estimate_widen(struct od_estimate *estimate, double error);

/* Two-sided p of "the value is 0", by Student's t; 1 when it is not known, 0 when the
 * error is 0 and the value is not. */
double od_estimate_p(const struct od_estimate *estimate);
/* Half the width of the interval; infinite when it is not known. */
double od_estimate_half_width(const struct od_estimate *estimate, double confidence);

#endif
