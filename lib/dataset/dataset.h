/* Images with what is known of them: from COCO annotations, folders, files and manifests.
 */
#ifndef OD_DATASET_DATASET_H
#define OD_DATASET_DATASET_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* An annotated object: COCO's [x, y, width, height] in pixels. */
struct od_object {
    double x, y, width, height;
    double area;
    int64_t id;
    int category;
    int crowd; /* 1: a region of many */
};

/* One image. Strings and objects are owned by the data set. */
struct od_sample {
    const char *file_name; /* as recorded: without folder */
    const char *path;      /* where to open it */
    int64_t
        image_id; /* of the annotations; else the digits of the name, else position + 1 */
    int64_t file_bytes;
    int width; /* of the JPEG header */
    int height;
    int64_t object_count; /* annotated objects, crowds included; -1 without annotations */
    const struct od_object *objects;
};

struct od_dataset;

struct od_dataset_spec {
    /*
     * Files, folders (their *.jpg and *.jpeg by name) and manifests (*.manifest, or *.txt
     * with one name a line).
     */
    const char *const *paths;
    size_t path_count;
    const char *annotations; /* COCO instances JSON, or NULL */
    const char *images;      /* folder that names in manifests are relative to, NULL: the
                                manifest's own */
    size_t limit;            /* first N in order, 0: all */
};

/*
 * Reads names, sizes, JPEG headers and annotations; no pixels. Every file must be there
 * and be a JPEG: else OD_ENOENT or OD_EINPUT naming the file. Annotations of images that
 * are not in paths are skipped; od_dataset_get_warnings counts what a user should hear
 * about.
 */
int od_dataset_open(const struct od_dataset_spec *spec, struct od_dataset **out,
                    struct od_err *err) OD_MUST_CHECK;
void od_dataset_close(struct od_dataset *dataset);

size_t od_dataset_count(const struct od_dataset *dataset);
/* Borrowed. i < count. */
const struct od_sample *od_dataset_at(const struct od_dataset *dataset, size_t i);

/* SHA-256 over names, sizes and contents in order, as 64 hex digits into out[65]. Reads
 * all files. */
int od_dataset_digest(const struct od_dataset *dataset, char *out,
                      struct od_err *err) OD_MUST_CHECK;

/* Warnings as data. */
struct od_dataset_warnings {
    size_t images_unannotated; /* images that the annotations do not list */
    size_t
        annotations_missing_image; /* annotations whose image_id is in no image entry */
};
void od_dataset_get_warnings(const struct od_dataset *dataset,
                             struct od_dataset_warnings *out);

/* Reads the file's bytes into *out (initialised by the caller, emptied first). */
int od_sample_read(const struct od_sample *sample, struct od_buf *out,
                   struct od_err *err) OD_MUST_CHECK;

#endif
