/* From rows to groups of equal values. */
#include "table/groups.h"

#include "base/alloc.h"
#include "base/file.h"
#include "record/where.h"
#include "table/axis.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int od_keys_add(struct od_keys *keys, const char *name, struct od_err *err)
{
    if (keys->count == OD_KEYS_MAX) {
        return od_fail(err, OD_EINPUT, "%s: more than %d columns to group by", name,
                       OD_KEYS_MAX);
    }
    const struct od_column *column = od_where_column(name);
    if (column == NULL && strcmp(name, "pixels") != 0) {
        return od_fail(err, OD_EINPUT, "%s: no such column; try --list-columns", name);
    }
    keys->items[keys->count++] = (struct od_key){name, column};
    return 0;
}

static const void *field(const struct od_column *column, const struct od_record *record)
{
    return (const char *)record + column->offset;
}

const char *od_key_format(const struct od_key *key, const struct od_record *record,
                          struct od_buf *out)
{
    od_buf_reset(out);
    if (key->column == NULL) {
        if (record->width >= 0 && record->width <= UINT16_MAX && record->height >= 0 &&
            record->height <= UINT16_MAX) {
            od_buf_printf(out, "%" PRId64, record->width * record->height);
        }
        return out->data;
    }
    if (key->column->type == OD_COLUMN_STR) {
        const char *text = od_text(*(const char *const *)field(key->column, record));
        bool image = strcmp(key->name, "image") == 0;
        od_buf_puts(out, image ? od_path_base(text) : text);
        return out->data;
    }
    od_column_format(key->column, record, out);
    return out->data;
}

/* True when two rows in scope differ in the column, an empty value being one. */
static bool varies(const struct od_scope *scope, const struct od_key *key)
{
    struct od_buf first;
    struct od_buf other;
    od_buf_init(&first, 0);
    od_buf_init(&other, 0);
    bool any = false;
    bool found = false;
    for (size_t i = 0; i < scope->rows->count && !found; i++) {
        const struct od_record *record = &scope->rows->items[i];
        if (od_scope_has(scope, record)) {
            (void)od_key_format(key, record, any ? &other : &first);
            found = any && strcmp(first.data, other.data) != 0;
            any = true;
        }
    }
    od_buf_release(&first);
    od_buf_release(&other);
    return found;
}

void od_keys_cells(struct od_keys *keys, const struct od_scope *scope)
{
    static const struct {
        const char *name;
        bool always;
    } factors[] = {
        {"client", false},  {"target", true},       {"model", true},
        {"protocol", true}, {"payload", false},     {"connection", false},
        {"batch", false},   {"concurrency", false}, {"rate", false},
    };
    for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++) {
        struct od_key key = {factors[i].name, od_column_find(factors[i].name)};
        if (factors[i].always || varies(scope, &key)) {
            keys->items[keys->count++] = key;
        }
    }
}

static const char *const *known_order(const struct od_key *key)
{
    static const struct {
        const char *name;
        const char *const *order;
    } orders[] = {
        {"client", od_axis_machines},
        {"target", od_axis_machines},
        {"model", od_axis_models},
        {"protocol", od_axis_protocols},
    };
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if (strcmp(orders[i].name, key->name) == 0) {
            return orders[i].order;
        }
    }
    return NULL;
}

/* The values of every key, in order. */
static void fill_axes(struct od_axis axes[OD_KEYS_MAX], const struct od_scope *scope,
                      const struct od_keys *keys)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t i = 0; i < scope->rows->count; i++) {
        const struct od_record *record = &scope->rows->items[i];
        for (size_t k = 0; od_scope_has(scope, record) && k < keys->count; k++) {
            (void)od_axis_add(&axes[k], od_key_format(&keys->items[k], record, &text));
        }
    }
    od_buf_release(&text);
    for (size_t k = 0; k < keys->count; k++) {
        od_axis_sort(&axes[k], known_order(&keys->items[k]));
    }
}

/* The place of a row among all combinations of values. */
static size_t code_of(const struct od_axis axes[OD_KEYS_MAX], const struct od_keys *keys,
                      const struct od_record *record, struct od_buf *text)
{
    size_t code = 0;
    for (size_t k = 0; k < keys->count; k++) {
        code = code * axes[k].count +
               od_axis_find(&axes[k], od_key_format(&keys->items[k], record, text));
    }
    return code;
}

static int compare_codes(const void *a, const void *b)
{
    size_t x = *(const size_t *)a;
    size_t y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* Sorts the codes and leaves each once; returns how many. */
static size_t unique(size_t *codes, size_t count)
{
    size_t kept = 0;
    qsort(codes, count, sizeof *codes, compare_codes);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || codes[kept - 1] != codes[i]) {
            codes[kept++] = codes[i];
        }
    }
    return kept;
}

