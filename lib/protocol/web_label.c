/* Labels and corners between a box and what a web service calls them. */
#include "protocol/web.h"

#include "base/parse.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Floats hold every whole number up to here. */
#define LABEL_MAX 16777216

int od_web_class_of(const struct od_profile_tell *tell, int label)
{
    return od_label_map_class(tell->labels, label) + tell->class_base;
}

bool od_web_label_of_class(const struct od_profile_tell *tell, double number, int *label)
{
    if (!(number >= -LABEL_MAX && number <= LABEL_MAX)) {
        return false;
    }
    *label = od_label_map_of_class(tell->labels, (int)lround(number) - tell->class_base);
    return true;
}

const char *od_web_label_text(const struct od_profile_tell *tell, int label,
                              char digits[16])
{
    const char *name = od_label_map_name(tell->labels, label);
    if (name != NULL) {
        return name;
    }
    (void)snprintf(digits, 16, "%d", od_web_class_of(tell, label));
    return digits;
}

bool od_web_label_of(const struct od_profile_tell *tell, const char *text, int *label)
{
    int64_t number = 0;
    if (od_label_map_label(tell->labels, text, label)) {
        return true;
    }
    return od_parse_i64(text, -LABEL_MAX, LABEL_MAX, &number, NULL) == 0 &&
           od_web_label_of_class(tell, (double)number, label);
}

void od_web_box_read(const struct od_profile_tell *tell, const double n[4],
                     const int px[2], struct od_box *out)
{
    double box[4] = {n[0], n[1], n[2], n[3]};
    switch (tell->order) {
    case OD_ORDER_AUTO:
    case OD_ORDER_XYXY:
        break;
    case OD_ORDER_YXYX:
        box[0] = n[1];
        box[1] = n[0];
        box[2] = n[3];
        box[3] = n[2];
        break;
    case OD_ORDER_XXYY:
        box[1] = n[2];
        box[2] = n[1];
        break;
    case OD_ORDER_XYWH:
        box[2] = n[0] + n[2];
        box[3] = n[1] + n[3];
        break;
    case OD_ORDER_CXCYWH:
        box[0] = n[0] - n[2] / 2;
        box[1] = n[1] - n[3] / 2;
        box[2] = n[0] + n[2] / 2;
        box[3] = n[1] + n[3] / 2;
        break;
    }
    bool pixels = tell->units == OD_UNITS_PIXELS;
    double width = pixels ? px[0] : 1;
    double height = pixels ? px[1] : 1;
    out->x0 = (float)(box[0] / width);
    out->y0 = (float)(box[1] / height);
    out->x1 = (float)(box[2] / width);
    out->y1 = (float)(box[3] / height);
}

void od_web_box_write(const struct od_profile_tell *tell, const struct od_box *in,
                      const int px[2], double n[4])
{
    bool pixels = tell->units == OD_UNITS_PIXELS;
    double width = pixels ? px[0] : 1;
    double height = pixels ? px[1] : 1;
    const double box[4] = {(double)in->x0 * width, (double)in->y0 * height,
                           (double)in->x1 * width, (double)in->y1 * height};
    memcpy(n, box, sizeof box);
    switch (tell->order) {
    case OD_ORDER_AUTO:
    case OD_ORDER_XYXY:
        break;
    case OD_ORDER_YXYX:
        n[0] = box[1];
        n[1] = box[0];
        n[2] = box[3];
        n[3] = box[2];
        break;
    case OD_ORDER_XXYY:
        n[1] = box[2];
        n[2] = box[1];
        break;
    case OD_ORDER_XYWH:
        n[2] = box[2] - box[0];
        n[3] = box[3] - box[1];
        break;
    case OD_ORDER_CXCYWH:
        n[0] = (box[0] + box[2]) / 2;
        n[1] = (box[1] + box[3]) / 2;
        n[2] = box[2] - box[0];
        n[3] = box[3] - box[1];
        break;
    }
}
