/* What a report knows of the accuracy of its runs: their detections, and annotations. */
#ifndef OD_ACCURACY_ACCURACY_H
#define OD_ACCURACY_ACCURACY_H

#include "accuracy/evaluated.h"
#include "accuracy/join.h"

/* A zeroed one is empty. Everything is owned. */
struct od_accuracy {
    struct od_recorded recorded;
    char **runs; /* ids of the runs that recorded detections */
    size_t run_count;
    size_t run_capacity;
    struct od_truths truths;
    char *annotations;                  /* the file of truths; NULL: none was read */
    struct od_evaluations *evaluations; /* NULL: none was read */
    char *named;  /* the one that the runs name in their .meta.json, there or not */
    bool several; /* they name different ones, and named is the first */
};
void od_accuracy_release(struct od_accuracy *accuracy);

/*
 * Adds the detections of a result file, and what its .meta.json says ("dataset.
 * annotations"). A file without such companions adds nothing. Fails as od_recorded_read
 * and od_meta_get.
 */
int od_accuracy_add(struct od_accuracy *accuracy, const char *rows_path,
                    struct od_err *err) OD_MUST_CHECK;

/*
 * Reads annotations, once, when all files were added: path, or with NULL the file that
 * the runs name if all of them name the same and it is there; else nothing. Fails as
 * od_truths_read.
 */
int od_accuracy_annotate(struct od_accuracy *accuracy, const char *path,
                         struct od_err *err) OD_MUST_CHECK;

/* Both of the above: adds all files, then reads annotations. */
int od_accuracy_read(struct od_accuracy *accuracy, const char *const *rows_paths,
                     size_t count, const char *annotations,
                     struct od_err *err) OD_MUST_CHECK;

/* True when the run recorded its detections. */
bool od_accuracy_recorded(const struct od_accuracy *accuracy, const char *run_id);

#endif
