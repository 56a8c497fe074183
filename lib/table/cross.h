/* Tables of statistics: rows grouped by columns of the result file; private to lib/table.
 */
#ifndef OD_TABLE_CROSS_H
#define OD_TABLE_CROSS_H

#include "table/groups.h"
#include "table/statistic.h"

/* Most statistics of a table. */
enum { OD_CROSS_STATISTICS = 12 };

struct od_cross {
    struct od_keys rows;   /* none: od_keys_cells */
    struct od_keys beside; /* the columns of the table: one group of statistics a value of
                              these; none: the statistics alone */
    const struct od_statistic *statistics[OD_CROSS_STATISTICS];
    size_t statistic_count;
    const struct od_column *value; /* INT; NULL: service_ns */
};

/*
 * Fills columns, rows and the notes about cells from the rows in scope: a line a group of
 * cross->rows. Values that are not times make a table without a unit. Fails as
 * od_groups_fill.
 */
int od_cross_fill(const struct od_cross *cross, const struct od_scope *scope,
                  struct od_table *table, struct od_err *err) OD_MUST_CHECK;

#endif
