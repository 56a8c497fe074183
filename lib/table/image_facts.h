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

/* One entry a label of od_label_image, in the order of the axis. Owned by the caller. */
struct od_image_facts *od_image_facts_collect(const struct od_scope *scope,
                                              const struct od_axis *images);

#endif
