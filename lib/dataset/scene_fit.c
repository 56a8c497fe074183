/* Searches the detail and the JPEG quality that give a file of a wanted size. */
#include "dataset/scene.h"

#include "base/alloc.h"
#include "dataset/scene_parts.h"

#include <string.h>

enum { QUALITY = 90, QUALITY_LOW = 50, QUALITY_HIGH = 98, HALVINGS = 12 };

/* What the search knows: the clean scene, and the best file so far. */
struct search {
    const struct od_scene_spec *spec;
    struct od_scene clean; /* without grain */
    struct od_image work;
    size_t target;
    struct od_scene_jpeg *best;
    struct od_err *err;
};

static size_t distance(size_t a, size_t b)
{
    return a > b ? a - b : b - a;
}

static bool near_enough(size_t bytes, size_t target)
{
    return distance(bytes, target) <= target / 50;
}

/* Encodes with the given values; keeps the file when it is the best one. */
static int try_values(struct search *s, double detail, int quality, size_t *bytes)
{
    struct od_rng grain = od_scene_rng(s->spec, OD_SCENE_GRAIN);
    struct od_buf data;
    memcpy(s->work.pixels, s->clean.image.pixels, od_image_bytes(&s->work));
    od_scene_grain(&s->work, detail, &grain);
    od_buf_init(&data, 0);
    if (od_jpeg_encode(&s->work, quality, &data, s->err) != 0) {
        od_buf_release(&data);
        return -1;
    }
    *bytes = data.len;
    struct od_scene_jpeg *best = s->best;
    if (best->quality == 0 ||
        distance(data.len, s->target) < distance(best->data.len, s->target)) {
        od_buf_release(&best->data);
        *best = (struct od_scene_jpeg){.data = data,
                                       .detail = detail,
                                       .quality = quality,
                                       .reached = near_enough(data.len, s->target)};
    } else {
        od_buf_release(&data);
    }
    return 0;
}

/* Halves the range of detail, along which files grow. */
static int search_detail(struct search *s, int quality)
{
    size_t plain, grainy;
    double low = 0;
    double high = 1;
    if (try_values(s, low, quality, &plain) != 0 ||
        try_values(s, high, quality, &grainy) != 0) {
        return -1;
    }
    if (plain >= s->target || grainy <= s->target) {
        return 0; /* out of reach: one of the two is the nearest */
    }
    for (int i = 0; i < HALVINGS && !s->best->reached; i++) {
        double middle = (low + high) / 2;
        size_t bytes;
        if (try_values(s, middle, quality, &bytes) != 0) {
            return -1;
        }
        if (bytes < s->target) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return 0;
}

/* The lowest quality from low to high whose file at this detail reaches the target. */
static int search_quality(struct search *s, double detail, int low, int high, int *out)
{
    while (low < high && !s->best->reached) {
        int middle = (low + high) / 2;
        size_t bytes;
        if (try_values(s, detail, middle, &bytes) != 0) {
            return -1;
        }
        if (bytes < s->target) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *out = low;
    return 0;
}

static int search_all(struct search *s)
{
    size_t plain, grainy;
    int quality = QUALITY;
    if (try_values(s, 0, QUALITY, &plain) != 0 ||
        try_values(s, 1, QUALITY, &grainy) != 0) {
        return -1;
    }
    if (plain > s->target) {
        /* Too large without any grain: the highest quality below the target, which the
         * detail then fills up. */
        if (search_quality(s, 0, QUALITY_LOW, QUALITY, &quality) != 0) {
            return -1;
        }
        quality = quality > QUALITY_LOW ? quality - 1 : quality;
    } else if (grainy < s->target &&
               search_quality(s, 1, QUALITY, QUALITY_HIGH, &quality) != 0) {
        return -1;
    }
    return search_detail(s, quality);
}

int od_scene_fit_jpeg(const struct od_scene_spec *spec, size_t target_bytes,
                      struct od_scene *scene, struct od_scene_jpeg *out,
                      struct od_err *err)
{
    struct od_scene_spec clean = *spec;
    struct search s = {.spec = spec, .target = target_bytes, .best = out, .err = err};
    *out = (struct od_scene_jpeg){0};
    clean.detail = 0;
    if (od_scene_draw(&clean, scene, err) != 0) {
        return -1;
    }
    s.clean = *scene;
    od_image_init(&s.work, spec->width, spec->height);
    int rc = search_all(&s);
    if (rc == 0) {
        struct od_rng grain = od_scene_rng(spec, OD_SCENE_GRAIN);
        od_scene_grain(&scene->image, out->detail, &grain);
    } else {
        od_scene_jpeg_release(out);
        od_scene_release(scene);
    }
    od_image_release(&s.work);
    return rc;
}

void od_scene_jpeg_release(struct od_scene_jpeg *jpeg)
{
    od_buf_release(&jpeg->data);
    *jpeg = (struct od_scene_jpeg){0};
}
