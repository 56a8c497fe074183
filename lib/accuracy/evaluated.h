/* What the evaluation of a cell gave, made once for all tables and figures. */
#ifndef OD_ACCURACY_EVALUATED_H
#define OD_ACCURACY_EVALUATED_H

#include "accuracy/coco_eval.h"
#include "record/rows.h"

#include <stddef.h>

/* The figures of one cell of one run. */
struct od_evaluated {
    size_t images; /* 0: none of them is annotated, and nothing else is set */
    size_t found;  /* detections */
    double stats[OD_COCO_STATS]; /* NaN: nothing to be found */
    double low; /* 95% interval of stats[OD_COCO_AP], by the percentiles of a bootstrap
                   over the images; NaN: not known */
    double high;
};

/* Remembers what was evaluated; not thread safe. */
struct od_evaluations;
struct od_evaluations *od_evaluations_new(void);
/* NULL is fine. */
void od_evaluations_free(struct od_evaluations *evaluations);

struct od_accuracy;
/*
 * The figures of a cell (od_cell_accuracy) on those of its rows that show the image of
 * this base name, NULL: all. The rows are the same in all calls. NULL when
 * accuracy is, the run recorded no detections or no annotations were read. Borrowed until
 * accuracy is released. Beyond OD_EVALUATED_IMAGES images there is no interval: it would
 * be narrow, and takes long.
 */
enum { OD_EVALUATED_IMAGES = 1000 };
const struct od_evaluated *od_accuracy_cell(const struct od_accuracy *accuracy,
                                            const struct od_rows *rows,
                                            const char *run_id, const char *cell_id,
                                            const char *image);

#endif
