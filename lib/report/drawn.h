/* Recorded detections drawn on their images, as the study shows them. */
#ifndef OD_REPORT_DRAWN_H
#define OD_REPORT_DRAWN_H

#include "accuracy/join.h"
#include "base/err.h"
#include "dataset/coco.h"
#include "image/image.h"
#include "record/rows.h"

#include <stddef.h>

/*
 * Frames and labels ("dog 0.87") of count detections, boxes in pixels of the image; the
 * surest comes last and so on top. names tells what categories are called (NULL, or one
 * that it does not list: "category 17"). A category has its colour, from eight that most
 * colour-blind readers can tell apart.
 */
void od_draw_found(struct od_image *image, const struct od_found *found, size_t count,
                   const struct od_coco *names);

/* All borrowed. */
struct od_drawing {
    const struct od_rows *rows;
    const struct od_recorded *recorded; /* of the same runs */
    const struct od_coco *names;        /* may be NULL */
    const char *images;                 /* folder of the images */
    const char *out;                    /* folder of the pictures, made here */
    double least_score;                 /* less sure detections are left out */
};

struct od_drawn {
    size_t pictures;
    size_t absent; /* images that are not in the folder */
};

/*
 * Writes out/MODEL/NAME.jpg: for each model the images that it answered (main phase,
 * status ok), each once, by the first combination that stands in the rows and the first
 * request that it answered. What a file system may mistake in a model's name becomes "_".
 * Fails with OD_EINPUT when no row answered or no image of theirs is there, or an image
 * is no JPEG or would be replaced by its picture, OD_EOUTPUT.
 */
int od_draw_all(const struct od_drawing *drawing, struct od_drawn *out,
                struct od_err *err) OD_MUST_CHECK;

#endif
