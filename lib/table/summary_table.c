/* The summary: one line a cell. */
#include "table/builders.h"

#include "base/alloc.h"
#include "stats/quantile.h"
#include "table/grid.h"

#include <stdlib.h>

static const struct {
    const char *name;
    int permille;
} percentiles[] = {{"p50", 500}, {"p90", 900}, {"p95", 950}, {"p99", 990}};

enum { PERCENTILES = sizeof percentiles / sizeof percentiles[0] };

/* Behind target, model and protocol. */
enum { COLUMN_N = 3, COLUMN_FAILED, COLUMN_MEAN, COLUMN_PERCENTILES };

static void add_columns(struct od_table *table)
{
    od_table_add_column(table, NULL, "target")->merge = true;
    od_table_add_column(table, NULL, "model")->merge = true;
    (void)od_table_add_column(table, NULL, "protocol");
    od_table_add_column(table, NULL, "n")->numeric = true;
    od_table_add_column(table, NULL, "failed")->numeric = true;
    od_table_add_column(table, NULL, "mean")->numeric = true;
    for (size_t i = 0; i < PERCENTILES; i++) {
        od_table_add_column(table, NULL, percentiles[i].name)->numeric = true;
    }
}

/* Returns false when a percentile was left out. */
static bool put_percentiles(const int64_t *sorted, size_t count, struct od_cell *cells)
{
    bool whole = true;
    for (size_t i = 0; i < PERCENTILES; i++) {
        if (count < od_quantile_needs(percentiles[i].permille)) {
            whole = false;
            continue;
        }
        int64_t ns = od_quantile_ns(sorted, count, percentiles[i].permille);
        struct od_mean value = od_mean_of(&ns, 1);
        od_cell_set_mean(&cells[i], &value);
    }
    return whole;
}

static bool add_cell(const struct od_grid *grid, size_t machine, size_t column,
                     struct od_table *table)
{
    size_t count = 0;
    const struct od_obs *obs = od_obs_cell(&grid->obs, machine, column, &count);
    int64_t *ns = od_xcalloc(count, sizeof *ns);
    for (size_t i = 0; i < count; i++) {
        ns[i] = obs[i].ns;
    }
    od_sort_ns(ns, count);
    struct od_cell *cells = od_table_add_row(table, OD_ROW_DATA);
    size_t protocols = grid->protocols.count;
    od_cell_set_text(&cells[0], grid->machines.labels[machine]);
    od_cell_set_text(&cells[1], grid->models.labels[column / protocols]);
    od_cell_set_text(&cells[2], grid->protocols.labels[column % protocols]);
    od_cell_set_count(&cells[COLUMN_N], (int64_t)count);
    size_t failed = grid->failed[machine * od_grid_columns(grid) + column];
    od_cell_set_count(&cells[COLUMN_FAILED], (int64_t)failed);
    struct od_mean mean = od_mean_of(ns, count);
    od_cell_set_mean(&cells[COLUMN_MEAN], &mean);
    bool whole = put_percentiles(ns, count, cells + COLUMN_PERCENTILES);
    free(ns);
    return whole;
}

/* Returns false when a percentile was left out. */
static bool add_machine(const struct od_grid *grid, size_t machine,
                        struct od_table *table)
{
    bool whole = true;
    size_t first = table->row_count;
    for (size_t column = 0; column < od_grid_columns(grid); column++) {
        if (grid->present[machine * od_grid_columns(grid) + column]) {
            whole = add_cell(grid, machine, column, table) && whole;
        }
    }
    table->rows[first].rule = first > 0;
    return whole;
}

int od_summary_build(const struct od_table_spec *spec, const struct od_rows *rows,
                     const struct od_table_choice *choice, struct od_table *table,
                     struct od_err *err)
{
    struct od_scope scope = {.rows = rows};
    if (od_scope_choose(&scope, spec, choice, err) != 0) {
        return -1;
    }
    struct od_grid grid = {0};
    od_grid_fill(&grid, &scope);
    add_columns(table);
    bool whole = true;
    for (size_t machine = 0; machine < grid.machines.count; machine++) {
        whole = add_machine(&grid, machine, table) && whole;
    }
    table->title = od_xasprintf("%s (ms)", spec->title);
    if (!whole) {
        od_table_note(table,
                      od_xasprintf("percentiles need samples and are left out below: "
                                   "p90 %zu, p95 %zu, p99 %zu",
                                   od_quantile_needs(900), od_quantile_needs(950),
                                   od_quantile_needs(990)));
    }
    od_scope_notes(&scope, table);
    od_grid_release(&grid);
    od_scope_release(&scope);
    return 0;
}
