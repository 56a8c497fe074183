/* From what a user names (files, folders, manifests) to a list of image files. */
#ifndef OD_DATASET_COLLECT_H
#define OD_DATASET_COLLECT_H

#include "base/err.h"
#include "dataset/sha256.h"

#include <stddef.h>

/* One image file. */
struct od_file {
    char *path;                  /* where to open it, owned */
    char sha256[OD_SHA256_SIZE]; /* what a manifest says, "" when it says nothing */
};

/* A zeroed list is empty and valid. */
struct od_files {
    struct od_file *items;
    size_t count;
    size_t capacity;
    char *annotations; /* found beside the images or told by a manifest, owned; NULL */
};

/*
 * Appends the images that path stands for:
 *   - a folder: its *.jpg and *.jpeg (any case, no dot files) by name; without any, a
 * data set folder: images/ with instances.json, or X/ with annotations/instances_X.json
 *     as COCO has them, which also gives the annotations;
 *   - *.manifest, *.txt, *.sha256 or "-" (standard input): a manifest; its names,
 *     that of the annotations too, are relative to images when that is given (or found
 *     in images by their last part), else to the manifest's folder;
 *   - anything else: the file itself.
 * Whether the images can be read is not checked. Fails with OD_ENOENT, OD_ESYS or
 * OD_EINPUT, naming path: an empty folder, a bad manifest, two files of annotations.
 */
int od_files_add(struct od_files *files, const char *path, const char *images,
                 struct od_err *err) OD_MUST_CHECK;
void od_files_release(struct od_files *files);

#endif
