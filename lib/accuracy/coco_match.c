/* Which detections of an image are hits, by IoU threshold and range of area. */
#include "accuracy/eval_parts.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The thresholds as NumPy's linspace gives them: the ninth is a bit less than 0.9. */
static const double thresholds[OD_IOU_COUNT] = {
    0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.8999999999999999, 0.95};

static const struct {
    double least;
    double most;
} ranges[OD_AREAS] = {
    [OD_AREA_ALL] = {0, 1e10},
    [OD_AREA_SMALL] = {0, 32 * 32},
    [OD_AREA_MEDIUM] = {32 * 32, 96 * 96},
    [OD_AREA_LARGE] = {96 * 96, 1e10},
};

enum { ALL_THRESHOLDS = (1 << OD_IOU_COUNT) - 1 };

void od_coco_matcher_release(struct od_coco_matcher *matcher)
{
    free(matcher->overlap);
    free(matcher->order);
    free(matcher->taken);
    *matcher = (struct od_coco_matcher){0};
}

static void reserve(struct od_coco_matcher *matcher, size_t objects)
{
    if (objects <= matcher->capacity) {
        return;
    }
    size_t n = objects + objects / 2;
    matcher->overlap =
        od_xrealloc(matcher->overlap, n, OD_DETECTIONS_MAX * sizeof *matcher->overlap);
    matcher->order = od_xrealloc(matcher->order, n, sizeof *matcher->order);
    matcher->taken = od_xrealloc(matcher->taken, n, sizeof *matcher->taken);
    matcher->capacity = n;
}

static double box_area(const double box[4])
{
    return box[2] * box[3];
}

/* Shared area in parts of the union; of the detection alone when the object is a crowd,
 * which may hold any number of them. */
static double overlap_of(const struct od_found *found, const struct od_truth *truth)
{
    const double *a = found->box;
    const double *b = truth->box;
    double width = fmin(a[0] + a[2], b[0] + b[2]) - fmax(a[0], b[0]);
    double height = fmin(a[1] + a[3], b[1] + b[3]) - fmax(a[1], b[1]);
    if (!(width > 0) || !(height > 0)) {
        return 0;
    }
    double shared = width * height;
    double whole = truth->crowd ? box_area(a) : box_area(a) + box_area(b) - shared;
    return shared / whole;
}

static bool in_range(double area, enum od_coco_area range)
{
    return area >= ranges[range].least && area <= ranges[range].most;
}

/* Crowds, and objects of another size, are there to excuse detections only. */
static bool counts(const struct od_truth *truth, enum od_coco_area range)
{
    return !truth->crowd && in_range(truth->area, range);
}

/* Puts the objects that count in front and keeps the order otherwise; returns how many.
 */
static size_t order_objects(const struct od_coco_group *group, enum od_coco_area range,
                            size_t *order)
{
    size_t n = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < group->truth_count; i++) {
            if (counts(group->truths[i], range) == (pass == 0)) {
                order[n++] = i;
            }
        }
    }
    size_t counted = 0;
    while (counted < n && counts(group->truths[order[counted]], range)) {
        counted++;
    }
    return counted;
}

/* The objects of a group in the order of one range. */
struct ordered {
    const struct od_coco_group *group;
    const size_t *order;
    size_t counted; /* of them; the others follow */
    bool *taken;    /* one an object in that order */
};

/*
 * The free object with the largest overlap, the later one of equals; one that does not
 * count only when there is none that does. Crowds are always free. SIZE_MAX: none.
 */
static size_t best_object(const struct ordered *o, const double *overlap,
                          double threshold)
{
    size_t best = SIZE_MAX;
    double least = threshold;
    for (size_t i = 0; i < o->group->truth_count; i++) {
        size_t object = o->order[i];
        if (i == o->counted && best != SIZE_MAX) {
            break;
        }
        if (overlap[object] >= least &&
            (!o->taken[i] || o->group->truths[object]->crowd)) {
            best = i;
            least = overlap[object];
        }
    }
    return best;
}

static void match_threshold(const struct ordered *o, const double *overlap,
                            size_t threshold, enum od_coco_area range,
                            struct od_coco_judged *judged)
{
    const uint16_t bit = (uint16_t)(1U << threshold);
    memset(o->taken, 0, o->group->truth_count * sizeof *o->taken);
    for (size_t d = 0; d < o->group->found_count; d++) {
        /* A bit of miss is set already where no object is near. */
        if ((judged[d].miss[range] & bit) != 0) {
            continue;
        }
        size_t best =
            best_object(o, overlap + d * o->group->truth_count, thresholds[threshold]);
        if (best != SIZE_MAX) {
            o->taken[best] = true;
            judged[d].hit[range] |= best < o->counted ? bit : 0;
        } else {
            judged[d].miss[range] |= bit;
        }
    }
}

/* The thresholds that no object reaches, free or not: most detections need no search. */
static uint16_t hopeless(const double *overlap, size_t objects)
{
    double most = 0;
    for (size_t i = 0; i < objects; i++) {
        most = overlap[i] > most ? overlap[i] : most;
    }
    uint16_t bits = 0;
    for (size_t t = 0; t < OD_IOU_COUNT; t++) {
        bits |= (uint16_t)(most < thresholds[t] ? 1U << t : 0U);
    }
    return bits;
}

/* A detection of another size that hit nothing is no error. */
static void excuse(const struct od_coco_group *group, enum od_coco_area range,
                   struct od_coco_judged *judged)
{
    for (size_t d = 0; d < group->found_count; d++) {
        if (!in_range(box_area(group->found[d]->box), range)) {
            judged[d].miss[range] = 0;
        }
    }
}

static void match_range(struct od_coco_matcher *matcher,
                        const struct od_coco_group *group, enum od_coco_area range,
                        size_t counted, struct od_coco_judged *judged)
{
    struct ordered o = {.group = group,
                        .order = matcher->order,
                        .counted = counted,
                        .taken = matcher->taken};
    for (size_t t = 0; t < OD_IOU_COUNT && group->truth_count > 0; t++) {
        match_threshold(&o, matcher->overlap, t, range, judged);
    }
    excuse(group, range, judged);
}

void od_coco_match(struct od_coco_matcher *matcher, const struct od_coco_group *group,
                   struct od_coco_judged *judged, uint32_t object_counts[OD_AREAS])
{
    reserve(matcher, group->truth_count);
    for (size_t d = 0; d < group->found_count; d++) {
        double *overlap = matcher->overlap + d * group->truth_count;
        for (size_t i = 0; i < group->truth_count; i++) {
            overlap[i] = overlap_of(group->found[d], group->truths[i]);
        }
        uint16_t miss = group->truth_count > 0 ? hopeless(overlap, group->truth_count)
                                               : ALL_THRESHOLDS;
        judged[d].score = group->found[d]->score;
        judged[d].rank = (uint16_t)d;
        for (size_t range = 0; range < OD_AREAS; range++) {
            judged[d].hit[range] = 0;
            judged[d].miss[range] = miss;
        }
    }
    for (int range = 0; range < OD_AREAS; range++) {
        enum od_coco_area area = (enum od_coco_area)range;
        size_t counted = order_objects(group, area, matcher->order);
        object_counts[range] = (uint32_t)counted;
        match_range(matcher, group, area, counted, judged);
    }
}
