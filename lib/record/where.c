/* Conditions on columns, asked of a row. */
#include "record/where.h"

#include "base/buf.h"
#include "base/file.h"
#include "record/where_parts.h"

#include <math.h>
#include <string.h>

/* A number out of a row. */
struct number {
    bool known;
    bool is_whole;
    int64_t whole;
    double real;
};

static struct number number_of(const struct od_condition *c,
                               const struct od_record *record)
{
    struct number n = {0};
    if (c->column == NULL) {
        n.known = record->width >= 0 && record->height >= 0;
        n.real = n.known ? (double)record->width * (double)record->height : 0;
        return n;
    }
    const void *at = (const char *)record + c->column->offset;
    if (c->column->type == OD_COLUMN_INT) {
        n.whole = *(const int64_t *)at;
        n.real = (double)n.whole;
        n.known = n.is_whole = n.whole != OD_NONE;
    } else {
        n.real = *(const double *)at;
        n.known = isfinite(n.real);
    }
    return n;
}

/* -1, 0, 1: the row's number against the value. */
static int compare(const struct number *n, const struct od_condition_value *v)
{
    if (n->is_whole && v->is_whole) {
        return (n->whole > v->whole) - (n->whole < v->whole);
    }
    return (n->real > v->real) - (n->real < v->real);
}

static bool number_holds(const struct od_condition *c, const struct od_record *record)
{
    struct number n = number_of(c, record);
    bool any = false;
    for (size_t i = 0; i < c->count; i++) {
        const struct od_condition_value *v = &c->values[i];
        bool empty = *v->text == '\0';
        any = any || (n.known && !empty ? compare(&n, v) == 0 : n.known != empty);
    }
    int order = od_condition_is_order(c->op) ? compare(&n, &c->values[0]) : 0;
    switch (c->op) {
    case OD_OP_LESS:
        return n.known && order < 0;
    case OD_OP_UPTO:
        return n.known && order <= 0;
    case OD_OP_MORE:
        return n.known && order > 0;
    case OD_OP_FROM:
        return n.known && order >= 0;
    case OD_OP_UNEQUAL:
        return !any;
    case OD_OP_EQUAL:
    case OD_OP_HOLDS:
    case OD_OP_LACKS:
        break;
    }
    return any;
}

/* The row's text; scratch holds it where the column is none. */
static const char *text_of(const struct od_condition *c, const struct od_record *record,
                           struct od_buf *scratch)
{
    const char *text = NULL;
    const void *at = c->column != NULL ? (const char *)record + c->column->offset : NULL;
    if (c->column != NULL && c->column->type == OD_COLUMN_STR) {
        text = *(const char *const *)at;
    } else if (c->column != NULL && c->column->type == OD_COLUMN_TEXT) {
        text = at;
    } else if (c->column != NULL) {
        od_column_format(c->column, record, scratch);
        text = scratch->data;
    } else {
        struct number n = number_of(c, record);
        if (n.known) {
            od_buf_printf(scratch, "%.0f", n.real);
        }
        text = scratch->data;
    }
    text = text != NULL ? text : "";
    return c->made == OD_MADE_IMAGE ? od_path_base(text) : text;
}

static bool text_holds(const struct od_condition *c, const struct od_record *record)
{
    struct od_buf scratch = {0};
    bool inside = c->op == OD_OP_HOLDS || c->op == OD_OP_LACKS;
    bool any = false;
    if (c->column == NULL || c->column->type == OD_COLUMN_INT ||
        c->column->type == OD_COLUMN_REAL) {
        od_buf_init(&scratch, 0);
    }
    const char *text = text_of(c, record, &scratch);
    for (size_t i = 0; i < c->count && !any; i++) {
        const char *value = c->values[i].text;
        any = inside ? strstr(text, value) != NULL : strcmp(text, value) == 0;
    }
    od_buf_release(&scratch);
    return any == (c->op == OD_OP_EQUAL || c->op == OD_OP_HOLDS);
}

bool od_where_holds(const struct od_where *where, const struct od_record *record)
{
    for (size_t i = 0; where != NULL && i < where->count; i++) {
        const struct od_condition *c = &where->items[i];
        if (od_condition_is_number(c) ? !number_holds(c, record)
                                      : !text_holds(c, record)) {
            return false;
        }
    }
    return true;
}

bool od_where_uses(const struct od_where *where, const struct od_column *column)
{
    for (size_t i = 0; where != NULL && i < where->count; i++) {
        const struct od_condition *c = &where->items[i];
        bool pixels = c->made == OD_MADE_PIXELS && (strcmp(column->name, "width") == 0 ||
                                                    strcmp(column->name, "height") == 0);
        if (c->column == column || pixels) {
            return true;
        }
    }
    return false;
}
