/* COCO's instances_*.json: images, annotated objects, categories. */
#ifndef OD_DATASET_COCO_H
#define OD_DATASET_COCO_H

#include "base/err.h"
#include "dataset/dataset.h"

#include <stddef.h>
#include <stdint.h>

struct od_coco_image {
    int64_t id;
    char *file_name; /* as listed, owned */
    int width;       /* 0: not stated */
    int height;
    size_t first; /* its objects are objects[first] and the following, in file order */
    size_t count;
};

struct od_coco_category {
    int id;
    char *name; /* owned */
};

/* A zeroed one is empty and valid. */
struct od_coco {
    struct od_coco_image *images; /* by id */
    size_t image_count;
    size_t image_capacity;
    struct od_object *objects; /* those of listed images, grouped by image */
    size_t object_count;
    struct od_coco_category *categories; /* in file order */
    size_t category_count;
    size_t category_capacity;
    size_t *by_name;          /* indices of images, by the last part of their name */
    size_t annotations_stray; /* annotations of images that are not listed */
};

/* The largest annotation file that is read: train2017 has 450 million bytes. */
#define OD_COCO_MAX_BYTES ((size_t)512 << 20)

/*
 * Reads annotations from text (name stands in messages) or from a file. Polygons are
 * checked for their form, not kept. Wanted of an image: id, file_name; of an annotation:
 * image_id, category_id, bbox; area, iscrowd, id, width and height may be missing (area
 * is then that of the box, id the position + 1). Fails with OD_EINPUT, naming file, line
 * and column: broken JSON, no images or annotations array, wrong types, an image id
 * twice; the file also with OD_ENOENT, OD_ESYS, OD_ELIMIT. *out is then empty. The caller
 * releases *out.
 */
int od_coco_parse(const char *name, const char *data, size_t len, struct od_coco *out,
                  struct od_err *err) OD_MUST_CHECK;
int od_coco_load(const char *path, struct od_coco *out, struct od_err *err) OD_MUST_CHECK;
void od_coco_release(struct od_coco *coco);

/*
 * The image of a file, by the last part of its name; where several folders hold the same
 * name, by the longer path. NULL when it is not listed. Borrowed.
 */
const struct od_coco_image *od_coco_find(const struct od_coco *coco, const char *path);

/* The name of a category, borrowed; NULL when it is not listed. */
const char *od_coco_category(const struct od_coco *coco, int id);

#endif
