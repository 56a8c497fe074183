/* Which scenes a made data set holds: every combination of levels, or drawn at random. */
#ifndef OD_DATASET_DESIGN_H
#define OD_DATASET_DESIGN_H

#include "base/err.h"
#include "dataset/scene.h"
#include "dataset/selection.h"

#include <stddef.h>
#include <stdint.h>

/* One scene to make. */
struct od_design_cell {
    struct od_scene_spec scene;
    int64_t target_bytes; /* of the JPEG file; 0: whatever quality gives */
    int quality;          /* without target: 1..100 */
    int replicate;        /* 1 and up within the cell */
};

/* A zeroed one is empty and valid. */
struct od_design {
    struct od_design_cell *cells;
    size_t count;
    size_t capacity;
};
void od_design_release(struct od_design *design);

struct od_pixel_size {
    int width;
    int height;
};

/* "640x480". Fails with OD_EINPUT; sides must be possible for a scene. */
int od_pixel_size_parse(const char *text, struct od_pixel_size *out,
                        struct od_err *err) OD_MUST_CHECK;

/* The levels of a factorial design; arrays are borrowed. */
struct od_factors {
    uint64_t seed;
    const int *objects;
    size_t object_levels;
    const int64_t *bytes; /* no levels: one file size, that of quality */
    size_t byte_levels;
    const struct od_pixel_size *sizes;
    size_t size_levels;
    int replicates;
    int quality;
};

/* The most images that a design may have. */
enum { OD_DESIGN_MAX = 1000000 };

/*
 * Every combination of the levels, replicates times. Replicates are the outermost loop,
 * so that the first ones are balanced too. Cells that differ in bytes only show the same
 * scene, so that file size is compared with everything else equal. Fails with OD_ELIMIT
 * above OD_DESIGN_MAX images.
 */
int od_design_factorial(const struct od_factors *factors, struct od_design *out,
                        struct od_err *err) OD_MUST_CHECK;

/* What random scenes are drawn from. */
struct od_mixture {
    uint64_t seed;
    size_t count;
    struct od_range sides;             /* pixels, for width and height */
    const struct od_pixel_size *sizes; /* one of these instead, borrowed */
    size_t size_count;
    struct od_range objects;
    int quality;
};

/* Scenes of random sizes (no side more than twice the other), object counts and details.
 * Fails with OD_EINPUT when a range is not possible for scenes, and with OD_ELIMIT. */
int od_design_random(const struct od_mixture *mixture, struct od_design *out,
                     struct od_err *err) OD_MUST_CHECK;

#endif
