/* A table as a file describes it. */
#include "table/own.h"

#include "base/alloc.h"
#include "base/jsonfile.h"
#include "record/where.h"
#include "table/builders.h"
#include "table/cross.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct od_own {
    json_t *root; /* holds the texts that the rest borrows */
    const char *name;
    const char *title;
    const char *unit;
    int digits; /* -1: not said */
    struct od_where *where;
    struct od_cross cross;
};

void od_own_free(struct od_own *own)
{
    if (own != NULL) {
        od_where_free(own->where);
        json_decref(own->root);
        free(own);
    }
}

/* A text, or an array of texts: calls each with every one. */
static int each_text(const json_t *value, const char *member, struct od_own *own,
                     int (*each)(struct od_own *own, const char *text,
                                 struct od_err *err),
                     struct od_err *err)
{
    size_t count = json_is_array(value) ? json_array_size(value) : 1;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_is_array(value) ? json_array_get(value, i) : value;
        if (!json_is_string(item)) {
            return od_fail(err, OD_EINPUT, "%s is a text or an array of texts", member);
        }
        if (each(own, json_string_value(item), err) != 0) {
            od_err_context(err, "%s", member);
            return -1;
        }
    }
    return 0;
}

static int add_row_key(struct od_own *own, const char *text, struct od_err *err)
{
    return od_keys_add(&own->cross.rows, text, err);
}

static int add_column_key(struct od_own *own, const char *text, struct od_err *err)
{
    return od_keys_add(&own->cross.beside, text, err);
}

static int add_statistic(struct od_own *own, const char *text, struct od_err *err)
{
    const struct od_statistic *statistic = od_statistic_find(text);
    if (statistic == NULL) {
        return od_fail(err, OD_EINPUT,
                       "%s is none of n, failed, mean, min, p50, p90, "
                       "p95, p99, p99.9 and max",
                       text);
    }
    if (own->cross.statistic_count == OD_CROSS_STATISTICS) {
        return od_fail(err, OD_EINPUT, "more than %d of them", OD_CROSS_STATISTICS);
    }
    own->cross.statistics[own->cross.statistic_count++] = statistic;
    return 0;
}

static int set_value(struct od_own *own, const char *text, struct od_err *err)
{
    own->cross.value = od_where_column(text);
    if (own->cross.value == NULL || own->cross.value->type != OD_COLUMN_INT) {
        return od_fail(err, OD_EINPUT, "%s is no column of whole numbers", text);
    }
    return 0;
}

static int set_where(struct od_own *own, const char *text, struct od_err *err)
{
    return od_where_parse(text, &own->where, err);
}

static int set_unit(struct od_own *own, const char *text, struct od_err *err)
{
    own->unit = text;
    return od_time_unit_find(text) != NULL
               ? 0
               : od_fail(err, OD_EINPUT, "%s is none of ns, us, ms and s", text);
}

static int set_title(struct od_own *own, const char *text, struct od_err *err)
{
    (void)err;
    own->title = text;
    return 0;
}

static int set_name(struct od_own *own, const char *text, struct od_err *err)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-";
    size_t len = strlen(text);
    own->name = text;
    if (len == 0 || len > 60 || strspn(text, allowed) != len) {
        return od_fail(err, OD_EINPUT, "1 to 60 letters, digits and hyphens make a name");
    }
    return 0;
}

static const struct {
    const char *name;
    bool needed;
    bool several;
    int (*set)(struct od_own *own, const char *text, struct od_err *err);
} members[] = {
    {"name", true, false, set_name},    {"title", false, false, set_title},
    {"rows", true, true, add_row_key},  {"columns", false, true, add_column_key},
    {"value", false, false, set_value}, {"statistic", true, true, add_statistic},
    {"where", false, false, set_where}, {"unit", false, false, set_unit},
};

enum { MEMBERS = sizeof members / sizeof members[0] };

static int set_digits(struct od_own *own, const json_t *value, struct od_err *err)
{
    json_int_t digits = json_is_integer(value) ? json_integer_value(value) : -1;
    if (digits < 0 || digits > 6) {
        return od_fail(err, OD_EINPUT, "digits is a whole number of 0 to 6");
    }
    own->digits = (int)digits;
    return 0;
}

