/* Drawn scenes: seeded pictures of simple shapes, with exact annotations. */
#ifndef OD_DATASET_SCENE_H
#define OD_DATASET_SCENE_H

#include "base/buf.h"
#include "base/err.h"
#include "image/image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OD_SCENE_CATEGORIES = 8,
    OD_SCENE_MIN_SIDE = 64,
    OD_SCENE_MAX_SIDE = 4096,
    OD_SCENE_MAX_OBJECTS = 100
};

/*
 * What to draw. The same spec gives the same pixels and objects on every x86-64 machine.
 * The objects, the background and the grain come from streams of their own: a change of
 * detail moves no object.
 */
struct od_scene_spec {
    uint64_t seed;
    uint64_t index; /* the image's number within the seed */
    int width;      /* pixels, OD_SCENE_MIN_SIDE .. OD_SCENE_MAX_SIDE */
    int height;
    int objects; /* 0 .. OD_SCENE_MAX_OBJECTS */
    double
        detail; /* 0 smooth .. 1 very grainy: moves the size of a JPEG, not the objects */
};

/*
 * A spec at random, as the models are trained and scored with: sides of low .. high
 * pixels (log-uniform, the longer at most twice the shorter), 0 to 30 objects, any
 * detail.
 */
struct od_scene_spec od_scene_random_spec(uint64_t seed, uint64_t index, int low,
                                          int high);

/*
 * One drawn shape. The box is computed from the outline and is exact to the fraction of a
 * pixel (COCO's x, y, width, height from the upper left corner); it lies inside the
 * image. Another object may cover a corner of it: the boxes of two objects share at most
 * 15 % of the smaller one.
 */
struct od_scene_object {
    int category; /* 1 .. OD_SCENE_CATEGORIES */
    double x, y, width, height;
    double area; /* of the outline, holes not counted, in square pixels */
};

struct od_scene {
    struct od_image image;
    struct od_scene_object *objects; /* owned, largest first */
    size_t count;
};

/* "disc", "ring", "square", "triangle", "star", "cross", "hexagon", "crescent" for 1 to
 * 8; NULL for other numbers. */
const char *od_scene_category_name(int category);

/*
 * Draws a scene. Objects measure 10 % to 36 % of the smaller side (less where there are
 * many). Fails with OD_EINPUT when a value of the spec is out of range and with OD_ELIMIT
 * when the objects do not fit; *out is then empty. The caller releases *out.
 */
int od_scene_draw(const struct od_scene_spec *spec, struct od_scene *out,
                  struct od_err *err) OD_MUST_CHECK;

void od_scene_release(struct od_scene *scene); /* a zeroed scene too */

/* A scene as a JPEG file, and how it came to its size. */
struct od_scene_jpeg {
    struct od_buf data; /* the file, owned */
    double detail;      /* what was used instead of the spec's */
    int quality;        /* 50 .. 98 */
    bool reached;       /* the file's size is within 2 % of what was asked for */
};

/*
 * Draws a scene as a JPEG of target_bytes, or as near as its pixels and objects allow
 * (out->reached tells). Searches the detail at quality 90 first, then the quality, so
 * that files of one size may hold any number of objects and the other way round. The
 * spec's own detail is ignored. What is in reach for 0 to 30 objects alike: 4,200 to
 * 25,000 bytes at 160 x 160, 8,000 to 73,000 at 320 x 240, 19,000 to 285,000 at 640 x
 * 480. Deterministic. *scene holds what was encoded. Both results are initialised by this
 * call and released by the caller. Fails as od_scene_draw and od_jpeg_encode do; both
 * results are then empty.
 */
int od_scene_fit_jpeg(const struct od_scene_spec *spec, size_t target_bytes,
                      struct od_scene *scene, struct od_scene_jpeg *out,
                      struct od_err *err) OD_MUST_CHECK;

void od_scene_jpeg_release(struct od_scene_jpeg *jpeg); /* a zeroed one too */

#endif
