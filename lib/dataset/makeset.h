/* Makes a data set of drawn scenes: images, COCO annotations, and how each came about. */
#ifndef OD_DATASET_MAKESET_H
#define OD_DATASET_MAKESET_H

#include "base/err.h"
#include "dataset/design.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct od_makeset_spec {
    const char *folder; /* made when it is not there */
    const struct od_design *design;
    bool force;            /* replace an earlier data set of ours in the folder */
    bool allow_off_target; /* keep files that miss their size, and count them */
    /* Called after each image, may be NULL. */
    void (*progress)(size_t done, size_t total, void *arg);
    void *arg;
};

struct od_makeset_result {
    size_t images;
    size_t objects;
    size_t off_target;
    int64_t bytes;
};

/*
 * Writes FOLDER/images/000000000001.jpg and so on, FOLDER/instances.json (COCO) and
 * FOLDER/design.csv (the factors of each image and what was reached). The same design
 * gives the same bytes in every file. Fails with OD_EOUTPUT when a file cannot be written
 * or the folder is not empty (without force; with it, only what this function made is
 * replaced), with OD_EUNSUPPORTED when a file of the wanted size cannot be made of a
 * scene (it names the combination and the nearest size), and as od_scene_draw does. What
 * was written is then removed.
 */
int od_makeset(const struct od_makeset_spec *spec, struct od_makeset_result *out,
               struct od_err *err) OD_MUST_CHECK;

#endif
