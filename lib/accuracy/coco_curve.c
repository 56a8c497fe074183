/* Precision against recall, from detections that are judged. */
#include "accuracy/eval_parts.h"

#include "base/alloc.h"

#include <float.h>
#include <stdlib.h>

enum { ALL_THRESHOLDS = (1 << OD_IOU_COUNT) - 1 };

void od_coco_curve_release(struct od_coco_curve *curve)
{
    free(curve->steps);
    *curve = (struct od_coco_curve){0};
}

static size_t weight_of(const struct od_coco_view *view, uint32_t image)
{
    return view->weights != NULL ? view->weights[image] : 1;
}

static size_t count_objects(const struct od_coco_class *category,
                            const struct od_coco_view *view)
{
    size_t count = 0;
    for (size_t i = 0; i < category->object_count; i++) {
        const struct od_coco_objects *objects = &category->objects[i];
        count += weight_of(view, objects->image) * objects->count[view->area];
    }
    return count;
}

static void reserve(struct od_coco_curve *curve, size_t objects)
{
    if (objects > curve->capacity) {
        curve->capacity = objects + objects / 2;
        curve->steps = od_xrealloc(curve->steps, curve->capacity,
                                   OD_IOU_COUNT * sizeof *curve->steps);
    }
}

/* Hits and misses so far. */
struct tally {
    size_t hits[OD_IOU_COUNT];
    size_t misses[OD_IOU_COUNT];
    size_t all_miss; /* at every threshold, which is what most detections are */
};

/* Precision changes the curve only where an object is found: a miss lowers it, and what
 * counts at a recall is the highest that follows. */
static void step(struct od_coco_curve *curve, size_t objects, struct tally *tally,
                 uint16_t hit, uint16_t miss)
{
    if (hit == 0 && miss == ALL_THRESHOLDS) {
        tally->all_miss++;
        return;
    }
    for (size_t t = 0; t < OD_IOU_COUNT && ((hit | miss) >> t) != 0; t++) {
        if ((hit >> t & 1) != 0) {
            double hits = (double)(tally->hits[t] + 1);
            double misses = (double)(tally->misses[t] + tally->all_miss);
            curve->steps[t * objects + tally->hits[t]] =
                hits / (misses + hits + DBL_EPSILON);
            tally->hits[t]++;
        } else if ((miss >> t & 1) != 0) {
            tally->misses[t]++;
        }
    }
}

/*
 * The end of the run of detections that begins at i, belongs to one image and has one
 * score: copies of the image keep each such run together.
 */
static size_t run_end(const struct od_coco_class *category, size_t i)
{
    const struct od_coco_judged *first = &category->judged[i];
    size_t end = i + 1;
    while (end < category->judged_count && category->judged[end].image == first->image &&
           category->judged[end].score >= first->score) {
        end++;
    }
    return end;
}

/* One copy of an image: its run of detections from first to the one before end. */
static void walk_run(struct od_coco_curve *curve, const struct od_coco_judged *first,
                     const struct od_coco_judged *end, const struct od_coco_view *view,
                     size_t objects, struct tally *tally)
{
    for (const struct od_coco_judged *judged = first; judged < end; judged++) {
        if (judged->rank < view->max_detections) {
            step(curve, objects, tally, judged->hit[view->area],
                 judged->miss[view->area]);
        }
    }
}

static void walk(struct od_coco_curve *curve, const struct od_coco_class *category,
                 const struct od_coco_view *view, size_t objects, struct tally *tally)
{
    const struct od_coco_judged *judged = category->judged;
    for (size_t i = 0; i < category->judged_count;) {
        size_t end = run_end(category, i);
        size_t weight = weight_of(view, judged[i].image);
        for (size_t copy = 0; copy < weight; copy++) {
            walk_run(curve, judged + i, judged + end, view, objects, tally);
        }
        i = end;
    }
}

/*
 * The mean over the recalls 0, 0.01, ... 1 of the highest precision at that recall or
 * more; 0 where it is not reached. The recalls are compared as COCOeval has them: i *
 * 0.01 is not always i / 100.
 */
static double mean_precision(double *steps, size_t hits, size_t objects)
{
    double sum = 0;
    size_t at = 0;
    for (size_t i = hits; i-- > 1;) {
        steps[i - 1] = steps[i] > steps[i - 1] ? steps[i] : steps[i - 1];
    }
    for (int i = 0; i < OD_RECALL_COUNT && at < hits; i++) {
        const double wanted = i * 0.01;
        while (at < hits && (double)(at + 1) / (double)objects < wanted) {
            at++;
        }
        sum += at < hits ? steps[at] : 0;
    }
    return sum / OD_RECALL_COUNT;
}

bool od_coco_curve_make(struct od_coco_curve *curve, const struct od_coco_class *category,
                        const struct od_coco_view *view)
{
    size_t objects = count_objects(category, view);
    if (objects == 0) {
        return false;
    }
    struct tally tally = {.all_miss = 0};
    reserve(curve, objects);
    walk(curve, category, view, objects, &tally);
    for (size_t t = 0; t < OD_IOU_COUNT; t++) {
        curve->precision[t] =
            mean_precision(curve->steps + t * objects, tally.hits[t], objects);
        curve->recall[t] = (double)tally.hits[t] / (double)objects;
    }
    return true;
}
