/* One cell in one repetition, or two by turns: requests on their own warmed connections.
 */
#ifndef OD_BENCH_BLOCK_H
#define OD_BENCH_BLOCK_H

#include "bench/left.h"
#include "bench/run.h"
#include "net/conn.h"

#include <stdatomic.h>

#define OD_BLOCK_CPUS 64

/* What blocks of a run share. Workers touch the counters only after an exchange. */
struct od_tally {
    int64_t total;              /* planned rows; 0: not known */
    int64_t max_failed;         /* 0: no limit */
    atomic_int_fast64_t done;   /* rows */
    atomic_int_fast64_t failed; /* requests whose last attempt failed */
    atomic_bool no_output;
    struct od_conn_ids ids;
    struct od_warm_use uses[OD_BLOCK_CPUS]; /* of the CPUs that workers are spread over */
    struct od_left left;                    /* of the thread that runs the blocks */
};

/* Whether --max-errors is reached. Any thread. */
bool od_tally_failed(const struct od_tally *tally);

/* --ab: the base and the other side. */
#define OD_BLOCK_SIDES 2

/* One cell of a block. */
struct od_block_side {
    size_t cell;      /* index */
    int64_t warm_seq; /* number of its first warm-up row */
    int64_t main_seq; /* number of request 0 of its main phase */
};

/*
 * With two sides a worker has a connection to each, and sends each request to both, one
 * after the other (bench/numbers.h tells which is first). The cells differ in nothing but
 * their targets; their rows have the number of the base's row as pair.
 */
struct od_block {
    const struct od_run *run;
    int64_t rep; /* from 1 */
    struct od_block_side sides[OD_BLOCK_SIDES];
    size_t side_count;
    int64_t seq_step; /* between the numbers of two requests of a side's main phase */
    size_t *todo;     /* the requests that are left, ascending; NULL: all. Owned */
    unsigned char *todo_sides; /* for which sides: bits of 1 << side. Owned */
    size_t todo_count;
};

/*
 * Runs it to its end, or until the tally or an interrupt says stop: result->end tells.
 * Adds what it measured to the results of its cells, at the end of their blocks unless
 * its main phase never began. Fails with OD_ESYS, or as od_main_schedule.
 */
int od_block_run(const struct od_block *block, struct od_tally *tally,
                 struct od_run_result *result, struct od_err *err) OD_MUST_CHECK;

#endif
