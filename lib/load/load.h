/* Load: who sends next, and when; and the threads that do it. */
#ifndef OD_LOAD_LOAD_H
#define OD_LOAD_LOAD_H

#include "base/err.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The only thing that workers share: an atomic ticket over count slots, and a stop flag.
 * A closed loop has no plan in time: a slot is due when a worker is free to take it.
 */
struct od_load {
    atomic_size_t next;
    size_t count;
    atomic_bool stop;
};

struct od_slot {
    size_t index;     /* 0 .. count - 1, each given out once */
    int64_t sched_ns; /* od_now_ns of the planned start */
};

void od_load_init(struct od_load *load, size_t count);

/* The next slot, or false when all are given out or the load was stopped. Any thread, no
 * lock. */
bool od_ticket_next(struct od_load *load, struct od_slot *slot);

/* Gives out no further slot. Any thread; safe to call again. */
void od_load_stop(struct od_load *load);
bool od_load_stopped(struct od_load *load);

/* Threads that meet: worker i runs work(workers, i, arg). */
struct od_workers;
typedef void od_work_fn(struct od_workers *workers, int worker, void *arg);

/*
 * Starts count threads with signals blocked, so that only the main thread sees them, and
 * timers sharp to the microsecond. Fails with OD_ESYS when a thread cannot be made.
 */
int od_workers_start(int count, od_work_fn *work, void *arg, struct od_workers **out,
                     struct od_err *err) OD_MUST_CHECK;

/* Called by a worker: waits until every worker has called it. */
void od_workers_meet(struct od_workers *workers);

/* True when all have returned from work, or after waiting wait_ns for that. */
bool od_workers_wait(struct od_workers *workers, int64_t wait_ns);

/* Joins all threads and frees. */
void od_workers_join(struct od_workers *workers);

#endif
