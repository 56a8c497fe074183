/* Observations by cell and image, and their means. */
#include "table/obs.h"

#include "base/alloc.h"
#include "stats/interval.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The values of one cell. */
struct od_obs_cell {
    struct od_obs *items; /* owned */
    size_t count;
    size_t capacity;
};

void od_obs_init(struct od_obs_list *list, size_t cells)
{
    list->cells = od_xcalloc(cells, sizeof *list->cells);
    list->cell_count = cells;
}

void od_obs_release(struct od_obs_list *list)
{
    for (size_t i = 0; i < list->cell_count; i++) {
        free(list->cells[i].items);
    }
    free(list->cells);
    *list = (struct od_obs_list){0};
}

void od_obs_add(struct od_obs_list *list, size_t cell, const struct od_obs *obs)
{
    struct od_obs_cell *to = &list->cells[cell];
    to->items = od_xgrow(to->items, to->count, &to->capacity, sizeof *to->items);
    to->items[to->count++] = *obs;
    list->count++;
}

uint32_t od_units_number(struct od_units *units, const struct od_rows *rows, size_t row)
{
    const char *run_id = od_rows_kind(rows, row)->record.run_id;
    int64_t rep = od_rows_int(rows, OD_AT_rep, row);
    const uint64_t words[] = {(uint64_t)(uintptr_t)run_id, (uint64_t)rep};
    units->met.width = sizeof words / sizeof words[0];
    size_t known = units->met.count;
    uint32_t tuple = od_tuples_add(&units->met, words);
    if (tuple == known) {
        char *label = od_xasprintf("%" PRId64 " %s", rep, run_id != NULL ? run_id : "");
        units->numbers =
            od_xgrow(units->numbers, known, &units->capacity, sizeof *units->numbers);
        units->numbers[tuple] = (uint32_t)od_axis_add(&units->labels, label);
        free(label);
    }
    return units->numbers[tuple];
}

void od_units_release(struct od_units *units)
{
    od_axis_release(&units->labels);
    od_tuples_release(&units->met);
    free(units->numbers);
    *units = (struct od_units){.capacity = 0};
}

static int compare_images(const void *a, const void *b)
{
    const struct od_obs *x = a;
    const struct od_obs *y = b;
    return (x->image > y->image) - (x->image < y->image);
}

/* Where the values of each image belong: next free place, and behind the last. */
struct places {
    size_t *next;
    size_t *end;
    size_t images;
};

static void count_images(const struct od_obs_cell *cell, const struct places *places)
{
    size_t before = 0;
    memset(places->end, 0, places->images * sizeof *places->end);
    for (size_t i = 0; i < cell->count; i++) {
        places->end[cell->items[i].image]++;
    }
    for (size_t i = 0; i < places->images; i++) {
        places->next[i] = before;
        before += places->end[i];
        places->end[i] = before;
    }
}

/* In place: a value that is not at home takes the next place at home, and the value from
 * there goes on, until one is at home here. */
static void sort_by_counting(const struct od_obs_cell *cell, const struct places *places)
{
    struct od_obs *items = cell->items;
    count_images(cell, places);
    for (size_t image = 0; image < places->images; image++) {
        while (places->next[image] < places->end[image]) {
            struct od_obs obs = items[places->next[image]];
            while (obs.image != image) {
                size_t home = places->next[obs.image]++;
                struct od_obs other = items[home];
                items[home] = obs;
                obs = other;
            }
            items[places->next[image]++] = obs;
        }
    }
}

static bool is_sorted(const struct od_obs_cell *cell)
{
    for (size_t i = 1; i < cell->count; i++) {
        if (cell->items[i].image < cell->items[i - 1].image) {
            return false;
        }
    }
    return true;
}

void od_obs_sort(struct od_obs_list *list)
{
    struct places places = {.images = 0};
    for (size_t i = 0; i < list->cell_count; i++) {
        for (size_t k = 0; k < list->cells[i].count; k++) {
            size_t image = list->cells[i].items[k].image;
            places.images = image < places.images ? places.images : image + 1;
        }
    }
    places.next = od_xcalloc(places.images, sizeof *places.next);
    places.end = od_xcalloc(places.images, sizeof *places.end);
    for (size_t i = 0; i < list->cell_count; i++) {
        struct od_obs_cell *cell = &list->cells[i];
        /* Counting looks at every image. */
        if (is_sorted(cell)) {
            continue;
        }
        if (cell->count < places.images / 8) {
            qsort(cell->items, cell->count, sizeof *cell->items, compare_images);
        } else {
            sort_by_counting(cell, &places);
        }
    }
    free(places.next);
    free(places.end);
}

const struct od_obs *od_obs_cell(const struct od_obs_list *list, size_t cell,
                                 size_t *count)
{
    *count = cell < list->cell_count ? list->cells[cell].count : 0;
    return *count > 0 ? list->cells[cell].items : NULL;
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
