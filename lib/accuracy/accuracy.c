/* Detections and annotations of several runs. */
#include "accuracy/accuracy.h"

#include "base/alloc.h"
#include "base/file.h"
#include "record/meta.h"
#include "record/meta_read.h"

#include <stdlib.h>
#include <string.h>

void od_accuracy_release(struct od_accuracy *accuracy)
{
    od_evaluations_free(accuracy->evaluations);
    od_recorded_release(&accuracy->recorded);
    od_truths_release(&accuracy->truths);
    for (size_t i = 0; i < accuracy->run_count; i++) {
        free(accuracy->runs[i]);
    }
    free(accuracy->runs);
    free(accuracy->annotations);
    free(accuracy->named);
    *accuracy = (struct od_accuracy){0};
}

bool od_accuracy_recorded(const struct od_accuracy *accuracy, const char *run_id)
{
    for (size_t i = 0; i < accuracy->run_count; i++) {
        if (run_id != NULL && strcmp(accuracy->runs[i], run_id) == 0) {
            return true;
        }
    }
    return false;
}

static void add_run(struct od_accuracy *accuracy, const char *run_id)
{
    if (run_id == NULL || od_accuracy_recorded(accuracy, run_id)) {
        return;
    }
    accuracy->runs = od_xgrow(accuracy->runs, accuracy->run_count,
                              &accuracy->run_capacity, sizeof *accuracy->runs);
    accuracy->runs[accuracy->run_count++] = od_xstrdup(run_id);
}

/* Steals path, which may be NULL. */
static void name_annotations(struct od_accuracy *accuracy, char *path)
{
    if (accuracy->named == NULL) {
        accuracy->named = path;
        return;
    }
    accuracy->several |= path != NULL && strcmp(path, accuracy->named) != 0;
    free(path);
}

int od_accuracy_add(struct od_accuracy *accuracy, const char *rows_path,
                    struct od_err *err)
{
    const size_t before = accuracy->recorded.count;
    char *meta = od_companion_find(rows_path, ".meta.json");
    char *run_id = NULL;
    char *annotations = NULL;
    bool present = false;
    int rc = od_recorded_read(&accuracy->recorded, rows_path, &present, err);
    if (rc == 0 && meta != NULL) {
        rc = od_meta_get(meta, "run_id", &run_id, err);
        rc = rc == 0 ? od_meta_get(meta, "dataset.annotations", &annotations, err) : rc;
    }
    /* A run that found nothing at all has an empty file, and only its facts name it. */
    if (rc == 0 && present) {
        add_run(accuracy, run_id);
    }
    for (size_t i = before; rc == 0 && i < accuracy->recorded.count; i++) {
        const char *id = accuracy->recorded.items[i].run_id;
        if (i == before || id != accuracy->recorded.items[i - 1].run_id) {
            add_run(accuracy, id);
        }
    }
    name_annotations(accuracy, annotations);
    free(run_id);
    free(meta);
    return rc;
}

int od_accuracy_annotate(struct od_accuracy *accuracy, const char *path,
                         struct od_err *err)
{
    bool usable =
        accuracy->named != NULL && !accuracy->several && od_file_exists(accuracy->named);
    const char *from = path != NULL ? path : usable ? accuracy->named : NULL;
    if (from == NULL) {
        return 0;
    }
    if (od_truths_read(&accuracy->truths, from, err) != 0) {
        return -1;
    }
    accuracy->annotations = od_xstrdup(from);
    accuracy->evaluations = od_evaluations_new();
    return 0;
}

int od_accuracy_read(struct od_accuracy *accuracy, const char *const *rows_paths,
                     size_t count, const char *annotations, struct od_err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (od_accuracy_add(accuracy, rows_paths[i], err) != 0) {
            return -1;
        }
    }
    return od_accuracy_annotate(accuracy, annotations, err);
}
