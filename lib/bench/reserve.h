/* What a run will need of the system. */
#ifndef OD_BENCH_RESERVE_H
#define OD_BENCH_RESERVE_H

#include "bench/run.h"

/*
 * Raises the process's limit of open files to what the run's connections need. Fails with
 * OD_EINPUT, naming --concurrency as workers, where the system allows less.
 */
int od_run_reserve_files(const struct od_run *run, int workers,
                         struct od_err *err) OD_MUST_CHECK;

#endif
