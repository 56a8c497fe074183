/* Recorded detections joined with annotations: the accuracy of a timed run. */
#ifndef OD_ACCURACY_JOIN_H
#define OD_ACCURACY_JOIN_H

#include "accuracy/coco_eval.h"
#include "base/err.h"
#include "record/rows.h"

/*
 * The detections of a run's NAME.detections.jsonl (record/coco_lines.h writes it), a line
 * an object: COCO result fields and run_id, cell_id, seq. Owned; a zeroed one is empty.
 */
struct od_detections {
    struct od_detection_line *items;
    size_t count;
    size_t capacity;
    void *pool;
};
struct od_detection_line {
    struct od_found found;
    const char *run_id; /* shared: equal texts of one list are one pointer */
    const char *cell_id;
    int64_t seq;
};
void od_detections_release(struct od_detections *detections);
/* Appends those of the companion of rows_path; *present tells whether there is one. Fails
 * with OD_EINPUT naming file and line. A last line that was cut off is left out. */
int od_detections_read(struct od_detections *detections, const char *rows_path,
                       bool *present, struct od_err *err) OD_MUST_CHECK;

/* Objects, images and categories of a COCO annotation file. Owned; a zeroed one is empty.
 */
struct od_truths {
    struct od_truth *items;
    size_t count;
    int64_t *image_ids;
    size_t image_count;
    int64_t *category_ids;
    size_t category_count;
};
int od_truths_read(struct od_truths *truths, const char *path,
                   struct od_err *err) OD_MUST_CHECK;
void od_truths_release(struct od_truths *truths);

/*
 * The evaluation of one cell of one run: of every image that the cell sent (main phase,
 * status ok) the detections of its first request, on the images that it sent and that are
 * annotated. NULL when there are no such images.
 */
struct od_coco_eval *od_cell_accuracy(const struct od_detections *detections,
                                      const struct od_truths *truths,
                                      const struct od_rows *rows, const char *run_id,
                                      const char *cell_id);

#endif
