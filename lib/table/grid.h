/* Latencies of all rows by machine, model, protocol and image; private to lib/table. */
#ifndef OD_TABLE_GRID_H
#define OD_TABLE_GRID_H

#include "table/axis.h"
#include "table/obs.h"
#include "table/scope.h"

#include <stdbool.h>
#include <stddef.h>

/* What a run found about one of the cells of a place of the grid. */
struct od_grid_found {
    const struct od_cell_validity *validity;
    size_t next; /* number of the next one of that place, counted from 1; 0: none */
};

/*
 * Observations lie at row * columns + column, where row = machine, or machine *
 * images.count + image with by_image, and column = model * protocols.count + protocol.
 * Machines are targets, called by od_label_machine.
 */
struct od_grid {
    struct od_axis machines;
    struct od_axis models;
    struct od_axis protocols;
    struct od_axis images;
    struct od_units units;
    struct od_obs_list obs;
    bool by_image;
    bool one_machine; /* machines are not told apart; set before */
    bool response;    /* the observations are response times; set before */
    bool *present;    /* rows x columns: the cell was asked for, even if all failed */
    struct od_failures *failed; /* rows x columns: main requests without a latency */
    const struct od_record **samples; /* rows x columns: a kind of the cell; borrowed */
    size_t *first_found; /* rows x columns: number of the place's first one, or 0 */
    struct od_grid_found *found; /* what runs say of their cells, each once a place */
    size_t found_count;
    size_t found_capacity;
};

/* Fills *grid (zeroed but for by_image, one_machine and response) from the rows in scope;
 * sorted. */
void od_grid_fill(struct od_grid *grid, const struct od_scope *scope);
void od_grid_release(struct od_grid *grid);

size_t od_grid_rows(const struct od_grid *grid);
size_t od_grid_columns(const struct od_grid *grid);
/* The observations of a place of the grid; *count 0 when there are none. */
const struct od_obs *od_grid_cell(const struct od_grid *grid, size_t row, size_t column,
                                  size_t *count);
/* The found-th of what was found about cells, counted from 1; NULL for 0. */
const struct od_grid_found *od_grid_found_at(const struct od_grid *grid, size_t found);
/* The doubts of all that was found about a place of the grid. */
unsigned od_grid_doubts(const struct od_grid *grid, size_t at);
/* True when some row of the grid has this column. */
bool od_grid_has_column(const struct od_grid *grid, size_t column);

#endif
