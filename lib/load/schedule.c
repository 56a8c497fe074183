/* The planned times of a block. */
#include "load/schedule.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "load/trace.h"

#include <math.h>
#include <stdlib.h>

#define NS_PER_S 1e9

void od_schedule_release(struct od_schedule *schedule)
{
    if (!schedule->borrowed) {
        free(schedule->offset_ns);
    }
    free(schedule->rates);
    *schedule = (struct od_schedule){0};
}

int64_t od_schedule_at(const struct od_schedule *schedule, size_t i)
{
    return schedule->offset_ns != NULL
               ? schedule->offset_ns[i]
               : (int64_t)llround((double)i * NS_PER_S / schedule->rate_per_s);
}

double od_schedule_rate(const struct od_schedule *schedule, size_t i)
{
    return schedule->rates != NULL ? (double)schedule->rates[i] : schedule->rate_per_s;
}

/* Where a schedule grows. */
struct maker {
    const struct od_schedule_ask *ask;
    struct od_schedule *out;
    size_t room;
    size_t rates_room;
};

/* Appends a time, with the rate around it unless that is NaN. False when count or
 * duration cuts the schedule here. */
static bool add(struct maker *maker, double at_ns, double rate_per_s)
{
    struct od_schedule *out = maker->out;
    const struct od_schedule_ask *ask = maker->ask;
    size_t limit = ask->count > 0 ? ask->count : OD_SCHEDULE_MAX + 1;
    int64_t ns = (int64_t)llround(at_ns);
    if (out->count >= limit || (ask->duration_ns > 0 && ns >= ask->duration_ns)) {
        return false;
    }
    if (!isnan(rate_per_s)) {
        out->rates =
            od_xgrow(out->rates, out->count, &maker->rates_room, sizeof *out->rates);
        out->rates[out->count] = (float)rate_per_s;
    }
    out->offset_ns =
        od_xgrow(out->offset_ns, out->count, &maker->room, sizeof *out->offset_ns);
    out->offset_ns[out->count++] = ns;
    return true;
}

/* Request i is due at i / rate: no array is needed, only how many fall into the time. */
static void make_constant(const struct od_schedule_ask *ask, struct od_schedule *out)
{
    size_t fit = ask->count;
    if (ask->duration_ns > 0) {
        double expected = ceil((double)ask->duration_ns / NS_PER_S * ask->rate_per_s);
        fit = expected > (double)OD_SCHEDULE_MAX ? OD_SCHEDULE_MAX + 1 : (size_t)expected;
        /* The quotient may be off by one where a request falls on the very end. */
        while (fit > 0 && od_schedule_at(out, fit - 1) >= ask->duration_ns) {
            fit--;
        }
        while (od_schedule_at(out, fit) < ask->duration_ns && fit <= OD_SCHEDULE_MAX) {
            fit++;
        }
    }
    out->count = ask->count > 0 && ask->count < fit ? ask->count : fit;
}

static void make_poisson(const struct od_schedule_ask *ask, struct maker *maker)
{
    struct od_rng rng;
    od_rng_init(&rng, ask->seed, ask->stream);
    double at_ns = 0;
    double mean_ns = NS_PER_S / ask->rate_per_s;
    do {
        /* On its own line: a fused product would differ between machines. */
        double gap_ns = od_rng_exponential(&rng) * mean_ns;
        at_ns += gap_ns;
    } while (add(maker, at_ns, (double)NAN));
}

static double expected_span_ns(const struct od_schedule_ask *ask, double mean_per_s)
{
    return ask->duration_ns > 0 ? (double)ask->duration_ns
                                : (double)ask->count / mean_per_s * NS_PER_S;
}

/*
 * With the rate going linearly from a to b in the time D, A(t) = a t + (b - a) t^2 / 2D
 * requests are due by t; request i is due where A(t) = i. Solved for t in the form that
 * loses no digits: t = 2 i / (a + sqrt(a^2 + 2 (b - a) i / D)).
 */
static void make_ramp(const struct od_schedule_ask *ask, struct maker *maker)
{
    double a = ask->arrival->from_per_s;
    double b = ask->arrival->to_per_s;
    double span_s = expected_span_ns(ask, (a + b) / 2) / NS_PER_S;
    double slope = (b - a) / span_s;
    bool fits = true;
    for (size_t i = 0; fits; i++) {
        double n = (double)i;
        double growth = 2.0 * slope * n;
        double square = a * a;
        double below = square + growth; /* the square of the rate at request i */
        if (below < 0) {
            break; /* a falling ramp has reached 0 before */
        }
        double rate = sqrt(below);
        double at_s = i == 0 ? 0 : 2.0 * n / (a + rate);
        fits = at_s < span_s && add(maker, at_s * NS_PER_S, rate);
    }
}

