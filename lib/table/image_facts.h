/* What the rows say of images: file size, pixels, objects; private to lib/table. */
#ifndef OD_TABLE_IMAGE_FACTS_H
#define OD_TABLE_IMAGE_FACTS_H

#include "table/axis.h"
#include "table/scope.h"

#include <stdint.h>

/* OD_NONE: not known. */
struct od_image_facts {
    size_t index; /* on the axis of images */
    int64_t bytes;
    int64_t pixels;
    int64_t objects;
};

/* Adds the labels of the images in scope, as od_label_image has them. */
void od_images_add(const struct od_scope *scope, struct od_axis *images);
/* Where on the axis each image of the rows is, OD_AXIS_NONE when it is not: one entry an
 * image of rows. Owned by the caller. */
size_t *od_images_places(const struct od_rows *rows, const struct od_axis *images);

/* One entry a label of od_label_image, in the order of the axis. Owned by the caller. */
struct od_image_facts *od_image_facts_collect(const struct od_scope *scope,
                                              const struct od_axis *images);

#endif
