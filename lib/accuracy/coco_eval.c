/* The figures of an evaluation: means over categories, thresholds and recalls. */
#include "accuracy/coco_eval.h"

#include "accuracy/eval_parts.h"
#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>

/* Sums over the categories that have objects to find. */
struct sums {
    double precision[OD_IOU_COUNT];
    double recall;
    size_t count;
};

static struct sums sum_classes(const struct od_coco_eval *eval,
                               const struct od_coco_view *view)
{
    struct sums sums = {.count = 0};
    struct od_coco_curve curve = {.capacity = 0};
    for (size_t c = 0; c < eval->class_count; c++) {
        if (!od_coco_curve_make(&curve, &eval->classes[c], view)) {
            continue;
        }
        sums.count++;
        for (size_t t = 0; t < OD_IOU_COUNT; t++) {
            sums.precision[t] += curve.precision[t];
            sums.recall += curve.recall[t] / OD_IOU_COUNT;
        }
    }
    od_coco_curve_release(&curve);
    return sums;
}

static double part(double sum, size_t count)
{
    return count > 0 ? sum / (double)count : (double)NAN;
}

static double mean_precision(const struct sums *sums)
{
    double sum = 0;
    for (size_t t = 0; t < OD_IOU_COUNT; t++) {
        sum += sums->precision[t];
    }
    return part(sum / OD_IOU_COUNT, sums->count);
}

void od_coco_eval_stats(const struct od_coco_eval *eval, double stats[OD_COCO_STATS])
{
    for (int area = 0; area < OD_AREAS; area++) {
        const struct od_coco_view view = {(enum od_coco_area)area, OD_DETECTIONS_MAX,
                                          NULL};
        const struct sums sums = sum_classes(eval, &view);
        const double precision = mean_precision(&sums);
        const double recall = part(sums.recall, sums.count);
        if (area == OD_AREA_ALL) {
            stats[OD_COCO_AP] = precision;
            stats[OD_COCO_AP50] = part(sums.precision[0], sums.count);
            stats[OD_COCO_AP75] = part(sums.precision[5], sums.count);
            stats[OD_COCO_AR100] = recall;
        } else {
            stats[OD_COCO_AP_SMALL + area - OD_AREA_SMALL] = precision;
            stats[OD_COCO_AR_SMALL + area - OD_AREA_SMALL] = recall;
        }
    }
    const struct od_coco_view one = {OD_AREA_ALL, 1, NULL};
    const struct od_coco_view ten = {OD_AREA_ALL, 10, NULL};
    struct sums sums = sum_classes(eval, &one);
    stats[OD_COCO_AR1] = part(sums.recall, sums.count);
    sums = sum_classes(eval, &ten);
    stats[OD_COCO_AR10] = part(sums.recall, sums.count);
}

const int64_t *od_coco_eval_images(const struct od_coco_eval *eval, size_t *count)
{
    *count = eval->id_count;
    return eval->image_ids;
}

size_t od_coco_eval_found(const struct od_coco_eval *eval)
{
    return eval->found_count;
}

double od_coco_eval_weighted(const struct od_coco_eval *eval, const uint32_t *weights)
{
    uint32_t *ordered = od_xcalloc(eval->image_count, sizeof *ordered);
    for (size_t i = 0; i < eval->image_count; i++) {
        ordered[i] = weights[eval->given[i]];
    }
    const struct od_coco_view view = {OD_AREA_ALL, OD_DETECTIONS_MAX, ordered};
    const struct sums sums = sum_classes(eval, &view);
    free(ordered);
    return mean_precision(&sums);
}

const char *od_coco_stat_name(enum od_coco_stat stat)
{
    static const char *const names[OD_COCO_STATS] = {
        "mAP@[.5:.95]", "mAP@.5", "mAP@.75", "AP small", "AP medium", "AP large",
        "AR@1",         "AR@10",  "AR@100",  "AR small", "AR medium", "AR large"};
    return names[stat];
}
