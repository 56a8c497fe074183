/* When requests are due: the planned times of a block. */
#ifndef OD_LOAD_SCHEDULE_H
#define OD_LOAD_SCHEDULE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum od_arrival_kind {
    OD_ARRIVAL_CLOSED,   /* no plan: a request is due when a worker is free */
    OD_ARRIVAL_CONSTANT, /* one every 1 / rate seconds */
    OD_ARRIVAL_POISSON,  /* independent exponential gaps of mean 1 / rate, seeded */
    OD_ARRIVAL_TRACE,    /* times from a file */
    OD_ARRIVAL_RAMP,     /* the rate goes linearly from one value to another */
    OD_ARRIVAL_STEPS,    /* the rate goes from one value to another in equal steps */
};

/*
 * "closed", "constant", "poisson", "trace:FILE", "ramp:FROM..TO", "steps:FROM..TO:STEP".
 * Rates are in requests a second, up to 1e6, rising or falling; one end of a ramp may be
 * 0. The steps must meet TO exactly and are at most 1000; they take equal times.
 */
struct od_arrival {
    enum od_arrival_kind kind;
    char *path; /* TRACE; owned */
    double from_per_s, to_per_s, step_per_s;
};

/* Planned requests that one block can have. */
#define OD_SCHEDULE_MAX ((size_t)100000000)

/* Fails with OD_EINPUT quoting text. *out is released by the caller in either case. */
int od_arrival_parse(const char *text, struct od_arrival *out,
                     struct od_err *err) OD_MUST_CHECK;
void od_arrival_release(struct od_arrival *arrival);

/* The word of the kind, as it is parsed. */
const char *od_arrival_name(enum od_arrival_kind kind);

/* STEPS: how many there are, and the rate of the i-th, from 0. */
size_t od_arrival_steps(const struct od_arrival *arrival);
double od_arrival_step(const struct od_arrival *arrival, size_t i);

/*
 * A list of rates in requests a second: "10", "10,20,40", "10..80:10" (both ends
 * included, and the steps must meet the second). Appends to *rates (NULL with *count 0 at
 * first), which the caller frees in either case. Fails with OD_EINPUT: not above 0, above
 * 1e6, given twice, more than 1000.
 */
int od_rates_parse(const char *text, double **rates, size_t *count,
                   struct od_err *err) OD_MUST_CHECK;

/* What a schedule is made from. */
struct od_schedule_ask {
    const struct od_arrival *arrival; /* not CLOSED; borrowed while making */
    double rate_per_s;                /* CONSTANT and POISSON */
    size_t count;                     /* requests; 0: as many as fall into duration_ns */
    int64_t duration_ns; /* no request is due at or after it; 0: no end but count. The
                            shape of RAMP and STEPS spans it, or, when it is 0, the time
                            in which count requests are expected */
    uint64_t seed;       /* POISSON */
    uint64_t stream;     /* of the seed: another block, other gaps */
};

/*
 * Planned times since the start of the block, ascending. Request i of CONSTANT, RAMP and
 * STEPS is due when i requests are expected by the integral of the rate, so the first at
 * 0; the first of POISSON after an exponential gap. A constant one holds no array. A
 * released or zeroed one is empty.
 */
struct od_schedule {
    size_t count;
    double rate_per_s;  /* CONSTANT: times are index / rate */
    int64_t *offset_ns; /* owned unless borrowed; NULL for CONSTANT */
    float *rates;       /* owned; STEPS and RAMP: rate at each time; else NULL */
    bool borrowed;      /* offset_ns belongs to another and is not changed */
};

/*
 * Makes the times; the same on every machine. TRACE reads its file (load/trace.h): times
 * at or beyond duration_ns are left out, and count cuts. *out is
 * empty on failure: OD_EINPUT for an ask that makes no sense or gives no request,
 * OD_ELIMIT beyond OD_SCHEDULE_MAX, and as od_trace_read.
 */
int od_schedule_make(const struct od_schedule_ask *ask, struct od_schedule *out,
                     struct od_err *err) OD_MUST_CHECK;
void od_schedule_release(struct od_schedule *schedule);

/* Planned time of request i < count, in nanoseconds since the start of the block. */
int64_t od_schedule_at(const struct od_schedule *schedule, size_t i);

/* Requests a second offered around request i: the step's for STEPS, the momentary one for
 * RAMP, else rate_per_s; NaN for TRACE. */
double od_schedule_rate(const struct od_schedule *schedule, size_t i);

#endif
