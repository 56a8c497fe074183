/* Whether the accuracy of a cell changed. */
#include "accuracy/coco_eval.h"
#include "base/alloc.h"
#include "base/rng.h"
#include "compare/judge_parts.h"
#include "stats/interval.h"
#include "stats/signed_rank.h"

#include <math.h>
#include <stdlib.h>

/* What the resamples gave, of those that had an object to be found. */
struct resampled {
    double *value[OD_SIDES];
    double *shift;
    size_t count;
};

static double deviation(const double *values, size_t count)
{
    double mean = 0;
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        mean += values[i] / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    return count > 1 ? sqrt(squares / (double)(count - 1)) : 0;
}

/* mAP of both sides where image i counts weights[i] times; false: nothing to be found. */
static bool evaluate(const struct od_cell_found *found, const uint32_t *weights,
                     double value[OD_SIDES])
{
    value[OD_BASE] = od_coco_eval_weighted(found->eval[OD_BASE], weights);
    value[OD_NEW] = found->differ > 0
                        ? od_coco_eval_weighted(found->eval[OD_NEW], weights)
                        : value[OD_BASE];
    return !isnan(value[OD_BASE]) && !isnan(value[OD_NEW]);
}

/* Draws the same images for both sides. */
static void resample(const struct od_cell_found *found,
                     const struct od_compare_options *options, struct resampled *out)
{
    size_t images = (size_t)found->images;
    uint32_t *weights = od_xcalloc(images, sizeof *weights);
    for (int r = 0; r < options->resamples; r++) {
        struct od_rng rng;
        double value[OD_SIDES];
        od_rng_init(&rng, options->seed, (uint64_t)r);
        for (size_t i = 0; i < images; i++) {
            weights[i] = 0;
        }
        for (size_t i = 0; i < images; i++) {
            weights[od_rng_below(&rng, images)]++;
        }
        if (evaluate(found, weights, value)) {
            out->value[OD_BASE][out->count] = value[OD_BASE];
            out->value[OD_NEW][out->count] = value[OD_NEW];
            out->shift[out->count++] = value[OD_NEW] - value[OD_BASE];
        }
    }
    free(weights);
}

/*
 * The interval reaches as far as the percentiles and as Student's t with the resamples'
 * standard deviation, which n images drawn out of n make too small by sqrt((n - 1) / n).
 * The p is that of t, but not lower than the chance that coin tosses, one an image with
 * other detections, are all alike.
 */
static void put_change(struct od_judging *judging, const struct resampled *found)
{
    const struct od_compare_options *options = judging->options;
    const struct od_cell_found *of = &judging->pair->found;
    struct od_change *change = &judging->cell->change;
    double ends[2];
    double freedom = fmax(1, (double)of->images - 1);
    struct od_estimate estimate = {change->shift,
                                   deviation(found->shift, found->count) *
                                       sqrt((double)of->images / freedom),
                                   freedom};
    double half = od_estimate_half_width(&estimate, options->confidence);
    od_interval_resampled(found->shift, found->count, options->confidence, ends);
    change->shift_low = fmin(ends[0], change->shift - half);
    change->shift_high = fmax(ends[1], change->shift + half);
    change->p = fmin(
        1, fmax(od_estimate_p(&estimate), od_signed_rank_least_p((size_t)of->differ)));
    change->reason = "more images would tell";
    for (int s = 0; s < OD_SIDES; s++) {
        od_interval_resampled(found->value[s], found->count, options->confidence, ends);
        judging->cell->side[s].spread = (ends[1] - ends[0]) / 2;
    }
    judging->cell->test = "bootstrap over images";
}

static void judge_resampled(struct od_judging *judging)
{
    const struct od_compare_options *options = judging->options;
    const struct od_cell_found *found = &judging->pair->found;
    struct resampled drawn = {.shift =
                                  od_xcalloc((size_t)options->resamples, sizeof(double))};
    for (int s = 0; s < OD_SIDES; s++) {
        drawn.value[s] = od_xcalloc((size_t)options->resamples, sizeof(double));
    }
    resample(found, options, &drawn);
    if (2 * drawn.count < (size_t)options->resamples) {
        judging->cell->change.reason = "too few images with objects";
    } else {
        put_change(judging, &drawn);
    }
    for (int s = 0; s < OD_SIDES; s++) {
        free(drawn.value[s]);
    }
    free(drawn.shift);
}

/* mAP of all images. */
static bool put_values(struct od_judging *judging)
{
    const struct od_cell_found *found = &judging->pair->found;
    size_t images = (size_t)found->images;
    uint32_t *once = od_xcalloc(images, sizeof *once);
    double value[OD_SIDES];
    for (size_t i = 0; i < images; i++) {
        once[i] = 1;
    }
    bool known = evaluate(found, once, value);
    free(once);
    for (int s = 0; s < OD_SIDES && known; s++) {
        judging->cell->side[s].value = value[s];
    }
    judging->cell->change.shift = known ? value[OD_NEW] - value[OD_BASE] : (double)NAN;
    return known;
}

void od_judge_map(struct od_judging *judging)
{
    const struct od_cell_found *found = &judging->pair->found;
    struct od_compared *cell = judging->cell;
    double alpha = judging->options->alpha;
    double cells = (double)judging->cell_count;
    od_change_unknown(&cell->change, NULL);
    cell->test = "none";
    cell->images = found->images;
    cell->pairs = 0;
    if (found->unannotated > 0) {
        cell->notes |= 1U << OD_NOTE_NOT_ANNOTATED;
    }
    if (found->images == 0) {
        cell->change.reason = judging->effects.images == 0
                                  ? "no image was answered on both sides"
                                  : "no annotated image was answered on both sides";
    } else if (!put_values(judging)) {
        cell->change.reason = "these images have no objects";
    } else if (found->differ > 0 &&
               od_signed_rank_least_p((size_t)found->images) * cells >= alpha) {
        cell->change.reason = "too few images to tell";
    } else {
        judge_resampled(judging);
    }
}
