/* Load: who sends next, and when; and the threads that do it. */
#ifndef OD_LOAD_LOAD_H
#define OD_LOAD_LOAD_H

#include "base/err.h"
#include "load/schedule.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What workers share of the load: an atomic ticket over count slots, and a stop flag.
 * A closed loop has no plan in time: a slot is due when a worker is free to take it. In
 * an open loop the schedule says when, whether a worker is free or not; a worker that
 * comes late to a slot sends at once, and the row tells (sched_ns, queue_ns).
 */
struct od_load {
    atomic_size_t next;
    size_t count; /* SIZE_MAX: no end but end_ns */
    atomic_bool stop;
    const struct od_schedule *schedule; /* borrowed; NULL: closed loop */
    int64_t start_ns;                   /* od_now_ns at which offset 0 is due */
    int64_t end_ns;  /* from here on no slot is given out; INT64_MAX: no such time */
    int64_t spin_ns; /* the last part of a wait is spent spinning; 0: sleeping only */
};

struct od_slot {
    size_t index;      /* 0 .. count - 1, each given out once */
    int64_t sched_ns;  /* od_now_ns of the planned start */
    int64_t before_ns; /* of that of the slot before; 0: there is none */
    double rate_per_s; /* offered around it; NaN in a closed loop */
};

/* A closed loop over count slots. */
void od_load_init(struct od_load *load, size_t count);

/* An open loop over the schedule's slots. start_ns is set by od_load_start. */
void od_load_init_open(struct od_load *load, const struct od_schedule *schedule);

/*
 * Starts the clock of the load at now_ns, which may be slightly ahead, and ends it
 * duration_ns later (0: never). To be called once, before the first ticket, e.g. by the
 * last worker that is warm.
 */
void od_load_start(struct od_load *load, int64_t now_ns, int64_t duration_ns);

/*
 * The next slot, or false when all are given out, the load was stopped or its time is
 * over. Does not wait for the slot's time. Any thread, no lock.
 */
bool od_ticket_next(struct od_load *load, struct od_slot *slot);

/*
 * Sleeps until then (od_now_ns), in slices so that a stop ends it within 50 ms; closely:
 * spins the last spin_ns. Returns false when the load was stopped. Any thread.
 */
bool od_load_await(struct od_load *load, int64_t until_ns, bool closely);

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
