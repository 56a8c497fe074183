/* File size against object count, image by image, with the latencies beside them. */
#include "table/builders.h"

#include "base/alloc.h"
#include "stats/correlation.h"
#include "table/grid.h"
#include "table/image_facts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_facts(const void *a, const void *b)
{
    const struct od_image_facts *x = a;
    const struct od_image_facts *y = b;
    int order = (x->bytes > y->bytes) - (x->bytes < y->bytes);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* One entry an image, by file size and then name. Owned by the caller. */
static struct od_image_facts *sorted_facts(const struct od_grid *grid,
                                           const struct od_scope *scope)
{
    struct od_image_facts *facts = od_image_facts_collect(scope, &grid->images);
    qsort(facts, grid->images.count, sizeof *facts, compare_facts);
    return facts;
}

static void set_count(struct od_cell *cell, int64_t value)
{
    if (value != OD_NONE) {
        od_cell_set_count(cell, value);
    }
}

/* Columns of the grid that have rows, in order. Owned by the caller. */
static size_t *used_columns(const struct od_grid *grid, size_t *count)
{
    size_t *columns = od_xcalloc(od_grid_columns(grid), sizeof *columns);
    *count = 0;
    for (size_t i = 0; i < od_grid_columns(grid); i++) {
        if (od_grid_has_column(grid, i)) {
            columns[(*count)++] = i;
        }
    }
    return columns;
}

static void add_columns(const struct od_grid *grid, struct od_table *table,
                        const size_t *columns, size_t count)
{
    if (grid->machines.count > 1) {
        od_table_add_column(table, NULL, "target")->merge = true;
    }
    (void)od_table_add_column(table, NULL, "file");
    od_table_add_column(table, NULL, "bytes")->numeric = true;
    od_table_add_column(table, NULL, "pixels")->numeric = true;
    od_table_add_column(table, NULL, "objects")->numeric = true;
    for (size_t i = 0; i < count; i++) {
        size_t protocols = grid->protocols.count;
        od_table_add_column(table, grid->models.labels[columns[i] / protocols],
                            grid->protocols.labels[columns[i] % protocols])
            ->numeric = true;
    }
}

/* What the table is made of, passed around as one. */
struct parts {
    const struct od_grid *grid;
    const struct od_image_facts *facts;
    const size_t *columns;
    size_t column_count;
};

static struct od_mean mean_at(const struct od_grid *grid, size_t machine, size_t image,
                              size_t column)
{
    size_t count = 0;
    size_t row = machine * grid->images.count + image;
    const struct od_obs *cell = od_grid_cell(grid, row, column, &count);
    return od_obs_mean(cell, count, NULL);
}

static bool image_present(const struct parts *parts, size_t machine, size_t image)
{
    const struct od_grid *grid = parts->grid;
    const bool *row =
        grid->present + (machine * grid->images.count + image) * od_grid_columns(grid);
    for (size_t i = 0; i < parts->column_count; i++) {
        if (row[parts->columns[i]]) {
            return true;
        }
    }
    return false;
}

static void add_image(const struct parts *parts, size_t machine,
                      const struct od_image_facts *facts, struct od_table *table)
{
    const struct od_grid *grid = parts->grid;
    struct od_cell *cells = od_table_add_row(table, OD_ROW_DATA);
    if (grid->machines.count > 1) {
        od_cell_set_text(cells++, grid->machines.labels[machine]);
    }
    od_cell_set_text(&cells[0], grid->images.labels[facts->index]);
    set_count(&cells[1], facts->bytes);
    set_count(&cells[2], facts->pixels);
    set_count(&cells[3], facts->objects);
    for (size_t i = 0; i < parts->column_count; i++) {
        size_t count = 0;
        size_t row = machine * grid->images.count + facts->index;
        const struct od_obs *obs = od_grid_cell(grid, row, parts->columns[i], &count);
        od_obs_put_mean(obs, count, &cells[4 + i]);
        cells[4 + i].doubts =
            od_grid_doubts(grid, row * od_grid_columns(grid) + parts->columns[i]);
    }
}

/* r of one column's latencies with bytes, or with objects. */
static double correlate(const struct parts *parts, size_t machine, size_t column,
                        bool objects)
{
    size_t images = parts->grid->images.count;
    double *x = od_xcalloc(images, sizeof *x);
    double *y = od_xcalloc(images, sizeof *y);
    size_t count = 0;
    for (size_t i = 0; i < images; i++) {
        const struct od_image_facts *facts = &parts->facts[i];
        struct od_mean mean = mean_at(parts->grid, machine, facts->index, column);
        int64_t fact = objects ? facts->objects : facts->bytes;
        if (fact != OD_NONE && od_mean_known(&mean)) {
            x[count] = (double)fact;
            y[count++] = (double)mean.sum_ns / (double)mean.count;
        }
    }
    unsigned warnings = 0;
    double r = od_pearson(x, y, count, &warnings);
    free(x);
    free(y);
    return r;
}

static bool note_correlation(const struct parts *parts, size_t machine, bool objects,
                             struct od_table *table)
{
    const struct od_grid *grid = parts->grid;
    struct od_buf text;
    od_buf_init(&text, 0);
    size_t known = 0;
    for (size_t i = 0; i < parts->column_count; i++) {
        double r = correlate(parts, machine, parts->columns[i], objects);
        if (isnan(r)) {
            continue;
        }
        char number[16];
        (void)snprintf(number, sizeof number, "%.2f", r);
        od_buf_printf(&text, "%s %s %s %s", known > 0 ? "," : "",
                      grid->models.labels[parts->columns[i] / grid->protocols.count],
                      grid->protocols.labels[parts->columns[i] % grid->protocols.count],
                      strcmp(number, "-0.00") == 0 ? "0.00" : number);
        known++;
    }
    if (known > 0) {
        od_table_note(table,
                      od_xasprintf("%s: Pearson r of latency with %s:%s",
                                   grid->machines.labels[machine],
                                   objects ? "object count" : "file size", text.data));
    }
    od_buf_release(&text);
    return known > 0;
}

/* One note a machine and quantity, or one that says why there is none. */
static void note_correlations(const struct parts *parts, bool objects,
                              struct od_table *table)
{
    bool any = false;
    for (size_t machine = 0; machine < parts->grid->machines.count; machine++) {
        any = note_correlation(parts, machine, objects, table) || any;
    }
    if (!any) {
        od_table_note(table, od_xasprintf("no correlation of latency with %s: it needs "
                                          "three images that differ in it",
                                          objects ? "object count" : "file size"));
    }
}

static void add_machine(const struct parts *parts, size_t machine, struct od_table *table)
{
    size_t first = table->row_count;
    for (size_t i = 0; i < parts->grid->images.count; i++) {
        if (image_present(parts, machine, parts->facts[i].index)) {
            add_image(parts, machine, &parts->facts[i], table);
        }
    }
    table->rows[first].rule = first > 0;
}

static void add_machines(const struct parts *parts, struct od_table *table)
{
    for (size_t machine = 0; machine < parts->grid->machines.count; machine++) {
        add_machine(parts, machine, table);
    }
    note_correlations(parts, false, table);
    note_correlations(parts, true, table);
}

int od_size_objects_build(const struct od_table_spec *spec, const struct od_rows *rows,
                          const struct od_table_choice *choice, struct od_table *table,
                          struct od_err *err)
{
    struct od_scope scope = {.rows = rows};
    if (od_scope_choose(&scope, spec, choice, err) != 0) {
        return -1;
    }
    bool *aside = od_scope_images_only(&scope);
    struct od_grid grid = {.by_image = true};
    od_grid_fill(&grid, &scope);
    struct od_image_facts *facts = sorted_facts(&grid, &scope);
    size_t count = 0;
    size_t *columns = used_columns(&grid, &count);
    struct parts parts = {&grid, facts, columns, count};
    add_columns(&grid, table, columns, count);
    table->title = od_xstrdup(spec->title);
    add_machines(&parts, table);
    od_scope_notes(&scope, table);
    free(aside);
    free(columns);
    free(facts);
    od_grid_release(&grid);
    od_scope_release(&scope);
    return 0;
}
