/* Cells with the latencies of their images; private to lib/table. */
#ifndef OD_TABLE_BY_IMAGE_H
#define OD_TABLE_BY_IMAGE_H

#include "table/groups.h"
#include "table/image_facts.h"
#include "table/obs.h"
#include "table/specs.h"

/* A zeroed one is empty. */
struct od_by_image {
    struct od_keys keys;
    struct od_groups cells;
    struct od_axis images;
    struct od_image_facts *facts; /* one an image */
    struct od_obs_list obs;       /* by cell */
    unsigned *doubts;             /* one a cell */
};

/* Groups the rows in scope that have an image, by what tells cells apart or as chosen;
 * the rows without one are to stand aside (od_scope_images_only). Fails as
 * od_groups_fill. */
int od_by_image_fill(struct od_by_image *by, const struct od_scope *scope,
                     const struct od_table_choice *choice,
                     struct od_err *err) OD_MUST_CHECK;
void od_by_image_release(struct od_by_image *by);

/* The observations of one image of a cell, inside by->obs; *count 0: none. */
const struct od_obs *od_by_image_cell(const struct od_by_image *by, size_t cell,
                                      size_t image, size_t *count);

#endif
