/* Conditions on columns out of a text. */
#include "record/where.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/parse.h"
#include "record/where_parts.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Longer spellings stand before their beginnings. */
static const struct {
    const char *text;
    enum od_op op;
} ops[] = {{"=~", OD_OP_HOLDS}, {"!~", OD_OP_LACKS}, {"!=", OD_OP_UNEQUAL},
           {"<=", OD_OP_UPTO},  {">=", OD_OP_FROM},  {"=", OD_OP_EQUAL},
           {"<", OD_OP_LESS},   {">", OD_OP_MORE}};

static const struct {
    const char *name;
    const char *column; /* NULL: none alone */
    int made;
} shorts[] = {{"objects", "gt_objects", 0},     {"image", "file_name", OD_MADE_IMAGE},
              {"bytes", "file_bytes", 0},       {"latency", "service_ns", 0},
              {"pixels", NULL, OD_MADE_PIXELS}, {NULL, NULL, 0}};

const struct od_column *od_where_column(const char *name)
{
    for (size_t i = 0; shorts[i].name != NULL; i++) {
        if (strcmp(shorts[i].name, name) == 0) {
            return shorts[i].column != NULL ? od_column_find(shorts[i].column) : NULL;
        }
    }
    return od_column_find(name);
}

bool od_condition_is_number(const struct od_condition *c)
{
    bool text = c->column != NULL && c->column->type != OD_COLUMN_INT &&
                c->column->type != OD_COLUMN_REAL;
    return !text && c->op != OD_OP_HOLDS && c->op != OD_OP_LACKS;
}

bool od_condition_is_order(enum od_op op)
{
    return op == OD_OP_LESS || op == OD_OP_UPTO || op == OD_OP_MORE || op == OD_OP_FROM;
}

/* Names the condition at start in front of what is wrong with it. */
static int fail_at(const char *start, struct od_err *err, const char *why)
{
    return od_fail(err, OD_EINPUT, "'%.*s': %s", (int)strcspn(start, ","), start, why);
}

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t");
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    size_t tail = strlen(end);
    return len >= tail && strcmp(text + len - tail, end) == 0;
}

static bool ends_value(char c)
{
    return c == '\0' || c == ',' || c == '|';
}

/* A value in quotation marks, two of which inside are one. NULL: not closed. */
static char *quoted(const char **at)
{
    struct od_buf text;
    const char *p = *at + 1;
    od_buf_init(&text, 0);
    for (; *p != '\0' && (*p != '"' || p[1] == '"'); p++) {
        od_buf_putc(&text, *p);
        p += *p == '"' ? 1 : 0;
    }
    char *out = *p == '"' ? od_buf_steal(&text) : NULL;
    *at = *p == '"' ? skip_blanks(p + 1) : p;
    od_buf_release(&text);
    return out;
}

static int read_number(const struct od_condition *c, struct od_condition_value *v)
{
    const char *name = c->column != NULL ? c->column->name : "pixels";
    int rc = 0;
    v->is_whole = od_parse_i64(v->text, INT64_MIN + 1, INT64_MAX, &v->whole, NULL) == 0;
    if (!v->is_whole && od_parse_double(v->text, -HUGE_VAL, HUGE_VAL, &v->real, NULL)) {
        if (ends_with(name, "_ns")) {
            rc = od_parse_duration_ns(v->text, &v->whole, NULL);
        } else if (strstr(name, "bytes") != NULL) {
            rc = od_parse_bytes(v->text, &v->whole, NULL);
        } else {
            rc = -1;
        }
        v->is_whole = rc == 0;
    }
    v->real = v->is_whole ? (double)v->whole : v->real;
    return rc;
}

