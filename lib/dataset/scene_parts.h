/* The steps of drawing a scene, shared by the scene_*.c files only. */
#ifndef OD_DATASET_SCENE_PARTS_H
#define OD_DATASET_SCENE_PARTS_H

#include "base/rng.h"
#include "dataset/scene.h"
#include "image/draw.h"

/* Every part of a scene has random numbers of its own, so that one can change alone. */
enum od_scene_stream {
    OD_SCENE_LAYOUT,
    OD_SCENE_BACKGROUND,
    OD_SCENE_COLOURS,
    OD_SCENE_GRAIN,
    OD_SCENE_STREAMS
};

struct od_rng od_scene_rng(const struct od_scene_spec *spec, enum od_scene_stream stream);

/* Makes *path the outline of a category within a circle of the given radius around 0,0,
 * in a random rotation. */
void od_scene_outline(struct od_path *path, int category, double radius,
                      struct od_rng *rng);

/* Covers the whole image: a gradient, waves, clutter lines. */
void od_scene_background(struct od_image *image, struct od_rng *rng);

/* Adds grain to every pixel; detail is 0 .. 1. */
void od_scene_grain(struct od_image *image, double detail, struct od_rng *rng);

#endif
