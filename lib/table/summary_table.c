/* The summary: one line a cell. */
#include "table/builders.h"

#include "base/alloc.h"
#include "table/cross.h"
#include "table/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of a time, in order. */
static const char *const times[] = {"mean", "p50", "p90", "p95", "p99"};

enum { TIMES = sizeof times / sizeof times[0] };

/* Everything between the rows and the table. */
struct summary {
    struct od_scope scope;
    struct od_grid service;
    struct od_grid response;
    bool connection; /* columns that are only there when they tell something */
    bool concurrency;
    bool rate;
    bool unsent;
    bool open;
    bool cost;
    bool judged;
};

/* Whether cells differ in connection and concurrency, within a protocol or between two.
 */
static void compare(const struct od_variants *a, const struct od_variants *b,
                    struct summary *s)
{
    s->connection |= b->connection || strcmp(od_text(a->first->connection),
                                             od_text(b->first->connection)) != 0;
    s->concurrency |= b->concurrency || a->first->concurrency != b->first->concurrency;
}

/* Which of the optional columns the rows need. */
static void look_around(struct summary *s)
{
    const struct od_scope *scope = &s->scope;
    for (size_t i = 0; i < scope->variant_count; i++) {
        compare(&scope->variants[0], &scope->variants[i], s);
    }
    size_t count = 0;
    const struct od_record **kinds = od_scope_kinds(scope, &count);
    for (size_t i = 0; i < count; i++) {
        const struct od_cell_validity *found =
            scope->validity == NULL
                ? NULL
                : od_validity_set_find(scope->validity, kinds[i]->run_id,
                                       kinds[i]->cell_id);
        s->rate |= !isnan(kinds[i]->rate);
        s->open |= !isnan(kinds[i]->rate);
        if (found != NULL) {
            s->judged = true;
            s->open |= found->lateness_p50_ns >= 0;
            s->unsent |= found->unsent > 0;
            s->cost |= found->floor_raw_ns >= 0 && found->floor_client_ns >= 0;
        }
    }
    free(kinds);
}

static void add_number(struct od_table *table, const char *group, const char *name)
{
    od_table_add_column(table, group, name)->numeric = true;
}

static void add_times(struct od_table *table, const char *group)
{
    for (size_t i = 0; i < TIMES; i++) {
        add_number(table, group, times[i]);
    }
}

static void add_columns(const struct summary *s, struct od_table *table)
{
    od_table_add_column(table, NULL, "target")->merge = true;
    od_table_add_column(table, NULL, "model")->merge = true;
    (void)od_table_add_column(table, NULL, "protocol");
    if (s->connection) {
        (void)od_table_add_column(table, NULL, "connection");
    }
    if (s->concurrency) {
        add_number(table, NULL, "concurrency");
    }
    if (s->rate) {
        add_number(table, NULL, "rate/s");
    }
    add_number(table, NULL, "n");
    add_number(table, NULL, "failed");
    if (s->unsent) {
        add_number(table, NULL, "unsent");
    }
    add_times(table, s->open ? "service time" : NULL);
    if (s->open) {
        add_times(table, "response time");
    }
    if (s->cost) {
        add_number(table, "client cost", "added (us)");
        add_number(table, "client cost", "raw (us)");
    }
    if (s->judged) {
        (void)od_table_add_column(table, NULL, "doubts");
    }
}

/* Returns the cell behind the last one that it filled. */
static struct od_cell *put_times(const struct od_grid *grid, size_t machine,
                                 size_t column, struct od_cell *cells)
{
    struct od_statistic_cell of = {.time = true};
    of.obs = od_grid_cell(grid, machine, column, &of.count);
    const struct od_statistic *statistics[TIMES];
    for (size_t i = 0; i < TIMES; i++) {
        statistics[i] = od_statistic_find(times[i]);
    }
    int64_t *values = od_statistics_values(statistics, TIMES, of.obs, of.count);
    of.values = values;
    for (size_t i = 0; i < TIMES; i++) {
        od_statistic_put(statistics[i], &of, &cells[i]);
    }
    free(values);
    return cells + TIMES;
}

/* What all runs found about one line of the table. */
struct found {
    bool judged;
    bool open; /* lateness was measured */
    unsigned doubts;
    int64_t unsent; /* -1: not known */
    double raw_ns;  /* sums over costs */
    double client_ns;
    size_t costs;
};

static struct found find_all(const struct od_grid *grid, size_t at)
{
    struct found found = {.unsent = -1};
    for (const struct od_grid_found *of = od_grid_found_at(grid, grid->first_found[at]);
         of != NULL; of = od_grid_found_at(grid, of->next)) {
        const struct od_cell_validity *validity = of->validity;
        found.judged = true;
        found.open |= validity->lateness_p50_ns >= 0;
        found.doubts |= od_cell_validity_doubts(validity);
        if (validity->unsent >= 0) {
            found.unsent = validity->unsent + (found.unsent > 0 ? found.unsent : 0);
        }
        if (validity->floor_raw_ns >= 0 && validity->floor_client_ns >= 0) {
            found.raw_ns += (double)validity->floor_raw_ns;
            found.client_ns += (double)validity->floor_client_ns;
            found.costs++;
        }
    }
    return found;
}

/* Microseconds with one decimal: costs are too small for the table's digits. */
static double micros(double ns)
{
    return round(ns / 100) / 10;
}

