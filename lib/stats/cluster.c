/* The two-way cluster bootstrap of a ratio of quantiles. */
#include "stats/cluster.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "base/sort.h"
#include "stats/quantile.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Clusters of a kind that have values, and how often each was drawn. */
struct kind {
    uint32_t *ids; /* owned */
    size_t count;
    uint32_t *weights; /* owned; by id */
};

/* An image that has another number of values in a unit than the unit's other images. */
struct odd {
    uint32_t image;
    int64_t more;
};

/* How many values every image has in a unit, but for the odd ones. */
struct row {
    int64_t each;
    size_t odd_end; /* the odd ones of unit k begin where those of k - 1 end */
};

/* What the weight of all values is computed from without reading the values. */
struct counts {
    struct row *rows; /* owned; by unit */
    struct odd *odd;  /* owned */
    size_t odd_count;
    size_t odd_capacity;
};

struct plan {
    const struct od_cluster_side *side;
    const struct od_cluster_how *how;
    struct kind images;
    struct kind units[2]; /* paired: only the first */
    struct counts counts[2];
};

static const struct kind *units_of(const struct plan *plan, int side)
{
    return &plan->units[plan->how->paired ? 0 : side];
}

static uint32_t cluster_of(const struct od_clustered *item, bool unit)
{
    return unit ? item->unit : item->image;
}

/* Of the sides first .. last, which ids below bound have values. */
static void find(const struct plan *plan, bool unit, int first, int last,
                 struct kind *kind)
{
    size_t bound = plan->how->images;
    if (unit) {
        bound = 0;
        for (int side = first; side <= last; side++) {
            size_t units = plan->side[side].units;
            bound = units > bound ? units : bound;
        }
    }
    kind->weights = od_xcalloc(bound, sizeof *kind->weights);
    kind->ids = od_xcalloc(bound, sizeof *kind->ids);
    for (int side = first; side <= last; side++) {
        for (size_t i = 0; i < plan->side[side].count; i++) {
            uint32_t id = cluster_of(&plan->side[side].items[i], unit);
            assert(id < bound);
            kind->weights[id] = 1;
        }
    }
    for (size_t id = 0; id < bound; id++) {
        if (kind->weights[id] > 0) {
            kind->ids[kind->count++] = (uint32_t)id;
        }
    }
}

static void add_odd(struct counts *counts, uint32_t image, int64_t more)
{
    counts->odd = od_xgrow(counts->odd, counts->odd_count, &counts->odd_capacity,
                           sizeof *counts->odd);
    counts->odd[counts->odd_count++] = (struct odd){.image = image, .more = more};
}

/* The value that more than half of the counts have, if any has. */
static int64_t majority(const int64_t *of, const uint32_t *images, size_t count)
{
    int64_t candidate = 0;
    size_t lead = 0;
    for (size_t i = 0; i < count; i++) {
        if (lead == 0) {
            candidate = of[images[i]];
        }
        lead = of[images[i]] == candidate ? lead + 1 : lead - 1;
    }
    return candidate;
}

/* How many values each image has in a unit, from the images of the unit's values, in any
 * order; the odd ones are added to counts. of is all zeros, before and after. */
static int64_t count_unit(const struct kind *images, uint32_t *of_values, size_t values,
                          int64_t *of, struct counts *counts)
{
    size_t touched = 0;
    for (size_t i = 0; i < values; i++) {
        uint32_t image = of_values[i];
        if (of[image]++ == 0) {
            of_values[touched++] = image; /* never beyond what was read */
        }
    }
    int64_t each = majority(of, of_values, touched);
    size_t same = 0;
    for (size_t i = 0; i < touched; i++) {
        same += of[of_values[i]] == each;
    }
    /* Only then are there fewer odd images than values. */
    bool most = 2 * same > images->count;
    each = most ? each : 0;
    const uint32_t *all = most ? images->ids : of_values;
    size_t all_count = most ? images->count : touched;
    for (size_t i = 0; i < all_count; i++) {
        if (of[all[i]] != each) {
            add_odd(counts, all[i], of[all[i]] - each);
        }
    }
    for (size_t i = 0; i < touched; i++) {
        of[of_values[i]] = 0;
    }
    return each;
}

