/* Which of two quantities goes further in explaining a third. */
#ifndef OD_STATS_IMPORTANCE_H
#define OD_STATS_IMPORTANCE_H

#include <stddef.h>
#include <stdint.h>

/* Why nothing is known. A set of bits. */
enum od_importance_warning {
    OD_IMPORTANCE_FEW = 1,      /* fewer than OD_IMPORTANCE_LEAST items */
    OD_IMPORTANCE_CONSTANT = 2, /* y, a or b does not vary */
    OD_IMPORTANCE_COLLINEAR = 4 /* a and b (and the control) move as one */
};
enum { OD_IMPORTANCE_LEAST = 10 };

/* Borrowed; count values each. */
struct od_importance_data {
    const double *y;
    const double *a;
    const double *b;
    const double *control; /* a third regressor, e.g. pixels; NULL, or constant: none */
    size_t count;
};

/* What is not known is NaN. */
struct od_importance {
    double coefficient_a; /* standardised: standard deviations of y for one of a */
    double coefficient_b;
    double difference; /* |a| - |b| */
    double low, high;  /* percentile interval of the difference */
    double low_a;      /* interval of coefficient_a */
    double high_a;
    double p; /* two-sided, of difference 0: from the shares of the resamples */
    unsigned warnings;
};

/*
 * Least squares of y on a and b (and the control) with a bootstrap over the items: 2000
 * resamples, intervals of the given confidence. Resamples in which nothing is defined are
 * drawn again (at most as often as there are resamples; then COLLINEAR). The same seed
 * gives the same result on every machine.
 */
void od_importance(const struct od_importance_data *data, double confidence,
                   uint64_t seed, struct od_importance *out);

#endif
