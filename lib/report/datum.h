/* Rows boiled down to what a finding is about: the median latency of an image in a cell.
 */
#ifndef OD_REPORT_DATUM_H
#define OD_REPORT_DATUM_H

#include "record/rows.h"
#include "table/axis.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The study's two protocols; those of other servers belong to one of them by what carries
 * them. */
enum od_family { OD_FAMILY_GRPC, OD_FAMILY_REST, OD_FAMILIES };

/* One image through one combination. Indices are those of the axes of the list. */
struct od_datum {
    size_t client;
    size_t target;
    size_t model;
    enum od_family family;
    size_t image;    /* "" where the rows name none: a mean over images */
    bool remote;     /* placement remote */
    int64_t ns;      /* median service time */
    size_t count;    /* rows behind it */
    int64_t bytes;   /* of the file; OD_NONE: not known, as the next two */
    int64_t objects; /* annotated */
    int64_t pixels;
};

/* Sorted by client, target, model, family and image. A zeroed one is empty. */
struct od_data {
    struct od_datum *items; /* owned */
    size_t count;
    struct od_axis clients; /* in the order of od_axis_sort, as the other three */
    struct od_axis targets;
    struct od_axis models;
    struct od_axis images;
    size_t left_out; /* rows that counted, but of a variant that is not the plainest */
};

/*
 * From all rows that count. Where a combination ran in several variants, its plainest one
 * stands for it: the payload that the study sent (tensor, then json, jpeg, b64), the
 * smallest batch, a closed loop before a rate, the lowest concurrency or rate,
 * connections kept before new ones.
 */
void od_data_make(struct od_data *points, const struct od_rows *rows);
void od_data_release(struct od_data *points);

/* The point of that place; NULL when there is none. */
const struct od_datum *od_data_find(const struct od_data *points,
                                    const struct od_datum *place);

/*
 * The points of the first combination at or after `from` (same client, target, model and
 * family): returns where it ends, from = count: the end.
 */
size_t od_data_span(const struct od_data *points, size_t from);

#endif
