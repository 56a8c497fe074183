/* What of a run stands in its file already, when it goes on: --resume. */
#ifndef OD_BENCH_STANDING_H
#define OD_BENCH_STANDING_H

#include "bench/result.h"
#include "bench/run.h"
#include "bench/verify.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A request stands when a row of phase main says so for good: it was answered, or failed
 * in a way that --retries does not send again, or its attempts are used up. Warm-up and
 * drain rows do not count; with --paper the first request of an image is part of the
 * plan, and stands with its warm-up row. A request that was between two attempts is sent
 * anew from attempt 1.
 */
struct od_standing {
    int64_t rows;         /* in the file, of all phases */
    int64_t failed;       /* requests whose last attempt failed, warm-up included */
    int64_t last_end_ns;  /* of any row, since the start of the run; 0: no rows */
    int64_t last_conn_id; /* 0: none */
    int64_t next_seq;     /* the first number that neither the plan nor a row has */
    struct od_cell_result *results; /* of each cell, machine not known; owned */
    size_t cell_count;
    struct od_standing_block *blocks; /* owned, by repetition and cell */
    size_t block_count;
    size_t block_capacity;
};

/* The files of a run. Borrowed. */
struct od_standing_files {
    const char *rows;
    const char *detections; /* NULL: none */
    const int64_t *parts; /* rows that there were each time the run went on, ascending */
    size_t part_count;
};

/*
 * Reads the rows of run (its plan, cells, run_id) and cuts what a kill left at the ends
 * of both files (record/resume.h). Of a block that was interrupted each part becomes a
 * block of the results, so that none holds the pause. Hashes of answers go to verify
 * unless that is NULL. Memory: a bit a request and what od_cell_result keeps. *out is
 * initialised here and released by the caller in either case. Fails with OD_EINPUT when
 * the size of the run is not known ahead, or a row is not of this run and plan; else as
 * od_resume_read.
 */
int od_standing_read(const struct od_run *run, const struct od_standing_files *files,
                     struct od_verify *verify, struct od_standing *out,
                     struct od_err *err) OD_MUST_CHECK;
void od_standing_release(struct od_standing *standing);

/* Whether there are rows of a block; false for a NULL standing. */
bool od_standing_begun(const struct od_standing *standing, int64_t rep, size_t cell);

/* What is left of a block. */
struct od_missing {
    bool touched; /* there are rows of it, be it of its warm-up: its numbers are used */
    size_t *todo; /* main requests that do not stand, ascending; owned; NULL: all */
    size_t count; /* of todo; of all when todo is NULL */
};

/* main_count: requests of the block's main phase. */
struct od_missing od_standing_missing(const struct od_standing *standing, int64_t rep,
                                      size_t cell, int64_t main_count);

#endif
