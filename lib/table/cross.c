/* Statistics of one column by the values of others. */
#include "table/cross.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* Everything between the rows and the table. */
struct work {
    const struct od_cross *cross;
    const struct od_scope *scope;
    struct od_keys keys;
    struct od_groups rows;
    struct od_groups beside;
    struct od_obs_list obs;
    struct od_failures *failed; /* rows x beside */
    bool *present;              /* rows x beside */
    unsigned *doubts;           /* rows x beside */
    enum od_at value;
    bool time;
};

static void work_release(struct work *w)
{
    od_groups_release(&w->rows);
    od_groups_release(&w->beside);
    od_obs_release(&w->obs);
    free(w->failed);
    free(w->present);
    free(w->doubts);
}

/* -1: not measured. */
static int64_t value_of(const struct work *w, size_t row)
{
    struct od_record record;
    int64_t value = 0;
    const struct od_rows *rows = w->scope->rows;
    if (od_column_home(w->value) == OD_HOME_ROW) {
        value = od_rows_int(rows, w->value, row);
    } else {
        od_rows_get(rows, row, &record);
        const void *at = (const char *)&record + od_column_at(w->value)->offset;
        value = *(const int64_t *)at;
    }
    return value >= 0 ? value : -1;
}

static void collect(struct work *w)
{
    const struct od_rows *rows = w->scope->rows;
    struct od_units units = {0};
    size_t cells = w->rows.count * w->beside.count;
    unsigned *doubts = od_scope_doubts(w->scope);
    w->failed = od_xcalloc(cells, sizeof *w->failed);
    w->present = od_xcalloc(cells, sizeof *w->present);
    w->doubts = od_xcalloc(cells, sizeof *w->doubts);
    od_obs_init(&w->obs, cells);
    for (size_t i = 0; i < rows->count; i++) {
        if (w->rows.of[i] == OD_GROUP_NONE) {
            continue;
        }
        uint32_t column = w->beside.of != NULL ? w->beside.of[i] : 0;
        size_t at = w->rows.of[i] * w->beside.count + column;
        bool counts = od_scope_counts(w->scope, i);
        int64_t value = counts ? value_of(w, i) : -1;
        w->present[at] = true;
        w->doubts[at] |= doubts[rows->kind_of[i]];
        if (value >= 0) {
            struct od_obs obs = {.unit = od_units_number(&units, rows, i), .ns = value};
            od_obs_add(&w->obs, at, &obs);
        }
        od_failures_add(&w->failed[at], &od_rows_kind(rows, i)->record, counts);
    }
    free(doubts);
    od_units_release(&units);
}

/* "client tfs-grpc": the heading of a group of columns. */
static char *heading(const struct work *w, size_t group)
{
    struct od_buf text;
    struct od_buf part;
    od_buf_init(&text, 0);
    od_buf_init(&part, 0);
    for (size_t k = 0; k < w->cross->beside.count; k++) {
        const char *value =
            od_groups_format(&w->beside, group, &w->cross->beside.items[k], &part);
        od_buf_printf(&text, "%s%s", k > 0 ? " " : "", *value != '\0' ? value : "-");
    }
    char *out = od_buf_steal(&text);
    od_buf_release(&text);
    od_buf_release(&part);
    return out;
}

static void add_columns(const struct work *w, struct od_table *table)
{
    const struct od_cross *cross = w->cross;
    od_keys_add_columns(&w->keys, table);
    for (size_t b = 0; b < w->beside.count; b++) {
        char *group = cross->beside.count > 0 ? heading(w, b) : NULL;
        for (size_t s = 0; s < cross->statistic_count; s++) {
            /* One statistic needs no heading above its name: the group is the name. */
            bool alone = group != NULL && cross->statistic_count == 1;
            od_table_add_column(table, alone ? NULL : group,
                                alone ? group : cross->statistics[s]->name)
                ->numeric = true;
        }
        free(group);
    }
}

static struct od_cell *put_statistics(const struct work *w, size_t row, size_t column,
                                      struct od_cell *cells)
{
    size_t at = row * w->beside.count + column;
    struct od_statistic_cell of = {.failed = od_failures_count(&w->failed[at]),
                                   .doubts = w->doubts[at],
                                   .time = w->time};
    of.obs = od_obs_cell(&w->obs, at, &of.count);
    int64_t *values = od_statistics_values(w->cross->statistics,
                                           w->cross->statistic_count, of.obs, of.count);
    of.values = values;
    for (size_t s = 0; w->present[at] && s < w->cross->statistic_count; s++) {
        od_statistic_put(w->cross->statistics[s], &of, &cells[s]);
    }
    free(values);
    return cells + w->cross->statistic_count;
}

int od_cross_fill(const struct od_cross *cross, const struct od_scope *scope,
                  struct od_table *table, struct od_err *err)
{
    struct work w = {.cross = cross, .scope = scope, .keys = cross->rows};
    w.value = cross->value != NULL ? od_column_where(cross->value) : OD_AT_service_ns;
    const char *name = od_column_at(w.value)->name;
    size_t len = strlen(name);
    w.time = len > 3 && strcmp(name + len - 3, "_ns") == 0;
    if (w.keys.count == 0) {
        od_keys_cells(&w.keys, scope);
    }
    int rc = od_groups_fill(&w.rows, scope, &w.keys, err);
    if (rc == 0 && cross->beside.count > 0) {
        rc = od_groups_fill(&w.beside, scope, &cross->beside, err);
    } else {
        w.beside.count = w.rows.count > 0 ? 1 : 0; /* one for all rows */
    }
    if (rc == 0) {
        collect(&w);
        add_columns(&w, table);
        for (size_t row = 0; row < w.rows.count; row++) {
            struct od_cell *cells = od_groups_put(&w.rows, &w.keys, row,
                                                  od_table_add_row(table, OD_ROW_DATA));
            for (size_t b = 0; b < w.beside.count; b++) {
                cells = put_statistics(&w, row, b, cells);
            }
        }
        od_keys_rule(&w.keys, table);
        od_statistic_note(table);
        table->unit = w.time ? table->unit : NULL;
    }
    work_release(&w);
    return rc;
}
