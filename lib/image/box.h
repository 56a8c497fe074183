/* Detected boxes, as every protocol, engine and file of detections shares them. */
#ifndef OD_IMAGE_BOX_H
#define OD_IMAGE_BOX_H

#include <stddef.h>

/*
 * One detection. Corners are relative to the image (0 left or top edge, 1 right or bottom
 * edge), y grows downward; values outside 0..1 are kept as the engine gave them. Floats,
 * because that is what detectors and their wire formats carry: no conversion loses a
 * digit.
 */
struct od_box {
    float x0, y0, x1, y1;
    float score; /* 0..1 */
    int label;   /* category id of the label map, 1-based in COCO */
};

/* An owned list, highest score first unless said otherwise. */
struct od_boxes {
    struct od_box *items;
    size_t count;
    size_t capacity;
};

/* Life cycle; a zeroed list is empty and valid. */
void od_boxes_release(struct od_boxes *boxes);
void od_boxes_reserve(struct od_boxes *boxes, size_t count); /* room for so many */
void od_boxes_add(struct od_boxes *boxes, const struct od_box *box);
void od_boxes_copy(struct od_boxes *to, const struct od_boxes *from);

/* Highest score first; ties by label, then by corners, so that the order is always the
 * same. */
void od_boxes_sort(struct od_boxes *boxes);

/* Area of the intersection over area of the union, 0..1; 0 for boxes without area. */
double od_box_iou(const struct od_box *a, const struct od_box *b);

/*
 * Greedy non-maximum suppression: keeps a box when no kept box of the same label (of any
 * label with class_blind) overlaps it by more than iou. Sorts; keeps at most max boxes.
 */
void od_boxes_nms(struct od_boxes *boxes, double iou, int class_blind, size_t max);

#endif