static void count_side(const struct od_cluster_side *side, const struct kind *images,
                       uint32_t image_bound, struct counts *counts)
{
    /* The images of all values, unit by unit. */
    size_t *ends = od_xcalloc((size_t)side->units + 1, sizeof *ends);
    uint32_t *by_unit = od_xcalloc(side->count, sizeof *by_unit);
    int64_t *of = od_xcalloc(image_bound, sizeof *of);
    for (size_t i = 0; i < side->count; i++) {
        ends[side->items[i].unit + 1]++;
    }
    for (size_t unit = 0; unit < side->units; unit++) {
        ends[unit + 1] += ends[unit];
    }
    for (size_t i = 0; i < side->count; i++) {
        by_unit[ends[side->items[i].unit]++] = side->items[i].image;
    }
    counts->rows = od_xcalloc(side->units, sizeof *counts->rows);
    for (size_t unit = 0; unit < side->units; unit++) {
        size_t begin = unit > 0 ? ends[unit - 1] : 0;
        struct row *row = &counts->rows[unit];
        row->each = count_unit(images, by_unit + begin, ends[unit] - begin, of, counts);
        row->odd_end = counts->odd_count;
    }
    free(ends);
    free(by_unit);
    free(of);
}

/* As many draws as there are clusters; the only one is drawn for certain. */
static void draw(struct od_rng *rng, struct kind *kind)
{
    if (kind->count < 2) {
        return;
    }
    for (size_t i = 0; i < kind->count; i++) {
        kind->weights[kind->ids[i]] = 0;
    }
    for (size_t i = 0; i < kind->count; i++) {
        kind->weights[kind->ids[od_rng_below(rng, kind->count)]]++;
    }
}

/* The weight of all values of a side: the weights of the images add up to their number.
 */
static size_t weight_of(const struct plan *plan, int side)
{
    const struct counts *counts = &plan->counts[side];
    const uint32_t *unit_weights = units_of(plan, side)->weights;
    const uint32_t *image_weights = plan->images.weights;
    int64_t sum = 0;
    size_t at = 0;
    for (size_t unit = 0; unit < plan->side[side].units; unit++) {
        const struct row *row = &counts->rows[unit];
        if (unit_weights[unit] > 0) {
            int64_t of_unit = row->each * (int64_t)plan->images.count;
            for (; at < row->odd_end; at++) {
                of_unit += counts->odd[at].more * image_weights[counts->odd[at].image];
            }
            sum += of_unit * unit_weights[unit];
        }
        at = row->odd_end;
    }
    assert(sum >= 0);
    return (size_t)sum;
}

/* Where a walk over the values of a side is. */
struct walk {
    const struct od_clustered *items;
    const uint32_t *image_weights;
    const uint32_t *unit_weights;
    size_t at;   /* of the next value */
    size_t step; /* 1, or -1 as size_t has it */
    size_t sum;  /* of the weights passed */
    double value;
};

/* On until the weights passed reach some. */
static double walk_to(struct walk *walk, size_t weight)
{
    size_t at = walk->at;
    size_t sum = walk->sum;
    while (sum < weight) {
        const struct od_clustered *item = &walk->items[at];
        sum += (size_t)walk->image_weights[item->image] * walk->unit_weights[item->unit];
        walk->value = item->value;
        at += walk->step;
    }
    walk->at = at;
    walk->sum = sum;
    return walk->value;
}

/* The quantile of the values, each as often as it weighs; NaN when none weighs. */
static double quantile_of(const struct plan *plan, int side)
{
    size_t total = weight_of(plan, side);
    if (total == 0) {
        return (double)NAN;
    }
    bool down = plan->how->permille >= 500;
    struct walk walk = {.items = plan->side[side].items,
                        .image_weights = plan->images.weights,
                        .unit_weights = units_of(plan, side)->weights,
                        .at = down ? plan->side[side].count - 1 : 0,
                        .step = down ? SIZE_MAX : 1};
    struct od_quantile_place place = od_quantile_place(total, plan->how->permille);
    double share = (double)place.share / 1000;
    if (down) {
        double high = place.share > 0 ? walk_to(&walk, total - place.low - 1) : 0;
        double low = walk_to(&walk, total - place.low);
        return place.share > 0 ? low + (high - low) * share : low;
    }
    double low = walk_to(&walk, place.low + 1);
    double high = place.share > 0 ? walk_to(&walk, place.low + 2) : low;
    return low + (high - low) * share;
}

