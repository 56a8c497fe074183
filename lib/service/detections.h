/* Boxes as the four output tensors of a detection model, and back. */
#ifndef OD_SERVICE_DETECTIONS_H
#define OD_SERVICE_DETECTIONS_H

#include "base/err.h"
#include "service/answer.h"

#include <stddef.h>

/* More boxes an image than this is not an answer. */
#define OD_DETECTIONS_MAX 1000000

/*
 * The tensors of the TensorFlow Object Detection API (odbench-wire(7), Outputs),
 * row-major, for images x each boxes; owned, NULL when absent. Boxes are ymin, xmin,
 * ymax, xmax, relative to the image; classes are floats, 1-based. An image with fewer
 * boxes than each is filled up with zeros, and counts tells how many are real.
 */
struct od_detections {
    size_t images;
    size_t each;
    float *boxes;   /* images * each * 4 */
    float *scores;  /* images * each */
    float *classes; /* images * each */
    float *counts;  /* images */
};
void od_detections_release(struct od_detections *detections);

/* "detection_boxes", "detection_scores", "detection_classes", "num_detections"; NULL for
 * anything but one output. */
const char *od_output_name(unsigned output);

/* The tensors of the answer's boxes; outputs outside the set (0: all) stay NULL. */
void od_detections_from_answer(const struct od_answer *answer, unsigned outputs,
                               struct od_detections *out);

/*
 * The answer's images from the tensors that are there, which must be for as many images
 * as were asked about; what is absent is 0 in every box, and each is 0 when no tensor
 * told it (SIZE_MAX). Fails with OD_EDECODE for another number of images, for a count or
 * class that is none (NaN, negative, too large) and for a score that is NaN.
 */
int od_detections_to_answer(struct od_detections *detections, size_t asked_images,
                            struct od_answer *answer, struct od_err *err) OD_MUST_CHECK;

#endif