static void make_steps(const struct od_schedule_ask *ask, struct maker *maker)
{
    const struct od_arrival *arrival = ask->arrival;
    size_t steps = od_arrival_steps(arrival);
    double mean = (arrival->from_per_s + arrival->to_per_s) / 2;
    double step_s = expected_span_ns(ask, mean) / NS_PER_S / (double)steps;
    double due = 0; /* requests before this step */
    size_t i = 0;
    for (size_t k = 0; k < steps; k++) {
        double rate = od_arrival_step(arrival, k);
        double begin_s = (double)k * step_s;
        double share = rate * step_s;
        double end = due + share;
        /* The last step of a counted block must not lose a request to rounding. */
        bool last = k + 1 == steps && ask->duration_ns == 0;
        while (last || (double)i < end) {
            double wait_s = ((double)i - due) / rate;
            if (!add(maker, (begin_s + wait_s) * NS_PER_S, rate)) {
                return;
            }
            i++;
        }
        due = end;
    }
}

static int make_trace(const struct od_schedule_ask *ask, struct maker *maker,
                      struct od_err *err)
{
    struct od_trace trace = {0};
    int rc = od_trace_read(ask->arrival->path, &trace, err);
    for (size_t i = 0; rc == 0 && i < trace.count; i++) {
        if (!add(maker, (double)trace.at_ns[i], (double)NAN)) {
            break;
        }
    }
    od_trace_release(&trace);
    return rc;
}

static int check(const struct od_schedule_ask *ask, struct od_err *err)
{
    enum od_arrival_kind kind = ask->arrival->kind;
    if (kind == OD_ARRIVAL_CLOSED) {
        return od_fail(err, OD_EINPUT, "a closed loop has no planned times");
    }
    bool needs_rate = kind == OD_ARRIVAL_CONSTANT || kind == OD_ARRIVAL_POISSON;
    if (needs_rate && !(ask->rate_per_s > 0)) {
        return od_fail(err, OD_EINPUT, "rate %g is not above 0", ask->rate_per_s);
    }
    if (ask->count == 0 && ask->duration_ns <= 0 && kind != OD_ARRIVAL_TRACE) {
        return od_fail(err, OD_EINPUT, "%s arrivals need a number of requests or a time",
                       od_arrival_name(kind));
    }
    return 0;
}

static int made(const struct od_schedule_ask *ask, const struct od_schedule *out,
                struct od_err *err)
{
    if (out->count > OD_SCHEDULE_MAX) {
        return od_fail(err, OD_ELIMIT, "more than %zu planned requests in one block",
                       OD_SCHEDULE_MAX);
    }
    if (out->count == 0) {
        return od_fail(err, OD_EINPUT, "no request falls into %g s of %s arrivals",
                       (double)ask->duration_ns / NS_PER_S,
                       od_arrival_name(ask->arrival->kind));
    }
    return 0;
}

int od_schedule_make(const struct od_schedule_ask *ask, struct od_schedule *out,
                     struct od_err *err)
{
    *out = (struct od_schedule){0};
    if (check(ask, err) != 0) {
        return -1;
    }
    struct maker maker = {.ask = ask, .out = out};
    out->rate_per_s = ask->rate_per_s;
    int rc = 0;
    switch (ask->arrival->kind) {
    case OD_ARRIVAL_CLOSED:
        break;
    case OD_ARRIVAL_CONSTANT:
        make_constant(ask, out);
        break;
    case OD_ARRIVAL_POISSON:
        make_poisson(ask, &maker);
        break;
    case OD_ARRIVAL_TRACE:
        out->rate_per_s = (double)NAN;
        rc = make_trace(ask, &maker, err);
        break;
    case OD_ARRIVAL_RAMP:
        make_ramp(ask, &maker);
        break;
    case OD_ARRIVAL_STEPS:
        make_steps(ask, &maker);
        break;
    }
    if (rc == 0) {
        rc = made(ask, out, err);
    }
    if (rc != 0) {
        od_schedule_release(out);
    }
    return rc;
}
