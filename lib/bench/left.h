/* How long a run will go on, as far as that can be told. */
#ifndef OD_BENCH_LEFT_H
#define OD_BENCH_LEFT_H

#include "bench/run.h"

/* What a cell's blocks took so far, and what its plan says. */
struct od_left_cell {
    int64_t planned_ns; /* main phase of a block, as planned; -1: its answers decide */
    int64_t spent_ns;   /* of the blocks that ended, with all that is around them */
    int64_t begun;      /* blocks */
    int64_t ended;
    int64_t stood; /* blocks that need not run: a run that goes on */
};

/* For one thread. A zeroed one knows nothing. */
struct od_left {
    const struct od_run *run;   /* borrowed */
    struct od_left_cell *cells; /* owned; NULL: nothing can be told (a search) */
    size_t count;
    size_t cell; /* at work */
    int64_t begin_ns;
};

/* Time of the main phase of one block: --duration, or what the arrivals plan; -1 when it
 * depends on the answers or the schedule cannot be made. */
int64_t od_block_planned_ns(const struct od_plan *plan, const struct od_cell *cell,
                            size_t index);

void od_left_init(struct od_left *left, const struct od_run *run);
void od_left_release(struct od_left *left);

/* A block of this cell begins, ends. */
void od_left_begin(struct od_left *left, size_t cell, int64_t now_ns);
void od_left_end(struct od_left *left, int64_t now_ns);
/* A block of this cell stands in the file already. */
void od_left_skip(struct od_left *left, size_t cell);

/*
 * What is left at now_ns: the rest of the block at work and all blocks of the planned
 * repetitions, each as long as those of its cell were, or as planned, or as the mean of
 * all; -1 when there is nothing to tell that from. Further repetitions are not foreseen.
 */
int64_t od_left_ns(const struct od_left *left, int64_t now_ns);

#endif
