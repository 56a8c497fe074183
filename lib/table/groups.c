/* From rows to groups of equal values. */
#include "table/groups.h"

#include "base/alloc.h"
#include "base/file.h"
#include "record/tuples.h"
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

/* True when two kinds in scope differ in the column, an empty value being one. */
static bool varies(const struct od_scope *scope, const struct od_key *key)
{
    struct od_buf first;
    struct od_buf other;
    od_buf_init(&first, 0);
    od_buf_init(&other, 0);
    bool found = false;
    size_t count = 0;
    const struct od_record **kinds = od_scope_kinds(scope, &count);
    for (size_t i = 0; i < count && !found; i++) {
        (void)od_key_format(key, kinds[i], i > 0 ? &other : &first);
        found = i > 0 && strcmp(first.data, other.data) != 0;
    }
    free(kinds);
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

/* The values of a key, in order, and which of them rows have. */
struct values {
    const struct od_key *key;
    enum od_home home;
    struct od_axis axis;
    size_t *places; /* one a kind or image of the rows, by home; else none; owned */
};

static enum od_home home_of(const struct od_key *key)
{
    /* Pixels are those of an image. */
    return key->column != NULL ? od_column_home(od_column_where(key->column))
                               : OD_HOME_IMAGE;
}

static void add_met(struct values *v, const struct od_scope *scope, struct od_buf *text)
{
    size_t count = 0;
    const struct od_record **met = v->home == OD_HOME_KIND
                                       ? od_scope_kinds(scope, &count)
                                       : od_scope_images(scope, &count);
    for (size_t i = 0; i < count; i++) {
        (void)od_axis_add(&v->axis, od_key_format(v->key, met[i], text));
    }
    free(met);
}

static void add_all(struct values *v, const struct od_scope *scope, struct od_buf *text)
{
    struct od_record record;
    for (size_t i = 0; i < scope->rows->count; i++) {
        if (od_scope_has(scope, i)) {
            od_rows_get(scope->rows, i, &record);
            (void)od_axis_add(&v->axis, od_key_format(v->key, &record, text));
        }
    }
}

static void find_values(struct values *v, const struct od_key *key,
                        const struct od_scope *scope, struct od_buf *text)
{
    *v = (struct values){.key = key, .home = home_of(key)};
    if (v->home == OD_HOME_ROW) {
        add_all(v, scope, text);
    } else {
        add_met(v, scope, text);
    }
    od_axis_sort(&v->axis, known_order(key));
    if (v->home != OD_HOME_ROW) {
        const struct od_shared_list *list =
            v->home == OD_HOME_KIND ? &scope->rows->kinds : &scope->rows->images;
        v->places = od_xcalloc(list->count, sizeof *v->places);
        for (size_t i = 0; i < list->count; i++) {
            v->places[i] =
                od_axis_find(&v->axis, od_key_format(key, &list->items[i]->record, text));
        }
    }
}

static size_t place_of(const struct values *v, const struct od_rows *rows, size_t row,
                       struct od_buf *text)
{
    struct od_record record;
    if (v->home == OD_HOME_KIND) {
        return v->places[rows->kind_of[row]];
    }
    if (v->home == OD_HOME_IMAGE) {
        return v->places[rows->image_of[row]];
    }
    od_rows_get(rows, row, &record);
    return od_axis_find(&v->axis, od_key_format(v->key, &record, text));
}

struct coded {
    uint64_t code;
    uint32_t met; /* number in the order in which groups were met */
};

static int compare_codes(const void *a, const void *b)
{
    const struct coded *x = a;
    const struct coded *y = b;
    return (x->code > y->code) - (x->code < y->code);
}

/* Numbers groups in the order of their codes: groups->of and samples are by the order in
 * which they were met. */
static void put_in_order(struct od_groups *groups, const uint64_t *codes)
{
    struct coded *sorted = od_xcalloc(groups->count, sizeof *sorted);
    uint32_t *number = od_xcalloc(groups->count, sizeof *number);
    size_t *samples = od_xcalloc(groups->count, sizeof *samples);
    for (size_t i = 0; i < groups->count; i++) {
        sorted[i] = (struct coded){codes[i], (uint32_t)i};
    }
    qsort(sorted, groups->count, sizeof *sorted, compare_codes);
    for (size_t i = 0; i < groups->count; i++) {
        number[sorted[i].met] = (uint32_t)i;
        samples[i] = groups->samples[sorted[i].met];
    }
    for (size_t i = 0; i < groups->rows->count; i++) {
        if (groups->of[i] != OD_GROUP_NONE) {
            groups->of[i] = number[groups->of[i]];
        }
    }
    free(groups->samples);
    groups->samples = samples;
    free(number);
    free(sorted);
}

/* A group for each combination of values that rows in scope have. */
static void number_rows(struct od_groups *groups, const struct od_scope *scope,
                        const struct values *values, size_t value_count)
{
    const struct od_rows *rows = scope->rows;
    struct od_tuples codes = {.width = 1};
    struct od_buf text;
    size_t capacity = 0;
    od_buf_init(&text, 0);
    groups->of = od_xcalloc(rows->count, sizeof *groups->of);
    for (size_t i = 0; i < rows->count; i++) {
        groups->of[i] = OD_GROUP_NONE;
        if (!od_scope_has(scope, i)) {
            continue;
        }
        uint64_t code = 0;
        for (size_t k = 0; k < value_count; k++) {
            code = code * values[k].axis.count + place_of(&values[k], rows, i, &text);
        }
        groups->of[i] = od_tuples_add(&codes, &code);
        if (groups->of[i] == groups->count) {
            groups->samples = od_xgrow(groups->samples, groups->count, &capacity,
                                       sizeof *groups->samples);
            groups->count++;
        }
        groups->samples[groups->of[i]] = i;
    }
    if (codes.words != NULL) {
        put_in_order(groups, codes.words);
    }
    od_tuples_release(&codes);
    od_buf_release(&text);
}

int od_groups_fill(struct od_groups *groups, const struct od_scope *scope,
                   const struct od_keys *keys, struct od_err *err)
{
    struct values values[OD_KEYS_MAX] = {{0}};
    struct od_buf text;
    od_buf_init(&text, 0);
    groups->rows = scope->rows;
    size_t combinations = 1;
    int rc = 0;
    for (size_t k = 0; k < keys->count; k++) {
        find_values(&values[k], &keys->items[k], scope, &text);
        size_t count = values[k].axis.count;
        if (rc == 0 && count > 0 && combinations > SIZE_MAX / 2 / count) {
            rc = od_fail(err, OD_ELIMIT, "the columns to group by have too many values");
        }
        combinations *= count;
    }
    if (rc == 0) {
        number_rows(groups, scope, values, keys->count);
    }
    for (size_t k = 0; k < keys->count; k++) {
        od_axis_release(&values[k].axis);
        free(values[k].places);
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

const char *od_groups_format(const struct od_groups *groups, size_t group,
                             const struct od_key *key, struct od_buf *out)
{
    struct od_record sample;
    od_rows_get(groups->rows, groups->samples[group], &sample);
    return od_key_format(key, &sample, out);
}

const struct od_record *od_groups_kind(const struct od_groups *groups, size_t group)
{
    return &od_rows_kind(groups->rows, groups->samples[group])->record;
}

struct od_cell *od_groups_put(const struct od_groups *groups, const struct od_keys *keys,
                              size_t group, struct od_cell *cells)
{
    struct od_record sample;
    struct od_buf text;
    od_buf_init(&text, 0);
    od_rows_get(groups->rows, groups->samples[group], &sample);
    for (size_t k = 0; k < keys->count; k++) {
        put_key(&keys->items[k], &sample, &text, &cells[k]);
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
