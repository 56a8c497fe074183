/* Tables 1 to 3 of the study: models and protocols down, machines across. */
#include "table/builders.h"

#include "base/alloc.h"
#include "table/axis.h"
#include "table/image_facts.h"
#include "table/obs.h"

#include <stdlib.h>
#include <string.h>

/* Everything between the rows and the table. */
struct pivot {
    struct od_scope scope;
    struct od_axis machines;
    struct od_axis models;
    struct od_axis protocols;
    struct od_axis images; /* index 0 is "no image" */
    struct od_units units;
    struct od_obs_list obs;
    bool several_local; /* some client has more than one local target */
    size_t few_images;  /* fewest and most images of a cell */
    size_t most_images;
    bool *aside; /* one flag a row: an image beside a published mean */
    size_t aside_count;
    bool incomplete;   /* an average was left out */
    size_t cell_count; /* rows x machines */
    size_t *row_of;    /* of each kind; owned, as the next two */
    size_t *column_of;
    size_t *image_of; /* of each image */
    unsigned *doubts; /* of each cell, rows x machines; owned */
};

static void pivot_release(struct pivot *pivot)
{
    od_axis_release(&pivot->machines);
    od_axis_release(&pivot->models);
    od_axis_release(&pivot->protocols);
    od_axis_release(&pivot->images);
    od_obs_release(&pivot->obs);
    od_units_release(&pivot->units);
    free(pivot->aside);
    free(pivot->row_of);
    free(pivot->column_of);
    free(pivot->image_of);
    free(pivot->doubts);
    od_scope_release(&pivot->scope);
}

/* Where every machine serves itself its client names it; else the target does. */
static const char *machine_label(const struct pivot *pivot,
                                 const struct od_record *record, struct od_buf *out)
{
    od_buf_reset(out);
    if (!pivot->scope.local) {
        od_buf_puts(out, od_text(record->target));
        return out->data;
    }
    od_buf_puts(out, od_text(record->client));
    if (pivot->several_local) {
        od_buf_printf(out, "/%s", od_text(record->target));
    }
    return out->data;
}

/* True when the local rows hold more client and target pairs than clients. */
static bool find_several_local(const struct od_scope *scope)
{
    struct od_axis clients = {0};
    struct od_axis pairs = {0};
    struct od_buf label;
    od_buf_init(&label, 0);
    size_t count = 0;
    const struct od_record **kinds = od_scope_kinds(scope, &count);
    for (size_t i = 0; i < count; i++) {
        (void)od_axis_add(&clients, od_text(kinds[i]->client));
        (void)od_axis_add(&pairs, od_label_machine(kinds[i], true, &label));
    }
    free(kinds);
    bool several = pairs.count > clients.count;
    od_buf_release(&label);
    od_axis_release(&clients);
    od_axis_release(&pairs);
    return several;
}

/* Every label of the rows in scope, failed ones too: their cells show a dash. */
static void collect_axes(struct pivot *pivot)
{
    struct od_buf label;
    size_t count = 0;
    const struct od_record **kinds = od_scope_kinds(&pivot->scope, &count);
    od_buf_init(&label, 0);
    for (size_t i = 0; i < count; i++) {
        (void)od_axis_add(&pivot->machines, machine_label(pivot, kinds[i], &label));
        (void)od_axis_add(&pivot->models, od_text(kinds[i]->model));
        (void)od_axis_add(&pivot->protocols,
                          od_label_protocol(&pivot->scope, kinds[i], &label));
    }
    (void)od_axis_add(&pivot->images, "");
    od_images_add(&pivot->scope, &pivot->images);
    od_buf_release(&label);
    od_axis_sort(&pivot->machines, od_axis_machines);
    od_axis_sort(&pivot->models, od_axis_models);
    od_axis_sort(&pivot->protocols, od_axis_protocols);
    free(kinds);
}

