/* What goes through a whole run. Of run.c and hunt.c alone. */
#ifndef OD_BENCH_COURSE_H
#define OD_BENCH_COURSE_H

#include "bench/block.h"
#include "bench/numbers.h"

struct od_course {
    struct od_run *run;
    struct od_run_result *result;
    struct od_tally tally;
    bool known;                /* the size of the run is */
    struct od_numbers numbers; /* then */
    int64_t next_seq;          /* else */
};

/* One block, with its numbers. Fails as od_block_run; result->end tells whether the run
 * goes on. */
int od_course_block(struct od_course *course, size_t cell, int64_t rep,
                    struct od_err *err) OD_MUST_CHECK;

/*
 * The search for the highest rate that keeps the objective, for one cell: each step is a
 * cell of its own, appended to the run, of one block. A step is as long as --duration (5
 * s unless given), and longer where its rate gives fewer samples than the objective's
 * quantile or --count needs. The search begins at --rate (100 a second unless given).
 */
int od_course_search(struct od_course *course, size_t cell,
                     struct od_err *err) OD_MUST_CHECK;

#endif
