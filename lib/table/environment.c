/* The facts of all runs side by side. */
#include "table/builders.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* As text, longer ones are cut: a library's version may name all that it was built with.
 */
enum { TEXT_BYTES = 56 };

/* Runs that have rows in scope, by run_id. */
static struct od_axis runs_of(const struct od_scope *scope)
{
    struct od_axis runs = {0};
    size_t count = 0;
    const struct od_record **kinds = od_scope_kinds(scope, &count);
    for (size_t i = 0; i < count; i++) {
        if (*od_text(kinds[i]->run_id) != '\0') {
            (void)od_axis_add(&runs, kinds[i]->run_id);
        }
    }
    free(kinds);
    od_axis_sort(&runs, NULL);
    return runs;
}

/* The names of all facts: in the order of the first run that has them, one that only a
 * later run has behind those. */
static struct od_axis names_of(const struct od_meta_runs *facts,
                               const struct od_axis *runs)
{
    struct od_axis names = {0};
    for (size_t i = 0; i < runs->count; i++) {
        const struct od_meta_run *run = od_meta_runs_find(facts, runs->labels[i]);
        for (size_t k = 0; run != NULL && k < run->fact_count; k++) {
            (void)od_axis_add(&names, run->facts[k].name);
        }
    }
    return names;
}

static void put_fact(const char *text, struct od_cell *cell)
{
    if (text != NULL) {
        od_cell_set_text(cell, text);
    }
}

static void fill_table(const struct od_meta_runs *facts, const struct od_axis *runs,
                       struct od_table *table)
{
    struct od_axis names = names_of(facts, runs);
    size_t unknown = 0;
    (void)od_table_add_column(table, NULL, "fact");
    for (size_t i = 0; i < runs->count; i++) {
        bool known = od_meta_runs_find(facts, runs->labels[i]) != NULL;
        unknown += known ? 0 : 1;
        if (known) {
            (void)od_table_add_column(table, NULL, runs->labels[i]);
        }
    }
    for (size_t n = 0; n < names.count; n++) {
        struct od_cell *cells = od_table_add_row(table, OD_ROW_DATA);
        od_cell_set_text(cells++, names.labels[n]);
        for (size_t i = 0; i < runs->count; i++) {
            const struct od_meta_run *run = od_meta_runs_find(facts, runs->labels[i]);
            if (run != NULL) {
                put_fact(od_meta_run_text(run, names.labels[n]), cells++);
            }
        }
    }
    if (unknown > 0) {
        od_table_note(table, od_xasprintf("nothing is known of %zu of %zu runs: no "
                                          ".meta.json stands beside their rows",
                                          unknown, runs->count));
    }
    od_axis_release(&names);
}

int od_environment_build(const struct od_table_spec *spec, const struct od_rows *rows,
                         const struct od_table_choice *choice, struct od_table *table,
                         struct od_err *err)
{
    static const struct od_meta_runs nothing = {.count = 0};
    struct od_scope scope = {.rows = rows};
    if (od_scope_choose(&scope, spec, choice, err) != 0) {
        return -1;
    }
    struct od_axis runs = runs_of(&scope);
    fill_table(choice->runs != NULL ? choice->runs : &nothing, &runs, table);
    table->title = od_xstrdup(spec->title);
    table->unit = NULL;
    table->text_bytes = TEXT_BYTES;
    od_scope_notes(&scope, table);
    if (table->row_count == 0 && scope.rows->count == 0) {
        od_table_note(table, od_xstrdup("no row of the main phase"));
    }
    od_axis_release(&runs);
    od_scope_release(&scope);
    return 0;
}
