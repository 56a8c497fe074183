/* From rows to observations on four axes. */
#include "table/grid.h"

#include "base/alloc.h"

#include <stdlib.h>

void od_grid_release(struct od_grid *grid)
{
    od_axis_release(&grid->machines);
    od_axis_release(&grid->models);
    od_axis_release(&grid->protocols);
    od_axis_release(&grid->images);
    od_units_release(&grid->units);
    od_obs_release(&grid->obs);
    free(grid->present);
    free(grid->failed);
    free(grid->found);
    free(grid->samples);
    *grid = (struct od_grid){0};
}

size_t od_grid_rows(const struct od_grid *grid)
{
    return grid->machines.count * (grid->by_image ? grid->images.count : 1);
}

size_t od_grid_columns(const struct od_grid *grid)
{
    return grid->models.count * grid->protocols.count;
}

bool od_grid_has_column(const struct od_grid *grid, size_t column)
{
    for (size_t row = 0; row < od_grid_rows(grid); row++) {
        if (grid->present[row * od_grid_columns(grid) + column]) {
            return true;
        }
    }
    return false;
}

/* The labels of one record. */
struct labels {
    struct od_buf machine;
    struct od_buf protocol;
    struct od_buf image;
};

static bool make_labels(const struct od_grid *grid, const struct od_scope *scope,
                        bool several, const struct od_record *record,
                        struct labels *labels)
{
    if (!od_scope_has(scope, record)) {
        return false;
    }
    od_buf_reset(&labels->machine);
    if (!grid->one_machine) {
        (void)od_label_machine(record, several, &labels->machine);
    }
    (void)od_label_protocol(scope, record, &labels->protocol);
    (void)od_label_image(record, &labels->image);
    return true;
}

static void add_labels(struct od_grid *grid, const struct od_record *record,
                       const struct labels *labels)
{
    (void)od_axis_add(&grid->machines, labels->machine.data);
    (void)od_axis_add(&grid->models, od_text(record->model));
    (void)od_axis_add(&grid->protocols, labels->protocol.data);
    (void)od_axis_add(&grid->images, labels->image.data);
}

/* Rows of a block follow each other, so the search is rarely long. */
static void add_found(struct od_grid *grid, size_t at,
                      const struct od_cell_validity *validity)
{
    bool seen = validity == NULL;
    for (size_t i = grid->found_count; !seen && i > 0; i--) {
        const struct od_grid_found *found = &grid->found[i - 1];
        seen = found->at == at && found->validity == validity;
    }
    if (!seen) {
        grid->found = od_xgrow(grid->found, grid->found_count, &grid->found_capacity,
                               sizeof *grid->found);
        grid->found[grid->found_count++] = (struct od_grid_found){at, validity};
    }
}

unsigned od_grid_doubts(const struct od_grid *grid, size_t at)
{
    unsigned doubts = 0;
    for (size_t i = 0; i < grid->found_count; i++) {
        if (grid->found[i].at == at) {
            doubts |= od_cell_validity_doubts(grid->found[i].validity);
        }
    }
    return doubts;
}

static void add_record(struct od_grid *grid, const struct od_scope *scope,
                       const struct od_record *record, const struct labels *labels)
{
    struct od_obs obs = {.ns = grid->response ? record->response_ns : record->service_ns};
    obs.image = (uint32_t)od_axis_find(&grid->images, labels->image.data);
    obs.unit = od_units_number(&grid->units, record);
    size_t machine = od_axis_find(&grid->machines, labels->machine.data);
    obs.row = grid->by_image ? machine * grid->images.count + obs.image : machine;
    size_t model = od_axis_find(&grid->models, od_text(record->model));
    obs.column = model * grid->protocols.count +
                 od_axis_find(&grid->protocols, labels->protocol.data);
    size_t at = obs.row * od_grid_columns(grid) + obs.column;
    grid->present[at] = true;
    grid->samples[at] = record;
    add_found(grid, at, od_scope_validity(scope, record));
    bool counts = od_scope_counts(scope, record) && obs.ns >= 0;
    od_failures_add(&grid->failed[at], record, counts);
    if (counts) {
        od_obs_add(&grid->obs, &obs);
    }
}

void od_grid_fill(struct od_grid *grid, const struct od_scope *scope)
{
    const struct od_rows *rows = scope->rows;
    bool several = od_scope_several_clients(scope);
    struct labels labels;
    od_buf_init(&labels.machine, 0);
    od_buf_init(&labels.protocol, 0);
    od_buf_init(&labels.image, 0);
    for (size_t i = 0; i < rows->count; i++) {
        if (make_labels(grid, scope, several, &rows->items[i], &labels)) {
            add_labels(grid, &rows->items[i], &labels);
        }
    }
    od_axis_sort(&grid->machines, od_axis_machines);
    od_axis_sort(&grid->models, od_axis_models);
    od_axis_sort(&grid->protocols, od_axis_protocols);
    od_axis_sort(&grid->images, NULL);
    size_t cells = od_grid_rows(grid) * od_grid_columns(grid);
    grid->present = od_xcalloc(cells, sizeof *grid->present);
    grid->failed = od_xcalloc(cells, sizeof *grid->failed);
    grid->samples = od_xcalloc(cells, sizeof *grid->samples);
    for (size_t i = 0; i < rows->count; i++) {
        if (make_labels(grid, scope, several, &rows->items[i], &labels)) {
            add_record(grid, scope, &rows->items[i], &labels);
        }
    }
    od_buf_release(&labels.machine);
    od_buf_release(&labels.protocol);
    od_buf_release(&labels.image);
    od_obs_sort(&grid->obs);
}