/* The places of all kinds and images; what is not in scope is nowhere. */
static void find_places(struct pivot *pivot)
{
    const struct od_shared_list *kinds = &pivot->scope.rows->kinds;
    struct od_buf label;
    od_buf_init(&label, 0);
    pivot->row_of = od_xcalloc(kinds->count, sizeof *pivot->row_of);
    pivot->column_of = od_xcalloc(kinds->count, sizeof *pivot->column_of);
    for (size_t i = 0; i < kinds->count; i++) {
        const struct od_record *kind = &kinds->items[i]->record;
        size_t model = od_axis_find(&pivot->models, od_text(kind->model));
        size_t protocol = od_axis_find(&pivot->protocols,
                                       od_label_protocol(&pivot->scope, kind, &label));
        pivot->row_of[i] = model * pivot->protocols.count + protocol;
        pivot->column_of[i] =
            od_axis_find(&pivot->machines, machine_label(pivot, kind, &label));
    }
    pivot->image_of = od_images_places(pivot->scope.rows, &pivot->images);
    od_buf_release(&label);
}

/* The cell of a row of the scope, rows x machines. */
static size_t cell_of(const struct pivot *pivot, size_t row)
{
    uint32_t kind = pivot->scope.rows->kind_of[row];
    return pivot->row_of[kind] * pivot->machines.count + pivot->column_of[kind];
}

/*
 * A row without an image is a mean over images already, as the published table 1 is;
 * where a cell has such rows, the rows of single images (the published ones belong to
 * tables 2 and 3) stand aside.
 */
static void set_aside(struct pivot *pivot)
{
    const struct od_rows *rows = pivot->scope.rows;
    bool *means = od_xcalloc(pivot->cell_count, sizeof *means);
    pivot->aside = od_xcalloc(rows->count, sizeof *pivot->aside);
    for (size_t i = 0; i < rows->count; i++) {
        if (pivot->image_of[rows->image_of[i]] == 0 && od_scope_has(&pivot->scope, i)) {
            means[cell_of(pivot, i)] = true;
        }
    }
    for (size_t i = 0; i < rows->count; i++) {
        pivot->aside[i] = od_scope_has(&pivot->scope, i) && means[cell_of(pivot, i)] &&
                          pivot->image_of[rows->image_of[i]] != 0;
        pivot->aside_count += pivot->aside[i] ? 1 : 0;
    }
    pivot->scope.aside = pivot->aside;
    free(means);
}

static void collect_obs(struct pivot *pivot, bool *present)
{
    const struct od_rows *rows = pivot->scope.rows;
    unsigned *doubts = od_scope_doubts(&pivot->scope);
    pivot->doubts = od_xcalloc(pivot->cell_count, sizeof *pivot->doubts);
    od_obs_init(&pivot->obs, pivot->cell_count);
    for (size_t i = 0; i < rows->count; i++) {
        if (!od_scope_has(&pivot->scope, i)) {
            continue;
        }
        size_t cell = cell_of(pivot, i);
        present[pivot->row_of[rows->kind_of[i]]] = true;
        pivot->doubts[cell] |= doubts[rows->kind_of[i]];
        if (od_scope_counts(&pivot->scope, i)) {
            struct od_obs obs = {.ns = od_rows_int(rows, OD_AT_service_ns, i)};
            obs.image = (uint32_t)pivot->image_of[rows->image_of[i]];
            obs.unit = od_units_number(&pivot->units, rows, i);
            od_obs_add(&pivot->obs, cell, &obs);
        }
    }
    free(doubts);
    od_obs_sort(&pivot->obs);
}

/* Counts how many images the cells hold. */
static void put_mean(struct pivot *pivot, size_t row, size_t column, struct od_cell *out)
{
    size_t count = 0;
    size_t images = 0;
    const struct od_obs *cell =
        od_obs_cell(&pivot->obs, row * pivot->machines.count + column, &count);
    struct od_mean mean = od_obs_mean(cell, count, &images);
    if (count > 0 && cell[0].image != 0) {
        bool first = pivot->few_images == 0;
        pivot->few_images =
            first || images < pivot->few_images ? images : pivot->few_images;
        pivot->most_images = images > pivot->most_images ? images : pivot->most_images;
    }
    od_cell_set_mean(out, &mean);
    out->precision = od_obs_precision(cell, count, &mean);
}

/* The mean of a column's data cells in the rows first .. last, with all their doubts;
 * false when one is empty. */
static bool average_of(const struct od_table *table, size_t column, size_t first,
                       size_t last, struct od_cell *out)
{
    struct od_mean average = {0};
    unsigned doubts = 0;
    for (size_t row = first; row <= last; row++) {
        const struct od_cell *cell = od_table_cell(table, row, column);
        if (table->rows[row].kind == OD_ROW_DATA && cell->kind != OD_CELL_MS) {
            return false;
        }
        if (table->rows[row].kind == OD_ROW_DATA) {
            od_mean_add(&average, od_mean_round(&cell->mean, 1));
            doubts |= cell->doubts;
        }
    }
    od_cell_set_mean(out, &average);
    out->doubts = doubts;
    return true;
}

