/* How many requests a block has, when they are due, and what their numbers are. */
#ifndef OD_BENCH_NUMBERS_H
#define OD_BENCH_NUMBERS_H

#include "bench/plan.h"

/*
 * The order of the images in a repetition, as indices of the data set: of the plan's
 * seed, the same for every cell, so that cells differ in nothing else. order has room for
 * all.
 */
void od_image_order(const struct od_plan *plan, int64_t rep, size_t *order);

/*
 * --ab, which side gets an image first: one half of the images, drawn by the seed, begins
 * with the base in the first pass of an odd repetition, the other half in that of an even
 * one, and from one pass over the images to the next within a block the sides change. So
 * over an even number of repetitions each side is first equally often for every image,
 * and in every pass for half of them. starts has room for all images; it says for each
 * whether it is of the first half.
 */
void od_ab_starts(const struct od_plan *plan, bool *starts);
/* The side, 0 or 1, that gets an image first; pass counts from 0. */
size_t od_ab_first(bool start, int64_t rep, size_t pass);

/* Warm-up requests of a block of this cell, of all its connections. */
int64_t od_warm_count(const struct od_plan *plan, const struct od_cell *cell);

/*
 * Requests of the main phase of a block; index is the cell's place in the plan, rep
 * counts from 1. -1 when only the clock will tell: a closed loop with a duration and
 * without a count. Fails as od_schedule_make.
 */
int od_main_count(const struct od_plan *plan, const struct od_cell *cell, size_t index,
                  int64_t rep, int64_t *out, struct od_err *err) OD_MUST_CHECK;

/*
 * The planned times of a block in an open loop: another one for each cell and repetition,
 * the same in every run of one seed. *out is released by the caller; it may borrow from
 * the plan. Fails as od_schedule_make.
 */
int od_main_schedule(const struct od_plan *plan, const struct od_cell *cell, size_t index,
                     int64_t rep, struct od_schedule *out,
                     struct od_err *err) OD_MUST_CHECK;

/*
 * Where the numbers (seq) of a block begin, in a run whose size is known: as if all cells
 * of the plan, the skipped ones too, had run in plan order, one repetition after the
 * other. The numbers of a block are those of its warm-up, then those of its main phase,
 * in the order of their planned places. For one thread.
 */
struct od_numbers {
    const struct od_plan *plan;  /* borrowed */
    const struct od_cell *cells; /* borrowed */
    size_t cell_count;
    int64_t *first; /* of each cell in repetition rep; owned */
    int64_t rep;    /* 0: none yet */
    int64_t *ends;  /* numbers used up to the end of each repetition; owned */
    size_t end_count;
    size_t end_capacity;
};
/* A run of unknown size is OD_EINPUT. */
int od_numbers_init(struct od_numbers *numbers, const struct od_plan *plan,
                    const struct od_cell *cells, size_t cell_count,
                    struct od_err *err) OD_MUST_CHECK;
/* The number of the first row of a block. Fails as od_schedule_make. */
int od_numbers_first(struct od_numbers *numbers, int64_t rep, size_t cell, int64_t *out,
                     struct od_err *err) OD_MUST_CHECK;
/* The first number beyond the plan, repetitions that its goals may add included. */
int od_numbers_beyond(struct od_numbers *numbers, int64_t *out,
                      struct od_err *err) OD_MUST_CHECK;
void od_numbers_release(struct od_numbers *numbers);

#endif
