/* What failed, by cell and status, with the first message of each. */
#include "table/builders.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* One line: a cell and a status with its code. */
struct line {
    size_t count;
    size_t first; /* row */
};

struct work {
    struct od_scope scope;
    struct od_keys cells; /* what makes a cell */
    struct od_keys keys;  /* that, the status and the code */
    struct od_groups groups;
    struct od_groups totals; /* by cells alone */
    bool *failures;          /* one flag a row: what is no failure stands aside */
    struct line *lines;
    size_t *requests; /* one a group of totals */
};

/* In the order in which they were sent, whatever the order of the rows. */
static bool is_before(const struct od_rows *rows, size_t a, size_t b)
{
    const struct od_record *kind = &od_rows_kind(rows, a)->record;
    const struct od_record *other = &od_rows_kind(rows, b)->record;
    int run = strcmp(od_text(kind->run_id), od_text(other->run_id));
    if (run != 0) {
        return run < 0;
    }
    int64_t seq = od_rows_int(rows, OD_AT_seq, a);
    int64_t other_seq = od_rows_int(rows, OD_AT_seq, b);
    if (seq != other_seq) {
        return seq < other_seq;
    }
    return kind->attempt != other->attempt
               ? kind->attempt < other->attempt
               : strcmp(od_rows_text(rows, OD_AT_error, a),
                        od_rows_text(rows, OD_AT_error, b)) < 0;
}

static void count_requests(struct work *w)
{
    const struct od_rows *rows = w->scope.rows;
    w->requests = od_xcalloc(w->totals.count, sizeof *w->requests);
    w->failures = od_xcalloc(rows->count, sizeof *w->failures);
    for (size_t i = 0; i < rows->count; i++) {
        if (w->totals.of[i] != OD_GROUP_NONE) {
            bool again = od_rows_kind(rows, i)->record.attempt > 1;
            w->requests[w->totals.of[i]] += again ? 0 : 1;
        }
        w->failures[i] = od_scope_counts(&w->scope, i);
    }
}

static void collect(struct work *w)
{
    const struct od_rows *rows = w->scope.rows;
    w->lines = od_xcalloc(w->groups.count, sizeof *w->lines);
    for (size_t i = 0; i < rows->count; i++) {
        if (w->groups.of[i] == OD_GROUP_NONE) {
            continue;
        }
        struct line *line = &w->lines[w->groups.of[i]];
        if (line->count == 0 || is_before(rows, i, line->first)) {
            line->first = i;
        }
        line->count++;
    }
}

static void add_line(const struct work *w, size_t group, struct od_table *table)
{
    const struct line *line = &w->lines[group];
    struct od_cell *cells =
        od_groups_put(&w->groups, &w->keys, group, od_table_add_row(table, OD_ROW_DATA));
    size_t requests = w->requests[w->totals.of[line->first]];
    const char *error = od_rows_text(w->scope.rows, OD_AT_error, line->first);
    od_cell_set_count(cells++, (int64_t)line->count);
    if (requests > 0) {
        od_cell_set_fixed(cells, 100 * (double)line->count / (double)requests, 1);
    }
    cells++;
    if (*error != '\0') {
        od_cell_set_text(cells, error);
    }
}

static void fill_table(const struct work *w, const struct od_table_spec *spec,
                       struct od_table *table)
{
    od_keys_add_columns(&w->keys, table);
    od_table_add_column(table, NULL, "attempts")->numeric = true;
    od_table_add_column(table, NULL, "% of requests")->numeric = true;
    (void)od_table_add_column(table, NULL, "first message");
    for (size_t group = 0; group < w->groups.count; group++) {
        add_line(w, group, table);
    }
    od_keys_rule(&w->keys, table);
    table->title = od_xstrdup(spec->title);
    table->unit = NULL;
}

int od_errors_build(const struct od_table_spec *spec, const struct od_rows *rows,
                    const struct od_table_choice *choice, struct od_table *table,
                    struct od_err *err)
{
    struct work w = {.scope = {.rows = rows}};
    int rc = od_scope_choose(&w.scope, spec, choice, err);
    if (rc == 0) {
        od_keys_cells(&w.cells, &w.scope);
        rc = od_keys_choose(&w.cells, choice, err);
    }
    rc = rc == 0 ? od_groups_fill(&w.totals, &w.scope, &w.cells, err) : rc;
    w.keys = w.cells;
    rc = rc == 0 ? od_keys_add(&w.keys, "status", err) : rc;
    rc = rc == 0 ? od_keys_add(&w.keys, "code", err) : rc;
    if (rc == 0) {
        count_requests(&w);
        struct od_scope failed = w.scope;
        failed.aside = w.failures;
        rc = od_groups_fill(&w.groups, &failed, &w.keys, err);
    }
    if (rc == 0) {
        collect(&w);
        fill_table(&w, spec, table);
        od_scope_notes(&w.scope, table);
        if (w.groups.count == 0) {
            od_table_note(table,
                          od_xstrdup(w.totals.count > 0 ? "every request succeeded"
                                                        : "no row of the main phase"));
        }
    }
    free(w.failures);
    free(w.lines);
    free(w.requests);
    od_groups_release(&w.groups);
    od_groups_release(&w.totals);
    od_scope_release(&w.scope);
    return rc;
}