/* An average row over the table's data rows first .. last. */
static void add_average(struct pivot *pivot, struct od_table *table, const char *model,
                        size_t first, size_t last)
{
    struct od_cell *cells = od_table_add_row(table, OD_ROW_AVERAGE);
    od_cell_set_text(&cells[0], model);
    od_cell_set_text(&cells[1], "average");
    for (size_t column = 2; column < table->column_count; column++) {
        if (!average_of(table, column, first, last, &cells[column])) {
            pivot->incomplete = true;
        }
    }
}

static void add_model(struct pivot *pivot, struct od_table *table, size_t model,
                      const bool *present)
{
    size_t first = table->row_count;
    for (size_t p = 0; p < pivot->protocols.count; p++) {
        size_t row = model * pivot->protocols.count + p;
        if (!present[row]) {
            continue;
        }
        struct od_cell *cells = od_table_add_row(table, OD_ROW_DATA);
        od_cell_set_text(&cells[0], pivot->models.labels[model]);
        od_cell_set_text(&cells[1], pivot->protocols.labels[p]);
        for (size_t column = 0; column < pivot->machines.count; column++) {
            put_mean(pivot, row, column, &cells[2 + column]);
            cells[2 + column].doubts =
                pivot->doubts[row * pivot->machines.count + column];
        }
    }
    table->rows[first].rule = first > 0;
}

static void add_rows(struct pivot *pivot, struct od_table *table, bool averages,
                     const bool *present)
{
    for (size_t model = 0; model < pivot->models.count; model++) {
        size_t first = table->row_count;
        add_model(pivot, table, model, present);
        if (averages) {
            add_average(pivot, table, pivot->models.labels[model], first,
                        table->row_count - 1);
        }
    }
    if (averages && table->row_count > 0) {
        add_average(pivot, table, "all", 0, table->row_count - 1);
        table->rows[table->row_count - 1].rule = true;
    }
}

static void add_columns(const struct pivot *pivot, struct od_table *table)
{
    od_table_add_column(table, NULL, "model")->merge = true;
    (void)od_table_add_column(table, NULL, "protocol");
    for (size_t i = 0; i < pivot->machines.count; i++) {
        od_table_add_column(table, NULL, pivot->machines.labels[i])->numeric = true;
    }
}

static void add_notes(const struct pivot *pivot, struct od_table *table)
{
    if (pivot->most_images > pivot->few_images) {
        od_table_note(table, od_xasprintf("the cells do not hold the same images: %zu "
                                          "to %zu of them",
                                          pivot->few_images, pivot->most_images));
    }
    if (pivot->aside_count > 0) {
        od_table_note(table, od_xasprintf("%zu rows of single images stand aside, where "
                                          "a row gives the mean over images",
                                          pivot->aside_count));
    }
    if (pivot->incomplete) {
        od_table_note(table,
                      od_xasprintf("an average is left out where one of its cells is"));
    }
    od_scope_notes(&pivot->scope, table);
}

int od_pivot_build(const struct od_table_spec *spec, const struct od_rows *rows,
                   const struct od_table_choice *choice, struct od_table *table,
                   struct od_err *err)
{
    struct pivot pivot = {.scope = {.rows = rows, .local = spec->local}};
    if (od_scope_choose(&pivot.scope, spec, choice, err) != 0) {
        return -1;
    }
    pivot.several_local = spec->local && find_several_local(&pivot.scope);
    collect_axes(&pivot);
    pivot.cell_count = pivot.models.count * pivot.protocols.count * pivot.machines.count;
    find_places(&pivot);
    set_aside(&pivot);
    bool *present =
        od_xcalloc(pivot.models.count * pivot.protocols.count, sizeof *present);
    collect_obs(&pivot, present);
    add_columns(&pivot, table);
    add_rows(&pivot, table, spec->averages, present);
    table->title = od_scope_title(&pivot.scope, spec);
    add_notes(&pivot, table);
    free(present);
    pivot_release(&pivot);
    return 0;
}
