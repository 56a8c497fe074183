/* Rows, column by column. */
#include "record/rows_parts.h"

#include "base/alloc.h"
#include "record/digest.h"
#include "record/intern.h"
#include "record/tuples.h"
#include "record/where.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PART(name)                                                                       \
    {                                                                                    \
        offsetof(struct od_record, name), OD_AT_##name                                   \
    }

static const struct od_rows_part kind_parts[] = {
    PART(schema),     PART(run_id),        PART(cell_id),     PART(attempt),
    PART(phase),      PART(client),        PART(target),      PART(placement),
    PART(model),      PART(model_version), PART(weights),     PART(protocol),
    PART(payload),    PART(batch),         PART(concurrency), PART(rate),
    PART(connection), PART(start_unix_ns), PART(status),      PART(code),
    PART(srv_source),
};
static const struct od_rows_part image_parts[] = {
    PART(image_id), PART(file_name), PART(file_bytes),
    PART(width),    PART(height),    PART(gt_objects),
};

enum {
    KIND_PARTS = sizeof kind_parts / sizeof kind_parts[0],
    IMAGE_PARTS = sizeof image_parts / sizeof image_parts[0]
};

_Static_assert((size_t)KIND_PARTS <= OD_ROWS_PARTS &&
                   (size_t)IMAGE_PARTS <= OD_ROWS_PARTS,
               "OD_ROWS_PARTS is too small");

static bool is_part(const struct od_rows_part *parts, size_t count, enum od_at at)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].at == at) {
            return true;
        }
    }
    return false;
}

enum od_home od_column_home(enum od_at at)
{
    return is_part(kind_parts, KIND_PARTS, at)     ? OD_HOME_KIND
           : is_part(image_parts, IMAGE_PARTS, at) ? OD_HOME_IMAGE
                                                   : OD_HOME_ROW;
}

const struct od_rows_part *od_rows_parts(enum od_home home, size_t *count)
{
    *count = home == OD_HOME_KIND ? (size_t)KIND_PARTS : (size_t)IMAGE_PARTS;
    return home == OD_HOME_KIND ? kind_parts : image_parts;
}

static struct od_shared *new_shared(const struct od_record *record,
                                    const struct od_rows_part *parts, size_t count)
{
    struct od_shared *shared = od_xcalloc(1, sizeof *shared);
    od_record_init(&shared->record);
    shared->record.schema = OD_NONE;
    for (size_t i = 0; i < count; i++) {
        memcpy((char *)&shared->record + parts[i].offset,
               (const char *)record + parts[i].offset, sizeof(uint64_t));
    }
    const struct od_record *own = &shared->record;
    shared->main = own->phase != NULL && strcmp(own->phase, "main") == 0;
    shared->ok = own->status != NULL && strcmp(own->status, "ok") == 0;
    shared->local = own->placement != NULL && strcmp(own->placement, "local") == 0;
    return shared;
}

uint32_t od_rows_share(struct od_rows *rows, enum od_home home,
                       const struct od_record *record, uint32_t last)
{
    uint64_t words[OD_ROWS_PARTS];
    size_t count = 0;
    const struct od_rows_part *parts = od_rows_parts(home, &count);
    struct od_shared_list *list = home == OD_HOME_KIND ? &rows->kinds : &rows->images;
    for (size_t i = 0; i < count; i++) {
        memcpy(&words[i], (const char *)record + parts[i].offset, sizeof words[i]);
    }
    if (list->tuples == NULL) {
        list->tuples = od_xcalloc(1, sizeof *list->tuples);
        list->tuples->width = count;
    }
    if (last < list->count &&
        memcmp(words, list->tuples->words + last * count, count * sizeof words[0]) == 0) {
        return last;
    }
    uint32_t at = od_tuples_add(list->tuples, words);
    if (at == list->count) {
        list->items =
            od_xgrow(list->items, list->count, &list->capacity, sizeof *list->items);
        list->items[list->count++] = new_shared(record, parts, count);
    }
    return at;
}

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

static void release_shared(struct od_shared_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
    }
    free(list->items);
    if (list->tuples != NULL) {
        od_tuples_release(list->tuples);
        free(list->tuples);
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
    release_shared(&rows->kinds);
    release_shared(&rows->images);
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