/* groups->of holds codes; makes them numbers of groups. */
static void number_groups(struct od_groups *groups, const struct od_rows *rows)
{
    size_t *codes = od_xcalloc(rows->count, sizeof *codes);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        /* Rows of a block follow each other. */
        bool again = count > 0 && codes[count - 1] == groups->of[i];
        if (groups->of[i] != OD_AXIS_NONE && !again) {
            codes[count++] = groups->of[i];
        }
    }
    groups->count = unique(codes, count);
    groups->samples = od_xcalloc(groups->count, sizeof(const struct od_record *));
    for (size_t i = 0; i < rows->count; i++) {
        if (groups->of[i] != OD_AXIS_NONE) {
            const size_t *found = bsearch(&groups->of[i], codes, groups->count,
                                          sizeof *codes, compare_codes);
            groups->of[i] = (size_t)(found - codes);
            groups->samples[groups->of[i]] = &rows->items[i];
        }
    }
    free(codes);
}

int od_groups_fill(struct od_groups *groups, const struct od_scope *scope,
                   const struct od_keys *keys, struct od_err *err)
{
    struct od_axis axes[OD_KEYS_MAX] = {{0}};
    struct od_buf text;
    od_buf_init(&text, 0);
    fill_axes(axes, scope, keys);
    size_t combinations = 1;
    int rc = 0;
    for (size_t k = 0; k < keys->count && rc == 0; k++) {
        if (axes[k].count > 0 && combinations > SIZE_MAX / 2 / axes[k].count) {
            rc = od_fail(err, OD_ELIMIT, "the columns to group by have too many values");
        }
        combinations *= axes[k].count;
    }
    if (rc == 0) {
        groups->of = od_xcalloc(scope->rows->count, sizeof *groups->of);
        for (size_t i = 0; i < scope->rows->count; i++) {
            const struct od_record *record = &scope->rows->items[i];
            groups->of[i] = od_scope_has(scope, record)
                                ? code_of(axes, keys, record, &text)
                                : OD_AXIS_NONE;
        }
        number_groups(groups, scope->rows);
    }
    for (size_t k = 0; k < keys->count; k++) {
        od_axis_release(&axes[k]);
    }
    od_buf_release(&text);
    return rc;
}

void od_groups_release(struct od_groups *groups)
{
    free(groups->of);
    free(groups->samples);
    *groups = (struct od_groups){0};
}

static bool is_number(const struct od_key *key)
{
    return key->column == NULL || key->column->type == OD_COLUMN_INT ||
           key->column->type == OD_COLUMN_REAL;
}

void od_keys_add_columns(const struct od_keys *keys, struct od_table *table)
{
    for (size_t k = 0; k < keys->count; k++) {
        struct od_table_column *column =
            od_table_add_column(table, NULL, keys->items[k].name);
        column->numeric = is_number(&keys->items[k]);
        column->merge = !column->numeric && k + 1 < keys->count;
    }
}

static void put_key(const struct od_key *key, const struct od_record *record,
                    struct od_buf *text, struct od_cell *cell)
{
    if (*od_key_format(key, record, text) == '\0') {
        return;
    }
    if (key->column != NULL && key->column->type == OD_COLUMN_REAL) {
        od_cell_set_real(cell, *(const double *)field(key->column, record));
    } else if (is_number(key)) {
        od_cell_set_count(cell, strtoll(text->data, NULL, 10));
    } else {
        od_cell_set_text(cell, text->data);
    }
}

struct od_cell *od_groups_put(const struct od_groups *groups, const struct od_keys *keys,
                              size_t group, struct od_cell *cells)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t k = 0; k < keys->count; k++) {
        put_key(&keys->items[k], groups->samples[group], &text, &cells[k]);
    }
    od_buf_release(&text);
    return cells + keys->count;
}

static bool same_cell(const struct od_cell *a, const struct od_cell *b)
{
    if (a->kind != OD_CELL_TEXT || b->kind != OD_CELL_TEXT) {
        return a->kind == b->kind && a->number == b->number;
    }
    return strcmp(a->text, b->text) == 0;
}

void od_keys_rule(const struct od_keys *keys, struct od_table *table)
{
    for (size_t row = 1; keys->count > 1 && row < table->row_count; row++) {
        table->rows[row].rule =
            !same_cell(od_table_cell(table, row, 0), od_table_cell(table, row - 1, 0));
    }
}
