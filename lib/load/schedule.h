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

/* "closed", "constant", "poisson", "trace:FILE", "ramp:FROM..TO", "steps:FROM..TO:STEP".
 */
struct od_arrival {
    enum od_arrival_kind kind;
    char *path; /* TRACE; owned */
    double from_per_s, to_per_s, step_per_s;
};

/* Fails with OD_EINPUT quoting text. *out is released by the caller in either case. */
int od_arrival_parse(const char *text, struct od_arrival *out,
                     struct od_err *err) OD_MUST_CHECK;
void od_arrival_release(struct od_arrival *arrival);

/* The word of the kind, as it is parsed. */
const char *od_arrival_name(enum od_arrival_kind kind);

/*
 * A list of rates in requests a second: "10", "10,20,40", "10..80:10" (both ends
 * included). Appends to *rates, which the caller frees. Fails with OD_EINPUT: not above
 * 0, above 1e6, given twice, more than 1000.
 */
int od_rates_parse(const char *text, double **rates, size_t *count,
                   struct od_err *err) OD_MUST_CHECK;

/* What a schedule is made from. */
struct od_schedule_ask {
    const struct od_arrival *arrival; /* not CLOSED; borrowed while making */
    double rate_per_s;                /* CONSTANT and POISSON */
    size_t count;                     /* requests; 0: as many as fall into duration_ns */
    int64_t duration_ns;              /* 0: no end but count. RAMP and STEPS need both or
                                         this one: the shape spans it, else it spans count */
    uint64_t seed;                    /* POISSON */
    uint64_t stream;                  /* of the seed: another block, other gaps */
};

/*
 * Planned times since the start of the block, ascending. A constant one holds no array.
 * TRACE: one time or gap a line ... (odbench-run(1), ARRIVALS); times beyond duration_ns
 * are left out, count cuts. A released or zeroed one is empty.
 */
struct od_schedule {
    size_t count;
    double rate_per_s;  /* CONSTANT: times are index / rate */
    int64_t *offset_ns; /* owned; NULL for CONSTANT */
    float *rates;       /* owned; STEPS and RAMP: rate at each time; else NULL */
};
int od_schedule_make(const struct od_schedule_ask *ask, struct od_schedule *out,
                     struct od_err *err) OD_MUST_CHECK;
void od_schedule_release(struct od_schedule *schedule);

/* Planned time of request i < count, in nanoseconds since the start of the block. */
int64_t od_schedule_at(const struct od_schedule *schedule, size_t i);

/* Requests a second offered around request i: the step's for STEPS, the momentary one for
 * RAMP, else rate_per_s; NaN for TRACE. */
double od_schedule_rate(const struct od_schedule *schedule, size_t i);

#endif
