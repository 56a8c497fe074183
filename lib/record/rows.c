/* Result files back into memory. */
#include "record/rows.h"

#include "base/alloc.h"
#include "record/csv_read.h"
#include "record/digest.h"
#include "record/intern.h"
#include "record/tuples.h"
#include "record/where.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A column that rows share, all of which take one word. */
struct part {
    size_t offset;
    enum od_at at;
};
#define PART(name)                                                                       \
    {                                                                                    \
        offsetof(struct od_record, name), OD_AT_##name                                   \
    }

/* A column of OD_HOME_ROW. */
struct od_own_column {
    enum od_at at;
    enum od_column_type type;
    size_t offset;
    uint64_t seed; /* of the digest */
    bool kept;
};

static const struct part kind_parts[] = {
    PART(schema),     PART(run_id),        PART(cell_id),     PART(attempt),
    PART(phase),      PART(client),        PART(target),      PART(placement),
    PART(model),      PART(model_version), PART(weights),     PART(protocol),
    PART(payload),    PART(batch),         PART(concurrency), PART(rate),
    PART(connection), PART(start_unix_ns), PART(status),      PART(code),
    PART(srv_source),
};
static const struct part image_parts[] = {
    PART(image_id), PART(file_name), PART(file_bytes),
    PART(width),    PART(height),    PART(gt_objects),
};

enum {
    KIND_PARTS = sizeof kind_parts / sizeof kind_parts[0],
    IMAGE_PARTS = sizeof image_parts / sizeof image_parts[0]
};

static bool is_part(const struct part *parts, size_t count, enum od_at at)
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

static uint64_t digest_of(const struct od_record *record, enum od_at at)
{
    const struct od_column *column = od_column_at(at);
    const void *field = (const char *)record + column->offset;
    uint64_t seed = od_digest_seed(at);
    return column->type == OD_COLUMN_INT ? od_digest_int(seed, *(const int64_t *)field)
           : column->type == OD_COLUMN_REAL
               ? od_digest_real(seed, *(const double *)field)
               : od_digest_text(seed, *(const char *const *)field);
}

static struct od_shared *new_shared(const struct od_record *record,
                                    const struct part *parts, size_t count)
{
    struct od_shared *shared = od_xcalloc(1, sizeof *shared);
    od_record_init(&shared->record);
    shared->record.schema = OD_NONE;
    for (size_t i = 0; i < count; i++) {
        memcpy((char *)&shared->record + parts[i].offset,
               (const char *)record + parts[i].offset, sizeof(uint64_t));
        shared->digest += digest_of(record, parts[i].at);
    }
    const struct od_record *own = &shared->record;
    shared->main = own->phase != NULL && strcmp(own->phase, "main") == 0;
    shared->ok = own->status != NULL && strcmp(own->status, "ok") == 0;
    shared->local = own->placement != NULL && strcmp(own->placement, "local") == 0;
    return shared;
}

/* The place of what record shares; last: that of the row before. */
static uint32_t share(struct od_shared_list *list, const struct od_record *record,
                      const struct part *parts, size_t count, uint32_t last)
{
    uint64_t words[KIND_PARTS];
    for (size_t i = 0; i < count; i++) {
        memcpy(&words[i], (const char *)record + parts[i].offset, sizeof words[i]);
    }
    if (list->tuples == NULL) {
        list->tuples = od_xcalloc(1, sizeof *list->tuples);
        list->tuples->width = count;
    }
    if (list->count > 0 &&
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
                at, od_column_at(at)->type, od_column_at(at)->offset, od_digest_seed(at),
                rows->only == NULL || rows->only->has[at]};
        }
    }
}

/* Room for a column that had no value so far. */
static void open_column(const struct od_rows *rows, enum od_column_type type,
                        struct od_rows_column *column)
{
    switch (type) {
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

static void grow(struct od_rows *rows)
{
    size_t n = rows->capacity > 0 ? 2 * rows->capacity : 64;
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

/* Puts the value at field behind the others of its column; returns what it adds to the
 * digest. */
static uint64_t put(struct od_rows *rows, const struct od_own_column *own,
                    const void *field)
{
    struct od_rows_column *column = &rows->columns[own->at];
    uint64_t digest = 0;
    int64_t whole = OD_NONE;
    double real = (double)NAN;
    const char *text = NULL;
    switch (own->type) {
    case OD_COLUMN_INT:
        whole = *(const int64_t *)field;
        digest = od_digest_int(own->seed, whole);
        break;
    case OD_COLUMN_REAL:
        real = *(const double *)field;
        digest = od_digest_real(own->seed, real);
        break;
    case OD_COLUMN_STR:
        text = *(const char *const *)field;
        digest = od_digest_text(own->seed, text);
        break;
    case OD_COLUMN_TEXT:
        text = field;
        digest = od_digest_text(own->seed, text);
        break;
    }
    bool empty = whole == OD_NONE && isnan(real) && (text == NULL || *text == '\0');
    bool open = column->ints != NULL || column->reals != NULL || column->texts != NULL;
    if (!own->kept || (empty && !open)) {
        return digest;
    }
    if (!open) {
        open_column(rows, own->type, column);
    }
    if (column->ints != NULL) {
        column->ints[rows->count] = whole;
    } else if (column->reals != NULL) {
        column->reals[rows->count] = real;
    } else if (column->texts != NULL) {
        column->texts[rows->count] = empty ? NULL : od_rows_intern(rows, text);
    }
    return digest;
}

int od_rows_add(struct od_rows *rows, const struct od_record *record, struct od_err *err)
{
    if (rows->where != NULL && !od_where_holds(rows->where, record)) {
        return 0;
    }
    if (rows->count == UINT32_MAX - 1) {
        return od_fail(err, OD_ELIMIT, "more than %zu rows", rows->count);
    }
    if (rows->own == NULL) {
        list_own(rows);
    }
    if (rows->count == rows->capacity) {
        grow(rows);
    }
    size_t i = rows->count;
    uint32_t kind = share(&rows->kinds, record, kind_parts, KIND_PARTS,
                          i > 0 ? rows->kind_of[i - 1] : 0);
    uint32_t image = share(&rows->images, record, image_parts, IMAGE_PARTS,
                           i > 0 ? rows->image_of[i - 1] : 0);
    uint64_t sum = rows->kinds.items[kind]->digest + rows->images.items[image]->digest;
    for (size_t k = 0; k < rows->own_count; k++) {
        sum += put(rows, &rows->own[k], (const char *)record + rows->own[k].offset);
    }
    rows->kind_of[i] = kind;
    rows->image_of[i] = image;
    rows->digests[i] = od_digest_end(sum);
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

static const char *keep(void *arg, const char *text)
{
    return od_rows_intern(arg, text);
}

static int add(void *arg, const struct od_record *record, struct od_err *err)
{
    return od_rows_add(arg, record, err);
}

int od_rows_read(struct od_rows *rows, const char *path, size_t *cut, struct od_err *err)
{
    struct od_csv_read read = {
        .path = path, .lasting = true, .keep = keep, .each = add, .arg = rows};
    int fd = STDIN_FILENO;
    if (strcmp(path, "-") == 0) {
        read.path = "standard input";
    } else {
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            return od_fail(err, errno == ENOENT ? OD_ENOENT : OD_ESYS, "%s: %s", path,
                           strerror(errno));
        }
    }
    int rc = od_csv_read(&read, fd, err);
    if (rc == 0 && read.cut && cut != NULL) {
        (*cut)++;
    }
    if (fd != STDIN_FILENO) {
        (void)close(fd);
    }
    return rc;
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
