/* The accuracy of every cell, from the detections that its requests brought. */
#include "table/builders.h"

#include "accuracy/accuracy.h"
#include "base/alloc.h"
#include "base/file.h"
#include "table/axis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A cell of a run: a line. */
struct line {
    const struct od_record *sample; /* a kind of its rows */
    size_t machine;
    size_t model;
    size_t protocol;
    size_t run; /* in the order of the rows */
};

struct accuracy {
    struct od_scope scope;
    const struct od_accuracy *source;
    struct od_axis cells; /* run and cell: found fast */
    struct od_axis machines;
    struct od_axis models;
    struct od_axis protocols;
    struct od_axis runs;
    struct line *lines; /* as many as cells */
    size_t capacity;
};

static const enum od_coco_stat shown[] = {OD_COCO_AP, OD_COCO_AP50, OD_COCO_AP_SMALL,
                                          OD_COCO_AP_MEDIUM, OD_COCO_AP_LARGE};

enum { SHOWN = sizeof shown / sizeof shown[0] };

static void collect(struct accuracy *a)
{
    size_t kind_count = 0;
    const struct od_record **kinds = od_scope_kinds(&a->scope, &kind_count);
    struct od_buf key;
    od_buf_init(&key, 0);
    for (size_t i = 0; i < kind_count; i++) {
        od_buf_reset(&key);
        od_buf_printf(&key, "%s\n%s", od_text(kinds[i]->run_id),
                      od_text(kinds[i]->cell_id));
        size_t count = a->cells.count;
        if (od_axis_add(&a->cells, key.data) == count) {
            a->lines = od_xgrow(a->lines, count, &a->capacity, sizeof *a->lines);
            a->lines[count] = (struct line){.sample = kinds[i]};
        }
    }
    od_buf_release(&key);
    free(kinds);
}

static void label_lines(struct accuracy *a)
{
    struct od_buf text;
    bool several = od_scope_several_clients(&a->scope);
    od_buf_init(&text, 0);
    for (size_t i = 0; i < a->cells.count; i++) {
        struct line *line = &a->lines[i];
        const struct od_record *sample = line->sample;
        line->machine =
            od_axis_add(&a->machines, od_label_machine(sample, several, &text));
        line->model = od_axis_add(&a->models, od_text(sample->model));
        line->protocol =
            od_axis_add(&a->protocols, od_label_protocol(&a->scope, sample, &text));
        line->run = od_axis_add(&a->runs, od_text(sample->run_id));
    }
    od_buf_release(&text);
}

static int by_place(const void *x, const void *y)
{
    const struct line *a = x;
    const struct line *b = y;
    const size_t left[] = {a->machine, a->model, a->protocol, a->run};
    const size_t right[] = {b->machine, b->model, b->protocol, b->run};
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return strcmp(od_text(a->sample->cell_id), od_text(b->sample->cell_id));
}

static void sort_lines(struct accuracy *a)
{
    label_lines(a);
    od_axis_sort(&a->machines, od_axis_machines);
    od_axis_sort(&a->models, od_axis_models);
    od_axis_sort(&a->protocols, od_axis_protocols);
    /* Every label has moved. */
    label_lines(a);
    if (a->cells.count > 1) {
        qsort(a->lines, a->cells.count, sizeof *a->lines, by_place);
    }
}

static void add_columns(const struct accuracy *a, struct od_table *table)
{
    static const struct {
        const char *group;
        const char *name;
    } numbers[] = {{NULL, "images"}, {NULL, "detections"}, {"mAP", "@[.5:.95]"},
                   {"mAP", "@.5"},   {"AP", "small"},      {"AP", "medium"},
                   {"AP", "large"}};
    od_table_add_column(table, NULL, "target")->merge = true;
    od_table_add_column(table, NULL, "model")->merge = true;
    (void)od_table_add_column(table, NULL, "protocol");
    if (a->runs.count > 1) {
        (void)od_table_add_column(table, NULL, "run");
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        od_table_add_column(table, numbers[i].group, numbers[i].name)->numeric = true;
    }
}

static bool recorded(const struct accuracy *a, const char *run_id)
{
    return a->source != NULL && od_accuracy_recorded(a->source, run_id);
}