static int set_member(struct od_own *own, const char *name, const json_t *value,
                      struct od_err *err)
{
    if (strcmp(name, "digits") == 0) {
        return set_digits(own, value, err);
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        if (strcmp(name, members[i].name) != 0) {
            continue;
        }
        if (!members[i].several && !json_is_string(value)) {
            return od_fail(err, OD_EINPUT, "%s is a text", name);
        }
        return each_text(value, name, own, members[i].set, err);
    }
    return od_fail(err, OD_EINPUT, "a table has no member %s", name);
}

void od_key_needs(const char *name, struct od_column_set *set)
{
    const struct od_column *column = od_where_column(name);
    if (column != NULL) {
        set->has[od_column_where(column)] = true;
    }
}

void od_own_needs(const struct od_own *own, struct od_column_set *set)
{
    const struct od_cross *cross = &own->cross;
    for (size_t i = 0; i < cross->rows.count; i++) {
        od_key_needs(cross->rows.items[i].name, set);
    }
    for (size_t i = 0; i < cross->beside.count; i++) {
        od_key_needs(cross->beside.items[i].name, set);
    }
    for (size_t i = 0; i < OD_COLUMNS; i++) {
        const struct od_column *column = od_column_at(i);
        set->has[i] |= column == cross->value || od_where_uses(own->where, column);
    }
}

static int fill(struct od_own *own, struct od_err *err)
{
    const char *name = NULL;
    json_t *value = NULL;
    if (!json_is_object(own->root)) {
        return od_fail(err, OD_EINPUT, "a table is a JSON object");
    }
    json_object_foreach(own->root, name, value)
    {
        if (set_member(own, name, value, err) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        const json_t *found = json_object_get(own->root, members[i].name);
        bool empty = json_is_array(found) && json_array_size(found) == 0;
        if (members[i].needed && (found == NULL || empty)) {
            return od_fail(err, OD_EINPUT, "%s is missing", members[i].name);
        }
    }
    return 0;
}

int od_own_read(const char *path, struct od_own **out, struct od_err *err)
{
    struct od_own *own = od_xcalloc(1, sizeof *own);
    own->digits = -1;
    int rc = od_json_file_read(path, OD_OWN_BYTES, &own->root, err);
    if (rc == 0 && fill(own, err) != 0) {
        od_err_context(err, "%s", path);
        rc = -1;
    }
    if (rc != 0) {
        od_own_free(own);
        return -1;
    }
    *out = own;
    return 0;
}

/* One flag a row: the table's conditions do not hold for it. NULL without conditions. */
static bool *left_out(const struct od_own *own, const struct od_rows *rows)
{
    if (own->where == NULL) {
        return NULL;
    }
    struct od_record record;
    bool *aside = od_xcalloc(rows->count, sizeof *aside);
    for (size_t i = 0; i < rows->count; i++) {
        od_rows_get(rows, i, &record);
        aside[i] = !od_where_holds(own->where, &record);
    }
    return aside;
}

int od_own_build(const struct od_own *own, const struct od_rows *rows,
                 const struct od_table_choice *choice, struct od_table *table,
                 struct od_err *err)
{
    const struct od_table_spec spec = {.name = own->name, .digits = 2};
    struct od_table_choice chosen = *choice;
    struct od_cross cross = own->cross;
    bool *aside = left_out(own, rows);
    struct od_scope scope = {.rows = rows, .aside = aside};
    if (choice->unit == NULL) {
        /* The file's digits are those of the file's unit. */
        chosen.unit = own->unit;
        chosen.digits = choice->digits >= 0 ? choice->digits : own->digits;
    }
    int rc = od_table_begin(&spec, &chosen, table, err);
    rc = rc == 0 ? od_scope_choose(&scope, &spec, &chosen, err) : rc;
    rc = rc == 0 ? od_keys_choose(&cross.rows, &chosen, err) : rc;
    if (rc == 0) {
        table->title = od_xstrdup(own->title != NULL ? own->title : own->name);
        rc = od_cross_fill(&cross, &scope, table, err);
    }
    if (rc == 0) {
        od_scope_notes(&scope, table);
        rc = od_table_end(&spec, &chosen, table, err);
    }
    od_scope_release(&scope);
    free(aside);
    return rc;
}
