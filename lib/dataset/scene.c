/* Draws a scene: places the objects, paints the background, then them, then the grain. */
#include "dataset/scene.h"

#include "base/alloc.h"
#include "dataset/scene_parts.h"

#include <math.h>
#include <stdlib.h>

/* Of the smaller side. */
static const double SMALLEST = 0.10;
static const double LARGEST = 0.36;

/* The part of the smaller of two boxes that the other one may cover. */
static const double SHARED = 0.15;

/* How different from what is below it an object's colour is, summed over the channels. */
static const double CONTRAST = 150;

enum { PLACES = 40, SHRINKS = 30, COLOURS = 40 };

/* An object with its outline, before it is drawn. */
struct plan {
    struct od_scene_object object;
    struct od_path outline;
};

struct od_rng od_scene_rng(const struct od_scene_spec *spec, enum od_scene_stream stream)
{
    struct od_rng rng;
    od_rng_init(&rng, spec->seed, spec->index * OD_SCENE_STREAMS + stream);
    return rng;
}

static int within(int v, int low, int high)
{
    return v < low ? low : v > high ? high : v;
}

struct od_scene_spec od_scene_random_spec(uint64_t seed, uint64_t index, int low,
                                          int high)
{
    struct od_rng rng;
    /* What a scene is like is not drawn from the streams that draw it. */
    od_rng_init(&rng, seed ^ UINT64_C(0x5ce7e5), index);
    double width = low * pow((double)high / low, od_rng_unit(&rng));
    double height = width * pow(2, od_rng_range(&rng, -1, 1));
    return (struct od_scene_spec){
        .seed = seed,
        .index = index,
        .width = within((int)width, low, high),
        .height = within((int)height, low, high),
        .objects = (int)od_rng_below(&rng, 31),
        .detail = od_rng_unit(&rng),
    };
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double shared_part(const struct od_scene_object *a,
                          const struct od_scene_object *b)
{
    double w = smaller(a->x + a->width, b->x + b->width) - larger(a->x, b->x);
    double h = smaller(a->y + a->height, b->y + b->height) - larger(a->y, b->y);
    if (w <= 0 || h <= 0) {
        return 0;
    }
    return w * h / smaller(a->width * a->height, b->width * b->height);
}

static bool is_free(const struct plan *plans, size_t count,
                    const struct od_scene_object *object)
{
    for (size_t i = 0; i < count; i++) {
        if (shared_part(&plans[i].object, object) > SHARED) {
            return false;
        }
    }
    return true;
}

/* Tries random places for plans[at], whose outline is around 0,0. */
static bool find_place(const struct od_scene_spec *spec, struct plan *plans, size_t at,
                       struct od_rng *rng)
{
    struct plan *plan = &plans[at];
    struct od_point low, high;
    od_path_bounds(&plan->outline, &low, &high);
    struct od_scene_object *object = &plan->object;
    object->width = high.x - low.x;
    object->height = high.y - low.y;
    object->area = od_path_area(&plan->outline);
    for (int i = 0; i < PLACES; i++) {
        object->x = od_rng_range(rng, 1, spec->width - 1 - object->width);
        object->y = od_rng_range(rng, 1, spec->height - 1 - object->height);
        if (is_free(plans, at, object)) {
            od_path_move(&plan->outline, object->x - low.x, object->y - low.y);
            return true;
        }
    }
    return false;
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x < y) - (x > y);
}

/* Diameters, largest first: the large ones need room while there is some. */
static double *choose_sizes(const struct od_scene_spec *spec, struct od_rng *rng)
{
    double side = smaller(spec->width, spec->height);
    double many = larger(spec->objects, 1);
    double high = smaller(LARGEST, 1.1 / sqrt(many)) * side;
    double low = smaller(SMALLEST, 0.65 / sqrt(many)) * side;
    double *sizes = od_xcalloc((size_t)spec->objects + 1, sizeof *sizes);
    for (int i = 0; i < spec->objects; i++) {
        double u = od_rng_unit(rng);
        sizes[i] = low + (high - low) * u * sqrt(u);
    }
    qsort(sizes, (size_t)spec->objects, sizeof *sizes, descending);
    return sizes;
}

