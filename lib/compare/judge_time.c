/* Whether a time of a cell changed. */
#include "compare/judge_parts.h"

#include "base/alloc.h"
#include "stats/cluster.h"
#include "stats/dist.h"
#include "stats/quantile.h"
#include "stats/signed_rank.h"

#include <math.h>
#include <stdlib.h>

/* An estimate with its interval. */
struct span {
    double estimate;
    double low;
    double high;
};

double od_narrow_enough(double estimate, double threshold)
{
    double distance = fabs(estimate);
    return distance > threshold ? distance : fmax(threshold - distance, threshold / 2);
}

int64_t od_more_repetitions(double half, double fixed, double limit, size_t units)
{
    double room = limit * limit - fixed * fixed;
    if (!(room > 0) || !isfinite(half) || units == 0) {
        return -1;
    }
    double times = (half * half - fixed * fixed) / room;
    double more = ceil((double)units * (times - 1));
    return more > 1e6 ? -1 : more < 1 ? 1 : (int64_t)more;
}

/* Wilcoxon's estimate is that of the values that are not zero; so that zeros count, they
 * and all others are moved away from zero for the interval. */
static void rank_with_zeros(const double *values, size_t count,
                            const struct od_signed_rank_how *how,
                            struct od_signed_rank *out)
{
    double least = 0;
    double *moved = od_xcalloc(count + 1, sizeof moved[0]);
    for (size_t i = 0; i < count; i++) {
        least = fmin(least, values[i]);
    }
    double by = 1 - least; /* every value becomes 1 or more */
    for (size_t i = 0; i < count; i++) {
        moved[i] = values[i] + by;
    }
    struct od_signed_rank found = {0};
    od_signed_rank(moved, count, how, &found);
    out->estimate = found.estimate - by;
    out->low = found.low - by;
    out->high = found.high - by;
    free(moved);
}

/* The test over images; returns its p. */
static double over_images(const double *values, size_t count, double confidence,
                          struct span *span)
{
    struct od_signed_rank_how how = {confidence, 49, true};
    struct od_signed_rank rank = {0};
    od_signed_rank(values, count, &how, &rank);
    *span = (struct span){0, 0, 0};
    if (rank.warnings & OD_RANK_NONE_LEFT) {
        return 1; /* no image differs */
    }
    if (rank.warnings & OD_RANK_ZEROS) {
        rank_with_zeros(values, count, &how, &rank);
    }
    *span = (struct span){rank.estimate, rank.low, rank.high};
    return rank.p;
}

/* The interval about an image's effect and what time adds to it. */
static void widen(struct span *span, double low, double high)
{
    span->low = fmin(span->low, fmin(low, span->estimate));
    span->high = fmax(span->high, fmax(high, span->estimate));
}

static void put_ratio(struct od_change *change, const struct span *log_ratio)
{
    change->ratio = exp(log_ratio->estimate);
    change->ratio_low = exp(log_ratio->low);
    change->ratio_high = exp(log_ratio->high);
    if (!isfinite(change->ratio_low) || !isfinite(change->ratio_high) ||
        change->ratio_low <= 0) {
        change->ratio_low = change->ratio_high = (double)NAN;
    }
}

/* The interval of the shift: that over images, and time's ratio of the base's value. */
static void put_shift(struct od_change *change, struct span shift, double value,
                      const struct span *log_ratio)
{
    widen(&shift, value * expm1(log_ratio->low), value * expm1(log_ratio->high));
    change->shift = shift.estimate;
    change->shift_low = shift.low;
    change->shift_high = shift.high;
    if (isnan(change->ratio_low)) {
        change->shift_low = change->shift_high = (double)NAN;
    }
}

