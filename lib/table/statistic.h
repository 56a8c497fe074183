/* What a cell of a table can say about the values that were measured for it. */
#ifndef OD_TABLE_STATISTIC_H
#define OD_TABLE_STATISTIC_H

#include "table/obs.h"
#include "table/table.h"

#include <stdbool.h>
#include <stddef.h>

enum od_statistic_kind {
    OD_STATISTIC_N,      /* values */
    OD_STATISTIC_FAILED, /* requests without one */
    OD_STATISTIC_MEAN,   /* of all values */
    OD_STATISTIC_QUANTILE,
};

struct od_statistic {
    const char *name; /* "p95" */
    enum od_statistic_kind kind;
    int permille; /* QUANTILE: 0 is the least value, 1000 the greatest */
};

const struct od_statistic *od_statistic_at(size_t i);           /* NULL behind the last */
const struct od_statistic *od_statistic_find(const char *name); /* or NULL */

/* The values of a cell. All borrowed. */
struct od_statistic_cell {
    const struct od_obs *obs;
    const int64_t *values; /* of od_statistics_values */
    size_t count;
    size_t failed;
    unsigned doubts;
    bool time; /* the values are times */
};

/*
 * Fills *cell. A quantile with fewer values than od_quantile_needs stays empty, with the
 * dagger that says so; any statistic but the counts stays empty without values.
 */
void od_statistic_put(const struct od_statistic *statistic,
                      const struct od_statistic_cell *of, struct od_cell *cell);

/* The values of obs, of which those that the statistics look at stand where they would
 * stand if all were sorted; owned by the caller. At most OD_STATISTICS_MAX statistics. */
int64_t *od_statistics_values(const struct od_statistic *const *chosen,
                              size_t chosen_count, const struct od_obs *obs,
                              size_t count);
enum { OD_STATISTICS_MAX = 16 };

/* Explains the daggers of the table, when it has any. */
void od_statistic_note(struct od_table *table);

#endif
