/* Accuracy, latency and size of models and their optimised variants. */
#include "table/builders.h"

#include "base/alloc.h"
#include "base/file.h"
#include "table/image_facts.h"
#include "table/obs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the detections of a model's runs gave. */
struct found {
    double sum; /* of mAP over its cells */
    double low;
    double high;
    size_t cells;
};

/* A measured model and what its runs say of it. */
struct measured {
    struct od_axis models;
    struct od_obs_list obs;             /* as present */
    const struct od_meta_model **facts; /* one a model, NULL: nothing is said; owned */
    struct found *found;                /* one a model */
    bool *present;                      /* two a model: rows of a run, published ones */
};

/* Rows that somebody printed have a run of this name, odbench-csv(5). */
static bool is_published(const char *run_id)
{
    static const char mark[] = "published-";
    return strncmp(od_text(run_id), mark, sizeof mark - 1) == 0;
}

static void measured_release(struct measured *m)
{
    od_axis_release(&m->models);
    od_obs_release(&m->obs);
    free(m->facts);
    free(m->found);
    free(m->present);
}

/* Two cells a model: rows of a run, published ones. Of a kind in scope. */
static size_t cell_of(const struct measured *m, const struct od_record *kind)
{
    return 2 * od_axis_find(&m->models, od_text(kind->model)) +
           (is_published(kind->run_id) ? 1 : 0);
}

static void add_found(struct found *found, double value)
{
    found->low = found->cells == 0 || value < found->low ? value : found->low;
    found->high = found->cells == 0 || value > found->high ? value : found->high;
    found->sum += value;
    found->cells++;
}

/* Every cell of every run once. */
static void collect_found(struct measured *m, const struct od_scope *scope,
                          const struct od_accuracy *accuracy)
{
    struct od_axis seen = {0};
    size_t kind_count = 0;
    const struct od_record **kinds = od_scope_kinds(scope, &kind_count);
    for (size_t i = 0; accuracy != NULL && i < kind_count; i++) {
        const struct od_record *kind = kinds[i];
        char *label =
            od_xasprintf("%s\n%s", od_text(kind->run_id), od_text(kind->cell_id));
        size_t count = seen.count;
        const struct od_evaluated *found =
            od_axis_add(&seen, label) < count
                ? NULL
                : od_accuracy_cell(accuracy, scope->rows, kind->run_id, kind->cell_id,
                                   scope->image);
        free(label);
        if (found != NULL && found->images > 0 && !isnan(found->stats[OD_COCO_AP])) {
            add_found(&m->found[od_axis_find(&m->models, od_text(kind->model))],
                      found->stats[OD_COCO_AP]);
        }
    }
    free(kinds);
    od_axis_release(&seen);
}

/* The models in scope, and what there is of them. */
static void find_models(struct measured *m, const struct od_scope *scope,
                        const struct od_meta_runs *runs)
{
    size_t count = 0;
    const struct od_record **kinds = od_scope_kinds(scope, &count);
    for (size_t i = 0; i < count; i++) {
        (void)od_axis_add(&m->models, od_text(kinds[i]->model));
    }
    od_axis_sort(&m->models, od_axis_models);
    m->facts = od_xcalloc(m->models.count, sizeof(const struct od_meta_model *));
    m->found = od_xcalloc(m->models.count, sizeof *m->found);
    m->present = od_xcalloc(2 * m->models.count, sizeof *m->present);
    for (size_t i = 0; i < m->models.count; i++) {
        m->facts[i] = od_meta_runs_model(runs, m->models.labels[i]);
    }
    for (size_t i = 0; i < count; i++) {
        m->present[cell_of(m, kinds[i])] = true;
    }
    free(kinds);
}

