/* Words for arrivals and lists of rates. */
#include "load/schedule.h"

#include "base/alloc.h"
#include "base/parse.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE_MAX  1e6
#define RATES_MAX 1000

static const char *const names[] = {
    [OD_ARRIVAL_CLOSED] = "closed",   [OD_ARRIVAL_CONSTANT] = "constant",
    [OD_ARRIVAL_POISSON] = "poisson", [OD_ARRIVAL_TRACE] = "trace",
    [OD_ARRIVAL_RAMP] = "ramp",       [OD_ARRIVAL_STEPS] = "steps",
};

const char *od_arrival_name(enum od_arrival_kind kind)
{
    return names[kind];
}

void od_arrival_release(struct od_arrival *arrival)
{
    free(arrival->path);
    *arrival = (struct od_arrival){0};
}

/* A part of a text as a number; false when it is none. */
static bool number(const char *text, size_t len, double *out)
{
    char part[64];
    if (len == 0 || len >= sizeof part) {
        return false;
    }
    memcpy(part, text, len);
    part[len] = '\0';
    return od_parse_double(part, 0, RATE_MAX, out, NULL) == 0;
}

/* "FROM..TO" or, with step, "FROM..TO:STEP". */
static bool range(const char *text, double *from, double *to, double *step)
{
    const char *dots = strstr(text, "..");
    if (dots == NULL || !number(text, (size_t)(dots - text), from)) {
        return false;
    }
    const char *second = dots + 2;
    if (step == NULL) {
        return number(second, strlen(second), to);
    }
    const char *colon = strchr(second, ':');
    return colon != NULL && number(second, (size_t)(colon - second), to) &&
           number(colon + 1, strlen(colon + 1), step) && *step > 0;
}

/* How many steps lead from one end to the other; -1 when they do not meet it. */
static long steps_between(double from, double to, double step)
{
    double exact = fabs(to - from) / step;
    double whole = round(exact);
    return fabs(exact - whole) > 1e-6 || whole >= RATES_MAX ? -1 : (long)whole;
}

static int parse_ramp(const char *text, struct od_arrival *out, struct od_err *err)
{
    const char *rates = text + strlen("ramp:");
    if (!range(rates, &out->from_per_s, &out->to_per_s, NULL) ||
        out->from_per_s + out->to_per_s <= 0) {
        return od_fail(err, OD_EINPUT,
                       "'%s' is not ramp:FROM..TO with rates from 0 to %g, one above 0",
                       text, RATE_MAX);
    }
    return 0;
}

static int parse_steps(const char *text, struct od_arrival *out, struct od_err *err)
{
    const char *rates = text + strlen("steps:");
    if (!range(rates, &out->from_per_s, &out->to_per_s, &out->step_per_s) ||
        out->from_per_s <= 0 || out->to_per_s <= 0) {
        return od_fail(err, OD_EINPUT,
                       "'%s' is not steps:FROM..TO:STEP with rates above 0, up to %g",
                       text, RATE_MAX);
    }
    if (steps_between(out->from_per_s, out->to_per_s, out->step_per_s) < 0) {
        return od_fail(err, OD_EINPUT,
                       "'%s': steps of %g do not lead from %g to %g, or more than %d do",
                       text, out->step_per_s, out->from_per_s, out->to_per_s,
                       RATES_MAX - 1);
    }
    return 0;
}

int od_arrival_parse(const char *text, struct od_arrival *out, struct od_err *err)
{
    *out = (struct od_arrival){0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t len = strlen(names[i]);
        bool more = i >= OD_ARRIVAL_TRACE;
        if (strncmp(text, names[i], len) != 0 || text[len] != (more ? ':' : '\0')) {
            continue;
        }
        out->kind = (enum od_arrival_kind)i;
        switch (out->kind) {
        case OD_ARRIVAL_CLOSED:
        case OD_ARRIVAL_CONSTANT:
        case OD_ARRIVAL_POISSON:
            return 0;
        case OD_ARRIVAL_TRACE:
            out->path = od_xstrdup(text + len + 1);
            /* A trace is read for every block. */
            return out->path[0] != '\0' && strcmp(out->path, "-") != 0
                       ? 0
                       : od_fail(err, OD_EINPUT, "'%s' names no file", text);
        case OD_ARRIVAL_RAMP:
            return parse_ramp(text, out, err);
        case OD_ARRIVAL_STEPS:
            return parse_steps(text, out, err);
        }
    }
    return od_fail(err, OD_EINPUT,
                   "'%s' is not closed, constant, poisson, trace:FILE, ramp:FROM..TO or "
                   "steps:FROM..TO:STEP",
                   text);
}

size_t od_arrival_steps(const struct od_arrival *arrival)
{
    return (size_t)steps_between(arrival->from_per_s, arrival->to_per_s,
                                 arrival->step_per_s) +
           1;
}

/* The i-th value of a range; twelve digits, so that 0.1..0.5:0.1 holds 0.3 and not a
 * neighbour of it. */
static double value_at(double from, double to, size_t i, size_t last)
{
    char text[32];
    double value = last == 0 ? from : from + (to - from) * (double)i / (double)last;
    (void)snprintf(text, sizeof text, "%.12g", value);
    return strtod(text, NULL);
}

double od_arrival_step(const struct od_arrival *arrival, size_t i)
{
    return value_at(arrival->from_per_s, arrival->to_per_s, i,
                    od_arrival_steps(arrival) - 1);
}

static int add_rate(double rate, double **rates, size_t *count, struct od_err *err)
{
    if (rate <= 0) {
        return od_fail(err, OD_EINPUT, "rate %g is not above 0", rate);
    }
    for (size_t i = 0; i < *count; i++) {
        if (!((*rates)[i] < rate) && !((*rates)[i] > rate)) {
            return od_fail(err, OD_EINPUT, "rate %g is given twice", rate);
        }
    }
    if (*count >= RATES_MAX) {
        return od_fail(err, OD_EINPUT, "more than %d rates", RATES_MAX);
    }
    *rates = od_xrealloc(*rates, *count + 1, sizeof **rates);
    (*rates)[(*count)++] = rate;
    return 0;
}

static int add_part(const char *part, double **rates, size_t *count, struct od_err *err)
{
    double from = 0;
    double to = 0;
    double step = 0;
    if (number(part, strlen(part), &from)) {
        return add_rate(from, rates, count, err);
    }
    if (!range(part, &from, &to, &step)) {
        return od_fail(err, OD_EINPUT,
                       "'%s' is not a rate up to %g, or FROM..TO:STEP of such", part,
                       RATE_MAX);
    }
    long last = steps_between(from, to, step);
    if (last < 0) {
        return od_fail(err, OD_EINPUT,
                       "'%s': steps of %g do not lead from %g to %g, or more than %d do",
                       part, step, from, to, RATES_MAX - 1);
    }
    for (long i = 0; i <= last; i++) {
        if (add_rate(value_at(from, to, (size_t)i, (size_t)last), rates, count, err) !=
            0) {
            return -1;
        }
    }
    return 0;
}

int od_rates_parse(const char *text, double **rates, size_t *count, struct od_err *err)
{
    char *copy = od_xstrdup(text);
    char *part = copy;
    int rc = 0;
    while (rc == 0 && part != NULL) {
        char *comma = strchr(part, ',');
        if (comma != NULL) {
            *comma = '\0';
        }
        rc = add_part(part, rates, count, err);
        part = comma != NULL ? comma + 1 : NULL;
    }
    free(copy);
    return rc;
}
