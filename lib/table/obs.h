/* Latencies by cell: the projection of rows onto the two sides of a table. */
#ifndef OD_TABLE_OBS_H
#define OD_TABLE_OBS_H

#include "stats/mean.h"

#include <stddef.h>
#include <stdint.h>

/* One latency and where it belongs: indices into the table's axes. */
struct od_obs {
    size_t row;
    size_t column;
    size_t image;
    int64_t ns;
};

/* A zeroed one is empty. */
struct od_obs_list {
    struct od_obs *items;
    size_t count;
    size_t capacity;
};

void od_obs_release(struct od_obs_list *list);
void od_obs_add(struct od_obs_list *list, const struct od_obs *obs);

/* By row, column, image and time; od_obs_cell and od_obs_mean need it. */
void od_obs_sort(struct od_obs_list *list);

/* The observations of one cell, inside list; *count 0 when there are none. */
const struct od_obs *od_obs_cell(const struct od_obs_list *list, size_t row,
                                 size_t column, size_t *count);

/*
 * The mean over the images of the means of each image, as the study computed it: an image
 * that was sent more often weighs no more. Image means are rounded to nanoseconds. Not
 * known when count is 0. images (may be NULL) receives how many there are.
 */
struct od_mean od_obs_mean(const struct od_obs *cell, size_t count, size_t *images);

#endif
