/* The calibration engine: always the same boxes, after an exactly known time. */
#include "base/alloc.h"
#include "base/parse.h"
#include "base/rng.h"
#include "engine/engine_class.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum shape { CONSTANT, NORMAL, EXPONENTIAL };

struct fixed {
    enum shape shape;
    int64_t mean_ns;
    int64_t sd_ns; /* NORMAL only */
    struct od_rng rng;
};

static const char prefix[] = "fixed:";

/* Exact in binary, so that they survive every conversion of every protocol. */
static const struct od_box boxes[] = {
    {.x0 = 0.25F, .y0 = 0.25F, .x1 = 0.75F, .y1 = 0.75F, .score = 0.875F, .label = 1},
    {.x0 = 0.5F, .y0 = 0.125F, .x1 = 1.0F, .y1 = 0.5F, .score = 0.625F, .label = 2},
};

/* A delay beyond an hour is a slip of the unit. */
static const int64_t max_ns = INT64_C(3600000000000);

static bool matches(const char *source)
{
    return strncmp(source, prefix, sizeof prefix - 1) == 0;
}

static int parse_delay(const char *text, size_t len, int64_t *out, struct od_err *err)
{
    char *copy = od_xstrndup(text, len);
    int rc = od_parse_duration_ns(copy, out, err);
    if (rc == 0 && *out > max_ns) {
        rc = od_fail(err, OD_ELIMIT, "delay \"%s\" is more than one hour", copy);
    }
    free(copy);
    return rc;
}

static int parse(const char *text, struct fixed *fixed, struct od_err *err)
{
    if (strncmp(text, "exp:", 4) == 0) {
        fixed->shape = EXPONENTIAL;
        text += 4;
        return parse_delay(text, strlen(text), &fixed->mean_ns, err);
    }
    const char *tilde = strchr(text, '~');
    if (tilde == NULL) {
        return parse_delay(text, strlen(text), &fixed->mean_ns, err);
    }
    fixed->shape = NORMAL;
    if (parse_delay(text, (size_t)(tilde - text), &fixed->mean_ns, err) != 0) {
        return -1;
    }
    return parse_delay(tilde + 1, strlen(tilde + 1), &fixed->sd_ns, err);
}

static int open_fixed(const struct od_engine_spec *spec, void **state, struct od_err *err)
{
    struct fixed *fixed = od_xcalloc(1, sizeof *fixed);
    od_rng_init(&fixed->rng, spec->seed, 0);
    if (parse(spec->source + sizeof prefix - 1, fixed, err) != 0) {
        od_err_context(err, "\"%s\"", spec->source);
        free(fixed);
        return -1;
    }
    *state = fixed;
    return 0;
}

static int detect(void *state, struct od_engine_job *job, struct od_err *err)
{
    (void)state;
    (void)err;
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        od_boxes_add(job->boxes, &boxes[i]);
    }
    return 0;
}

static int64_t hold_ns(void *state)
{
    struct fixed *fixed = state;
    double ns = (double)fixed->mean_ns;
    switch (fixed->shape) {
    case CONSTANT:
        return fixed->mean_ns;
    case NORMAL:
        ns += (double)fixed->sd_ns * od_rng_normal(&fixed->rng);
        break;
    case EXPONENTIAL:
        ns *= -log(1.0 - od_rng_unit(&fixed->rng));
        break;
    }
    return ns > 0 ? llround(ns) : 0;
}

static const char *label_of(const void *state, int label)
{
    static const char *const names[] = {"fixed-1", "fixed-2"};
    (void)state;
    return label == 1 || label == 2 ? names[label - 1] : NULL;
}

const struct od_engine_class od_engine_fixed = {
    .name = "fixed",
    .weights = "fixed",
    .needs_pixels = false,
    .matches = matches,
    .open = open_fixed,
    .close = free,
    .detect = detect,
    .hold_ns = hold_ns,
    .label = label_of,
};
