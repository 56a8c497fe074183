/* A task in a thread of its own while the caller watches for an interrupt. */
#ifndef OD_BENCH_ASIDE_H
#define OD_BENCH_ASIDE_H

#include "base/err.h"

#include <signal.h>
#include <stdatomic.h>

/* Ends soon, with OD_ECANCELLED, once *stop is true. */
typedef int od_aside_fn(void *arg, const atomic_bool *stop, struct od_err *err);

struct od_aside {
    int cpu;                                  /* the thread is held to it; -1: not held */
    const volatile sig_atomic_t *interrupted; /* borrowed; NULL: never */
};

/*
 * Runs task(arg) as workers run: signals blocked, timers sharp. Returns what it returns;
 * fails with OD_ESYS or OD_EINPUT when the thread cannot be made or held to the CPU.
 */
int od_aside_run(const struct od_aside *aside, od_aside_fn *task, void *arg,
                 struct od_err *err) OD_MUST_CHECK;

#endif
