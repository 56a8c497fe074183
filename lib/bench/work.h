/* A block at work: what its workers share. Of block.c, work.c and wait.c alone. */
#ifndef OD_BENCH_WORK_H
#define OD_BENCH_WORK_H

#include "bench/block.h"
#include "bench/prepare.h"
#include "bench/seat.h"
#include "load/load.h"
#include "stats/pulse.h"

/* What a side of the block has of its own. */
struct od_work_side {
    const struct od_cell *cell;
    struct od_seat *seats; /* of each worker */
    struct od_journal *journal;
    struct od_counting *counting;  /* around the main phase; NULL: no */
    struct od_server_facts server; /* what it counted meanwhile */
};

struct od_work {
    const struct od_block *block;
    const struct od_plan *plan;
    const struct od_cell *cell; /* of side 0: the others differ in the target alone */
    struct od_work_side sides[OD_BLOCK_SIDES];
    struct od_tally *tally;
    struct od_store *store;
    size_t *order; /* of the images */
    bool *starts;  /* --ab: of each image, see od_ab_starts; else NULL */
    size_t image_count;
    size_t warm_count; /* of all workers, for each side */
    bool open;
    struct od_schedule schedule; /* open loop */
    struct od_load load;
    struct od_pulse pulse; /* rows that count, for the progress line */
    struct od_machine before;
    struct od_machine after;
    atomic_int warming;           /* workers that are not warm yet */
    atomic_int working;           /* that have not ended */
    atomic_int_fast64_t begin_ns; /* of the main phase; 0: not begun */
    atomic_size_t over; /* step of a search: rows that count and took as long as the
                           limit */
    int64_t stopped_ns; /* when it was cut short; 0: was not */
};

/* What worker number worker does, an od_work_fn; arg is the struct od_work. */
void od_work_seat(struct od_workers *workers, int worker, void *arg);

/* Whether --max-errors is reached, or rows can be written no longer. Any thread. */
bool od_work_must_stop(const struct od_work *work);

/*
 * Waits for the workers, shows progress, and ends the block early when it is time or an
 * interrupt says so. Returns whether it was interrupted.
 */
bool od_work_watch(struct od_work *work, struct od_workers *workers);

#endif
