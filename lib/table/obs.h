/* Latencies by cell: the projection of rows onto the two sides of a table. */
#ifndef OD_TABLE_OBS_H
#define OD_TABLE_OBS_H

#include "record/rows.h"
#include "record/tuples.h"
#include "stats/mean.h"
#include "table/axis.h"
#include "table/table.h"

#include <stddef.h>
#include <stdint.h>

/* One measured value of a cell. */
struct od_obs {
    uint32_t image; /* index into the table's images */
    uint32_t unit;  /* what was measured together: a repetition of a run */
    int64_t ns;
};

/* Numbers the repetitions of runs, in the order in which they are met. A zeroed one is
 * empty. */
struct od_units {
    struct od_axis labels;
    struct od_tuples met; /* places of a run's name, and its repetitions */
    uint32_t *numbers;    /* owned; one a tuple */
    size_t capacity;
};
uint32_t od_units_number(struct od_units *units, const struct od_rows *rows, size_t row);
void od_units_release(struct od_units *units);

/* Values by cell, 16 bytes each. A zeroed one is empty. */
struct od_obs_list {
    struct od_obs_cell *cells; /* owned */
    size_t cell_count;
    size_t count; /* of all values */
};

/* Makes room for cells numbered from 0; *list is zeroed before. */
void od_obs_init(struct od_obs_list *list, size_t cells);
void od_obs_release(struct od_obs_list *list);
void od_obs_add(struct od_obs_list *list, size_t cell, const struct od_obs *obs);

/* By image in every cell; od_obs_mean and od_obs_precision need it. */
void od_obs_sort(struct od_obs_list *list);

/* The observations of one cell, inside list; *count 0 when there are none. */
const struct od_obs *od_obs_cell(const struct od_obs_list *list, size_t cell,
                                 size_t *count);

/*
 * The mean over the images of the means of each image, as the study computed it: an image
 * that was sent more often weighs no more. Image means are rounded to nanoseconds. Not
 * known when count is 0. images (may be NULL) receives how many there are.
 */
struct od_mean od_obs_mean(const struct od_obs *cell, size_t count, size_t *images);

/* The same into a cell of a table, with what is known of its precision. */
void od_obs_put_mean(const struct od_obs *cell, size_t count, struct od_cell *out);

/*
 * How precise a mean over the cell is: Student's t over the repetitions, each as far as
 * its values lie from the means of their images. low_ns is -1 for less than two of them.
 */
struct od_precision od_obs_precision(const struct od_obs *cell, size_t count,
                                     const struct od_mean *mean);

#endif
