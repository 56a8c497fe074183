/* Tests over repetitions and runs. */
#include "compare/over_time.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>

/* The runs of a side: their means, and what is known of them. */
struct runs {
    struct od_estimate *runs; /* owned */
    size_t count;
    size_t units;
    double spread; /* standard deviation of the units of the last run; 0: not known */
};

static double spread_of(const double *values, size_t count, double mean)
{
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    return count > 1 ? sqrt(squares / ((double)count - 1)) : 0;
}

/* What units are like: the mean of times is about all of them, the median is not. */
static void typical_unit(const double *values, size_t count, enum od_metric metric,
                         struct od_estimate *out)
{
    if (metric == OD_METRIC_MEAN) {
        od_mean_estimate(values, count, out);
    } else {
        od_trimmed_estimate(values, count, out);
    }
}

/* Units are stored run after run; those without a usable request (NaN) are left out. */
static void runs_of(const double *values, const struct od_cell_rows *rows,
                    enum od_metric metric, struct runs *out)
{
    double *known = od_xcalloc(rows->unit_count + 1, sizeof known[0]);
    *out = (struct runs){
        .runs = od_xcalloc(rows->unit_count + 1, sizeof out->runs[0]),
    };
    for (size_t i = 0; i < rows->unit_count;) {
        size_t count = 0;
        uint32_t run = rows->units[i].run;
        for (; i < rows->unit_count && rows->units[i].run == run; i++) {
            if (!isnan(values[i])) {
                known[count++] = values[i];
            }
        }
        if (count > 0) {
            typical_unit(known, count, metric, &out->runs[out->count++]);
            out->units += count;
            out->spread = spread_of(known, count, out->runs[out->count - 1].value);
        }
    }
    free(known);
}

/* Mean of the runs' means, and the sum of squares about it is added. */
static double mean_of_runs(const struct runs *runs, double *squares)
{
    double sum = 0;
    for (size_t i = 0; i < runs->count; i++) {
        sum += runs->runs[i].value;
    }
    double mean = sum / (double)runs->count;
    for (size_t i = 0; i < runs->count; i++) {
        double off = runs->runs[i].value - mean;
        *squares += off * off;
    }
    return mean;
}

/* Sum of the known squared errors of the runs' means. */
static void add_within(const struct runs *runs, double *sum, double *count)
{
    for (size_t i = 0; i < runs->count; i++) {
        if (!isnan(runs->runs[i].error)) {
            *sum += runs->runs[i].error * runs->runs[i].error;
            *count += 1;
        }
    }
}

/* What the only unit of a run is uncertain by. */
static void allow_one_unit(struct od_estimate *run, double noise)
{
    if (isnan(run->error) && noise > 0) {
        run->error = OD_ONE_UNIT_NOISE * noise;
        run->df = (double)INFINITY;
    }
}

/* side_count is 1 for pairs, whose differences stand in side 0. */
static void several_runs(const struct runs *side, int side_count, double noise,
                         struct od_over_time *out)
{
    double seen = 0; /* variance of the runs of the side that varies more */
    double within = 0;
    double within_count = 0;
    double df = 0;      /* of that side */
    double per_run = 0; /* variance of the estimate over that of a run */
    double mean[OD_SIDES] = {0};
    for (int s = 0; s < side_count; s++) {
        double squares = 0;
        mean[s] = mean_of_runs(&side[s], &squares);
        double freedom = (double)side[s].count - 1;
        if (freedom > 0 && (df == 0 || squares / freedom > seen)) {
            seen = squares / freedom;
            df = freedom;
        }
        add_within(&side[s], &within, &within_count);
        per_run += 1 / (double)side[s].count;
    }
    within = within_count > 0 ? within / within_count : 0;
    double weight = noise > 0 ? OD_RUN_NOISE_WEIGHT : 0;
    /* The allowance may add to what the runs show, and to how well it is known, but never
     * hides a part of it; and it counts the less the more the runs contradict it. */
    double allowed = noise * noise + within;
    double variance = fmax((weight * allowed + df * seen) / (weight + df), seen);
    out->estimate = (struct od_estimate){
        .value = side_count == 1 ? mean[0] : mean[OD_NEW] - mean[OD_BASE],
        .error = sqrt(variance * per_run),
        .df = weight * fmin(1, allowed / seen) + df,
    };
    out->run_error = sqrt(fmax(variance - within, 0) * per_run);
}

