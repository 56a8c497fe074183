/* Outputs that are rows of a box, a score and a label. */
#include "service/outputs_frame.h"

#include "base/alloc.h"
#include "image/candidates.h"

#include <math.h>

#define LABEL_MAX 1e7F

static struct od_box row_box(const float numbers[4], float score, float label,
                             const struct od_request *asked, const struct od_frame *frame)
{
    struct od_box box = od_box_of(frame->order, numbers, frame->width, frame->height);
    box.score = score;
    box.label = od_frame_label(&asked->model.out, (int)lroundf(label));
    od_frame_move_back(&frame->area, &box);
    return box;
}

/* Lists may be filled up with zeros. */
static bool is_empty(const float *row, size_t count)
{
    bool empty = true;
    for (size_t i = 0; i < count; i++) {
        empty = empty && row[i] == 0;
    }
    return empty;
}

int od_outputs_rows7(const struct od_request *asked, const struct od_outputs_found *found,
                     const struct od_frame *frame, struct od_answer *out,
                     struct od_err *err)
{
    const struct od_output_tensor *t = found->boxes;
    out->images = od_xcalloc(asked->picture_count, sizeof *out->images);
    out->image_count = asked->picture_count;
    for (size_t i = 0; i + 7 <= t->count; i += 7) {
        const float *row = t->values + i;
        if (row[0] < 0) {
            break;
        }
        if (is_empty(row, 7)) {
            continue;
        }
        if (!(row[0] < (float)asked->picture_count)) {
            return od_fail(err, OD_EDECODE, "%.40s has a box of image %g, of %zu asked",
                           t->name, (double)row[0], asked->picture_count);
        }
        if (!(fabsf(row[1]) < LABEL_MAX) || isnan(row[2])) {
            return od_fail(err, OD_EDECODE, "%.40s has a box of label %g and score %g",
                           t->name, (double)row[1], (double)row[2]);
        }
        struct od_box box = row_box(row + 3, row[2], row[1], asked, frame);
        od_boxes_add(&out->images[(size_t)row[0]], &box);
    }
    return 0;
}

int od_outputs_rows6(const struct od_request *asked, const struct od_outputs_found *found,
                     struct od_frame *frame, struct od_answer *out, struct od_err *err)
{
    const struct od_output_tensor *t = found->boxes;
    size_t images = t->dims[0];
    size_t each = t->dims[1];
    if (images != asked->picture_count) {
        return od_fail(err, OD_EDECODE, "%.40s is for %zu images, not %zu", t->name,
                       images, asked->picture_count);
    }
    bool pixels = false;
    for (size_t k = 0; k < 4 && t->count > 0; k++) {
        pixels = pixels || od_frame_beyond(t->values + k, images * each, 6);
    }
    od_frame_settle(frame, pixels);
    out->images = od_xcalloc(images, sizeof *out->images);
    out->image_count = images;
    for (size_t i = 0; i < images * each; i++) {
        const float *row = t->values + 6 * i;
        if (is_empty(row, 6)) {
            continue;
        }
        if (!(fabsf(row[5]) < LABEL_MAX) || isnan(row[4])) {
            return od_fail(err, OD_EDECODE, "%.40s has a box of label %g and score %g",
                           t->name, (double)row[5], (double)row[4]);
        }
        struct od_box box = row_box(row, row[4], row[5], asked, frame);
        od_boxes_add(&out->images[i / each], &box);
    }
    return 0;
}
