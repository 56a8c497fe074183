/* What the COCO evaluation is made of; private to lib/accuracy. */
#ifndef OD_ACCURACY_EVAL_PARTS_H
#define OD_ACCURACY_EVAL_PARTS_H

#include "accuracy/coco_eval.h"

enum {
    OD_IOU_COUNT = 10,       /* thresholds 0.50, 0.55, ... 0.95 */
    OD_RECALL_COUNT = 101,   /* 0.00, 0.01, ... 1.00 */
    OD_DETECTIONS_MAX = 100, /* of an image and category; the others are left out */
};

/* Ranges of area in pixels, both borders included. */
enum od_coco_area { OD_AREA_ALL, OD_AREA_SMALL, OD_AREA_MEDIUM, OD_AREA_LARGE, OD_AREAS };

/*
 * A detection, and what became of it in every range: bit t belongs to IoU threshold t. A
 * bit that is in neither mask is a detection that does not count there.
 */
struct od_coco_judged {
    double score;
    uint32_t image; /* place of the image in the order of ids */
    uint16_t rank;  /* 0 ..: place by score in its image and category */
    uint16_t hit[OD_AREAS];
    uint16_t miss[OD_AREAS];
};

/* Objects of one category in an image that are to be found. */
struct od_coco_objects {
    uint32_t image;
    uint32_t count[OD_AREAS];
};

/* One category: detections by falling score, then by image and rank. Borrowed. */
struct od_coco_class {
    struct od_coco_judged *judged;
    size_t judged_count;
    struct od_coco_objects *objects;
    size_t object_count; /* images that have some */
};

/* What od_coco_eval_new makes (coco_group.c). */
struct od_coco_eval {
    size_t image_count;
    int64_t *image_ids; /* as given */
    size_t id_count;
    size_t found_count;
    size_t *given; /* of each image in the order of ids: its place in the input */
    struct od_coco_class *classes;
    size_t class_count;
    struct od_coco_judged *judged; /* of all classes */
    struct od_coco_objects *objects;
};

/* One category in one image, all borrowed: objects in the order of the file, and at most
 * OD_DETECTIONS_MAX detections by falling score. */
struct od_coco_group {
    const struct od_truth *const *truths;
    size_t truth_count;
    const struct od_found *const *found;
    size_t found_count;
};

/* Scratch of the matching. A zeroed one is empty. */
struct od_coco_matcher {
    double *overlap; /* detections x objects */
    size_t *order;   /* of the objects: those that count come first */
    bool *taken;
    size_t capacity; /* objects */
};
void od_coco_matcher_release(struct od_coco_matcher *matcher);

/* Sets score, rank, hit and miss of one judged a detection, and counts the objects. */
void od_coco_match(struct od_coco_matcher *matcher, const struct od_coco_group *group,
                   struct od_coco_judged *judged, uint32_t object_counts[OD_AREAS]);

/* What a curve is made from. */
struct od_coco_view {
    enum od_coco_area area;
    uint16_t max_detections; /* of an image */
    const uint32_t *weights; /* one an image in the order of ids; NULL: all are 1 */
};

/* Scratch of the curves. A zeroed one is empty. */
struct od_coco_curve {
    double precision[OD_IOU_COUNT]; /* means over the recalls */
    double recall[OD_IOU_COUNT];    /* that was reached */
    double *steps; /* precision at each object that was found, by threshold */
    size_t capacity;
};
void od_coco_curve_release(struct od_coco_curve *curve);

/* Fills precision and recall of *curve; false when no object is to be found. */
bool od_coco_curve_make(struct od_coco_curve *curve, const struct od_coco_class *category,
                        const struct od_coco_view *view);

#endif
