/* One cell in one repetition: requests on its own warmed connections. */
#ifndef OD_BENCH_BLOCK_H
#define OD_BENCH_BLOCK_H

#include "bench/left.h"
#include "bench/run.h"
#include "net/conn.h"

#include <stdatomic.h>

/* What blocks of a run share. Workers touch the counters only after an exchange. */
struct od_tally {
    int64_t total;              /* planned rows; 0: not known */
    int64_t max_failed;         /* 0: no limit */
    atomic_int_fast64_t done;   /* rows */
    atomic_int_fast64_t failed; /* requests whose last attempt failed */
    atomic_bool no_output;
    struct od_conn_ids ids;
    struct od_left left; /* of the thread that runs the blocks */
};

struct od_block {
    const struct od_run *run;
    size_t cell;      /* index */
    int64_t rep;      /* from 1 */
    int64_t warm_seq; /* number of its first warm-up row */
    int64_t main_seq; /* number of request 0 of its main phase */
    size_t *todo;     /* the requests that are left, ascending; NULL: all. Borrowed */
    size_t todo_count;
};

/*
 * Runs it to its end, or until the tally or an interrupt says stop: *end tells. Adds what
 * it measured to *result, at the end of its blocks unless its main phase never began.
 * Fails with OD_ESYS, or as od_main_schedule.
 */
int od_block_run(const struct od_block *block, struct od_tally *tally,
                 struct od_cell_result *result, enum od_run_end *end,
                 struct od_err *err) OD_MUST_CHECK;

#endif