/* Where the interval is too wide to tell: what would help. */
static void put_remedy(struct od_judging *judging, const struct span *span)
{
    const struct od_compare_options *options = judging->options;
    struct od_change *change = &judging->cell->change;
    if (isnan(change->ratio_low)) {
        change->more_repetitions = 1;
        change->reason = "one repetition does not tell a change from drift";
        return;
    }
    double threshold =
        fmax(log1p(options->threshold_ratio),
             log1p((double)options->threshold_ns / judging->cell->side[OD_BASE].value));
    double tail = (1 - options->confidence) / 2;
    double wider = 1;
    bool beyond = fabs(span->estimate) > threshold;
    double half = fmax(span->high - span->estimate, span->estimate - span->low);
    if (beyond) {
        double cells = (double)judging->cell_count;
        wider = od_normal_quantile(1 - options->alpha / 2 / cells) /
                od_normal_quantile(1 - tail);
        half = wider * (span->estimate > 0 ? span->estimate - span->low
                                           : span->high - span->estimate);
    }
    double fixed = wider * judging->time.run_error * od_normal_quantile(1 - tail);
    change->more_repetitions = od_more_repetitions(
        half, fixed, od_narrow_enough(span->estimate, threshold), judging->time.units);
    if (change->more_repetitions < 0) {
        change->reason = judging->time.one_run
                             ? "two runs alone may differ as much: more runs would tell, "
                               "or odbench-run --ab"
                             : "runs differ too much: more runs would tell";
    }
}

void od_judge_typical(struct od_judging *judging)
{
    const struct od_effects *effects = &judging->effects;
    const struct od_compare_options *options = judging->options;
    const struct od_estimate *time = &judging->time.estimate;
    struct od_compared *cell = judging->cell;
    struct span ratio;
    struct span shift;
    double p =
        over_images(effects->log_ratio, effects->images, options->confidence, &ratio);
    (void)over_images(effects->shift, effects->images, options->confidence, &shift);
    double least = od_signed_rank_least_p(effects->images);
    bool few = least * (double)judging->cell_count >= options->alpha ||
               least > 1 - options->confidence;
    if (few) {
        cell->notes |= 1U << OD_NOTE_FEW_IMAGES;
        ratio.low = ratio.high = ratio.estimate;
        shift.low = shift.high = shift.estimate;
        p = 0;
    }
    double half = od_estimate_half_width(time, options->confidence);
    widen(&ratio, time->value - half, time->value + half);
    put_ratio(&cell->change, &ratio);
    put_shift(&cell->change, shift, cell->side[OD_BASE].value, &ratio);
    cell->change.p = fmax(p, od_estimate_p(time));
    put_remedy(judging, &ratio);
    bool runs = !judging->time.one_run;
    bool pairs = effects->pairs > 0;
    bool over_runs = runs && !pairs; /* pairs of all runs are taken together */
    cell->test = few         ? over_runs ? "t over runs" : "t over repetitions"
                 : over_runs ? "signed rank over images, t over runs"
                 : pairs     ? "signed rank over images, t over repetitions of A/B pairs"
                             : "signed rank over images, t over repetitions";
}

static int by_value(const void *a, const void *b)
{
    const struct od_clustered *x = a;
    const struct od_clustered *y = b;
    if (x->value != y->value) {
        return x->value < y->value ? -1 : 1;
    }
    if (x->image != y->image) {
        return x->image < y->image ? -1 : 1;
    }
    return (x->unit > y->unit) - (x->unit < y->unit);
}

/* The usable requests of one side by value. Pairs: units are those of the base side. */
static struct od_clustered *clustered(const struct od_judging *judging, int side,
                                      struct od_cluster_side *out)
{
    const struct od_cell_rows *rows = &judging->pair->side[side];
    const struct od_cell_rows *base = &judging->pair->side[OD_BASE];
    bool map = judging->effects.pairs > 0 && side != OD_BASE;
    uint32_t *matches = map ? od_units_match(base, rows) : NULL;
    struct od_clustered *items = od_xcalloc(rows->count + 1, sizeof items[0]);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct od_measured *m = &rows->items[i];
        uint32_t image = judging->effects.rank[m->image];
        uint32_t unit = matches != NULL ? matches[m->unit] : m->unit;
        if (m->ns > 0 && image != OD_NO_IMAGE && unit != UINT32_MAX) {
            items[count++] = (struct od_clustered){(double)m->ns, image, unit};
        }
    }
    free(matches);
    qsort(items, count, sizeof items[0], by_value);
    *out = (struct od_cluster_side){
        items, count, (uint32_t)(map ? base->unit_count : rows->unit_count)};
    return items;
}

