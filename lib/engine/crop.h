/* Windows cut out of an image for a second stage. */
#ifndef OD_ENGINE_CROP_H
#define OD_ENGINE_CROP_H

#include "image/image.h"

/* In pixels of the image; may hang over its border. */
struct od_window {
    double x0, y0, x1, y1;
};

/*
 * Samples a window to side x side points, bilinearly, with repeated borders, into planes
 * (3 x side x side floats 0..255, red first). Point i stands at
 * x0 + (i + 0.5) * (x1 - x0) / side - 0.5; side is at most OD_CROP_MAX_SIDE.
 */
enum { OD_CROP_MAX_SIDE = 256 };
void od_crop_sample(const struct od_image *image, const struct od_window *window,
                    int side, float *out);

#endif
