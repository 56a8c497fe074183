/* Whether a change holds over time: tests over repetitions and runs; private to
 * lib/compare. */
#ifndef OD_COMPARE_OVER_TIME_H
#define OD_COMPARE_OVER_TIME_H

#include "compare/effects.h"
#include "stats/welch.h"

/*
 * The allowance for what two runs of the same server differ by weighs like this many
 * runs where the runs themselves show it.
 */
#define OD_RUN_NOISE_WEIGHT 4.0

/* One repetition says nothing of its own error: this many times the run noise. */
#define OD_ONE_UNIT_NOISE 3.0

struct od_over_time {
    struct od_estimate estimate; /* of ln(new / base) */
    double noise;                /* the allowance that holds: of runs, or of pairs */
    double run_error; /* the part of the error that more repetitions do not lower */
    size_t units;     /* of the side that has fewer */
    size_t runs;      /* of both sides together; paired: runs with pairs */
    bool one_run;     /* nothing but the allowance speaks of runs */
    bool one_unit;    /* a side has one */
};

/*
 * A unit's value is effects->unit (paired: pair_unit). Units are averaged by their
 * trimmed mean, for OD_METRIC_MEAN by their mean. One run a side: the difference of the
 * means over units, its error widened by the run noise, or by the standard deviation
 * between the units of the side that varies more if that is larger (a machine whose
 * repetitions differ has runs that differ), times the square root of 2 as two runs
 * differ. Paired: the mean over the units of all runs together, widened by pair_noise,
 * which is that of a difference already, over the square root of the number of runs. More
 * runs: the difference of the means over runs of their means over units; the variance of
 * a run is estimated from the runs of the side that varies more, with its degrees of
 * freedom alone, and from the allowance, which weighs like OD_RUN_NOISE_WEIGHT runs:
 * (weight * allowed + freedom * seen) / (weight + freedom), or seen if that is more, by
 * Student's t with freedom + weight * min(1, allowed / seen) degrees. A run noise of 0
 * turns the allowance off.
 */
void od_over_time(const struct od_effects *effects, const struct od_cell_pair *cell,
                  const struct od_compare_options *options, struct od_over_time *out);

/* The mean over the units of one side, for its spread. */
void od_side_over_time(const struct od_effects *effects, const struct od_cell_pair *cell,
                       int side, struct od_estimate *out);

#endif