static int permille_of(enum od_metric metric)
{
    return metric == OD_METRIC_P90 ? 900 : metric == OD_METRIC_P95 ? 950 : 990;
}

static const char *too_few(enum od_metric metric)
{
    return metric == OD_METRIC_P90   ? "too few requests for p90"
           : metric == OD_METRIC_P95 ? "too few requests for p95"
                                     : "too few requests for p99";
}

/* What the bootstrap found, widened by what it cannot see. */
static void put_tail(struct od_judging *judging, const struct od_cluster_result *found)
{
    const struct od_compare_options *options = judging->options;
    struct od_compared *cell = judging->cell;
    struct od_estimate estimate = {found->log_ratio, found->error, found->df};
    bool paired = judging->effects.pairs > 0;
    double noise = judging->time.noise;
    if (judging->time.one_unit && noise > 0) {
        od_estimate_widen(&estimate, OD_ONE_UNIT_NOISE * noise * (paired ? 1 : sqrt(2)));
    } else if (judging->time.one_unit) {
        estimate.error = (double)NAN;
    }
    od_estimate_widen(&estimate, judging->time.run_error);
    double half = od_estimate_half_width(&estimate, options->confidence);
    struct span ratio = {found->log_ratio, found->low, found->high};
    widen(&ratio, found->log_ratio - half, found->log_ratio + half);
    for (int side = 0; side < OD_SIDES; side++) {
        cell->side[side].value = found->quantile[side];
        cell->side[side].spread = (ratio.high - ratio.low) / 2 / sqrt(2);
    }
    double shift = found->quantile[OD_NEW] - found->quantile[OD_BASE];
    put_ratio(&cell->change, &ratio);
    put_shift(&cell->change, (struct span){shift, shift, shift}, found->quantile[OD_BASE],
              &ratio);
    cell->change.p = od_estimate_p(&estimate);
    put_remedy(judging, &ratio);
    cell->test = paired ? "bootstrap over images and repetitions of A/B pairs"
                        : "bootstrap over images and repetitions";
}

void od_judge_tail(struct od_judging *judging)
{
    const struct od_compare_options *options = judging->options;
    struct od_cluster_side side[OD_SIDES];
    struct od_clustered *items[OD_SIDES];
    size_t least = SIZE_MAX;
    for (int s = 0; s < OD_SIDES; s++) {
        items[s] = clustered(judging, s, &side[s]);
        least = side[s].count < least ? side[s].count : least;
    }
    int permille = permille_of(options->metric);
    size_t needs = od_quantile_needs(permille);
    if (least < needs) {
        double times = (double)needs / (double)(least > 0 ? least : 1);
        od_change_unknown(&judging->cell->change, too_few(options->metric));
        judging->cell->change.more_repetitions =
            (int64_t)ceil((double)judging->time.units * (times - 1));
        judging->cell->test = "none";
    } else {
        struct od_cluster_how how = {
            .permille = permille,
            .images = (uint32_t)judging->effects.images,
            .paired = judging->effects.pairs > 0,
            .resamples = options->resamples,
            .confidence = options->confidence,
            .seed = options->seed,
        };
        struct od_cluster_result found = {0};
        od_cluster_quantile(side, &how, &found);
        put_tail(judging, &found);
    }
    for (int s = 0; s < OD_SIDES; s++) {
        free(items[s]);
    }
}
