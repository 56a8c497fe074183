/* One cell in one repetition: a pass over the images on its own warmed connections. */
#ifndef OD_BENCH_BLOCK_H
#define OD_BENCH_BLOCK_H

#include "bench/run.h"
#include "net/conn.h"

#include <stdatomic.h>

/* What blocks of a run share. Workers touch the counters only after an exchange. */
struct od_tally {
    int64_t total;      /* planned rows */
    int64_t max_failed; /* 0: no limit */
    atomic_int_fast64_t done;
    atomic_int_fast64_t failed;
    atomic_bool no_output;
    struct od_conn_ids ids;
};

struct od_block {
    const struct od_run *run;
    size_t cell;       /* index */
    int64_t rep;       /* from 1 */
    int64_t first_seq; /* of its first row */
};

/* Rows that a block of this cell makes. */
int64_t od_block_rows(const struct od_run *run, const struct od_cell *cell);

/*
 * Runs it to its end, or until the tally or an interrupt says stop: *end tells. Adds the
 * cell's service times to *result. Fails with OD_ESYS only.
 */
int od_block_run(const struct od_block *block, struct od_tally *tally,
                 struct od_cell_result *result, enum od_run_end *end,
                 struct od_err *err) OD_MUST_CHECK;

#endif
