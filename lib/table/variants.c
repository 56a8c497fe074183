/* Accuracy, latency and size of models and their optimised variants. */
#include "table/builders.h"

#include "base/alloc.h"
#include "table/obs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A measured model and what its runs say of it. */
struct measured {
    struct od_axis models;
    struct od_obs_list obs;             /* row: model */
    const struct od_meta_model **facts; /* one a model, NULL: nothing is said; owned */
};

static void measured_release(struct measured *m)
{
    od_axis_release(&m->models);
    od_obs_release(&m->obs);
    free(m->facts);
}

static void collect(struct measured *m, const struct od_scope *scope,
                    const struct od_meta_runs *runs)
{
    struct od_axis images = {0};
    struct od_units units = {0};
    struct od_buf label;
    od_buf_init(&label, 0);
    for (size_t i = 0; i < scope->rows->count; i++) {
        if (od_scope_has(scope, &scope->rows->items[i])) {
            (void)od_axis_add(&m->models, od_text(scope->rows->items[i].model));
        }
    }
    od_axis_sort(&m->models, od_axis_models);
    m->facts = od_xcalloc(m->models.count, sizeof(const struct od_meta_model *));
    for (size_t i = 0; i < m->models.count; i++) {
        m->facts[i] = od_meta_runs_model(runs, m->models.labels[i]);
    }
    for (size_t i = 0; i < scope->rows->count; i++) {
        const struct od_record *record = &scope->rows->items[i];
        if (!od_scope_counts(scope, record)) {
            continue;
        }
        struct od_obs obs = {.ns = record->service_ns};
        obs.row = od_axis_find(&m->models, od_text(record->model));
        obs.image = (uint32_t)od_axis_add(&images, od_label_image(record, &label));
        obs.unit = od_units_number(&units, record);
        od_obs_add(&m->obs, &obs);
    }
    od_obs_sort(&m->obs);
    od_buf_release(&label);
    od_axis_release(&images);
    od_units_release(&units);
}

static void put_number(const char *text, struct od_cell *cell)
{
    if (text != NULL) {
        od_cell_set_written(cell, text);
    }
}

static void add_known(const struct od_variant_list *list, struct od_table *table)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct od_variant *variant = &list->items[i];
        struct od_cell *cells = od_table_add_row(table, OD_ROW_DATA);
        od_cell_set_text(&cells[0], variant->model);
        od_cell_set_text(&cells[1], variant->variant);
        put_number(variant->accuracy, &cells[2]);
        if (variant->latency_ns >= 0) {
            struct od_mean mean = {variant->latency_ns, 1, false};
            od_cell_set_mean(&cells[3], &mean);
        }
        put_number(variant->size_mb, &cells[4]);
        od_cell_set_text(&cells[5], "published");
    }
}

static void add_measured(const struct measured *m, struct od_table *table)
{
    for (size_t i = 0; i < m->models.count; i++) {
        const struct od_meta_model *facts = m->facts[i];
        struct od_cell *cells = od_table_add_row(table, OD_ROW_DATA);
        size_t count = 0;
        const struct od_obs *obs = od_obs_cell(&m->obs, i, 0, &count);
        od_cell_set_text(&cells[0], m->models.labels[i]);
        od_obs_put_mean(obs, count, &cells[3]);
        od_cell_set_text(&cells[5], "measured");
        if (facts == NULL) {
            continue;
        }
        if (facts->variant != NULL) {
            od_cell_set_text(&cells[1], facts->variant);
        }
        if (!isnan(facts->accuracy)) {
            od_cell_set_real(&cells[2], facts->accuracy);
        }
        if (facts->bytes >= 0) {
            od_cell_set_real(&cells[4], round((double)facts->bytes / 1e4) / 100);
        }
        if (facts->source != NULL) {
            od_cell_set_text(&cells[6], facts->source);
        }
    }
}

static void rule_models(struct od_table *table)
{
    for (size_t row = 1; row < table->row_count; row++) {
        table->rows[row].rule = strcmp(od_table_cell(table, row, 0)->text,
                                       od_table_cell(table, row - 1, 0)->text) != 0;
    }
}

int od_variants_build(const struct od_table_spec *spec, const struct od_rows *rows,
                      const struct od_table_choice *choice, struct od_table *table,
                      struct od_err *err)
{
    struct measured measured = {.models = {0}};
    struct od_scope scope = {.rows = rows};
    if (od_scope_choose(&scope, spec, choice, err) != 0) {
        return -1;
    }
    collect(&measured, &scope, choice->runs);
    od_table_add_column(table, NULL, "model")->merge = true;
    (void)od_table_add_column(table, NULL, "variant");
    od_table_add_column(table, NULL, "accuracy")->numeric = true;
    od_table_add_column(table, NULL, "latency")->numeric = true;
    od_table_add_column(table, NULL, "size (MB)")->numeric = true;
    (void)od_table_add_column(table, NULL, "numbers");
    (void)od_table_add_column(table, NULL, "accuracy from");
    if (choice->variants != NULL) {
        add_known(choice->variants, table);
    }
    add_measured(&measured, table);
    rule_models(table);
    table->title = od_xstrdup(spec->title);
    od_table_note(table, od_xstrdup("measured: mean latency over the images of all rows "
                                    "of the model; size, variant and accuracy as the "
                                    ".meta.json of its runs says, else empty"));
    od_scope_notes(&scope, table);
    if (table->row_count == 0) {
        od_table_note(table, od_xstrdup("no row of the main phase"));
    }
    measured_release(&measured);
    od_scope_release(&scope);
    return 0;
}
