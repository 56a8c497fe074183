/* The footnotes that every table carries. */
#include "table/scope.h"

#include "base/alloc.h"
#include "table/axis.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Beyond this many, runs are counted rather than named. */
enum { RUNS_NAMED = 4 };

static char *join(const struct od_axis *axis)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t i = 0; i < axis->count; i++) {
        od_buf_printf(&text, "%s%s", i > 0 ? ", " : "", axis->labels[i]);
    }
    char *joined = od_buf_steal(&text);
    od_buf_release(&text);
    return joined;
}

static void note_weights(struct od_table *table, const struct od_axis *models,
                         const char *what)
{
    if (models->count > 0) {
        char *names = join(models);
        od_table_note(table, od_xasprintf("%s: %s", names, what));
        free(names);
    }
}

static void note_rows(struct od_table *table, size_t counted, size_t failed,
                      const struct od_axis *runs)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_buf_printf(&text, "n = %zu, failed and left out: %zu", counted, failed);
    if (runs->count > RUNS_NAMED) {
        od_buf_printf(&text, "; rows of %zu runs", runs->count);
    } else if (runs->count > 0) {
        char *names = join(runs);
        od_buf_printf(&text, "; run%s: %s", runs->count > 1 ? "s" : "", names);
        free(names);
    }
    od_table_note(table, od_buf_steal(&text));
    od_buf_release(&text);
}

/* One note a run that did not come to its end. */
static void note_ends(const struct od_scope *scope, const struct od_axis *runs,
                      struct od_table *table)
{
    for (size_t i = 0; scope->runs != NULL && i < runs->count; i++) {
        const struct od_meta_run *run = od_meta_runs_find(scope->runs, runs->labels[i]);
        if (run == NULL || run->state == OD_META_COMPLETE) {
            continue;
        }
        if (run->state == OD_META_STOPPED) {
            od_table_note(table,
                          od_xasprintf("run %s did not finish (%s): cells may lack "
                                       "rows",
                                       run->run_id, run->end));
        } else {
            od_table_note(table, od_xasprintf("run %s was interrupted, or still goes on: "
                                              "cells may lack rows",
                                              run->run_id));
        }
    }
}

/* The runs in scope, and models that measure less than they seem to. */
static void name_runs(const struct od_scope *scope, struct od_axis *runs,
                      struct od_axis *random, struct od_axis *fixed)
{
    size_t count = 0;
    const struct od_record **kinds = od_scope_kinds(scope, &count);
    for (size_t i = 0; i < count; i++) {
        const char *weights = od_text(kinds[i]->weights);
        if (*od_text(kinds[i]->run_id) != '\0') {
            (void)od_axis_add(runs, kinds[i]->run_id);
        }
        if (strcmp(weights, "random") == 0) {
            (void)od_axis_add(random, od_text(kinds[i]->model));
        } else if (strcmp(weights, "fixed") == 0) {
            (void)od_axis_add(fixed, od_text(kinds[i]->model));
        }
    }
    free(kinds);
}

static void note_all(const struct od_scope *scope, struct od_table *table)
{
    struct od_axis runs = {0};
    struct od_axis random = {0};
    struct od_axis fixed = {0};
    size_t counted = 0;
    size_t rows = 0;
    uint64_t digest = 0;
    struct od_failures failed = {0};
    for (size_t i = 0; i < scope->rows->count; i++) {
        if (!od_scope_has(scope, i)) {
            continue;
        }
        bool counts = od_scope_counts(scope, i);
        digest += scope->rows->digests[i];
        rows++;
        counted += counts ? 1 : 0;
        od_failures_add(&failed, &od_rows_kind(scope->rows, i)->record, counts);
    }
    name_runs(scope, &runs, &random, &fixed);
    od_axis_sort(&runs, NULL);
    od_axis_sort(&random, od_axis_models);
    od_axis_sort(&fixed, od_axis_models);
    note_ends(scope, &runs, table);
    note_rows(table, counted, od_failures_count(&failed), &runs);
    note_weights(table, &random,
                 "random weights: the times are real, the detections mean nothing");
    note_weights(table, &fixed,
                 "fixed calibration engine: it waits a set time and detects nothing");
    free(table->provenance);
    table->provenance = od_xasprintf(
        "made of %zu rows, digest %016" PRIx64 ", by odbench " OD_VERSION, rows, digest);
    od_axis_release(&runs);
    od_axis_release(&random);
    od_axis_release(&fixed);
}

void od_scope_notes(const struct od_scope *scope, struct od_table *table)
{
    note_all(scope, table);
    od_scope_doubt_notes(scope, table);
}

void od_scope_figure_notes(const struct od_scope *scope, unsigned shown,
                           struct od_table *table)
{
    note_all(scope, table);
    od_doubts_note(scope, shown, table);
}
