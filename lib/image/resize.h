/* Pictures of another size. */
#ifndef OD_IMAGE_RESIZE_H
#define OD_IMAGE_RESIZE_H

#include "image/image.h"

/*
 * Stretches bilinearly to width x height (both above 0; *in is not empty): the middles of
 * pixels fall on one another, edges are repeated, nothing is smoothed before it is made
 * smaller, values are rounded half up. That is what detectors' own scripts do (OpenCV's
 * INTER_LINEAR, to 1 of 255). *out is initialised by this call and owned by the caller.
 */
void od_image_resize(const struct od_image *in, int width, int height,
                     struct od_image *out);

#endif
