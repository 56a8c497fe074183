/* Whether a cell's numbers can be trusted, as data. */
#ifndef OD_BENCH_JUDGE_H
#define OD_BENCH_JUDGE_H

#include "bench/run.h"
#include "record/validity.h"

/* Judges one cell from what run.c gathered, fills *out (released by the caller). */
void od_validity_judge(const struct od_run *run, const struct od_cell_result *result,
                       size_t cell, struct od_cell_validity *out);

#endif