static int place_objects(const struct od_scene_spec *spec, struct plan *plans,
                         struct od_err *err)
{
    struct od_rng rng = od_scene_rng(spec, OD_SCENE_LAYOUT);
    double *sizes = choose_sizes(spec, &rng);
    int rc = 0;
    for (int i = 0; i < spec->objects && rc == 0; i++) {
        struct plan *plan = &plans[i];
        double size = sizes[i];
        bool placed = false;
        plan->object.category = 1 + (int)od_rng_below(&rng, OD_SCENE_CATEGORIES);
        for (int k = 0; k < SHRINKS && !placed; k++) {
            od_scene_outline(&plan->outline, plan->object.category, size / 2, &rng);
            placed = find_place(spec, plans, (size_t)i, &rng);
            size *= 0.96;
        }
        if (!placed) {
            rc = od_fail(err, OD_ELIMIT, "%d objects do not fit into %d x %d pixels",
                         spec->objects, spec->width, spec->height);
        }
    }
    free(sizes);
    return rc;
}

/* The mean colour of a few points of the outline's inner half. */
static void look_below(const struct od_image *image, const struct od_scene_object *object,
                       double *out)
{
    out[0] = out[1] = out[2] = 0;
    for (int i = 0; i < 9; i++) {
        int column = i % 3;
        int row = i / 3;
        double fx = 0.25 + 0.25 * column;
        double fy = 0.25 + 0.25 * row;
        size_t x = (size_t)(object->x + object->width * fx);
        size_t y = (size_t)(object->y + object->height * fy);
        const uint8_t *p = image->pixels + (y * (size_t)image->width + x) * 3;
        for (int c = 0; c < 3; c++) {
            out[c] += p[c] / 9.0;
        }
    }
}

static void paint_object(struct od_image *image, const struct plan *plan,
                         struct od_rng *rng)
{
    const struct od_scene_object *object = &plan->object;
    double below[3];
    look_below(image, object, below);
    struct od_paint paint = {.opacity = 1};
    double best = -1;
    for (int i = 0; i < COLOURS && best < CONTRAST; i++) {
        double colour[3];
        double contrast = 0;
        for (int c = 0; c < 3; c++) {
            colour[c] = od_rng_range(rng, 0, 255);
            contrast += fabs(colour[c] - below[c]);
        }
        for (int c = 0; c < 3 && contrast > best; c++) {
            paint.from[c] = colour[c];
        }
        best = larger(best, contrast);
    }
    double shade = od_rng_range(rng, -30, 30);
    for (int c = 0; c < 3; c++) {
        paint.to[c] = paint.from[c] + shade;
    }
    paint.start = (struct od_point){object->x, object->y};
    paint.end = (struct od_point){object->x + object->width, object->y + object->height};
    od_draw_path(image, &plan->outline, &paint);
}

static int check_spec(const struct od_scene_spec *spec, struct od_err *err)
{
    int low = OD_SCENE_MIN_SIDE;
    int high = OD_SCENE_MAX_SIDE;
    if (spec->width < low || spec->width > high || spec->height < low ||
        spec->height > high) {
        return od_fail(err, OD_EINPUT, "a scene of %d x %d pixels: sides are %d to %d",
                       spec->width, spec->height, low, high);
    }
    if (spec->objects < 0 || spec->objects > OD_SCENE_MAX_OBJECTS) {
        return od_fail(err, OD_EINPUT, "a scene with %d objects: 0 to %d are possible",
                       spec->objects, OD_SCENE_MAX_OBJECTS);
    }
    if (!(spec->detail >= 0 && spec->detail <= 1)) {
        return od_fail(err, OD_EINPUT, "a scene's detail of %g: 0 to 1 is possible",
                       spec->detail);
    }
    return 0;
}

int od_scene_draw(const struct od_scene_spec *spec, struct od_scene *out,
                  struct od_err *err)
{
    *out = (struct od_scene){0};
    if (check_spec(spec, err) != 0) {
        return -1;
    }
    size_t count = (size_t)spec->objects;
    struct plan *plans = od_xcalloc(count + 1, sizeof *plans);
    int rc = place_objects(spec, plans, err);
    if (rc == 0) {
        struct od_rng ground = od_scene_rng(spec, OD_SCENE_BACKGROUND);
        struct od_rng colours = od_scene_rng(spec, OD_SCENE_COLOURS);
        struct od_rng grain = od_scene_rng(spec, OD_SCENE_GRAIN);
        od_image_init(&out->image, spec->width, spec->height);
        out->objects = od_xcalloc(count + 1, sizeof *out->objects);
        out->count = count;
        od_scene_background(&out->image, &ground);
        for (size_t i = 0; i < count; i++) {
            paint_object(&out->image, &plans[i], &colours);
            out->objects[i] = plans[i].object;
        }
        od_scene_grain(&out->image, spec->detail, &grain);
    }
    for (size_t i = 0; i < count; i++) {
        od_path_release(&plans[i].outline);
    }
    free(plans);
    return rc;
}

void od_scene_release(struct od_scene *scene)
{
    od_image_release(&scene->image);
    free(scene->objects);
    *scene = (struct od_scene){0};
}