static struct od_cell *put_cost(const struct found *found, struct od_cell *cells)
{
    if (found->costs > 0) {
        double count = (double)found->costs;
        od_cell_set_real(&cells[0], micros((found->client_ns - found->raw_ns) / count));
        od_cell_set_real(&cells[1], micros(found->raw_ns / count));
    }
    return cells + 2;
}

/* The cells that tell which line it is; returns the one behind. */
static struct od_cell *put_labels(const struct summary *s, size_t machine, size_t column,
                                  struct od_cell *cells)
{
    const struct od_grid *grid = &s->service;
    const struct od_record *sample =
        grid->samples[machine * od_grid_columns(grid) + column];
    struct od_buf label;
    od_buf_init(&label, 0);
    od_cell_set_text(cells++, grid->machines.labels[machine]);
    od_cell_set_text(cells++, grid->models.labels[column / grid->protocols.count]);
    od_cell_set_text(cells++, od_label_payload(&s->scope, sample, &label));
    if (s->connection && *od_text(sample->connection) != '\0') {
        od_cell_set_text(cells, sample->connection);
    }
    cells += s->connection ? 1 : 0;
    if (s->concurrency && sample->concurrency != OD_NONE) {
        od_cell_set_count(cells, sample->concurrency);
    }
    cells += s->concurrency ? 1 : 0;
    if (s->rate && !isnan(sample->rate)) {
        od_cell_set_real(cells, sample->rate);
    }
    cells += s->rate ? 1 : 0;
    od_buf_release(&label);
    return cells;
}

static void add_line(struct summary *s, size_t machine, size_t column,
                     struct od_table *table)
{
    size_t at = machine * od_grid_columns(&s->service) + column;
    struct found found = find_all(&s->service, at);
    size_t count = 0;
    (void)od_grid_cell(&s->service, machine, column, &count);
    struct od_cell *cells =
        put_labels(s, machine, column, od_table_add_row(table, OD_ROW_DATA));
    od_cell_set_count(cells++, (int64_t)count);
    od_cell_set_count(cells++, (int64_t)od_failures_count(&s->service.failed[at]));
    if (s->unsent && found.unsent >= 0) {
        od_cell_set_count(cells, found.unsent);
    }
    cells += s->unsent ? 1 : 0;
    cells = put_times(&s->service, machine, column, cells);
    if (s->open && (found.open || !isnan(s->service.samples[at]->rate))) {
        (void)put_times(&s->response, machine, column, cells);
    }
    cells += s->open ? TIMES : 0;
    if (s->cost) {
        cells = put_cost(&found, cells);
    }
    if (found.judged) {
        od_cell_set_doubts(cells, found.doubts);
    }
}

static void add_machine(struct summary *s, size_t machine, struct od_table *table)
{
    size_t first = table->row_count;
    for (size_t column = 0; column < od_grid_columns(&s->service); column++) {
        if (s->service.present[machine * od_grid_columns(&s->service) + column]) {
            add_line(s, machine, column, table);
        }
    }
    table->rows[first].rule = first > 0;
}

static void add_notes(const struct summary *s, struct od_table *table)
{
    od_statistic_note(table);
    if (s->open) {
        od_table_note(table, od_xasprintf("response time counts from when a request was "
                                          "due, service time from when it was sent"));
    }
    if (s->cost) {
        od_table_note(table, od_xasprintf("client cost: a bare socket's "
                                          "exchange of the same bytes over loopback "
                                          "(raw), and what this client adds to it"));
    }
    od_scope_notes(&s->scope, table);
}

/* Lines of the user's choice: a line is no cell then, and only what can be told of any
 * set of rows is left. */
static int build_by(const struct od_table_spec *spec, struct od_scope *scope,
                    const struct od_table_choice *choice, struct od_table *table,
                    struct od_err *err)
{
    struct od_cross cross = {
        .statistics = {od_statistic_find("n"), od_statistic_find("failed")},
        .statistic_count = 2};
    for (size_t i = 0; i < TIMES; i++) {
        cross.statistics[cross.statistic_count++] = od_statistic_find(times[i]);
    }
    if (od_keys_choose(&cross.rows, choice, err) != 0 ||
        od_cross_fill(&cross, scope, table, err) != 0) {
        return -1;
    }
    table->title = od_xstrdup(spec->title);
    od_scope_notes(scope, table);
    return 0;
}

int od_summary_build(const struct od_table_spec *spec, const struct od_rows *rows,
                     const struct od_table_choice *choice, struct od_table *table,
                     struct od_err *err)
{
    struct summary s = {.scope = {.rows = rows}, .response = {.response = true}};
    if (od_scope_choose(&s.scope, spec, choice, err) != 0) {
        return -1;
    }
    if (choice->by_count > 0) {
        int rc = build_by(spec, &s.scope, choice, table, err);
        od_scope_release(&s.scope);
        return rc;
    }
    look_around(&s);
    od_grid_fill(&s.service, &s.scope);
    if (s.open) {
        od_grid_fill(&s.response, &s.scope);
    }
    add_columns(&s, table);
    for (size_t machine = 0; machine < s.service.machines.count; machine++) {
        add_machine(&s, machine, table);
    }
    table->title = od_xstrdup(spec->title);
    add_notes(&s, table);
    od_grid_release(&s.service);
    od_grid_release(&s.response);
    od_scope_release(&s.scope);
    return 0;
}
