/* Rows, column by column. */
#include "record/rows_own.h"

#include "base/alloc.h"
#include "record/digest.h"
#include "record/intern.h"
#include "record/rows_shared.h"
#include "record/where.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void list_own(struct od_rows *rows)
{
    rows->own = od_xcalloc(OD_COLUMNS, sizeof *rows->own);
    for (int i = 0; i < OD_COLUMNS; i++) {
        enum od_at at = (enum od_at)i;
        if (od_column_home(at) == OD_HOME_ROW) {
            rows->own[rows->own_count++] = (struct od_own_column){
                at, od_column_at(at)->type, od_column_at(at)->offset,
                rows->only == NULL || rows->only->has[at]};
        }
    }
}

void od_rows_open(struct od_rows *rows, const struct od_own_column *own)
{
    struct od_rows_column *column = &rows->columns[own->at];
    switch (own->type) {
    case OD_COLUMN_INT:
        column->ints = od_xmalloc(rows->capacity * sizeof *column->ints);
        for (size_t i = 0; i < rows->count; i++) {
            column->ints[i] = OD_NONE;
        }
        break;
    case OD_COLUMN_REAL:
        column->reals = od_xmalloc(rows->capacity * sizeof *column->reals);
        for (size_t i = 0; i < rows->count; i++) {
            column->reals[i] = (double)NAN;
        }
        break;
    case OD_COLUMN_STR:
    case OD_COLUMN_TEXT:
        column->texts = od_xcalloc(rows->capacity, sizeof *column->texts);
        break;
    }
}

/* Large blocks move without being copied, so that doubling costs little. */
static void grow(struct od_rows *rows, size_t least)
{
    size_t n = rows->capacity > 0 ? rows->capacity : 64;
    while (n < least) {
        n *= 2;
    }
    rows->capacity = n;
    rows->kind_of = od_xrealloc(rows->kind_of, n, sizeof *rows->kind_of);
    rows->image_of = od_xrealloc(rows->image_of, n, sizeof *rows->image_of);
    rows->digests = od_xrealloc(rows->digests, n, sizeof *rows->digests);
    for (size_t at = 0; at < OD_COLUMNS; at++) {
        struct od_rows_column *column = &rows->columns[at];
        if (column->ints != NULL) {
            column->ints = od_xrealloc(column->ints, n, sizeof *column->ints);
        } else if (column->reals != NULL) {
            column->reals = od_xrealloc(column->reals, n, sizeof *column->reals);
        } else if (column->texts != NULL) {
            column->texts = od_xrealloc(column->texts, n, sizeof *column->texts);
        }
    }
}

int od_rows_reserve(struct od_rows *rows, size_t count, struct od_err *err)
{
    if (count > UINT32_MAX - 1 - rows->count) {
        return od_fail(err, OD_ELIMIT, "more than %u rows", UINT32_MAX - 1);
    }
    if (rows->own == NULL) {
        list_own(rows);
    }
    if (rows->count + count > rows->capacity) {
        grow(rows, rows->count + count);
    }
    return 0;
}

/* Puts the value at field behind the others of its column. */
static void put(struct od_rows *rows, const struct od_own_column *own, const void *field)
{
    struct od_rows_column *column = &rows->columns[own->at];
    int64_t whole = OD_NONE;
    double real = (double)NAN;
    const char *text = NULL;
    switch (own->type) {
    case OD_COLUMN_INT:
        whole = *(const int64_t *)field;
        break;
    case OD_COLUMN_REAL:
        real = *(const double *)field;
        break;
    case OD_COLUMN_STR:
        text = *(const char *const *)field;
        break;
    case OD_COLUMN_TEXT:
        text = field;
        break;
    }
    bool empty = whole == OD_NONE && isnan(real) && (text == NULL || *text == '\0');
    bool open = column->ints != NULL || column->reals != NULL || column->texts != NULL;
    if (!open && !empty) {
        od_rows_open(rows, own);
    }
    if (column->ints != NULL) {
        column->ints[rows->count] = whole;
    } else if (column->reals != NULL) {
        column->reals[rows->count] = real;
    } else if (column->texts != NULL) {
        column->texts[rows->count] = empty ? NULL : od_rows_intern(rows, text);
    }
}

int od_rows_add(struct od_rows *rows, const struct od_record *record, struct od_err *err)
{
    if (rows->where != NULL && !od_where_holds(rows->where, record)) {
        return 0;
    }
    if (od_rows_reserve(rows, 1, err) != 0) {
        return -1;
    }
    size_t i = rows->count;
    rows->kind_of[i] =
        od_rows_share(rows, OD_HOME_KIND, record, i > 0 ? rows->kind_of[i - 1] : 0);
    rows->image_of[i] =
        od_rows_share(rows, OD_HOME_IMAGE, record, i > 0 ? rows->image_of[i - 1] : 0);
    rows->digests[i] = od_record_digest(record);
    for (size_t k = 0; k < rows->own_count; k++) {
        if (rows->own[k].kept) {
            put(rows, &rows->own[k], (const char *)record + rows->own[k].offset);
        }
    }
    rows->count++;
    return 0;
}

static void set_text(char *to, size_t size, const char *text)
{
    size_t len = strlen(text);
    len = len < size ? len : size - 1;
    memcpy(to, text, len);
    to[len] = '\0';
}

void od_rows_get(const struct od_rows *rows, size_t i, struct od_record *out)
{
    const struct od_record *image = od_rows_image(rows, i);
    *out = od_rows_kind(rows, i)->record;
    out->image_id = image->image_id;
    out->file_name = image->file_name;
    out->file_bytes = image->file_bytes;
    out->width = image->width;
    out->height = image->height;
    out->gt_objects = image->gt_objects;
    for (size_t k = 0; k < rows->own_count; k++) {
        const struct od_own_column *own = &rows->own[k];
        const struct od_rows_column *column = &rows->columns[own->at];
        void *field = (char *)out + own->offset;
        if (column->ints != NULL) {
            *(int64_t *)field = column->ints[i];
        } else if (column->reals != NULL) {
            *(double *)field = column->reals[i];
        } else if (column->texts != NULL && own->type == OD_COLUMN_STR) {
            *(const char **)field = column->texts[i];
        } else if (column->texts != NULL && column->texts[i] != NULL) {
            set_text(field, od_column_at(own->at)->size, column->texts[i]);
        }
    }
}

void od_rows_release(struct od_rows *rows)
{
    for (size_t at = 0; at < OD_COLUMNS; at++) {
        free(rows->columns[at].ints);
        free(rows->columns[at].reals);
        free(rows->columns[at].texts);
    }
    free(rows->kind_of);
    free(rows->image_of);
    free(rows->digests);
    free(rows->own);
    od_shared_list_release(&rows->kinds);
    od_shared_list_release(&rows->images);
    od_intern_free(rows->pool);
    *rows = (struct od_rows){.only = rows->only, .where = rows->where};
}

const char *od_rows_intern(struct od_rows *rows, const char *text)
{
    if (rows->pool == NULL) {
        rows->pool = od_intern_new();
    }
    return od_intern_add(rows->pool, text);
}
