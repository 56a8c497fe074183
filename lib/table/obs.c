/* Sorted observations and their means. */
#include "table/obs.h"

#include "base/alloc.h"
#include "stats/interval.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

void od_obs_release(struct od_obs_list *list)
{
    free(list->items);
    *list = (struct od_obs_list){0};
}

void od_obs_add(struct od_obs_list *list, const struct od_obs *obs)
{
    list->items =
        od_xgrow(list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] = *obs;
}

uint32_t od_units_number(struct od_units *units, const struct od_record *record)
{
    bool again = units->labels.count > 0 && units->run_id == record->run_id &&
                 units->rep == record->rep;
    if (!again) {
        char *label = od_xasprintf("%" PRId64 " %s", record->rep,
                                   record->run_id != NULL ? record->run_id : "");
        units->last = (uint32_t)od_axis_add(&units->labels, label);
        units->run_id = record->run_id;
        units->rep = record->rep;
        free(label);
    }
    return units->last;
}

void od_units_release(struct od_units *units)
{
    od_axis_release(&units->labels);
}

static int compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_cells(const struct od_obs *a, const struct od_obs *b)
{
    int order = compare_sizes(a->row, b->row);
    return order != 0 ? order : compare_sizes(a->column, b->column);
}

static int compare_obs(const void *a, const void *b)
{
    const struct od_obs *x = a;
    const struct od_obs *y = b;
    int order = compare_cells(x, y);
    if (order == 0) {
        order = compare_sizes(x->image, y->image);
    }
    return order != 0 ? order : (x->ns > y->ns) - (x->ns < y->ns);
}

void od_obs_sort(struct od_obs_list *list)
{
    if (list->count > 1) {
        qsort(list->items, list->count, sizeof *list->items, compare_obs);
    }
}

/* The first observation that is not before the cell, or behind it when after is 1. */
static size_t bound(const struct od_obs_list *list, const struct od_obs *key, int after)
{
    size_t low = 0;
    size_t high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_cells(&list->items[middle], key) < after) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct od_obs *od_obs_cell(const struct od_obs_list *list, size_t row,
                                 size_t column, size_t *count)
{
    struct od_obs key = {.row = row, .column = column};
    size_t first = bound(list, &key, 0);
    *count = bound(list, &key, 1) - first;
    return *count > 0 ? list->items + first : NULL;
}

struct od_mean od_obs_mean(const struct od_obs *cell, size_t count, size_t *images)
{
    struct od_mean mean = {0};
    size_t seen = 0;
    for (size_t i = 0; i < count; seen++) {
        struct od_mean image = {0};
        size_t first = i;
        for (; i < count && cell[i].image == cell[first].image; i++) {
            od_mean_add(&image, cell[i].ns);
        }
        if (image.overflow) {
            mean.overflow = true;
        } else {
            od_mean_add(&mean, od_mean_round(&image, 1));
        }
    }
    if (images != NULL) {
        *images = seen;
    }
    return mean;
}

/* What a repetition's values differ by from the means of their images. */
struct shift {
    int64_t sum_ns;
    int64_t count;
};

/* One entry a unit, in the order of their numbers; *units is how many there may be. */
static struct shift *shifts_of(const struct od_obs *cell, size_t count, size_t *units)
{
    *units = 0;
    for (size_t i = 0; i < count; i++) {
        *units = cell[i].unit >= *units ? (size_t)cell[i].unit + 1 : *units;
    }
    struct shift *shifts = od_xcalloc(*units, sizeof *shifts);
    for (size_t i = 0; i < count;) {
        struct od_mean image = {0};
        size_t first = i;
        for (; i < count && cell[i].image == cell[first].image; i++) {
            od_mean_add(&image, cell[i].ns);
        }
        int64_t middle = image.overflow ? 0 : od_mean_round(&image, 1);
        for (size_t k = first; k < i; k++) {
            shifts[cell[k].unit].sum_ns += cell[k].ns - middle;
            shifts[cell[k].unit].count++;
        }
    }
    return shifts;
}

struct od_precision od_obs_precision(const struct od_obs *cell, size_t count,
                                     const struct od_mean *mean)
{
    struct od_precision precision = {(int64_t)count, -1, -1};
    /* Beyond this, a hundred years, sums of differences could leave the range. */
    if (!od_mean_known(mean) || mean->sum_ns > INT64_MAX / 4) {
        return precision;
    }
    size_t units = 0;
    struct shift *shifts = shifts_of(cell, count, &units);
    double *means = od_xcalloc(units, sizeof *means);
    size_t known = 0;
    for (size_t i = 0; i < units; i++) {
        if (shifts[i].count > 0) {
            means[known++] = (double)shifts[i].sum_ns / (double)shifts[i].count;
        }
    }
    double half = od_interval_half(means, known, 0.95);
    double middle = (double)mean->sum_ns / (double)mean->count;
    if (half >= 0 && middle + half < (double)INT64_MAX / 4) {
        precision.low_ns = middle > half ? llround(middle - half) : 0;
        precision.high_ns = llround(middle + half);
    }
    free(means);
    free(shifts);
    return precision;
}

void od_obs_put_mean(const struct od_obs *cell, size_t count, struct od_cell *out)
{
    struct od_mean mean = od_obs_mean(cell, count, NULL);
    od_cell_set_mean(out, &mean);
    out->precision = od_obs_precision(cell, count, &mean);
}
