/* The times that a server counts of itself, read between the requests of a worker or
 * before and after a block. */
#ifndef OD_BENCH_COUNTING_H
#define OD_BENCH_COUNTING_H

#include "bench/plan.h"
#include "protocol/counters.h"

#include <signal.h>

struct od_counting;

/*
 * Opens a connection of its own to where the cell's target tells its times (times= of
 * --target); *out is NULL when it has none. Touches no network. Fails as
 * od_conn_open.
 */
int od_counting_open(const struct od_plan *plan, const struct od_cell *cell,
                     struct od_counting **out, struct od_err *err) OD_MUST_CHECK;
void od_counting_close(struct od_counting *counting); /* NULL too */

/* Whether the times of the cell's target can be read at all: reads them once. 0 where it
 * has none (times= of --target); the error says why not: OD_ECANCELLED once *interrupted
 * is set, within some 0.1 s. */
int od_counting_check(const struct od_plan *plan, const struct od_cell *cell,
                      const volatile sig_atomic_t *interrupted,
                      struct od_err *err) OD_MUST_CHECK;

/* From any thread, before od_counting_close has begun: ends the running reading, and
 * every later one at once, as failed. NULL is fine. */
void od_counting_cancel(struct od_counting *counting);

/* Reads now: the times from here on are told by the next od_counting_between. A reading
 * that failed makes that one fail. NULL is fine. Outside of every request's clock. */
void od_counting_mark(struct od_counting *counting);

/*
 * Reads, and gives the mean of what was counted since the last mark or reading, when that
 * is exactly so many requests; else *facts is left alone (false). NULL: false.
 */
bool od_counting_between(struct od_counting *counting, int64_t requests,
                         struct od_server_facts *facts);

#endif
