/* From the numbers of a model's boxes to those of the whole picture. */
#include "service/outputs_frame.h"

#include "image/candidates.h"

#include <math.h>

/* Numbers above are pixels where a layout has both: relative boxes may reach a little
 * over the edges. */
#define RELATIVE_MAX 2.0F

static enum od_box_order own_order(enum od_output_layout layout)
{
    switch (layout) {
    case OD_LAYOUT_TF:
        return OD_ORDER_YXYX;
    case OD_LAYOUT_YOLO5:
    case OD_LAYOUT_YOLO8:
        return OD_ORDER_CXCYWH;
    case OD_LAYOUT_AUTO:
    case OD_LAYOUT_ROWS7:
    case OD_LAYOUT_ROWS6:
    case OD_LAYOUT_PAIR:
    case OD_LAYOUT_LABELS:
        break;
    }
    return OD_ORDER_XYXY;
}

static enum od_box_units own_units(enum od_output_layout layout)
{
    return layout == OD_LAYOUT_TF || layout == OD_LAYOUT_ROWS7 ? OD_UNITS_RELATIVE
                                                               : OD_UNITS_AUTO;
}

/* Pixels are those of what the model saw: a server that takes files makes them fit. */
int od_frame_init(const struct od_request *asked, enum od_output_layout layout,
                  struct od_frame *out, struct od_err *err)
{
    const struct od_model *model = &asked->model;
    *out = (struct od_frame){.order = model->out.order, .units = model->out.units};
    if (out->order == OD_ORDER_AUTO) {
        out->order = own_order(layout);
    }
    if (out->units == OD_UNITS_AUTO) {
        out->units = own_units(layout);
    }
    if (asked->picture_count > 0 && asked->pictures != NULL) {
        out->area = asked->pictures[0].area;
        out->width =
            (float)(model->in.width > 0 ? model->in.width : asked->pictures[0].width);
        out->height =
            (float)(model->in.height > 0 ? model->in.height : asked->pictures[0].height);
    }
    bool known = out->width > 0 && out->height > 0;
    if (out->units == OD_UNITS_RELATIVE) {
        out->width = 1;
        out->height = 1;
    } else if (!known) {
        return od_fail(
            err, OD_EDECODE,
            "the boxes are in pixels, and the picture's size is not known; see "
            "--input-format size");
    }
    return 0;
}

bool od_frame_beyond(const float *numbers, size_t count, size_t step)
{
    for (size_t i = 0; i < count; i++) {
        if (fabsf(numbers[i * step]) > RELATIVE_MAX) {
            return true;
        }
    }
    return false;
}

void od_frame_settle(struct od_frame *frame, bool pixels)
{
    if (frame->units == OD_UNITS_AUTO) {
        frame->units = pixels ? OD_UNITS_PIXELS : OD_UNITS_RELATIVE;
    }
    if (frame->units == OD_UNITS_RELATIVE) {
        frame->width = 1;
        frame->height = 1;
    }
}

static bool is_part(const struct od_area *area)
{
    return area->x1 - area->x0 > 0 && area->y1 - area->y0 > 0;
}

bool od_frame_is_plain(const struct od_frame *frame,
                       const struct od_output_format *format)
{
    return frame->order == OD_ORDER_YXYX && frame->units == OD_UNITS_RELATIVE &&
           !is_part(&frame->area) && !format->coco80 && format->label_offset == 0;
}

void od_frame_move_back(const struct od_area *area, struct od_box *box)
{
    float width = area->x1 - area->x0;
    float height = area->y1 - area->y0;
    if (is_part(area)) {
        box->x0 = (box->x0 - area->x0) / width;
        box->x1 = (box->x1 - area->x0) / width;
        box->y0 = (box->y0 - area->y0) / height;
        box->y1 = (box->y1 - area->y0) / height;
    }
}

int od_frame_label(const struct od_output_format *format, int label)
{
    if (format->coco80 && label >= 0 && label < OD_COCO_CLASSES) {
        label = od_label_of_class((size_t)label, OD_COCO_CLASSES);
    }
    return label + format->label_offset;
}
