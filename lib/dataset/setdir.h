/* The folder of a made data set: never over other people's files. */
#ifndef OD_DATASET_SETDIR_H
#define OD_DATASET_SETDIR_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* The first line of design.csv: it tells a folder of ours from others. */
#define OD_SETDIR_DESIGN_HEADER                                                          \
    "file_name,objects,target_bytes,width,height,replicate,scene,file_bytes,quality,"    \
    "detail,reached\n"

struct od_setdir {
    char *folder; /* owned, as the next one */
    char *images;
    size_t image_count;
    bool made_folder;
    bool made_images;
};

/*
 * Makes folder and folder/images. Fails with OD_EOUTPUT when it cannot, when the folder
 * holds anything and force is not set, and when force is set but what it holds was not
 * made here (no design.csv of ours). With force, earlier images, instances.json and
 * design.csv are removed. The caller releases *out.
 */
int od_setdir_open(const char *folder, bool force, struct od_setdir *out,
                   struct od_err *err) OD_MUST_CHECK;
void od_setdir_release(struct od_setdir *dir);

/* Writes images/<id as 12 digits>.jpg; ids count from 1. Fails with OD_EOUTPUT. */
int od_setdir_put_image(struct od_setdir *dir, size_t id, const void *data, size_t len,
                        struct od_err *err) OD_MUST_CHECK;

/* Writes another file of the folder. Fails with OD_EOUTPUT. */
int od_setdir_put(struct od_setdir *dir, const char *name, const void *data, size_t len,
                  struct od_err *err) OD_MUST_CHECK;

/* Removes what was written since open, and the folders that open made. */
void od_setdir_undo(struct od_setdir *dir);

#endif
