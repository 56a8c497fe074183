/* Output tensors as boxes. */
#include "service/outputs.h"

#include "base/alloc.h"
#include "image/candidates.h"
#include "service/detections.h"
#include "service/outputs_frame.h"

#include <stdlib.h>
#include <string.h>

#define NMS_IOU 0.45

void od_outputs_release(struct od_outputs_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].values);
    }
    list->count = 0;
}

/* TF and LABELS: the tensors agree in images and boxes. */
static int note_dims(const struct od_output_tensor *t, size_t tail,
                     struct od_detections *all, struct od_err *err)
{
    size_t images = 0;
    size_t each = 0;
    if (t == NULL) {
        return 0;
    }
    od_outputs_dims(t, tail, &images, &each);
    if (all->each == SIZE_MAX) {
        all->images = images;
        all->each = each;
    }
    if (images != all->images) {
        return od_fail(err, OD_EDECODE, "%.40s is for %zu images, not %zu", t->name,
                       images, all->images);
    }
    if (each != all->each) {
        return od_fail(err, OD_EDECODE, "%.40s holds %zu boxes, not %zu", t->name, each,
                       all->each);
    }
    return 0;
}

/* Splits rows of five numbers, the fifth being the score. */
static void split_scores(const struct od_output_tensor *t, struct od_detections *all)
{
    size_t rows = t->count / 5;
    all->boxes = od_xcalloc(rows, 4 * sizeof(float));
    all->scores = od_xcalloc(rows, sizeof(float));
    for (size_t i = 0; i < rows; i++) {
        memcpy(all->boxes + 4 * i, t->values + 5 * i, 4 * sizeof(float));
        all->scores[i] = t->values[5 * i + 4];
    }
}

static int agree(const struct od_outputs_found *found, struct od_detections *all,
                 struct od_err *err)
{
    const struct od_output_tensor *boxes = found->boxes;
    size_t numbers = boxes != NULL && boxes->rank > 0 ? boxes->dims[boxes->rank - 1] : 1;
    if (boxes != NULL && boxes->count > 0 && numbers != 4 &&
        (numbers != 5 || found->scores != NULL)) {
        return od_fail(err, OD_EDECODE, "%.40s has %zu numbers a box, not 4", boxes->name,
                       numbers);
    }
    bool empty = boxes != NULL && boxes->count == 0 && boxes->rank < 2;
    /* In JSON [[]] is an image without boxes, and tells no numbers of a box. */
    size_t tail = boxes != NULL && boxes->count == 0 && numbers == 0 ? 0 : 1;
    if ((!empty && note_dims(boxes, tail, all, err) != 0) ||
        note_dims(found->scores, 0, all, err) != 0 ||
        note_dims(found->classes, 0, all, err) != 0) {
        return -1;
    }
    if (all->each == SIZE_MAX) {
        all->images = found->counts != NULL ? found->counts->count : 1;
    }
    if (found->counts != NULL && found->counts->count != all->images) {
        return od_fail(err, OD_EDECODE, "%.40s is for %zu images, not %zu",
                       found->counts->name, found->counts->count, all->images);
    }
    if (empty && all->each > 0 && all->each != SIZE_MAX) {
        return od_fail(err, OD_EDECODE, "%.40s holds 0 boxes, not %zu", boxes->name,
                       all->each);
    }
    return 0;
}

static float *values_of(const struct od_output_tensor *t)
{
    return t != NULL ? t->values : NULL;
}

static void finish_listed(const struct od_request *asked, const struct od_frame *frame,
                          struct od_answer *out)
{
    if (od_frame_is_plain(frame, &asked->model.out)) {
        return;
    }
    for (size_t i = 0; i < out->image_count; i++) {
        for (size_t k = 0; k < out->images[i].count; k++) {
            struct od_box *box = &out->images[i].items[k];
            /* od_detections reads numbers as y, x, y, x: as they came, they are these. */
            const float numbers[] = {box->y0, box->x0, box->y1, box->x1};
            struct od_box made =
                od_box_of(frame->order, numbers, frame->width, frame->height);
            made.score = box->score;
            made.label = od_frame_label(&asked->model.out, box->label);
            od_frame_move_back(&frame->area, &made);
            *box = made;
        }
    }
}

