/* Boxes from a detector's numbers. */
#include "image/candidates.h"

static struct od_box centred(float x, float y, float w, float h)
{
    return (struct od_box){
        .x0 = x - w / 2, .y0 = y - h / 2, .x1 = x + w / 2, .y1 = y + h / 2};
}

struct od_box od_box_of(enum od_box_order order, const float n[4], float width,
                        float height)
{
    switch (order) {
    case OD_ORDER_AUTO:
    case OD_ORDER_XYXY:
        break;
    case OD_ORDER_YXYX:
        return (struct od_box){.x0 = n[1] / width,
                               .y0 = n[0] / height,
                               .x1 = n[3] / width,
                               .y1 = n[2] / height};
    case OD_ORDER_XXYY:
        return (struct od_box){.x0 = n[0] / width,
                               .y0 = n[2] / height,
                               .x1 = n[1] / width,
                               .y1 = n[3] / height};
    case OD_ORDER_XYWH:
        return (struct od_box){.x0 = n[0] / width,
                               .y0 = n[1] / height,
                               .x1 = (n[0] + n[2]) / width,
                               .y1 = (n[1] + n[3]) / height};
    case OD_ORDER_CXCYWH:
        return centred(n[0] / width, n[1] / height, n[2] / width, n[3] / height);
    }
    return (struct od_box){
        .x0 = n[0] / width, .y0 = n[1] / height, .x1 = n[2] / width, .y1 = n[3] / height};
}

struct od_candidates od_candidates_rows(const float *values, size_t count, size_t classes,
                                        bool objectness)
{
    size_t first = objectness ? 5 : 4;
    return (struct od_candidates){.count = count,
                                  .numbers = values,
                                  .box_step = first + classes,
                                  .number_step = 1,
                                  .scores = values + first,
                                  .score_step = first + classes,
                                  .class_step = 1,
                                  .classes = classes,
                                  .objectness = objectness ? values + 4 : NULL,
                                  .order = OD_ORDER_CXCYWH,
                                  .width = 1,
                                  .height = 1};
}

struct od_candidates od_candidates_columns(const float *values, size_t count,
                                           size_t classes)
{
    return (struct od_candidates){.count = count,
                                  .numbers = values,
                                  .box_step = 1,
                                  .number_step = count,
                                  .scores = values + 4 * count,
                                  .score_step = 1,
                                  .class_step = count,
                                  .classes = classes,
                                  .order = OD_ORDER_CXCYWH,
                                  .width = 1,
                                  .height = 1};
}

struct od_candidates od_candidates_pair(const float *numbers, const float *scores,
                                        size_t count, size_t classes)
{
    return (struct od_candidates){.count = count,
                                  .numbers = numbers,
                                  .box_step = 4,
                                  .number_step = 1,
                                  .scores = scores + 1,
                                  .score_step = 1 + classes,
                                  .class_step = 1,
                                  .classes = classes,
                                  .order = OD_ORDER_XYXY,
                                  .width = 1,
                                  .height = 1};
}

static struct od_box box_at(const struct od_candidates *in, size_t i)
{
    const float *from = in->numbers + i * in->box_step;
    float numbers[4];
    for (size_t k = 0; k < 4; k++) {
        numbers[k] = from[k * in->number_step];
    }
    return od_box_of(in->order, numbers, in->width, in->height);
}

void od_candidates_add(const struct od_candidates *in, double score_min,
                       struct od_boxes *out)
{
    for (size_t i = 0; i < in->count; i++) {
        const float *scores = in->scores + i * in->score_step;
        float factor = in->objectness != NULL ? in->objectness[i * in->box_step] : 1;
        for (size_t k = 0; k < in->classes; k++) {
            float score = factor * scores[k * in->class_step];
            if (score > 0 && (double)score >= score_min) {
                struct od_box box = box_at(in, i);
                box.score = score;
                box.label = od_label_of_class(k, in->classes);
                od_boxes_add(out, &box);
            }
        }
    }
}

/* One pass of the selection: splits from low to high at the score of the pivot. */
static void split(struct od_box *items, float pivot, ptrdiff_t *low, ptrdiff_t *high)
{
    while (*low <= *high) {
        while (items[*low].score > pivot) {
            ++*low;
        }
        while (items[*high].score < pivot) {
            --*high;
        }
        if (*low <= *high) {
            struct od_box t = items[*low];
            items[(*low)++] = items[*high];
            items[(*high)--] = t;
        }
    }
}

/*
 * Brings the best boxes to the first wanted places (Hoare's selection): a net can give
 * hundreds of thousands, and sorting them all would cost more than the rest.
 */
static void bring_forward(struct od_box *items, size_t count, size_t wanted)
{
    ptrdiff_t at = (ptrdiff_t)wanted - 1;
    ptrdiff_t low = 0;
    ptrdiff_t high = (ptrdiff_t)count - 1;
    while (low < high) {
        ptrdiff_t i = low;
        ptrdiff_t j = high;
        split(items, items[at].score, &i, &j);
        if (j < at) {
            low = i;
        }
        if (at < i) {
            high = j;
        }
    }
}

void od_boxes_suppress(struct od_boxes *boxes, double iou, size_t max)
{
    if (boxes->count > OD_CANDIDATES_MAX) {
        bring_forward(boxes->items, boxes->count, OD_CANDIDATES_MAX);
        boxes->count = OD_CANDIDATES_MAX;
    }
    od_boxes_nms(boxes, iou, 0, max);
}

/* The ids that instances_val2017.json gives its categories, in their order. */
static const unsigned char coco_ids[OD_COCO_CLASSES] = {
    1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21,
    22, 23, 24, 25, 27, 28, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44,
    46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65,
    67, 70, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 84, 85, 86, 87, 88, 89, 90,
};

int od_label_of_class(size_t index, size_t classes)
{
    return classes == OD_COCO_CLASSES && index < OD_COCO_CLASSES ? coco_ids[index]
                                                                 : (int)index + 1;
}

int od_class_of_label(int label, size_t classes)
{
    for (size_t i = 0; i < classes; i++) {
        if (od_label_of_class(i, classes) == label) {
            return (int)i;
        }
    }
    return -1;
}