static void one_run(const struct runs *side, int side_count, double noise,
                    struct od_over_time *out)
{
    struct od_estimate run[OD_SIDES] = {{0}};
    for (int s = 0; s < side_count; s++) {
        run[s] = side[s].runs[0];
        allow_one_unit(&run[s], noise);
    }
    out->estimate = run[0];
    if (side_count > 1) {
        od_difference_estimate(&run[OD_BASE], &run[OD_NEW], &out->estimate);
    }
    double spread = side_count > 1 ? fmax(side[OD_BASE].spread, side[OD_NEW].spread) : 0;
    out->run_error = noise > 0 ? fmax(noise, spread) * sqrt(side_count) : 0;
    if (noise > 0) {
        od_estimate_widen(&out->estimate, out->run_error);
    }
}

/* Pairs of several runs: their units together, for what moves a run moves both sides. */
static void pooled(const double *values, const struct od_cell_rows *rows, size_t runs,
                   const struct od_compare_options *options, struct od_over_time *out)
{
    double *known = od_xcalloc(rows->unit_count + 1, sizeof known[0]);
    size_t count = 0;
    for (size_t i = 0; i < rows->unit_count; i++) {
        if (!isnan(values[i])) {
            known[count++] = values[i];
        }
    }
    typical_unit(known, count, options->metric, &out->estimate);
    out->run_error = options->pair_noise_ratio / sqrt((double)runs);
    if (out->run_error > 0) {
        od_estimate_widen(&out->estimate, out->run_error);
    }
    free(known);
}

void od_over_time(const struct od_effects *effects, const struct od_cell_pair *cell,
                  const struct od_compare_options *options, struct od_over_time *out)
{
    struct runs side[OD_SIDES] = {{0}};
    bool paired = effects->pair_unit != NULL;
    int side_count = paired ? 1 : OD_SIDES;
    double noise = paired ? options->pair_noise_ratio : options->run_noise_ratio;
    size_t least = SIZE_MAX;
    *out = (struct od_over_time){.noise = noise};
    for (int s = 0; s < side_count; s++) {
        runs_of(paired ? effects->pair_unit : effects->unit[s], &cell->side[s],
                options->metric, &side[s]);
        out->runs += side[s].count;
        out->one_unit = out->one_unit || side[s].units == 1;
        least = side[s].units < least ? side[s].units : least;
    }
    out->units = least;
    out->one_run = out->runs == (size_t)side_count;
    if (least == 0) {
        out->estimate = (struct od_estimate){(double)NAN, (double)NAN, (double)NAN};
    } else if (out->one_run) {
        one_run(side, side_count, noise, out);
    } else if (paired) {
        pooled(effects->pair_unit, &cell->side[OD_BASE], out->runs, options, out);
    } else {
        several_runs(side, side_count, noise, out);
    }
    for (int s = 0; s < side_count; s++) {
        free(side[s].runs);
    }
}

void od_side_over_time(const struct od_effects *effects, const struct od_cell_pair *cell,
                       int side, struct od_estimate *out)
{
    struct runs runs;
    runs_of(effects->unit[side], &cell->side[side], OD_METRIC_P50, &runs);
    *out = (struct od_estimate){(double)NAN, (double)NAN, (double)NAN};
    if (runs.count == 1) {
        *out = runs.runs[0];
    } else if (runs.count > 1) {
        double squares = 0;
        double df = (double)runs.count - 1;
        out->value = mean_of_runs(&runs, &squares);
        out->error = sqrt(squares / df / (double)runs.count);
        out->df = df;
    }
    free(runs.runs);
}
