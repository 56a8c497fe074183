/* A run: blocks in seeded order, every attempt a row. */
#ifndef OD_BENCH_RUN_H
#define OD_BENCH_RUN_H

#include "bench/plan.h"
#include "record/writer.h"

#include <signal.h>

/* Service times of the rows of one cell that count, for the closing summary. */
struct od_cell_result {
    int64_t *service_ns; /* owned */
    size_t count;
    size_t capacity;
    int64_t failed;   /* rows of phase main whose status is not ok */
    char weights[16]; /* as the server said last */
};

enum od_run_end { OD_RUN_DONE, OD_RUN_INTERRUPTED, OD_RUN_MAX_ERRORS, OD_RUN_NO_OUTPUT };

struct od_run_result {
    struct od_cell_result *cells; /* owned, one a cell */
    size_t cell_count;
    int64_t rows;
    int64_t failed;
    enum od_run_end end;
};

struct od_run {
    const struct od_plan *plan;
    struct od_cell *cells;
    size_t cell_count;
    const char *run_id; /* must live until the writer is closed */
    int64_t start_ns;   /* od_now_ns and od_wall_ns of one moment: the run's zero */
    int64_t start_unix_ns;
    struct od_writer *writer;
    const volatile sig_atomic_t *interrupted; /* set by a signal handler */
    /* Called by the thread that called od_run, about ten times a second; may be NULL. */
    void (*progress)(int64_t done, int64_t total, int64_t failed, void *arg);
    void *progress_arg;
};

/*
 * Asks every target for the status of every model over every transport that the plan
 * uses, without a row, and fills cell versions. A target that does not answer, or does
 * not know the model, is OD_ECONNECT naming it; with allow_unreachable its cells are
 * marked as skipped instead and warn is called with the reason (at least one cell must
 * remain). An interrupt ends it with OD_ECANCELLED.
 */
int od_run_probe(struct od_run *run, void (*warn)(const char *text, void *arg), void *arg,
                 struct od_err *err) OD_MUST_CHECK;

/*
 * Runs all blocks. Failed requests are rows, not errors; -1 only when the run could not
 * go on (threads, memory). *result is initialised here and owned by the caller in either
 * case. An interrupt lets requests in flight end for a second and then cancels them.
 */
int od_run_blocks(const struct od_run *run, struct od_run_result *result,
                  struct od_err *err) OD_MUST_CHECK;
void od_run_result_release(struct od_run_result *result);

/*
 * Appends the closing table: a line a cell with n, failures, median, p95 and mean; a
 * percentile that has too few samples is a dash. Sorts the service times of *result.
 */
void od_run_summary(const struct od_run *run, struct od_run_result *result,
                    struct od_buf *out);

#endif
