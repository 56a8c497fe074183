/* Boxes as tensors, and back. */
#include "service/detections.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Floats hold every whole number up to here. */
#define CLASS_MAX 16777216.0F

void od_detections_release(struct od_detections *detections)
{
    free(detections->boxes);
    free(detections->scores);
    free(detections->classes);
    free(detections->counts);
    *detections = (struct od_detections){0};
}

const char *od_output_name(unsigned output)
{
    switch (output) {
    case OD_OUTPUT_BOXES:
        return "detection_boxes";
    case OD_OUTPUT_SCORES:
        return "detection_scores";
    case OD_OUTPUT_CLASSES:
        return "detection_classes";
    case OD_OUTPUT_COUNT:
        return "num_detections";
    default:
        return NULL;
    }
}

static void put_box(const struct od_box *box, size_t at, struct od_detections *out)
{
    if (out->boxes != NULL) {
        float *to = out->boxes + 4 * at;
        to[0] = box->y0;
        to[1] = box->x0;
        to[2] = box->y1;
        to[3] = box->x1;
    }
    if (out->scores != NULL) {
        out->scores[at] = box->score;
    }
    if (out->classes != NULL) {
        out->classes[at] = (float)box->label;
    }
}

void od_detections_from_answer(const struct od_answer *answer, unsigned outputs,
                               struct od_detections *out)
{
    *out = (struct od_detections){.images = answer->image_count};
    for (size_t i = 0; i < answer->image_count; i++) {
        if (answer->images[i].count > out->each) {
            out->each = answer->images[i].count;
        }
    }
    unsigned set = outputs == 0 ? OD_OUTPUT_ALL : outputs;
    size_t all = out->images * out->each;
    out->boxes = set & OD_OUTPUT_BOXES ? od_xcalloc(all, 4 * sizeof(float)) : NULL;
    out->scores = set & OD_OUTPUT_SCORES ? od_xcalloc(all, sizeof(float)) : NULL;
    out->classes = set & OD_OUTPUT_CLASSES ? od_xcalloc(all, sizeof(float)) : NULL;
    out->counts = set & OD_OUTPUT_COUNT ? od_xcalloc(out->images, sizeof(float)) : NULL;
    for (size_t i = 0; i < out->images; i++) {
        const struct od_boxes *boxes = &answer->images[i];
        for (size_t k = 0; k < boxes->count; k++) {
            put_box(&boxes->items[k], i * out->each + k, out);
        }
        if (out->counts != NULL) {
            out->counts[i] = (float)boxes->count;
        }
    }
}

/* How many boxes of image i are real: all, or as many as its count says. */
static int count_of(const struct od_detections *in, size_t i, size_t *count,
                    struct od_err *err)
{
    *count = in->each;
    if (in->counts == NULL) {
        return 0;
    }
    float given = in->counts[i];
    if (!(given >= 0.0F && given <= (float)OD_DETECTIONS_MAX)) {
        return od_fail(err, OD_EDECODE, "num_detections is %g", (double)given);
    }
    if ((size_t)given < *count) {
        *count = (size_t)given;
    }
    return 0;
}

static void get_places(const float *from, struct od_boxes *out)
{
    for (size_t k = 0; k < out->count; k++) {
        struct od_box *box = &out->items[k];
        box->y0 = from[4 * k];
        box->x0 = from[4 * k + 1];
        box->y1 = from[4 * k + 2];
        box->x1 = from[4 * k + 3];
    }
}

static int get_scores(const float *from, struct od_boxes *out, struct od_err *err)
{
    for (size_t k = 0; k < out->count; k++) {
        if (isnan(from[k])) {
            return od_fail(err, OD_EDECODE, "detection_scores holds NaN");
        }
        out->items[k].score = from[k];
    }
    return 0;
}

static int get_labels(const float *from, struct od_boxes *out, struct od_err *err)
{
    for (size_t k = 0; k < out->count; k++) {
        float label = from[k];
        if (!(label >= -CLASS_MAX && label <= CLASS_MAX)) {
            return od_fail(err, OD_EDECODE, "detection_classes holds %g", (double)label);
        }
        int whole = (int)label; /* as nearly all are: lroundf is a call */
        out->items[k].label = (float)whole == label ? whole : (int)lroundf(label);
    }
    return 0;
}

static int get_values(const struct od_detections *in, size_t from, struct od_boxes *out,
                      struct od_err *err)
{
    if (in->boxes != NULL) {
        get_places(in->boxes + 4 * from, out);
    }
    if (in->scores != NULL && get_scores(in->scores + from, out, err) != 0) {
        return -1;
    }
    return in->classes != NULL ? get_labels(in->classes + from, out, err) : 0;
}

/* All or none of the image's boxes. */
static int get_image(const struct od_detections *in, size_t i, struct od_boxes *out,
                     struct od_err *err)
{
    size_t count;
    if (count_of(in, i, &count, err) != 0) {
        return -1;
    }
    od_boxes_reserve(out, count);
    out->count = count;
    if (count > 0 && (in->boxes == NULL || in->scores == NULL || in->classes == NULL)) {
        memset(out->items, 0, count * sizeof *out->items);
    }
    if (get_values(in, i * in->each, out, err) != 0) {
        out->count = 0;
        return -1;
    }
    return 0;
}

int od_detections_to_answer(struct od_detections *detections, size_t asked_images,
                            struct od_answer *answer, struct od_err *err)
{
    if (detections->images != asked_images) {
        return od_fail(err, OD_EDECODE, "reply is for %zu images, not %zu",
                       detections->images, asked_images);
    }
    detections->each = detections->each == SIZE_MAX ? 0 : detections->each;
    answer->images = od_xcalloc(detections->images, sizeof *answer->images);
    answer->image_count = detections->images;
    for (size_t i = 0; i < detections->images; i++) {
        if (get_image(detections, i, &answer->images[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}
