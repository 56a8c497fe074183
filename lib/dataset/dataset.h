/* Images with what is known of them: from COCO annotations, folders, files and manifests.
 */
#ifndef OD_DATASET_DATASET_H
#define OD_DATASET_DATASET_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
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
    /* Of the annotations; else the last digits of the name; else position + 1. */
    int64_t image_id;
    int64_t file_bytes;
    int width; /* of the JPEG header, as are the next three */
    int height;
    int components; /* 1 grey, 3 colour, 4 CMYK or YCCK */
    bool progressive;
    int64_t object_count; /* annotated objects, crowds included; -1 without annotations */
    const struct od_object *objects;
};

struct od_dataset;

struct od_dataset_spec {
    /*
     * Files, folders (their *.jpg and *.jpeg by name; a data set folder with images and
     * annotations) and manifests (*.manifest, *.txt, *.sha256, "-"): dataset/collect.h
     * and dataset/manifest.h say exactly which.
     */
    const char *const *paths;
    size_t path_count;
    const char *annotations; /* COCO instances JSON; NULL: those that paths bring along */
    const char *images;      /* folder that names in manifests are relative to, NULL: the
                                manifest's own */
    size_t limit;            /* first N in order, 0: all */
    bool decode;             /* read and decode every image, not only its header */
    bool skip_bad;           /* unusable files are left out: od_dataset_bad tells which */
};

/*
 * Reads names, sizes, JPEG headers and annotations; no pixels but with decode. Every file
 * must be there, be a JPEG and have the SHA-256 that a manifest states: else OD_ENOENT,
 * OD_ESYS or OD_EINPUT naming the file. Annotations of images that are not in paths are
 * skipped; od_dataset_get_warnings counts what a user should hear about. A data set that
 * was opened may be read by several threads.
 */
int od_dataset_open(const struct od_dataset_spec *spec, struct od_dataset **out,
                    struct od_err *err) OD_MUST_CHECK;
void od_dataset_close(struct od_dataset *dataset);

size_t od_dataset_count(const struct od_dataset *dataset);
/* Borrowed. i < count. */
const struct od_sample *od_dataset_at(const struct od_dataset *dataset, size_t i);

/* The file of annotations that was read, borrowed; NULL without. */
const char *od_dataset_annotations(const struct od_dataset *dataset);

/* The name of an annotated category, borrowed; NULL when it is not known. */
const char *od_dataset_category(const struct od_dataset *dataset, int category);

/* With skip_bad: one line that names the i-th of the files that were left out and says
 * why, borrowed; NULL behind the last one. */
const char *od_dataset_bad(const struct od_dataset *dataset, size_t i);

/*
 * The data set's identity, 64 hex digits into out[65]: the SHA-256 of what sha256sum(1)
 * prints for the files by their bare names, in order. Reads all files. Fails with
 * OD_ENOENT or OD_ESYS, naming the file.
 */
int od_dataset_digest(const struct od_dataset *dataset, char *out,
                      struct od_err *err) OD_MUST_CHECK;

/* Warnings as data. */
struct od_dataset_warnings {
    size_t images_unannotated;  /* images that the annotations do not list */
    size_t images_size_differs; /* listed with another width or height */
    size_t
        annotations_missing_image; /* annotations whose image_id is in no image entry */
};
void od_dataset_get_warnings(const struct od_dataset *dataset,
                             struct od_dataset_warnings *out);

/* Reads the file's bytes into *out (initialised by the caller, emptied first). */
int od_sample_read(const struct od_sample *sample, struct od_buf *out,
                   struct od_err *err) OD_MUST_CHECK;

#endif
