/* The parts of od_cell_judge; private to lib/compare. */
#ifndef OD_COMPARE_JUDGE_PARTS_H
#define OD_COMPARE_JUDGE_PARTS_H

#include "compare/over_time.h"

/* A cell that is being judged. */
struct od_judging {
    const struct od_cell_pair *pair;
    const struct od_compare_options *options;
    size_t cell_count; /* of the comparison: how far p-values will be corrected */
    struct od_effects effects;
    struct od_over_time time;
    struct od_compared *cell; /* what is found goes here */
};

/* Nothing known, with the reason. */
void od_change_unknown(struct od_change *change, const char *reason);

/* The metrics p50 and mean. */
void od_judge_typical(struct od_judging *judging);
/* The metrics p90, p95 and p99. */
void od_judge_tail(struct od_judging *judging);
/* The metric map: a bootstrap over images. */
void od_judge_map(struct od_judging *judging);
/* Shares of failed requests, from cell->side. */
void od_judge_errors(const struct od_judging *judging, struct od_change *change);

/*
 * About how many more repetitions a side would tell. half is half the width of the
 * interval, of which fixed is not lowered by repetitions; limit the width that is
 * narrow enough. units: repetitions of the side that has fewer. -1: repetitions alone
 * never do.
 */
int64_t od_more_repetitions(double half, double fixed, double limit, size_t units);

/*
 * Half the width at which the estimate will be told apart: when it lies beyond the
 * threshold its distance from 0, else its distance from the threshold, at least half the
 * threshold.
 */
double od_narrow_enough(double estimate, double threshold);

#endif
