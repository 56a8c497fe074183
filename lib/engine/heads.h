/* What detectors put out, by the shape of it, as boxes. */
#ifndef OD_ENGINE_HEADS_H
#define OD_ENGINE_HEADS_H

#include "base/err.h"
#include "engine/dnn.h"
#include "engine/engine_class.h"

#include <stddef.h>

/*
 * Darknet's detection layers: rows of centre x, centre y, width, height (relative),
 * objectness, then the score of each class. All outputs have to be such. Every class
 * above the smallest score is a candidate. Fails with OD_EINPUT.
 */
int od_head_region(const struct od_outputs *in, size_t classes, struct od_engine_job *job,
                   struct od_err *err) OD_MUST_CHECK;

enum od_head_kind {
    /* 1 x N x (5 + classes), as YOLOv5 exports: centre x, centre y, width, height in
     * pixels of the input, objectness, then a score a class, to be multiplied by it. */
    OD_HEAD_ROWS,
    /* 1 x (4 + classes) x N with 4 + classes < N, as YOLOv8 exports: the same without
     * objectness, one column a box. */
    OD_HEAD_COLUMNS,
    /* 1 x 1 x N x 7, as DetectionOutput gives: image, label, score, then the relative
     * corners x0, y0, x1, y1; suppressed already. */
    OD_HEAD_DETECTIONS,
    /* 1 x N x 4 relative corners and 1 x N x classes scores, class 0 being "nothing". */
    OD_HEAD_PAIR
};

struct od_head {
    enum od_head_kind kind;
    size_t classes; /* 0 when the shape does not tell */
    size_t boxes;   /* OD_HEAD_PAIR: which output is which */
    size_t scores;
    int width; /* of the net's input in pixels; set by the caller */
    int height;
};

/* Tells the kind by the shapes. Fails with OD_EUNSUPPORTED, naming them. */
int od_head_find(const struct od_outputs *in, struct od_head *out,
                 struct od_err *err) OD_MUST_CHECK;

/* Adds the boxes from job's smallest score on. Fails with OD_EINPUT when the outputs no
 * longer have head's shape. */
int od_head_decode(const struct od_head *head, const struct od_outputs *in,
                   struct od_engine_job *job, struct od_err *err) OD_MUST_CHECK;

#endif
