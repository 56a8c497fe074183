/* The search for the highest rate that keeps an objective: doubling, then bisection. */
#ifndef OD_LOAD_SEARCH_H
#define OD_LOAD_SEARCH_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* "p99<100ms": a quantile of the response time, in thousandths, below a limit. */
struct od_slo {
    int permille; /* 1 to 999: 500 for "p50" and "median", 999 for "p99.9" */
    int64_t limit_ns;
};

/* Fails with OD_EINPUT quoting text: no such form, a percentile finer than a tenth or
 * outside 0.1 to 99.9, a limit of 0 or without a unit. */
int od_slo_parse(const char *text, struct od_slo *out, struct od_err *err) OD_MUST_CHECK;

/*
 * A state machine without I/O. A rate is tried; the caller tells whether it kept the
 * objective; the next is told. As long as none missed it, the rate is doubled; as long as
 * none kept it, it is halved; then the middle between the two is tried until they are
 * close. For one thread.
 */
struct od_search {
    double kept_per_s;   /* highest rate that kept it; 0: none yet */
    double missed_per_s; /* lowest that missed it; 0: none yet */
    double next_per_s;   /* to be tried; 0: the search is over */
    double least_per_s;  /* when this misses, the search gives up */
    double most_per_s;   /* when this is kept, it ends, and missed_per_s is 0 */
    double precision;    /* share: over when missed / kept <= 1 + precision */
    int steps;
};

/* 0 < least <= first <= most; precision above 0. */
void od_search_init(struct od_search *search, double first_per_s, double least_per_s,
                    double most_per_s, double precision);

/* How next_per_s, which must not be 0, went. */
void od_search_tell(struct od_search *search, bool kept);

#endif
