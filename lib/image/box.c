/* Detected boxes. */
#include "image/box.h"

#include "base/alloc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void od_boxes_release(struct od_boxes *boxes)
{
    free(boxes->items);
    *boxes = (struct od_boxes){0};
}

void od_boxes_reserve(struct od_boxes *boxes, size_t count)
{
    if (count > boxes->capacity) {
        boxes->items = od_xrealloc(boxes->items, count, sizeof *boxes->items);
        boxes->capacity = count;
    }
}

void od_boxes_add(struct od_boxes *boxes, const struct od_box *box)
{
    boxes->items = od_xgrow(boxes->items, boxes->count, &boxes->capacity, sizeof *box);
    boxes->items[boxes->count++] = *box;
}

void od_boxes_copy(struct od_boxes *to, const struct od_boxes *from)
{
    od_boxes_reserve(to, from->count);
    if (from->count > 0) {
        memcpy(to->items, from->items, from->count * sizeof *to->items);
    }
    to->count = from->count;
}

static int order(float a, float b)
{
    return (a > b) - (a < b);
}

static int compare(const void *pa, const void *pb)
{
    const struct od_box *a = pa;
    const struct od_box *b = pb;
    int keys[] = {order(b->score, a->score), a->label - b->label, order(a->x0, b->x0),
                  order(a->y0, b->y0),       order(a->x1, b->x1), order(a->y1, b->y1)};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (keys[i] != 0) {
            return keys[i];
        }
    }
    return 0;
}

void od_boxes_sort(struct od_boxes *boxes)
{
    if (boxes->count > 1) {
        qsort(boxes->items, boxes->count, sizeof *boxes->items, compare);
    }
}

static double extent(double low, double high)
{
    return high > low ? high - low : 0;
}

static double area(const struct od_box *box)
{
    return extent((double)box->x0, (double)box->x1) *
           extent((double)box->y0, (double)box->y1);
}

double od_box_iou(const struct od_box *a, const struct od_box *b)
{
    struct od_box both = {
        .x0 = a->x0 > b->x0 ? a->x0 : b->x0,
        .y0 = a->y0 > b->y0 ? a->y0 : b->y0,
        .x1 = a->x1 < b->x1 ? a->x1 : b->x1,
        .y1 = a->y1 < b->y1 ? a->y1 : b->y1,
    };
    double shared = area(&both);
    double whole = area(a) + area(b) - shared;
    return whole > 0 ? shared / whole : 0;
}

static bool overlaps_kept(const struct od_boxes *boxes, size_t kept,
                          const struct od_box *box, double iou, int class_blind)
{
    for (size_t i = 0; i < kept; i++) {
        const struct od_box *other = &boxes->items[i];
        if ((class_blind || other->label == box->label) && od_box_iou(other, box) > iou) {
            return true;
        }
    }
    return false;
}

void od_boxes_nms(struct od_boxes *boxes, double iou, int class_blind, size_t max)
{
    od_boxes_sort(boxes);
    size_t kept = 0;
    for (size_t i = 0; i < boxes->count && kept < max; i++) {
        struct od_box box = boxes->items[i];
        if (!overlaps_kept(boxes, kept, &box, iou, class_blind)) {
            boxes->items[kept++] = box;
        }
    }
    boxes->count = kept;
}
