/* Waiting until servers are ready. */
#ifndef OD_BENCH_AWAIT_H
#define OD_BENCH_AWAIT_H

#include "bench/run.h"

#include <stdint.h>

/*
 * Asks all targets for all models over all protocols of the run, again and again, until
 * each was ready once or wait_ns are over; each question takes 2 s at most. note (or
 * NULL) is told what is waited for: after the first round, then every 5 s. Fails with
 * OD_ECONNECT, naming what is still missing and why, or with OD_ECANCELLED.
 */
int od_run_await(const struct od_run *run, int64_t wait_ns,
                 void (*note)(const char *text, void *arg), void *arg,
                 struct od_err *err) OD_MUST_CHECK;

#endif
