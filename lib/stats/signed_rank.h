/* Wilcoxon's signed rank test and the Hodges-Lehmann estimate that goes with it. */
#ifndef OD_STATS_SIGNED_RANK_H
#define OD_STATS_SIGNED_RANK_H

#include <stdbool.h>
#include <stddef.h>

/* What is worth knowing about a result. A set of bits. */
enum od_rank_warning {
    OD_RANK_NONE_LEFT = 1,  /* no value but zeros: nothing is known */
    OD_RANK_TIES = 2,       /* tied magnitudes: the normal approximation was used */
    OD_RANK_ZEROS = 4,      /* zeros were left out: the same */
    OD_RANK_CONFIDENCE = 8, /* so few values that the interval has less confidence */
    OD_RANK_CONSTANT = 16,  /* all values equal: interval is the value itself */
    OD_RANK_NOT_FINITE = 32 /* infinite values, or NaN: then nothing is known */
};

struct od_signed_rank_how {
    double confidence; /* of the interval, 0 < . < 1 */
    /* Exact distribution up to this many values without ties and zeros; R's rule is
     * "fewer than 50", 49 here. */
    size_t exact_up_to;
    bool correct; /* continuity correction of the normal approximation */
};

struct od_signed_rank {
    double statistic;  /* V: sum of the ranks of the positive values */
    double p;          /* two-sided */
    double estimate;   /* (pseudo)median: exact case the median of the Walsh averages */
    double low, high;  /* the interval */
    double confidence; /* of the interval: as asked, or less with OD_RANK_CONFIDENCE */
    size_t count;      /* values that are not zero */
    bool exact;
    unsigned warnings;
};

/*
 * As wilcox.test(x, conf.int = TRUE, exact = count <= exact_up_to, correct = correct,
 * tol.root = 1e-13) of R 4.2: zeros are left out, ranks of ties are averaged; the exact
 * interval is an order statistic of the Walsh averages; the asymptotic estimate and
 * interval are the roots of the standardised statistic, as R finds them (the estimate
 * without the continuity correction). Where too few values allow the asked confidence,
 * the exact interval is that of all values, and the asymptotic one doubles the chance of
 * error until the values allow it; from a chance of 1 on it is the median, with
 * confidence 0.
 *
 * Three things differ from R: the confidence is the one that the interval has, also where
 * R is silent about a lack of less than half of the chance of error; all values equal
 * have themselves as the interval, with confidence 0, where R has none; NaN is not left
 * out: nothing is known. Infinite values are ranked: exact ends may be infinite then, and
 * the asymptotic interval is NaN with confidence 0.
 *
 * values is not changed. Everything that is not known is NaN, with a warning. Takes time
 * by count * log(count); in the exact case also by count^3.
 */
void od_signed_rank(const double *values, size_t count,
                    const struct od_signed_rank_how *how, struct od_signed_rank *out);

/* The smallest two-sided p that count values without ties can reach: 2 / 2^count. */
double od_signed_rank_least_p(size_t count);

#endif