static void collect(struct measured *m, const struct od_scope *scope)
{
    const struct od_rows *rows = scope->rows;
    struct od_axis images = {0};
    struct od_units units = {0};
    od_images_add(scope, &images);
    size_t *image_of = od_images_places(rows, &images);
    size_t *cells = od_xcalloc(rows->kinds.count, sizeof *cells);
    for (size_t i = 0; i < rows->kinds.count; i++) {
        cells[i] = cell_of(m, &rows->kinds.items[i]->record);
    }
    od_obs_init(&m->obs, 2 * m->models.count);
    for (size_t i = 0; i < rows->count; i++) {
        if (od_scope_counts(scope, i)) {
            struct od_obs obs = {.ns = od_rows_int(rows, OD_AT_service_ns, i)};
            obs.image = (uint32_t)image_of[rows->image_of[i]];
            obs.unit = od_units_number(&units, rows, i);
            od_obs_add(&m->obs, cells[rows->kind_of[i]], &obs);
        }
    }
    od_obs_sort(&m->obs);
    free(image_of);
    free(cells);
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

/* What a run found itself goes before what is said of the model. */
static void put_accuracy(const struct od_meta_model *facts, const struct found *found,
                         struct od_cell *cells)
{
    if (found->cells > 0) {
        od_cell_set_real(&cells[2], found->sum / (double)found->cells);
        od_cell_set_text(&cells[6], "own detections");
        return;
    }
    if (facts != NULL && !isnan(facts->accuracy)) {
        od_cell_set_real(&cells[2], facts->accuracy);
    }
    if (facts != NULL && facts->source != NULL) {
        od_cell_set_text(&cells[6], facts->source);
    }
}

static void add_line(const struct measured *m, size_t model, size_t published,
                     struct od_table *table)
{
    const struct od_meta_model *facts = published == 0 ? m->facts[model] : NULL;
    struct od_cell *cells = od_table_add_row(table, OD_ROW_DATA);
    size_t count = 0;
    const struct od_obs *obs = od_obs_cell(&m->obs, 2 * model + published, &count);
    od_cell_set_text(&cells[0], m->models.labels[model]);
    od_obs_put_mean(obs, count, &cells[3]);
    od_cell_set_text(&cells[5], published == 0 ? "measured" : "published");
    if (facts != NULL && facts->variant != NULL) {
        od_cell_set_text(&cells[1], facts->variant);
    }
    if (facts != NULL && facts->bytes >= 0) {
        od_cell_set_real(&cells[4], round((double)facts->bytes / 1e4) / 100);
    }
    if (published == 0) {
        put_accuracy(facts, &m->found[model], cells);
    }
}

static void add_lines(const struct measured *m, struct od_table *table)
{
    for (size_t i = 0; i < m->models.count; i++) {
        for (size_t published = 2; published-- > 0;) {
            if (m->present[2 * i + published]) {
                add_line(m, i, published, table);
            }
        }
    }
}

static void note_found(const struct measured *m, const struct od_accuracy *accuracy,
                       struct od_table *table)
{
    bool any = false;
    for (size_t i = 0; i < m->models.count; i++) {
        const struct found *found = &m->found[i];
        any = any || found->cells > 0;
        if (found->cells > 0 && found->high - found->low > 1e-9) {
            od_table_note(table,
                          od_xasprintf("%s: its %zu cells found different things, mAP "
                                       "%.4g to %.4g, and their mean is printed",
                                       m->models.labels[i], found->cells, found->low,
                                       found->high));
        }
    }
    if (any) {
        od_table_note(table, od_xasprintf("own detections: COCO's mAP@[.5:.95] of the "
                                          "timed requests, objects of %s",
                                          od_path_base(accuracy->annotations)));
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
    find_models(&measured, &scope, choice->runs);
    collect(&measured, &scope);
    collect_found(&measured, &scope, choice->accuracy);
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
    add_lines(&measured, table);
    rule_models(table);
    table->title = od_xstrdup(spec->title);
    od_table_note(table, od_xstrdup("latency of measured models: mean over the images "
                                    "of all their rows; size and variant as the "
                                    ".meta.json of the runs says, else empty"));
    note_found(&measured, choice->accuracy, table);
    od_scope_notes(&scope, table);
    if (table->row_count == 0) {
        od_table_note(table, od_xstrdup("no row of the main phase"));
    }
    measured_release(&measured);
    od_scope_release(&scope);
    return 0;
}
