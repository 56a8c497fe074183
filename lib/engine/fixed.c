/* The calibration engine: always the same boxes, after an exactly known time. */
#include "base/alloc.h"
#include "base/rng.h"
#include "engine/engine_class.h"
#include "engine/ruler.h"

#include <stdlib.h>
#include <string.h>

struct fixed {
    struct od_ruler ruler;
    struct od_rng rng;
};

static const char prefix[] = "fixed:";

/* Exact in binary, so that they survive every conversion of every protocol. */
static const struct od_box boxes[] = {
    {.x0 = 0.25F, .y0 = 0.25F, .x1 = 0.75F, .y1 = 0.75F, .score = 0.875F, .label = 1},
    {.x0 = 0.5F, .y0 = 0.125F, .x1 = 1.0F, .y1 = 0.5F, .score = 0.625F, .label = 2},
};

static bool matches(const char *source)
{
    return strncmp(source, prefix, sizeof prefix - 1) == 0;
}

static int open_fixed(const struct od_engine_spec *spec, void **state, struct od_err *err)
{
    struct fixed *fixed = od_xcalloc(1, sizeof *fixed);
    od_rng_init(&fixed->rng, spec->seed, 0);
    if (od_ruler_parse(spec->source + sizeof prefix - 1, &fixed->ruler, err) != 0) {
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
    return od_ruler_draw(&fixed->ruler, &fixed->rng);
}

static const struct od_ruler *ruler_of(const void *state)
{
    const struct fixed *fixed = state;
    return &fixed->ruler;
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
    .ruler = ruler_of,
    .label = label_of,
};