static int read_listed(const struct od_request *asked,
                       const struct od_outputs_found *found, struct od_frame *frame,
                       struct od_answer *out, struct od_err *err)
{
    struct od_detections all = {.images = SIZE_MAX, .each = SIZE_MAX};
    struct od_detections own = {0};
    if (agree(found, &all, err) != 0) {
        return -1;
    }
    all.boxes = values_of(found->boxes);
    all.scores = values_of(found->scores);
    all.classes = values_of(found->classes);
    all.counts = values_of(found->counts);
    if (found->boxes != NULL && found->boxes->count > 0 &&
        found->boxes->dims[found->boxes->rank - 1] == 5) {
        split_scores(found->boxes, &own);
        all.boxes = own.boxes;
        all.scores = own.scores;
    }
    int rc = od_detections_to_answer(&all, asked->picture_count, out, err);
    if (rc == 0) {
        size_t numbers = all.boxes != NULL ? all.images * all.each * 4 : 0;
        od_frame_settle(frame, frame->units == OD_UNITS_AUTO &&
                                   od_frame_beyond(all.boxes, numbers, 1));
        finish_listed(asked, frame, out);
    }
    od_detections_release(&own);
    return rc;
}

/* The candidates of one image of a tensor (or of two). */
static struct od_candidates candidates(const struct od_outputs_found *found, size_t image)
{
    const struct od_output_tensor *t = found->boxes;
    const float *values = t->values + image * (t->count / t->dims[0]);
    if (found->layout == OD_LAYOUT_PAIR) {
        const struct od_output_tensor *s = found->scores;
        return od_candidates_pair(values, s->values + image * (s->count / s->dims[0]),
                                  t->dims[1], s->dims[2] - 1);
    }
    return found->layout == OD_LAYOUT_YOLO5
               ? od_candidates_rows(values, t->dims[1], t->dims[2] - 5, true)
               : od_candidates_columns(values, t->dims[2], t->dims[1] - 4);
}

/* Whether any box of the batch tells that they are in pixels. */
static bool in_pixels(const struct od_outputs_found *found)
{
    bool pixels = false;
    for (size_t i = 0; i < found->boxes->dims[0] && !pixels; i++) {
        struct od_candidates all = candidates(found, i);
        for (size_t k = 0; k < 4 && !pixels; k++) {
            pixels = od_frame_beyond(all.numbers + k * all.number_step, all.count,
                                     all.box_step);
        }
    }
    return pixels;
}

static void read_image(const struct od_output_format *format,
                       const struct od_frame *frame, struct od_candidates *all,
                       struct od_boxes *out)
{
    all->order = frame->order;
    all->width = frame->width;
    all->height = frame->height;
    od_candidates_add(
        all, format->score_min > 0 ? (double)format->score_min : OD_OUTPUTS_SCORE_MIN,
        out);
    od_boxes_suppress(out, format->nms_iou > 0 ? (double)format->nms_iou : NMS_IOU,
                      OD_OUTPUTS_BOXES_MAX);
    for (size_t i = 0; i < out->count; i++) {
        out->items[i].label += format->label_offset;
        od_frame_move_back(&frame->area, &out->items[i]);
    }
}

static int read_candidates(const struct od_request *asked,
                           const struct od_outputs_found *found, struct od_frame *frame,
                           struct od_answer *out, struct od_err *err)
{
    size_t images = found->boxes->dims[0];
    bool empty = found->boxes->count == 0;
    if (images != asked->picture_count) {
        return od_fail(err, OD_EDECODE, "%.40s is for %zu images, not %zu",
                       found->boxes->name, images, asked->picture_count);
    }
    if (frame->units == OD_UNITS_AUTO) {
        od_frame_settle(frame, !empty && in_pixels(found));
    }
    out->images = od_xcalloc(images, sizeof *out->images);
    out->image_count = images;
    for (size_t i = 0; i < images && !empty; i++) {
        struct od_candidates all = candidates(found, i);
        read_image(&asked->model.out, frame, &all, &out->images[i]);
    }
    return 0;
}

int od_outputs_to_answer(const struct od_request *asked, struct od_outputs_list *outputs,
                         struct od_answer *out, struct od_err *err)
{
    struct od_outputs_found found;
    struct od_frame frame;
    if (od_outputs_find(asked->model.out.layout, asked->outputs, outputs, &found, err) !=
            0 ||
        od_frame_init(asked, found.layout, &frame, err) != 0) {
        return -1;
    }
    switch (found.layout) {
    case OD_LAYOUT_AUTO:
    case OD_LAYOUT_TF:
    case OD_LAYOUT_LABELS:
        return read_listed(asked, &found, &frame, out, err);
    case OD_LAYOUT_ROWS7:
        return od_outputs_rows7(asked, &found, &frame, out, err);
    case OD_LAYOUT_ROWS6:
        return od_outputs_rows6(asked, &found, &frame, out, err);
    case OD_LAYOUT_YOLO5:
    case OD_LAYOUT_YOLO8:
    case OD_LAYOUT_PAIR:
        return read_candidates(asked, &found, &frame, out, err);
    }
    return 0;
}
