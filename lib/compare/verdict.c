/* Verdicts, from the corrected p-values and the thresholds. */
#include "base/alloc.h"
#include "compare/sides.h"

#include <math.h>
#include <stdlib.h>

static const char *const verdicts[OD_VERDICT_COUNT] = {
    [OD_VERDICT_EQUIVALENT] = "equivalent",
    [OD_VERDICT_IMPROVED] = "improved",
    [OD_VERDICT_REGRESSED] = "regressed",
    [OD_VERDICT_INCONCLUSIVE] = "inconclusive",
};

const char *od_verdict_name(enum od_verdict verdict)
{
    return verdicts[verdict];
}

const char *od_compare_note_text(enum od_compare_note note)
{
    static const char *const texts[] = {
#define OD_COMPARE_NOTE_TEXT(name, text) [OD_NOTE_##name] = text,
        OD_COMPARE_NOTES(OD_COMPARE_NOTE_TEXT)
#undef OD_COMPARE_NOTE_TEXT
    };
    return texts[note];
}

/* A change is known well enough for a verdict other than inconclusive. */
static void settle(struct od_change *change, enum od_verdict verdict)
{
    change->verdict = verdict;
    if (verdict != OD_VERDICT_INCONCLUSIVE) {
        change->more_repetitions = 0;
        change->reason = NULL;
    }
}

static enum od_verdict time_verdict(const struct od_change *c,
                                    const struct od_compare_options *options)
{
    double ratio = options->threshold_ratio;
    double ns = (double)options->threshold_ns;
    bool real = c->p_adjusted < options->alpha;
    if (real && c->ratio_low > 1 && c->ratio > 1 + ratio && c->shift > ns) {
        return OD_VERDICT_REGRESSED;
    }
    if (real && c->ratio_high < 1 && c->ratio < 1 - ratio && c->shift < -ns) {
        return OD_VERDICT_IMPROVED;
    }
    bool same_ratio = c->ratio_low >= 1 - ratio && c->ratio_high <= 1 + ratio;
    bool same_shift = c->shift_low >= -ns && c->shift_high <= ns;
    return same_ratio || same_shift ? OD_VERDICT_EQUIVALENT : OD_VERDICT_INCONCLUSIVE;
}

/* sign: 1 where more is worse, -1 where less is. */
static enum od_verdict share_verdict(const struct od_change *c, double threshold,
                                     double alpha, double sign)
{
    bool real = c->p_adjusted < alpha;
    bool above = c->shift_low > 0 && c->shift > threshold;
    bool below = c->shift_high < 0 && c->shift < -threshold;
    if (real && (sign > 0 ? above : below)) {
        return OD_VERDICT_REGRESSED;
    }
    if (real && (sign > 0 ? below : above)) {
        return OD_VERDICT_IMPROVED;
    }
    bool same = c->shift_low >= -threshold && c->shift_high <= threshold;
    return same ? OD_VERDICT_EQUIVALENT : OD_VERDICT_INCONCLUSIVE;
}

static enum od_verdict errors_verdict(const struct od_compared *cell,
                                      const struct od_compare_options *options)
{
    const struct od_compared_side *side = cell->side;
    bool asked = side[OD_BASE].requests > 0 && side[OD_NEW].requests > 0;
    if (asked && side[OD_BASE].failed == 0 && side[OD_NEW].failed == 0) {
        return OD_VERDICT_EQUIVALENT;
    }
    return share_verdict(&cell->errors, options->threshold_errors, options->alpha, 1);
}

static enum od_verdict metric_verdict(const struct od_compared *cell,
                                      const struct od_compare_options *options)
{
    if (od_metric_is_time(options->metric)) {
        return time_verdict(&cell->change, options);
    }
    if (options->metric == OD_METRIC_MAP) {
        return share_verdict(&cell->change, options->threshold_map, options->alpha, -1);
    }
    return errors_verdict(cell, options);
}

/* What is faster because it does less is no improvement. */
static void doubt_improvement(struct od_compared *cell)
{
    struct od_change *change = &cell->change;
    if (change->verdict != OD_VERDICT_IMPROVED) {
        return;
    }
    if (cell->answers_differ > 0) {
        change->verdict = OD_VERDICT_INCONCLUSIVE;
        change->more_repetitions = -1;
        change->reason = "faster, but answers differ";
    }
    if (cell->errors.verdict == OD_VERDICT_REGRESSED) {
        cell->notes |= 1U << OD_NOTE_FASTER_BY_FAILING;
        change->verdict = OD_VERDICT_INCONCLUSIVE;
        change->more_repetitions = -1;
        change->reason = "faster, but more requests failed";
    }
}

/* Corrects the p-values of one family: of the metric, or of errors. */
static void correct(struct od_comparison *comparison, bool errors)
{
    size_t count = comparison->cell_count;
    double *p = od_xcalloc(count + 1, sizeof p[0]);
    for (size_t i = 0; i < count; i++) {
        const struct od_compared *cell = &comparison->cells[i];
        p[i] = errors ? cell->errors.p : cell->change.p;
    }
    od_adjust(comparison->options.correction, p, count, p);
    for (size_t i = 0; i < count; i++) {
        struct od_compared *cell = &comparison->cells[i];
        *(errors ? &cell->errors.p_adjusted : &cell->change.p_adjusted) = p[i];
    }
    free(p);
}

static void sum_up(struct od_comparison *comparison)
{
    double logs = 0;
    comparison->geomean_cells = 0;
    for (size_t i = 0; i < comparison->cell_count; i++) {
        const struct od_compared *cell = &comparison->cells[i];
        comparison->verdicts[cell->change.verdict]++;
        comparison->error_regressions += cell->errors.verdict == OD_VERDICT_REGRESSED;
        if (isfinite(cell->change.ratio) && cell->change.ratio > 0) {
            logs += log(cell->change.ratio);
            comparison->geomean_cells++;
        }
    }
    comparison->geomean_ratio = comparison->geomean_cells > 0
                                    ? exp(logs / (double)comparison->geomean_cells)
                                    : (double)NAN;
}

void od_verdicts_give(struct od_comparison *comparison)
{
    correct(comparison, false);
    correct(comparison, true);
    for (size_t i = 0; i < comparison->cell_count; i++) {
        struct od_compared *cell = &comparison->cells[i];
        settle(&cell->errors, errors_verdict(cell, &comparison->options));
        settle(&cell->change, metric_verdict(cell, &comparison->options));
        if (od_metric_is_time(comparison->options.metric)) {
            doubt_improvement(cell);
        }
    }
    sum_up(comparison);
}
