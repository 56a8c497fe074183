/* --calibrate: what the client itself costs on this machine, without any target. */
#ifndef OD_BENCH_CALIBRATE_H
#define OD_BENCH_CALIBRATE_H

#include "bench/launch.h"
#include "bench/rounds.h"

#include <signal.h>

struct od_calibrate {
    const size_t *sizes; /* of request bodies, in bytes; borrowed */
    size_t size_count;
    bool fresh; /* every exchange connects inside its clock */
    bool paper;
    int client_cpu; /* -1: not held */
    int server_cpu;
    size_t rounds;                            /* of each size, at most OD_ROUNDS_MAX */
    size_t batch;                             /* exchanges a client, size and round */
    const volatile sig_atomic_t *interrupted; /* NULL: never */
};

/* How sleeps end and the clock reads, as the client's threads have them. */
struct od_timer_facts {
    size_t sleeps;
    int64_t late_p50_ns;
    int64_t late_p99_ns; /* -1: too few */
    int64_t resolution_ns;
    double read_ns; /* cost of reading the clock */
};

struct od_calibration {
    struct od_rounds_result *sizes; /* owned, one a size */
    size_t size_count;
    struct od_timer_facts timers;
};

/*
 * Raw, gRPC and REST for every size, at most some 3 s each, one after another in one
 * thread; od_net_init was called for both transports. *out is released by the caller in
 * either case. Fails as od_rounds_measure and od_aside_run do.
 */
int od_calibrate_measure(const struct od_calibrate *ask, struct od_calibration *out,
                         struct od_err *err) OD_MUST_CHECK;
void od_calibration_release(struct od_calibration *calibration);

/* The table for people, in microseconds, and the same as CSV, in nanoseconds. */
void od_calibration_table(const struct od_calibrate *ask,
                          const struct od_calibration *calibration, struct od_buf *out);
void od_calibration_csv(const struct od_calibrate *ask,
                        const struct od_calibration *calibration, struct od_buf *out);

/*
 * All of --calibrate: with a run (NULL: none) the sizes of its cells' requests, else
 * usual ones. The table goes to *text, the CSV to --output when that is given. Sets
 * libgrpc and libcurl up and down.
 */
int od_calibrate_launch(const struct od_launch *launch, const struct od_run *run,
                        struct od_buf *text, struct od_err *err) OD_MUST_CHECK;

#endif
