/* Rows to cells and images. */
#include "table/by_image.h"

#include "base/alloc.h"
#include "table/builders.h"

#include <stdlib.h>

int od_by_image_fill(struct od_by_image *by, const struct od_scope *scope,
                     const struct od_table_choice *choice, struct od_err *err)
{
    const struct od_rows *rows = scope->rows;
    struct od_units units = {0};
    od_keys_cells(&by->keys, scope);
    if (od_keys_choose(&by->keys, choice, err) != 0 ||
        od_groups_fill(&by->cells, scope, &by->keys, err) != 0) {
        return -1;
    }
    od_images_add(scope, &by->images);
    od_axis_sort(&by->images, NULL);
    by->facts = od_image_facts_collect(scope, &by->images);
    by->doubts = od_xcalloc(by->cells.count, sizeof *by->doubts);
    od_obs_init(&by->obs, by->cells.count);
    unsigned *doubts = od_scope_doubts(scope);
    size_t *image_of = od_images_places(rows, &by->images);
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t cell = by->cells.of[i];
        if (cell == OD_GROUP_NONE) {
            continue;
        }
        by->doubts[cell] |= doubts[rows->kind_of[i]];
        if (od_scope_counts(scope, i)) {
            struct od_obs obs = {.ns = od_rows_int(rows, OD_AT_service_ns, i)};
            obs.image = (uint32_t)image_of[rows->image_of[i]];
            obs.unit = od_units_number(&units, rows, i);
            od_obs_add(&by->obs, cell, &obs);
        }
    }
    od_obs_sort(&by->obs);
    od_units_release(&units);
    free(image_of);
    free(doubts);
    return 0;
}

void od_by_image_release(struct od_by_image *by)
{
    od_groups_release(&by->cells);
    od_axis_release(&by->images);
    od_obs_release(&by->obs);
    free(by->facts);
    free(by->doubts);
    *by = (struct od_by_image){0};
}

const struct od_obs *od_by_image_cell(const struct od_by_image *by, size_t cell,
                                      size_t image, size_t *count)
{
    size_t all = 0;
    const struct od_obs *obs = od_obs_cell(&by->obs, cell, &all);
    size_t low = 0;
    size_t high = all;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (obs[middle].image < image) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    size_t end = low;
    while (end < all && obs[end].image == image) {
        end++;
    }
    *count = end - low;
    return *count > 0 ? obs + low : NULL;
}
