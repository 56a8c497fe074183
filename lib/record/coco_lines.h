/* Detections as lines of a .detections.jsonl file. */
#ifndef OD_RECORD_COCO_LINES_H
#define OD_RECORD_COCO_LINES_H

#include "image/box.h"
#include "record/record.h"

/*
 * Appends one line a box: a COCO result (image_id, category_id, bbox [x, y, width,
 * height] in pixels of the record's width and height, score) with the record's run_id,
 * cell_id and seq. Scores have the digits that give the same float32 back. A box with a
 * number that JSON cannot hold (NaN, infinite) is left out; so are all when the record
 * does not say how large the image is.
 */
void od_coco_lines_format(const struct od_record *record, const struct od_boxes *boxes,
                          struct od_buf *out);

#endif
