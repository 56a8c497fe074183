/* Figures 8 to 10, 14 and 15 of the study as tables: combinations of model and protocol
 * across, images or machines down. */
#include "table/builders.h"

#include "base/alloc.h"
#include "table/grid.h"

#include <stdlib.h>

static void add_columns(const struct od_grid *grid, const char *first,
                        struct od_table *table)
{
    (void)od_table_add_column(table, NULL, first);
    for (size_t i = 0; i < od_grid_columns(grid); i++) {
        if (od_grid_has_column(grid, i)) {
            od_table_add_column(table, grid->models.labels[i / grid->protocols.count],
                                grid->protocols.labels[i % grid->protocols.count])
                ->numeric = true;
        }
    }
}

static void add_rows(const struct od_grid *grid, const struct od_axis *labels,
                     struct od_table *table)
{
    for (size_t row = 0; row < od_grid_rows(grid); row++) {
        struct od_cell *cells = od_table_add_row(table, OD_ROW_DATA);
        od_cell_set_text(cells++, labels->labels[row]);
        for (size_t i = 0; i < od_grid_columns(grid); i++) {
            if (!od_grid_has_column(grid, i)) {
                continue;
            }
            size_t count = 0;
            const struct od_obs *obs = od_grid_cell(grid, row, i, &count);
            od_obs_put_mean(obs, count, cells);
            cells->doubts = od_grid_doubts(grid, row * od_grid_columns(grid) + i);
            cells++;
        }
    }
}

int od_images_build(const struct od_table_spec *spec, const struct od_rows *rows,
                    const struct od_table_choice *choice, struct od_table *table,
                    struct od_err *err)
{
    struct od_scope scope = {.rows = rows, .local = true};
    bool *aside = od_scope_images_only(&scope);
    size_t machines = 0;
    if (od_scope_choose(&scope, spec, choice, err) != 0) {
        free(aside);
        return -1;
    }
    bool found = choice->client != NULL ||
                 od_scope_choose_machine(&scope, spec->machine, &machines);
    struct od_grid grid = {.by_image = true, .one_machine = true};
    if (found) {
        od_grid_fill(&grid, &scope);
    }
    add_columns(&grid, "image", table);
    /* A client may have several local targets: their images count together. */
    if (grid.machines.count > 0) {
        add_rows(&grid, &grid.images, table);
    }
    table->title = od_xasprintf("%s, %s serving itself", spec->title,
                                found ? scope.client : "a machine");
    if (found && table->row_count == 0) {
        od_table_note(table, od_xasprintf("no row of an image with placement local"));
    }
    if (found) {
        od_scope_notes(&scope, table);
    } else {
        od_table_note(table, od_xasprintf("it is about machine %zu of those that serve "
                                          "themselves, and there are %zu with images",
                                          spec->machine + 1, machines));
    }
    free(aside);
    od_grid_release(&grid);
    od_scope_release(&scope);
    return 0;
}

int od_servers_build(const struct od_table_spec *spec, const struct od_rows *rows,
                     const struct od_table_choice *choice, struct od_table *table,
                     struct od_err *err)
{
    struct od_scope scope = {.rows = rows};
    if (od_scope_choose(&scope, spec, choice, err) != 0) {
        return -1;
    }
    struct od_grid grid = {.by_image = false};
    od_grid_fill(&grid, &scope);
    add_columns(&grid, "server", table);
    add_rows(&grid, &grid.machines, table);
    table->title = od_scope_title(&scope, spec);
    od_scope_notes(&scope, table);
    od_grid_release(&grid);
    od_scope_release(&scope);
    return 0;
}
