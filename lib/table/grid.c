/* From rows to observations on four axes. */
#include "table/grid.h"

#include "base/alloc.h"
#include "table/image_facts.h"

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
    free(grid->first_found);
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

const struct od_obs *od_grid_cell(const struct od_grid *grid, size_t row, size_t column,
                                  size_t *count)
{
    return od_obs_cell(&grid->obs, row * od_grid_columns(grid) + column, count);
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

/* Where rows belong, by what they share. */
struct places {
    const struct od_scope *scope;
    const struct od_cell_validity **validities; /* one a kind, as the next two */
    size_t *machines;
    size_t *columns;
    size_t *images; /* one an image */
    bool several;
};

static const char *label_machine(const struct od_grid *grid, const struct places *p,
                                 const struct od_record *kind, struct od_buf *label)
{
    return grid->one_machine ? "" : od_label_machine(kind, p->several, label);
}

static void add_labels(struct od_grid *grid, const struct places *p)
{
    size_t count = 0;
    const struct od_record **kinds = od_scope_kinds(p->scope, &count);
    struct od_buf label;
    od_buf_init(&label, 0);
    for (size_t i = 0; i < count; i++) {
        (void)od_axis_add(&grid->machines, label_machine(grid, p, kinds[i], &label));
        (void)od_axis_add(&grid->models, od_text(kinds[i]->model));
        (void)od_axis_add(&grid->protocols,
                          od_label_protocol(p->scope, kinds[i], &label));
    }
    od_images_add(p->scope, &grid->images);
    od_axis_sort(&grid->machines, od_axis_machines);
    od_axis_sort(&grid->models, od_axis_models);
    od_axis_sort(&grid->protocols, od_axis_protocols);
    od_axis_sort(&grid->images, NULL);
    od_buf_release(&label);
    free(kinds);
}

/* Of kinds and images that are not in scope too, where it means nothing. */
static void find_places(const struct od_grid *grid, struct places *p)
{
    const struct od_shared_list *kinds = &p->scope->rows->kinds;
    struct od_buf label;
    od_buf_init(&label, 0);
    p->machines = od_xcalloc(kinds->count, sizeof *p->machines);
    p->columns = od_xcalloc(kinds->count, sizeof *p->columns);
    for (size_t i = 0; i < kinds->count; i++) {
        const struct od_record *kind = &kinds->items[i]->record;
        p->machines[i] =
            od_axis_find(&grid->machines, label_machine(grid, p, kind, &label));
        p->columns[i] =
            od_axis_find(&grid->models, od_text(kind->model)) * grid->protocols.count +
            od_axis_find(&grid->protocols, od_label_protocol(p->scope, kind, &label));
    }
    p->images = od_images_places(p->scope->rows, &grid->images);
    p->validities = od_scope_validities(p->scope);
    od_buf_release(&label);
}

const struct od_grid_found *od_grid_found_at(const struct od_grid *grid, size_t found)
{
    return found > 0 ? &grid->found[found - 1] : NULL;
}

static void add_found(struct od_grid *grid, size_t at,
                      const struct od_cell_validity *validity)
{
    const struct od_grid_found *found = od_grid_found_at(grid, grid->first_found[at]);
    while (found != NULL && found->validity != validity) {
        found = od_grid_found_at(grid, found->next);
    }
    if (validity != NULL && found == NULL) {
        grid->found = od_xgrow(grid->found, grid->found_count, &grid->found_capacity,
                               sizeof *grid->found);
        grid->found[grid->found_count++] =
            (struct od_grid_found){validity, grid->first_found[at]};
        grid->first_found[at] = grid->found_count;
    }
}

unsigned od_grid_doubts(const struct od_grid *grid, size_t at)
{
    unsigned doubts = 0;
    for (const struct od_grid_found *found =
             od_grid_found_at(grid, grid->first_found[at]);
         found != NULL; found = od_grid_found_at(grid, found->next)) {
        doubts |= od_cell_validity_doubts(found->validity);
    }
    return doubts;
}

static void add_row(struct od_grid *grid, const struct places *p, size_t row)
{
    const struct od_rows *rows = p->scope->rows;
    uint32_t kind = rows->kind_of[row];
    enum od_at time = grid->response ? OD_AT_response_ns : OD_AT_service_ns;
    struct od_obs obs = {.ns = od_rows_int(rows, time, row)};
    size_t image = p->images[rows->image_of[row]];
    size_t line = grid->by_image ? p->machines[kind] * grid->images.count + image
                                 : p->machines[kind];
    size_t at = line * od_grid_columns(grid) + p->columns[kind];
    grid->present[at] = true;
    grid->samples[at] = &rows->kinds.items[kind]->record;
    add_found(grid, at, p->validities[kind]);
    bool counts = obs.ns >= 0 && od_scope_counts(p->scope, row);
    od_failures_add(&grid->failed[at], grid->samples[at], counts);
    if (counts) {
        obs.image = (uint32_t)image;
        obs.unit = od_units_number(&grid->units, rows, row);
        od_obs_add(&grid->obs, at, &obs);
    }
}

void od_grid_fill(struct od_grid *grid, const struct od_scope *scope)
{
    struct places places = {.scope = scope, .several = od_scope_several_clients(scope)};
    add_labels(grid, &places);
    find_places(grid, &places);
    size_t cells = od_grid_rows(grid) * od_grid_columns(grid);
    grid->present = od_xcalloc(cells, sizeof *grid->present);
    grid->failed = od_xcalloc(cells, sizeof *grid->failed);
    grid->samples = od_xcalloc(cells, sizeof *grid->samples);
    grid->first_found = od_xcalloc(cells, sizeof *grid->first_found);
    od_obs_init(&grid->obs, cells);
    for (size_t i = 0; i < scope->rows->count; i++) {
        if (od_scope_has(scope, i)) {
            add_row(grid, &places, i);
        }
    }
    free(places.machines);
    free(places.columns);
    free(places.images);
    free(places.validities);
    od_obs_sort(&grid->obs);
}