/* Lines of dashes alone would hide the notes that say what is missing. */
static bool anything_to_say(const struct accuracy *a)
{
    bool any = false;
    for (size_t i = 0; i < a->runs.count; i++) {
        any = any || recorded(a, a->runs.labels[i]);
    }
    return any && a->source->annotations != NULL;
}

static void put_figures(const struct accuracy *a, const struct od_record *sample,
                        struct od_cell *cells)
{
    const struct od_evaluated *found = od_accuracy_cell(
        a->source, a->scope.rows, sample->run_id, sample->cell_id, a->scope.image);
    if (found == NULL) {
        return;
    }
    od_cell_set_count(cells++, (int64_t)found->images);
    if (found->images == 0) {
        return;
    }
    od_cell_set_count(cells++, (int64_t)found->found);
    for (size_t i = 0; i < SHOWN; i++, cells++) {
        if (!isnan(found->stats[shown[i]])) {
            od_cell_set_real(cells, found->stats[shown[i]]);
        }
    }
}

static void add_lines(const struct accuracy *a, struct od_table *table)
{
    size_t count = anything_to_say(a) ? a->cells.count : 0;
    for (size_t i = 0; i < count; i++) {
        const struct line *line = &a->lines[i];
        struct od_cell *cells = od_table_add_row(table, OD_ROW_DATA);
        od_cell_set_text(cells++, a->machines.labels[line->machine]);
        od_cell_set_text(cells++, a->models.labels[line->model]);
        od_cell_set_text(cells++, a->protocols.labels[line->protocol]);
        if (a->runs.count > 1) {
            od_cell_set_text(cells++, a->runs.labels[line->run]);
        }
        put_figures(a, line->sample, cells);
        table->rows[i].rule = i > 0 && a->lines[i - 1].machine != line->machine;
    }
}

static void note_annotations(const struct od_accuracy *source, struct od_table *table)
{
    if (source != NULL && source->annotations != NULL) {
        od_table_note(table, od_xasprintf("objects of %s; of every image the detections "
                                          "of its first request, evaluated as COCO's "
                                          "boxes are",
                                          od_path_base(source->annotations)));
    } else if (source != NULL && source->several) {
        od_table_note(table, od_xasprintf("needs --annotations FILE: the runs name "
                                          "different ones"));
    } else if (source != NULL && source->named != NULL) {
        od_table_note(table, od_xasprintf("needs --annotations FILE: %s, which a run "
                                          "names, is not there",
                                          source->named));
    } else {
        od_table_note(table, od_xasprintf("needs --annotations FILE, COCO's "
                                          "instances_*.json of these images"));
    }
}

static void note_runs(const struct accuracy *a, struct od_table *table)
{
    size_t missing = 0;
    for (size_t i = 0; i < a->runs.count; i++) {
        missing += !recorded(a, a->runs.labels[i]);
    }
    if (a->runs.count == 0) {
        od_table_note(table, od_xasprintf("no row of the main phase"));
    }
    if (missing > 0) {
        od_table_note(table, od_xasprintf("needs the detections of %zu of %zu runs: "
                                          "odbench-run --detections records them in "
                                          ".detections.jsonl beside the rows",
                                          missing, a->runs.count));
    }
}

int od_accuracy_build(const struct od_table_spec *spec, const struct od_rows *rows,
                      const struct od_table_choice *choice, struct od_table *table,
                      struct od_err *err)
{
    struct accuracy a = {.scope = {.rows = rows}, .source = choice->accuracy};
    if (od_scope_choose(&a.scope, spec, choice, err) != 0) {
        return -1;
    }
    collect(&a);
    sort_lines(&a);
    add_columns(&a, table);
    add_lines(&a, table);
    table->title = od_xstrdup(spec->title);
    table->unit = NULL;
    note_annotations(a.source, table);
    note_runs(&a, table);
    od_scope_notes(&a.scope, table);
    od_axis_release(&a.cells);
    od_axis_release(&a.machines);
    od_axis_release(&a.models);
    od_axis_release(&a.protocols);
    od_axis_release(&a.runs);
    free(a.lines);
    od_scope_release(&a.scope);
    return 0;
}
