/* Which scenes a made data set holds. */
#include "dataset/design.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "base/rng.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Apart from the streams in which scenes draw themselves. */
static const uint64_t MIXTURE_STREAM = UINT64_MAX;

/* The detail of scenes whose file size is not asked for. */
static const double MIDDLE_DETAIL = 0.5;

void od_design_release(struct od_design *design)
{
    free(design->cells);
    *design = (struct od_design){0};
}

static void add_cell(struct od_design *design, const struct od_design_cell *cell)
{
    design->cells =
        od_xgrow(design->cells, design->count, &design->capacity, sizeof *cell);
    design->cells[design->count++] = *cell;
}

int od_pixel_size_parse(const char *text, struct od_pixel_size *out, struct od_err *err)
{
    const char *x = strchr(text, 'x');
    int64_t width = 0;
    int64_t height = 0;
    if (x == NULL) {
        return od_fail(err, OD_EINPUT, "'%s' is not a size such as 640x480", text);
    }
    char *left = od_xstrndup(text, (size_t)(x - text));
    int rc = od_parse_i64(left, OD_SCENE_MIN_SIDE, OD_SCENE_MAX_SIDE, &width, err) != 0 ||
                     od_parse_i64(x + 1, OD_SCENE_MIN_SIDE, OD_SCENE_MAX_SIDE, &height,
                                  err) != 0
                 ? -1
                 : 0;
    free(left);
    if (rc == 0) {
        *out = (struct od_pixel_size){(int)width, (int)height};
    }
    return rc;
}

static int check_count(double count, struct od_err *err)
{
    return count > OD_DESIGN_MAX
               ? od_fail(err, OD_ELIMIT, "%.0f images: at most %d can be made", count,
                         OD_DESIGN_MAX)
               : 0;
}

/* Adds the cells of one object count and pixel size: all file sizes of one scene. */
static void add_sizes(const struct od_factors *f, struct od_design_cell cell,
                      struct od_design *out)
{
    if (f->byte_levels == 0) {
        cell.quality = f->quality;
        add_cell(out, &cell);
    }
    for (size_t i = 0; i < f->byte_levels; i++) {
        cell.target_bytes = f->bytes[i];
        add_cell(out, &cell);
    }
}

int od_design_factorial(const struct od_factors *factors, struct od_design *out,
                        struct od_err *err)
{
    const struct od_factors *f = factors;
    double files = f->byte_levels > 0 ? (double)f->byte_levels : 1;
    *out = (struct od_design){0};
    if (check_count(files * (double)f->object_levels * (double)f->size_levels *
                        f->replicates,
                    err) != 0) {
        return -1;
    }
    uint64_t index = 0;
    for (int r = 1; r <= f->replicates; r++) {
        for (size_t o = 0; o < f->object_levels; o++) {
            for (size_t s = 0; s < f->size_levels; s++) {
                struct od_design_cell cell = {
                    .scene = {.seed = f->seed,
                              .index = index++,
                              .width = f->sizes[s].width,
                              .height = f->sizes[s].height,
                              .objects = f->objects[o],
                              .detail = MIDDLE_DETAIL},
                    .replicate = r,
                };
                add_sizes(f, cell, out);
            }
        }
    }
    return 0;
}

static int draw_between(struct od_rng *rng, int64_t low, int64_t high)
{
    return (int)(low + (int64_t)od_rng_below(rng, (uint64_t)(high - low + 1)));
}

static int check_mixture(const struct od_mixture *m, struct od_err *err)
{
    if (m->sides.low < OD_SCENE_MIN_SIDE || m->sides.high > OD_SCENE_MAX_SIDE) {
        return od_fail(err, OD_EINPUT,
                       "sides of %" PRId64 "..%" PRId64 " pixels: %d to %d are possible",
                       m->sides.low, m->sides.high, OD_SCENE_MIN_SIDE, OD_SCENE_MAX_SIDE);
    }
    if (m->objects.high > OD_SCENE_MAX_OBJECTS) {
        return od_fail(err, OD_EINPUT, "%" PRId64 " objects: 0 to %d are possible",
                       m->objects.high, OD_SCENE_MAX_OBJECTS);
    }
    return check_count((double)m->count, err);
}

static struct od_pixel_size draw_size(const struct od_mixture *m, struct od_rng *rng)
{
    if (m->size_count > 0) {
        return m->sizes[od_rng_below(rng, m->size_count)];
    }
    int width = draw_between(rng, m->sides.low, m->sides.high);
    int64_t twice = (int64_t)2 * width;
    int64_t low = width / 2 > m->sides.low ? width / 2 : m->sides.low;
    int64_t high = twice < m->sides.high ? twice : m->sides.high;
    return (struct od_pixel_size){width, draw_between(rng, low, high)};
}

int od_design_random(const struct od_mixture *mixture, struct od_design *out,
                     struct od_err *err)
{
    const struct od_mixture *m = mixture;
    *out = (struct od_design){0};
    if (check_mixture(m, err) != 0) {
        return -1;
    }
    struct od_rng rng;
    od_rng_init(&rng, m->seed, MIXTURE_STREAM);
    for (size_t i = 0; i < m->count; i++) {
        struct od_pixel_size size = draw_size(m, &rng);
        int objects = draw_between(&rng, m->objects.low, m->objects.high);
        struct od_design_cell cell = {
            .scene = {.seed = m->seed,
                      .index = i,
                      .width = size.width,
                      .height = size.height,
                      .objects = objects,
                      .detail = od_rng_unit(&rng)},
            .quality = m->quality,
            .replicate = 1,
        };
        add_cell(out, &cell);
    }
    return 0;
}
