/* Recorded detections joined with annotations: the accuracy of a timed run. */
#ifndef OD_ACCURACY_JOIN_H
#define OD_ACCURACY_JOIN_H

#include "accuracy/coco_eval.h"
#include "base/err.h"
#include "record/rows.h"

/* A line of NAME.detections.jsonl (record/coco_lines.h writes it): COCO result fields and
 * run_id, cell_id, seq. */
struct od_detection_line {
    struct od_found found; /* image_id is OD_NONE where the line has null */
    const char *run_id;    /* shared: equal texts of one list are one pointer */
    const char *cell_id;
    int64_t seq; /* OD_NONE where the line has null */
};

/* The detections of runs, in the order of their files. Owned; a zeroed one is empty. */
struct od_recorded {
    struct od_detection_line *items;
    size_t count;
    size_t capacity;
    void *pool;
};
void od_recorded_release(struct od_recorded *recorded);
/*
 * Appends those of the companion of rows_path; *present tells whether there is one ("-"
 * has none). Fails with OD_EINPUT naming file and line, or OD_ESYS; nothing is appended
 * then. A last line that was cut off is left out. A detection takes 80 bytes of memory.
 */
int od_recorded_read(struct od_recorded *recorded, const char *rows_path, bool *present,
                     struct od_err *err) OD_MUST_CHECK;

/* Objects, images and categories of a COCO annotation file; categories may stand there
 * twice. Owned; a zeroed one is empty. */
struct od_truths {
    struct od_truth *items;
    size_t count;
    int64_t *image_ids;
    size_t image_count;
    int64_t *category_ids;
    size_t category_count;
};
/* Fails as od_coco_load (dataset/coco.h). */
int od_truths_read(struct od_truths *truths, const char *path,
                   struct od_err *err) OD_MUST_CHECK;
void od_truths_release(struct od_truths *truths);
/* image_ids in ascending order, owned by the caller. */
int64_t *od_truths_sorted_ids(const struct od_truths *truths);

/* The rows of a cell of a run; all borrowed. */
struct od_joined_cell {
    const struct od_rows *rows;
    const char *run_id;
    const char *cell_id;
    const char *image; /* only those of this base name; NULL: all */
};

/*
 * The evaluation of one cell of one run: of every image that the cell sent (main phase,
 * status ok) the detections of its first request, on the images that it sent and that are
 * annotated; these are in the order of their ids (od_coco_eval_images). NULL when there
 * are no such images. Owned by the caller. Whether the run recorded its detections at all
 * only the caller knows: without any, the figures are 0.
 */
struct od_coco_eval *od_cell_accuracy(const struct od_recorded *recorded,
                                      const struct od_truths *truths,
                                      const struct od_joined_cell *of);

#endif
