/* The statistics of one cell. */
#include "compare/judge_parts.h"

#include "stats/dist.h"
#include "stats/proportion.h"

#include <math.h>

void od_change_unknown(struct od_change *change, const char *reason)
{
    double nan = (double)NAN;
    *change = (struct od_change){
        .shift = nan,
        .shift_low = nan,
        .shift_high = nan,
        .ratio = nan,
        .ratio_low = nan,
        .ratio_high = nan,
        .p = nan,
        .p_adjusted = nan,
        .verdict = OD_VERDICT_INCONCLUSIVE,
        .more_repetitions = -1,
        .reason = reason,
    };
}

/* Items stand image by image. */
static int64_t count_images(const struct od_cell_rows *rows)
{
    int64_t images = 0;
    for (size_t i = 0; i < rows->count; i++) {
        images += i == 0 || rows->items[i].image != rows->items[i - 1].image;
    }
    return images;
}

static void describe_sides(struct od_judging *judging)
{
    enum od_metric metric = judging->options->metric;
    bool later = metric != OD_METRIC_P50 && metric != OD_METRIC_MEAN; /* if at all */
    for (int s = 0; s < OD_SIDES; s++) {
        const struct od_cell_rows *rows = &judging->pair->side[s];
        struct od_compared_side *side = &judging->cell->side[s];
        struct od_estimate mean;
        od_side_over_time(&judging->effects, judging->pair, s, &mean);
        double half = od_estimate_half_width(&mean, judging->options->confidence);
        *side = (struct od_compared_side){
            .requests = (int64_t)rows->count,
            .failed = rows->failed,
            .images = count_images(rows),
            .runs = rows->runs,
            .units = (int64_t)rows->unit_count,
            .value =
                later ? (double)NAN : od_effects_value(&judging->effects, rows, metric),
            .spread = later || !isfinite(half) ? (double)NAN : half,
            .doubts = rows->doubts,
            .doubtful = rows->doubtful,
        };
        if (rows->doubts != 0) {
            judging->cell->notes |= 1U << OD_NOTE_DOUBTFUL;
        }
        if (rows->invalid > 0) {
            judging->cell->notes |= 1U << OD_NOTE_NEGATIVE;
        }
    }
}

/* 0 stands for no answer, 1 for answers that vary. */
static void compare_answers(const struct od_cell_pair *pair, size_t image_count,
                            struct od_compared *cell)
{
    const uint64_t *base = pair->side[OD_BASE].answers;
    const uint64_t *new = pair->side[OD_NEW].answers;
    for (size_t i = 0; base != NULL && new != NULL &&i < image_count; i++) {
        if (base[i] == 0 || new[i] == 0) {
            continue;
        }
        bool varies = base[i] == 1 || new[i] == 1;
        cell->answers_vary += varies;
        cell->answers += !varies;
        cell->answers_differ += !varies && base[i] != new[i];
    }
    if (cell->answers_differ > 0) {
        cell->notes |= 1U << OD_NOTE_OTHER_ANSWERS;
    }
}

/* Half of Wilson's interval. */
static double share_spread(double share, double count, double confidence)
{
    double z = od_normal_quantile(1 - (1 - confidence) / 2);
    double square = z * z;
    return z / (1 + square / count) *
           sqrt(share * (1 - share) / count + square / (4 * count * count));
}

void od_judge_errors(const struct od_judging *judging, struct od_change *change)
{
    const struct od_compared_side *side = judging->cell->side;
    int64_t count[OD_SIDES];
    for (int s = 0; s < OD_SIDES; s++) {
        count[s] = side[s].requests + side[s].failed;
    }
    od_change_unknown(change, "a side has no requests");
    if (count[OD_BASE] == 0 || count[OD_NEW] == 0) {
        return;
    }
    const struct od_compare_options *options = judging->options;
    double base = (double)side[OD_BASE].failed / (double)count[OD_BASE];
    change->shift = (double)side[OD_NEW].failed / (double)count[OD_NEW] - base;
    change->p = od_fisher_p(side[OD_BASE].failed, count[OD_BASE], side[OD_NEW].failed,
                            count[OD_NEW]);
    double interval[2];
    od_proportion_difference(side[OD_BASE].failed, count[OD_BASE], side[OD_NEW].failed,
                             count[OD_NEW], options->confidence, interval);
    change->shift_low = interval[0];
    change->shift_high = interval[1];
    change->reason = NULL;
    double half =
        fmax(change->shift_high - change->shift, change->shift - change->shift_low);
    change->more_repetitions = od_more_repetitions(
        half, 0, od_narrow_enough(change->shift, options->threshold_errors),
        judging->time.units);
}

/* The metric is the share of failed requests itself. */
static void judge_error_rate(struct od_judging *judging)
{
    struct od_compared *cell = judging->cell;
    cell->change = cell->errors;
    cell->test = "Fisher's exact test";
    for (int s = 0; s < OD_SIDES; s++) {
        struct od_compared_side *side = &cell->side[s];
        double count = (double)(side->requests + side->failed);
        side->value = count > 0 ? (double)side->failed / count : (double)NAN;
        side->spread = share_spread(side->value, count, judging->options->confidence);
    }
}

static void judge_metric(struct od_judging *judging)
{
    struct od_compared *cell = judging->cell;
    if (judging->options->metric == OD_METRIC_ERROR_RATE) {
        judge_error_rate(judging);
        return;
    }
    if (judging->options->metric == OD_METRIC_MAP) {
        od_judge_map(judging);
        return;
    }
    od_change_unknown(&cell->change, NULL);
    if (judging->effects.images == 0) {
        cell->change.reason = "no image was answered on both sides";
        cell->test = "none";
        return;
    }
    if (judging->options->metric == OD_METRIC_P50 ||
        judging->options->metric == OD_METRIC_MEAN) {
        od_judge_typical(judging);
    } else {
        od_judge_tail(judging);
    }
    if (judging->time.one_run && judging->time.noise > 0) {
        cell->notes |= 1U << OD_NOTE_ONE_RUN;
    }
    if (judging->time.one_unit) {
        cell->notes |= 1U << OD_NOTE_ONE_UNIT;
    }
}

void od_cell_judge(const struct od_cell_pair *pair, size_t image_count, size_t cell_count,
                   const struct od_compare_options *options, struct od_compared *cell)
{
    struct od_judging judging = {
        .pair = pair, .options = options, .cell_count = cell_count, .cell = cell};
    od_effects_measure(pair, image_count, options->metric, &judging.effects);
    od_over_time(&judging.effects, pair, options, &judging.time);
    cell->images = (int64_t)judging.effects.images;
    cell->pairs = judging.effects.pairs;
    if (judging.effects.images_only[OD_BASE] + judging.effects.images_only[OD_NEW] > 0) {
        cell->notes |= 1U << OD_NOTE_IMAGES_DIFFER;
    }
    if (judging.effects.left_out > 0) {
        cell->notes |= 1U << OD_NOTE_NEGATIVE;
    }
    describe_sides(&judging);
    compare_answers(pair, image_count, cell);
    od_judge_errors(&judging, &cell->errors);
    judge_metric(&judging);
    od_effects_release(&judging.effects);
}
