/* The cells of a run, judged. */
#ifndef OD_BENCH_JUDGE_RUN_H
#define OD_BENCH_JUDGE_RUN_H

#include "bench/run.h"

#include <stdbool.h>

/*
 * Judges every cell that has blocks: result->validity gets one record a cell, in their
 * order (counted is -1 in those that have none), owned by the result. To be called once,
 * while the result still has its samples.
 */
void od_run_judge(const struct od_run *run, struct od_run_result *result);

/*
 * Whether any cell is in doubt. Steps of a search that missed the objective do not count:
 * they are meant to go too far.
 */
bool od_run_in_doubt(const struct od_run *run, const struct od_run_result *result);

/* The records of the cells that have blocks as JSON (od_validity_format), owned by the
 * caller; NULL when nothing was judged. */
char *od_run_validity_json(const struct od_run_result *result);

#endif
