/* A run: blocks in seeded order, every attempt a row. */
#ifndef OD_BENCH_RUN_H
#define OD_BENCH_RUN_H

#include "bench/plan.h"
#include "bench/result.h"
#include "bench/served.h"
#include "record/validity.h"
#include "record/writer.h"

#include <signal.h>

struct od_standing;
struct od_verify;

enum od_run_end { OD_RUN_DONE, OD_RUN_INTERRUPTED, OD_RUN_MAX_ERRORS, OD_RUN_NO_OUTPUT };

struct od_run_result {
    struct od_cell_result *cells; /* owned, one a cell */
    size_t cell_count;
    struct od_cell_validity *validity; /* od_run_judge: one a cell, owned; else NULL */
    size_t validity_count;
    int64_t rows;
    int64_t failed; /* requests whose last attempt failed */
    enum od_run_end end;
};

/* What a run is at, for the progress line. */
struct od_run_progress {
    int64_t done;                /* rows */
    int64_t total;               /* planned rows; 0: not known */
    int64_t failed;              /* requests whose last attempt failed */
    const struct od_cell *cell;  /* at work, and its repetition */
    const struct od_cell *other; /* --ab: by turns with this one; else NULL */
    int64_t rep;
    double rate_per_s; /* rows of the block that count, a second; NaN: none yet */
    int64_t median_ns; /* of their service times, within 3 %; -1: none yet */
    int64_t left_ns;   /* -1: not known (bench/left.h) */
};

struct od_run {
    const struct od_plan *plan;
    struct od_cell *cells; /* as od_plan_cells makes them; a search appends its steps */
    size_t cell_count;
    struct od_served_list served; /* by od_run_probe; owned, for its caller to release */
    const char *run_id;           /* must live until the writer is closed */
    int64_t start_ns;             /* by od_now_ns and od_wall_ns: the run's zero */
    int64_t start_unix_ns;
    struct od_writer *writer;
    struct od_standing *standing; /* bench/standing.h; NULL: a new run. Borrowed, its
                                     results are taken by od_run_blocks */
    struct od_verify *verify; /* bench/verify.h: gets every answer; NULL: nobody asks */
    const volatile sig_atomic_t *interrupted; /* set by a signal handler */
    /* Called by the thread that called od_run, about ten times a second; may be NULL. */
    void (*progress)(const struct od_run_progress *now, void *arg);
    void *progress_arg;
};

/*
 * Asks every target for the status of every model over every transport that the plan
 * uses, without a row, and fills cell versions; then for its metadata, which it need not
 * have, and fills run->served and the cells' own models (asked): one that cannot be asked
 * as the plan has it is OD_EINPUT. A target that does not answer, does not know the
 * model, or refuses access is OD_ECONNECT naming it; with allow_unreachable its cells are
 * marked as skipped instead and warn is called with the reason (at least one cell must
 * remain). An interrupt ends it with OD_ECANCELLED.
 */
int od_run_probe(struct od_run *run, void (*warn)(const char *text, void *arg), void *arg,
                 struct od_err *err) OD_MUST_CHECK;

/*
 * Runs all blocks: the repetitions of every cell, then further ones of the cells that the
 * plan's goals ask for; or a search for each cell. Failed requests are rows, not errors;
 * -1 only when the run could not go on (threads, memory). *result is initialised here and
 * owned by the caller in either case. An interrupt lets requests in flight end for a
 * second and then cancels them. A run that goes on leaves out what stands, and counts it
 * in *result and towards the plan's limits of errors.
 */
int od_run_blocks(struct od_run *run, struct od_run_result *result,
                  struct od_err *err) OD_MUST_CHECK;
void od_run_result_release(struct od_run_result *result);
/* Appends the result of a cell that has none yet; open: in an open loop. */
void od_run_result_add(struct od_run_result *result, bool open);

/* Whether answers differ, or any cell missed its objective: of a search, only what it
 * found counts. */
bool od_run_missed(const struct od_run *run, const struct od_run_result *result);

/*
 * Appends the closing table: a line a cell with n, failures, median, p95 and p99 of the
 * service time, in an open loop of the response time too; a percentile that has too few
 * samples is a dash. A judged run has a column with the marks of its doubts, and what
 * they mean below.
 */
void od_run_summary(const struct od_run *run, const struct od_run_result *result,
                    struct od_buf *out);

#endif
