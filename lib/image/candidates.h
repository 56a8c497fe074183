/* Boxes as detectors put them out: numbers in rows or columns, a score for each class. */
#ifndef OD_IMAGE_CANDIDATES_H
#define OD_IMAGE_CANDIDATES_H

#include "image/box.h"

#include <stdbool.h>
#include <stddef.h>

/* What four numbers of a box are. */
enum od_box_order {
    OD_ORDER_AUTO, /* as the layout around them has it; alone: XYXY */
    OD_ORDER_XYXY,
    OD_ORDER_YXYX,
    OD_ORDER_XXYY,
    OD_ORDER_XYWH,
    OD_ORDER_CXCYWH, /* the middle, then the size */
};

/* The box of four numbers, label and score 0. x and w are divided by width, y and h by
 * height: the picture's size for pixels, 1 for what is relative. */
struct od_box od_box_of(enum od_box_order order, const float numbers[4], float width,
                        float height);

/*
 * Where the numbers of count boxes lie; borrowed. Number k of box i is numbers[i *
 * box_step + k * number_step], its score for class k is scores[i * score_step + k *
 * class_step], to be multiplied by objectness[i * box_step] unless that is NULL.
 */
struct od_candidates {
    size_t count;
    const float *numbers;
    size_t box_step;
    size_t number_step;
    const float *scores;
    size_t score_step;
    size_t class_step;
    size_t classes;
    const float *objectness;
    enum od_box_order order;
    float width; /* see od_box_of */
    float height;
};

/* [count, 4 + classes], or with the objectness [count, 5 + classes] (YOLOv5, Darknet). */
struct od_candidates od_candidates_rows(const float *values, size_t count, size_t classes,
                                        bool objectness);
/* [4 + classes, count] (YOLOv8). */
struct od_candidates od_candidates_columns(const float *values, size_t count,
                                           size_t classes);
/* [count, 4] and [count, 1 + classes], where the first score is that of "nothing" (SSD).
 */
struct od_candidates od_candidates_pair(const float *numbers, const float *scores,
                                        size_t count, size_t classes);

/* Adds a box for every class of a score above 0 and not below score_min (NaN is below);
 * its label is od_label_of_class. */
void od_candidates_add(const struct od_candidates *in, double score_min,
                       struct od_boxes *out);

/* Candidates that go into non-maximum suppression at most: it costs their square. */
enum { OD_CANDIDATES_MAX = 1000 };

/* The best OD_CANDIDATES_MAX, then od_boxes_nms of each class down to max boxes. */
void od_boxes_suppress(struct od_boxes *boxes, double iou, size_t max);

/*
 * Detectors trained on COCO number its 80 classes 0 to 79, while COCO's category ids have
 * gaps (1 to 90). So a model of 80 classes answers with category ids, every other one
 * with its index + 1. The label of a class index, and the index of a label or -1.
 */
#define OD_COCO_CLASSES 80
int od_label_of_class(size_t index, size_t classes);
int od_class_of_label(int label, size_t classes);

#endif
