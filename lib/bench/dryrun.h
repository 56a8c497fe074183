/* What a run would do, without doing it. */
#ifndef OD_BENCH_DRYRUN_H
#define OD_BENCH_DRYRUN_H

#include "base/buf.h"
#include "bench/run.h"

/*
 * Appends a line a cell: what it is, its requests (warm-up included), the bytes of their
 * bodies and the planned time of its blocks; and a line for all. Bytes come from building
 * the requests of up to 16 images of each kind of cell, spread over the data set; with
 * more images they are an estimate and say "about". Time is known where the load plans
 * it, not where answers decide. Images that cannot be sent are told with the first
 * reason. Reads images and a trace; sends nothing. Fails as od_main_count.
 */
int od_dry_run(const struct od_run *run, struct od_buf *out,
               struct od_err *err) OD_MUST_CHECK;

#endif
