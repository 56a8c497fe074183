/* A run: blocks in seeded order. */
#include "bench/run.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "bench/block.h"

#include <math.h>
#include <stdlib.h>

/* The cells of one repetition in the order in which their blocks run. */
static void order_cells(const struct od_plan *plan, int64_t rep, size_t *order,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    if (plan->order == OD_ORDER_RANDOM) {
        struct od_rng rng;
        /* Streams from the top of the range: images use the repetition itself. */
        od_rng_init(&rng, plan->seed, UINT64_MAX - (uint64_t)rep);
        od_rng_shuffle(&rng, order, count);
    }
}

static int64_t error_limit(const struct od_plan *plan, int64_t total)
{
    if (plan->max_errors > 0) {
        return plan->max_errors;
    }
    int64_t limit = (int64_t)ceil(plan->max_error_ratio * (double)total);
    return plan->max_error_ratio > 0 && limit < 1 ? 1 : limit;
}

static int run_repetition(const struct od_run *run, int64_t rep, struct od_tally *tally,
                          struct od_run_result *result, struct od_err *err)
{
    size_t *order = od_xcalloc(run->cell_count, sizeof *order);
    order_cells(run->plan, rep, order, run->cell_count);
    int rc = 0;
    for (size_t i = 0; i < run->cell_count && rc == 0 && result->end == OD_RUN_DONE;
         i++) {
        size_t cell = order[i];
        if (run->cells[cell].skipped) {
            continue;
        }
        struct od_block block = {
            .run = run, .cell = cell, .rep = rep, .first_seq = result->rows + 1};
        rc = od_block_run(&block, tally, &result->cells[cell], &result->end, err);
        /* Planned, not done: the numbers that a stopped block leaves out show as gaps. */
        result->rows += od_block_rows(run, &run->cells[cell]);
    }
    free(order);
    return rc;
}

int od_run_blocks(const struct od_run *run, struct od_run_result *result,
                  struct od_err *err)
{
    *result = (struct od_run_result){.cell_count = run->cell_count, .end = OD_RUN_DONE};
    result->cells = od_xcalloc(run->cell_count, sizeof *result->cells);
    struct od_tally tally = {0};
    tally.total = od_plan_requests(run->plan, run->cells, run->cell_count);
    tally.max_failed = error_limit(run->plan, tally.total);
    atomic_init(&tally.done, 0);
    atomic_init(&tally.failed, 0);
    atomic_init(&tally.no_output, false);
    atomic_init(&tally.ids.last, 0);
    int rc = 0;
    for (int64_t rep = 1; rep <= run->plan->repetitions; rep++) {
        if (rc == 0 && result->end == OD_RUN_DONE) {
            rc = run_repetition(run, rep, &tally, result, err);
        }
    }
    result->rows = atomic_load(&tally.done);
    result->failed = atomic_load(&tally.failed);
    return rc;
}

void od_run_result_release(struct od_run_result *result)
{
    for (size_t i = 0; i < result->cell_count; i++) {
        free(result->cells[i].service_ns);
    }
    free(result->cells);
    *result = (struct od_run_result){0};
}