/* Type 7, of values that ascend. */
static double place_in(const double *sorted, size_t count, double p)
{
    double h = (double)(count - 1) * p;
    size_t low = (size_t)floor(h);
    size_t high = low + 1 < count ? low + 1 : low;
    return sorted[low] + (sorted[high] - sorted[low]) * (h - (double)low);
}

static void spread(double *ratios, size_t count, double confidence,
                   struct od_cluster_result *out)
{
    if (count < 2) {
        return;
    }
    double mean = 0;
    for (size_t i = 0; i < count; i++) {
        mean += ratios[i] / (double)count;
    }
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        squares += (ratios[i] - mean) * (ratios[i] - mean);
    }
    out->error = sqrt(squares / (double)(count - 1));
    od_sort_doubles(ratios, count);
    out->low = place_in(ratios, count, (1 - confidence) / 2);
    out->high = place_in(ratios, count, (1 + confidence) / 2);
}

static void resample(struct plan *plan, struct od_cluster_result *out)
{
    size_t resamples = (size_t)plan->how->resamples;
    double *ratios = od_xcalloc(resamples, sizeof *ratios);
    size_t known = 0;
    for (size_t i = 0; i < resamples; i++) {
        struct od_rng rng;
        od_rng_init(&rng, plan->how->seed, i);
        draw(&rng, &plan->images);
        draw(&rng, &plan->units[0]);
        draw(&rng, &plan->units[1]);
        double ratio = log(quantile_of(plan, 1) / quantile_of(plan, 0));
        if (!isnan(ratio)) {
            ratios[known++] = ratio;
        }
    }
    spread(ratios, known, plan->how->confidence, out);
    free(ratios);
}

/* NaN when no kind has more than one cluster. */
static double df_of(const struct plan *plan)
{
    const size_t counts[] = {plan->images.count, plan->units[0].count,
                             plan->units[1].count};
    double least = (double)NAN;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (counts[i] > 1) {
            least = fmin(least, (double)counts[i] - 1);
        }
    }
    return least;
}

static void release(struct plan *plan)
{
    struct kind *kinds[] = {&plan->images, &plan->units[0], &plan->units[1]};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        free(kinds[i]->ids);
        free(kinds[i]->weights);
    }
    for (int side = 0; side < 2; side++) {
        free(plan->counts[side].rows);
        free(plan->counts[side].odd);
    }
}

void od_cluster_quantile(const struct od_cluster_side side[2],
                         const struct od_cluster_how *how, struct od_cluster_result *out)
{
    const double unknown = (double)NAN;
    struct plan plan = {.side = side, .how = how};
    *out = (struct od_cluster_result){.quantile = {unknown, unknown},
                                      .log_ratio = unknown,
                                      .error = unknown,
                                      .df = unknown,
                                      .low = unknown,
                                      .high = unknown};
    assert(how->resamples >= 1 && how->confidence > 0 && how->confidence < 1);
    find(&plan, false, 0, 1, &plan.images);
    find(&plan, true, 0, how->paired ? 1 : 0, &plan.units[0]);
    if (!how->paired) {
        find(&plan, true, 1, 1, &plan.units[1]);
    }
    for (int k = 0; k < 2; k++) {
        count_side(&side[k], &plan.images, how->images, &plan.counts[k]);
        out->quantile[k] = quantile_of(&plan, k); /* every weight is 1 yet */
    }
    out->log_ratio = log(out->quantile[1] / out->quantile[0]);
    if (side[0].count > 0 && side[1].count > 0) {
        out->df = df_of(&plan);
    }
    if (!isnan(out->df)) {
        resample(&plan, out);
    }
    release(&plan);
}
