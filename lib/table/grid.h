/* Latencies of all rows by machine, model, protocol and image; private to lib/table. */
#ifndef OD_TABLE_GRID_H
#define OD_TABLE_GRID_H

#include "table/axis.h"
#include "table/obs.h"
#include "table/scope.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Observations lie at row = machine, or machine * images.count + image with by_image, and
 * column = model * protocols.count + protocol. Machines are targets, called by
 * od_label_machine.
 */
struct od_grid {
    struct od_axis machines;
    struct od_axis models;
    struct od_axis protocols;
    struct od_axis images;
    struct od_obs_list obs;
    bool by_image;
    bool *present;  /* rows x columns: the cell was asked for, even if all failed */
    size_t *failed; /* rows x columns: main rows without a latency */
};

/* Fills *grid (zeroed but for by_image) from the rows in scope; sorted. */
void od_grid_fill(struct od_grid *grid, const struct od_scope *scope);
void od_grid_release(struct od_grid *grid);

size_t od_grid_rows(const struct od_grid *grid);
size_t od_grid_columns(const struct od_grid *grid);
/* True when some row of the grid has this column. */
bool od_grid_has_column(const struct od_grid *grid, size_t column);

#endif
