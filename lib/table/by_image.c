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
    struct od_buf label;
    od_keys_cells(&by->keys, scope);
    if (od_keys_choose(&by->keys, choice, err) != 0 ||
        od_groups_fill(&by->cells, scope, &by->keys, err) != 0) {
        return -1;
    }
    od_buf_init(&label, 0);
    for (size_t i = 0; i < rows->count; i++) {
        if (by->cells.of[i] != OD_AXIS_NONE) {
            (void)od_axis_add(&by->images, od_label_image(&rows->items[i], &label));
        }
    }
    od_axis_sort(&by->images, NULL);
    by->facts = od_image_facts_collect(scope, &by->images);
    by->doubts = od_xcalloc(by->cells.count, sizeof *by->doubts);
    for (size_t i = 0; i < rows->count; i++) {
        const struct od_record *record = &rows->items[i];
        if (by->cells.of[i] == OD_AXIS_NONE) {
            continue;
        }
        struct od_obs obs = {.row = by->cells.of[i], .ns = record->service_ns};
        const struct od_cell_validity *found = od_scope_validity(scope, record);
        by->doubts[obs.row] |= found != NULL ? od_cell_validity_doubts(found) : 0;
        if (od_scope_counts(scope, record)) {
            const char *name = od_label_image(record, &label);
            obs.image = (uint32_t)od_axis_find(&by->images, name);
            obs.unit = od_units_number(&units, record);
            od_obs_add(&by->obs, &obs);
        }
    }
    od_obs_sort(&by->obs);
    od_units_release(&units);
    od_buf_release(&label);
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
    const struct od_obs *obs = od_obs_cell(&by->obs, cell, 0, &all);
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
