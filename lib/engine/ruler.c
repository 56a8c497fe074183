/* What a calibration model does with time. */
#include "engine/ruler.h"

#include "base/alloc.h"
#include "base/parse.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A time beyond an hour is a slip of the unit. */
static const int64_t max_ns = INT64_C(3600000000000);

/* Beyond that, half of all draws are away from the median by a factor of seven. */
static const double max_sigma = 3;

static int parse_time(const char *text, int64_t *out, struct od_err *err)
{
    int64_t ns = 0;
    if (od_parse_duration_ns(text, &ns, err) != 0) {
        return -1;
    }
    if (ns > max_ns) {
        return od_fail(err, OD_ELIMIT, "delay \"%s\" is more than one hour", text);
    }
    *out = ns;
    return 0;
}

/* Ends text at the first mark and returns what follows; NULL when there is none. */
static char *cut(char *text, char mark)
{
    char *at = strchr(text, mark);
    if (at == NULL) {
        return NULL;
    }
    *at = '\0';
    return at + 1;
}

/* Whether text begins with the word; *rest is then what follows. */
static bool begins(char *text, const char *word, char **rest)
{
    size_t len = strlen(word);
    if (strncmp(text, word, len) != 0) {
        return false;
    }
    *rest = text + len;
    return true;
}

static int parse_shape(char *text, struct od_ruler *ruler, struct od_err *err)
{
    char *rest = text;
    if (begins(text, "exp:", &rest)) {
        ruler->shape = OD_RULER_EXPONENTIAL;
        return parse_time(rest, &ruler->centre_ns, err);
    }
    bool lognormal = begins(text, "lognormal:", &rest);
    char *spread = cut(rest, '~');
    if (parse_time(rest, &ruler->centre_ns, err) != 0) {
        return -1;
    }
    if (lognormal) {
        ruler->shape = OD_RULER_LOGNORMAL;
        return spread != NULL
                   ? od_parse_double(spread, 0, max_sigma, &ruler->sigma, err)
                   : od_fail(err, OD_EINPUT, "log-normal without \"~\" and a sigma");
    }
    if (spread == NULL) {
        return 0;
    }
    ruler->shape = OD_RULER_NORMAL;
    return parse_time(spread, &ruler->sd_ns, err);
}

static int parse_stall(char *text, struct od_ruler *ruler, struct od_err *err)
{
    char *period = cut(text, '/');
    if (ruler->period_ns > 0) {
        return od_fail(err, OD_EINPUT, "stall= is given twice");
    }
    if (period == NULL) {
        return od_fail(err, OD_EINPUT, "stall=%s has no \"/\" and a period", text);
    }
    if (parse_time(text, &ruler->stall_ns, err) != 0 ||
        parse_time(period, &ruler->period_ns, err) != 0) {
        return -1;
    }
    if (ruler->stall_ns == 0 || ruler->stall_ns >= ruler->period_ns) {
        return od_fail(
            err, OD_EINPUT,
            "stall=%s/%s: a stall is longer than 0 and shorter than its period", text,
            period);
    }
    return 0;
}

static int parse_fail(char *text, struct od_ruler *ruler, struct od_err *err)
{
    char *every = NULL;
    if (ruler->fail_every > 0) {
        return od_fail(err, OD_EINPUT, "fail= is given twice");
    }
    if (!begins(text, "1/", &every)) {
        return od_fail(err, OD_EINPUT, "fail=%s is not 1/NUMBER", text);
    }
    return od_parse_i64(every, 1, INT32_MAX, &ruler->fail_every, err);
}

static int parse_part(char *text, struct od_ruler *ruler, struct od_err *err)
{
    char *rest = NULL;
    if (begins(text, "stall=", &rest)) {
        return parse_stall(rest, ruler, err);
    }
    if (begins(text, "fail=", &rest)) {
        return parse_fail(rest, ruler, err);
    }
    return od_fail(err, OD_EINPUT, "\"%s\" is neither stall=TIME/TIME nor fail=1/NUMBER",
                   text);
}

int od_ruler_parse(const char *text, struct od_ruler *out, struct od_err *err)
{
    struct od_ruler ruler = {0};
    char *copy = od_xstrdup(text);
    char *part = copy;
    char *next = cut(part, ',');
    int rc = parse_shape(part, &ruler, err);
    while (rc == 0 && next != NULL) {
        part = next;
        next = cut(part, ',');
        rc = parse_part(part, &ruler, err);
    }
    if (rc == 0) {
        *out = ruler;
    }
    free(copy);
    return rc;
}

int64_t od_ruler_draw(const struct od_ruler *ruler, struct od_rng *rng)
{
    double ns = (double)ruler->centre_ns;
    switch (ruler->shape) {
    case OD_RULER_CONSTANT:
        return ruler->centre_ns;
    case OD_RULER_NORMAL:
        ns += (double)ruler->sd_ns * od_rng_normal(rng);
        break;
    case OD_RULER_EXPONENTIAL:
        ns *= -log(1.0 - od_rng_unit(rng));
        break;
    case OD_RULER_LOGNORMAL:
        do {
            ns = (double)ruler->centre_ns * exp(ruler->sigma * od_rng_normal(rng));
        } while (ns > (double)max_ns);
        break;
    }
    return ns > 0 ? llround(ns) : 0;
}

int64_t od_ruler_stalled_ns(const struct od_ruler *ruler, int64_t since_ns,
                            int64_t work_ns)
{
    int64_t period = ruler->period_ns;
    int64_t stall = ruler->stall_ns;
    if (stall == 0) {
        return 0;
    }
    int64_t round = since_ns >= 0 ? since_ns / period : 0;
    int64_t within = since_ns - round * period;
    int64_t stalled = 0;
    if (round > 0 && within < stall) {
        stalled = stall - within;
        within = stall;
    }
    /* What is left when the next stall begins; each period has so much room for work. */
    int64_t left = work_ns - (period - within);
    if (left > 0) {
        stalled += stall * (1 + (left - 1) / (period - stall));
    }
    return stalled;
}
