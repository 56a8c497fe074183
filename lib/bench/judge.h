/* Whether a cell's numbers can be trusted, as data. */
#ifndef OD_BENCH_JUDGE_H
#define OD_BENCH_JUDGE_H

#include "bench/result.h"
#include "record/validity.h"

#include <stdbool.h>

/*
 * The limits. odbench-run(1), VALIDITY, explains each; ratios are shares.
 */
#define OD_JUDGE_RANGE       0.10 /* range or trend of the windows; --stability's, if set */
#define OD_JUDGE_WINDOWS     10   /* into which a cell of one or two blocks is cut */
#define OD_JUDGE_HEAD        1.10   /* first requests to the others, 3 blocks or more */
#define OD_JUDGE_HEAD_FEW    1.50   /* the same, 1 or 2 blocks */
#define OD_JUDGE_HEAD_BLOCKS 0.75   /* share of the blocks whose first are slower */
#define OD_JUDGE_RATE        0.95   /* rate sent to rate due */
#define OD_JUDGE_LATE        0.05   /* lateness to median service time, and */
#define OD_JUDGE_LATE_NS     200000 /* at least this: a request is late */
#define OD_JUDGE_LATE_SHARE  0.01   /* of the requests, and at least 2, may be late */
#define OD_JUDGE_LATE_TIMERS                                                             \
    1000000                        /* later at the 99th percentile: not for its timer    \
                                    */
#define OD_JUDGE_BUSY         0.90 /* of all CPUs, or of those the workers may use */
#define OD_JUDGE_MACHINE_NS   200000000 /* below, CPU shares are too coarse to judge */
#define OD_JUDGE_FREQUENCY    0.10
#define OD_JUDGE_STEAL        0.02
#define OD_JUDGE_SWAP_PAGES   64
#define OD_JUDGE_ERRORS       0.01
#define OD_JUDGE_EMPTY        10   /* answers, all without a box */
#define OD_JUDGE_CACHE        1.25 /* first repetition to the median of the later ones */
#define OD_JUDGE_CACHE_LATER  0.15 /* range of the later ones: they agree */
#define OD_JUDGE_CACHE_BLOCKS 3    /* repetitions that are needed to tell */

/* What the judge must know beside the result; the options in use decide the hints. */
struct od_judge_ask {
    const char *cell_id;
    bool open;          /* an open loop */
    double rate_per_s;  /* as asked for; NaN: by a trace, a ramp, steps, or closed */
    int permille;       /* the highest percentile that the user asked for, at least 950 */
    double range_ratio; /* of --stability; 0: not used */
    int64_t concurrency;  /* connections */
    int64_t warmup;       /* requests a connection */
    int64_t usable_cpus;  /* that the workers may run on, at least 1 */
    bool precise;         /* --precise: spins, so its own CPU time says nothing */
    bool pinned;          /* --pin */
    bool min_samples;     /* --min-samples is used */
    bool images_once;     /* a block sends each image once */
    bool unscaled;        /* floats are sent as 0 to 255: no mean, no scale */
    const char *governor; /* "" when not known */
};

/*
 * Judges one cell from what run.c gathered. *out is initialised here and released by the
 * caller. Reads the samples, and copies none of them.
 */
void od_judge_cell(const struct od_judge_ask *ask, const struct od_cell_result *result,
                   struct od_cell_validity *out);

/* The part of it that is about CPUs, clock, frequency, swap and heat: fills the ratios of
 * *out and adds findings. */
void od_judge_machine(const struct od_judge_ask *ask, const struct od_cell_result *result,
                      struct od_cell_validity *out);

#endif
