/* Counts, means and quantiles of the values of one cell. */
#include "table/statistic.h"

#include "base/alloc.h"
#include "stats/interval.h"
#include "stats/quantile.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95

static const struct od_statistic statistics[] = {
    {"n", OD_STATISTIC_N, 0},
    {"failed", OD_STATISTIC_FAILED, 0},
    {"mean", OD_STATISTIC_MEAN, 0},
    {"min", OD_STATISTIC_QUANTILE, 0},
    {"p50", OD_STATISTIC_QUANTILE, 500},
    {"p90", OD_STATISTIC_QUANTILE, 900},
    {"p95", OD_STATISTIC_QUANTILE, 950},
    {"p99", OD_STATISTIC_QUANTILE, 990},
    {"p99.9", OD_STATISTIC_QUANTILE, 999},
    {"max", OD_STATISTIC_QUANTILE, 1000},
};

enum { STATISTICS = sizeof statistics / sizeof statistics[0] };

const struct od_statistic *od_statistic_at(size_t i)
{
    return i < STATISTICS ? &statistics[i] : NULL;
}

const struct od_statistic *od_statistic_find(const char *name)
{
    for (size_t i = 0; i < STATISTICS; i++) {
        if (strcmp(statistics[i].name, name) == 0) {
            return &statistics[i];
        }
    }
    return NULL;
}

static int compare_ranks(const void *a, const void *b)
{
    size_t x = *(const size_t *)a;
    size_t y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* The places that a statistic looks at, behind those that are there. */
static void add_ranks(const struct od_statistic *statistic, size_t count, size_t *ranks,
                      size_t *rank_count)
{
    size_t low = 0;
    size_t high = 0;
    int permille = statistic->permille;
    if (statistic->kind != OD_STATISTIC_QUANTILE || count == 0) {
        return;
    }
    struct od_quantile_place place = od_quantile_place(count, permille);
    ranks[(*rank_count)++] = place.low;
    if (place.share != 0) {
        ranks[(*rank_count)++] = place.low + 1;
    }
    if (permille > 0 && permille < 1000 &&
        od_interval_ranks(count, permille, CONFIDENCE, &low, &high)) {
        ranks[(*rank_count)++] = low;
        ranks[(*rank_count)++] = high;
    }
}

_Static_assert(4 * (int)OD_STATISTICS_MAX <= (int)OD_RANKS_MAX, "too many ranks");

int64_t *od_statistics_values(const struct od_statistic *const *chosen,
                              size_t chosen_count, const struct od_obs *obs, size_t count)
{
    size_t ranks[OD_RANKS_MAX];
    size_t rank_count = 0;
    int64_t *ns = od_xcalloc(count, sizeof *ns);
    for (size_t i = 0; i < count; i++) {
        ns[i] = obs[i].ns;
    }
    assert(chosen_count <= OD_STATISTICS_MAX);
    for (size_t i = 0; i < chosen_count; i++) {
        add_ranks(chosen[i], count, ranks, &rank_count);
    }
    qsort(ranks, rank_count, sizeof *ranks, compare_ranks);
    od_sort_ranks(ns, count, ranks, rank_count);
    return ns;
}

static void put_mean(const struct od_statistic_cell *of, struct od_cell *cell)
{
    struct od_mean mean = od_mean_of(of->values, of->count);
    if (of->time) {
        od_cell_set_mean(cell, &mean);
        cell->precision = od_obs_precision(of->obs, of->count, &mean);
        cell->doubts = of->doubts;
    } else if (od_mean_known(&mean)) {
        od_cell_set_real(cell, (double)mean.sum_ns / (double)mean.count);
    }
}

static void put_quantile(const struct od_statistic *statistic,
                         const struct od_statistic_cell *of, struct od_cell *cell)
{
    int permille = statistic->permille;
    if (of->count == 0) {
        return;
    }
    if (permille < 1000 && of->count < od_quantile_needs(permille)) {
        cell->too_few = true;
        return;
    }
    int64_t value = od_quantile_ns(of->values, of->count, permille);
    struct od_mean mean = od_mean_of(&value, 1);
    if (of->time) {
        size_t low = 0;
        size_t high = 0;
        bool inside = permille > 0 && permille < 1000;
        od_cell_set_mean(cell, &mean);
        cell->doubts = of->doubts;
        cell->precision = (struct od_precision){(int64_t)of->count, -1, -1};
        if (inside && od_interval_ranks(of->count, permille, CONFIDENCE, &low, &high)) {
            cell->precision.low_ns = of->values[low];
            cell->precision.high_ns = of->values[high];
        }
    } else {
        od_cell_set_count(cell, value);
    }
}

void od_statistic_put(const struct od_statistic *statistic,
                      const struct od_statistic_cell *of, struct od_cell *cell)
{
    switch (statistic->kind) {
    case OD_STATISTIC_N:
        od_cell_set_count(cell, (int64_t)of->count);
        break;
    case OD_STATISTIC_FAILED:
        od_cell_set_count(cell, (int64_t)of->failed);
        break;
    case OD_STATISTIC_MEAN:
        put_mean(of, cell);
        break;
    case OD_STATISTIC_QUANTILE:
        put_quantile(statistic, of, cell);
        break;
    }
}

void od_statistic_note(struct od_table *table)
{
    bool any = false;
    for (size_t i = 0; i < table->row_count * table->column_count; i++) {
        any = any || table->cells[i].too_few;
    }
    if (any) {
        od_table_note(table,
                      od_xasprintf(OD_DAGGER " left out for too few samples: p90 needs "
                                             "%zu, p95 %zu, p99 %zu, p99.9 %zu",
                                   od_quantile_needs(900), od_quantile_needs(950),
                                   od_quantile_needs(990), od_quantile_needs(999)));
    }
}