static int add_value(struct od_condition *c, char *text, const char *start,
                     struct od_err *err)
{
    struct od_condition_value v = {.text = text};
    c->values = od_xgrow(c->values, c->count, &c->capacity, sizeof *c->values);
    bool bad = od_condition_is_number(c) && *text != '\0' && read_number(c, &v) != 0;
    c->values[c->count++] = v;
    if (bad) {
        return fail_at(start, err, "not a number that fits this column");
    }
    return od_condition_is_order(c->op) && *text == '\0'
               ? fail_at(start, err, "no number")
               : 0;
}

static int read_values(struct od_condition *c, const char **at, const char *start,
                       struct od_err *err)
{
    const char *p = *at;
    do {
        p = skip_blanks(p + (c->count > 0 ? 1 : 0));
        char *text = NULL;
        if (*p == '"') {
            text = quoted(&p);
        } else {
            size_t len = strcspn(p, ",|");
            text = od_xstrndup(p, len);
            (void)od_trim(text);
            p += len;
        }
        if (text == NULL || !ends_value(*p)) {
            free(text);
            return fail_at(start, err, "quotation marks out of place");
        }
        if (add_value(c, text, start, err) != 0) {
            return -1;
        }
    } while (*p == '|');
    *at = p;
    return 0;
}

static int find_column(struct od_condition *c, const char *name, const char *start,
                       struct od_err *err)
{
    c->column = od_where_column(name);
    for (size_t i = 0; shorts[i].name != NULL; i++) {
        c->made = strcmp(shorts[i].name, name) == 0 ? shorts[i].made : c->made;
    }
    return c->column == NULL && c->made != OD_MADE_PIXELS
               ? fail_at(start, err, "no such column")
               : 0;
}

static const char *find_op(const char *p, enum od_op *op)
{
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        size_t len = strlen(ops[i].text);
        if (strncmp(p, ops[i].text, len) == 0) {
            *op = ops[i].op;
            return p + len;
        }
    }
    return NULL;
}

static int read_condition(struct od_condition *c, const char **at, struct od_err *err)
{
    const char *start = *at;
    size_t len = strcspn(start, "=!<>,");
    if (start[len] == '\0' || start[len] == ',') {
        return fail_at(start, err, "no operator, as in model=ssd or objects>=5");
    }
    const char *p = find_op(start + len, &c->op);
    if (p == NULL || *p == '=') {
        return fail_at(start, err, "no such operator; there are = != =~ !~ < <= > >=");
    }
    char *name = od_xstrndup(start, len);
    int rc = find_column(c, od_trim(name), start, err);
    free(name);
    if (rc == 0 && od_condition_is_order(c->op) && !od_condition_is_number(c)) {
        rc = fail_at(start, err, "this column holds no numbers");
    }
    rc = rc == 0 ? read_values(c, &p, start, err) : rc;
    if (rc == 0 && od_condition_is_order(c->op) && c->count > 1) {
        rc = fail_at(start, err, "alternatives go with = != =~ and !~ only");
    }
    *at = p;
    return rc;
}

int od_where_parse(const char *text, struct od_where **out, struct od_err *err)
{
    *out = NULL;
    const char *p = text != NULL ? skip_blanks(text) : "";
    if (*p == '\0') {
        return 0;
    }
    struct od_where *where = od_xcalloc(1, sizeof *where);
    for (bool more = true; more; p += more ? 1 : 0) {
        p = skip_blanks(p);
        where->items =
            od_xgrow(where->items, where->count, &where->capacity, sizeof *where->items);
        struct od_condition *c = &where->items[where->count++];
        *c = (struct od_condition){0};
        if (read_condition(c, &p, err) != 0) {
            od_where_free(where);
            return -1;
        }
        more = *p == ',';
    }
    *out = where;
    return 0;
}

void od_where_free(struct od_where *where)
{
    for (size_t i = 0; where != NULL && i < where->count; i++) {
        for (size_t k = 0; k < where->items[i].count; k++) {
            free(where->items[i].values[k].text);
        }
        free(where->items[i].values);
    }
    if (where != NULL) {
        free(where->items);
    }
    free(where);
}
