/* Result files back into memory. */
#include "base/alloc.h"
#include "record/csv_read.h"
#include "record/digest.h"
#include "record/rows_own.h"
#include "record/rows_shared.h"
#include "record/where.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A batch on its way into the rows. */
struct taken {
    struct od_rows *rows;
    const struct od_csv_batch *batch;
    uint32_t *picked; /* the rows of the batch that are taken, count of them; owned */
    size_t count;
    struct od_record record;
};

static bool is_missing(const struct od_csv_batch *batch, enum od_at at)
{
    return batch->values[at].ints == NULL;
}

/* Nothing of the column is measured. */
static bool is_empty(const struct od_csv_batch *batch, enum od_at at,
                     enum od_column_type type)
{
    const union od_csv_values *values = &batch->values[at];
    if (is_missing(batch, at)) {
        return true;
    }
    switch (type) {
    case OD_COLUMN_INT:
        return batch->steady[at] && values->ints[0] == OD_NONE;
    case OD_COLUMN_REAL:
        return batch->steady[at] && isnan(values->reals[0]);
    case OD_COLUMN_STR:
        return batch->steady[at] && values->strs[0] == NULL;
    case OD_COLUMN_TEXT:
        break;
    }
    return batch->steady[at] && *values->texts[0] == '\0';
}

static uint64_t digest_at(const struct od_csv_batch *batch, enum od_at at,
                          enum od_column_type type, uint64_t seed, size_t row)
{
    const union od_csv_values *values = &batch->values[at];
    switch (type) {
    case OD_COLUMN_INT:
        return od_digest_int(seed, values->ints[row]);
    case OD_COLUMN_REAL:
        return od_digest_real(seed, values->reals[row]);
    case OD_COLUMN_STR:
        return values->strs[row] != NULL ? od_digest_text(seed, values->strs[row]->text)
                                         : 0;
    case OD_COLUMN_TEXT:
        break;
    }
    return od_digest_text(seed, values->texts[row]);
}

/* A column that differs from row to row. */
static void add_digests(const struct od_csv_batch *batch, enum od_at at, uint64_t seed)
{
    enum od_column_type type = od_column_at(at)->type;
    const union od_csv_values *values = &batch->values[at];
    const struct od_csv_str *last = NULL;
    uint64_t digest = 0;
    if (type == OD_COLUMN_INT) {
        for (size_t i = 0; i < batch->count; i++) {
            batch->notes[i] += od_digest_int(seed, values->ints[i]);
        }
        return;
    }
    for (size_t i = 0; i < batch->count; i++) {
        bool same = type == OD_COLUMN_STR && last != NULL && values->strs[i] == last;
        digest = same ? digest : digest_at(batch, at, type, seed, i);
        last = type == OD_COLUMN_STR ? values->strs[i] : NULL;
        batch->notes[i] += digest;
    }
}

/* Notes the digest of every row. */
static void prepare(void *arg, const struct od_csv_batch *batch)
{
    (void)arg;
    uint64_t steady = 0;
    memset(batch->notes, 0, batch->count * sizeof *batch->notes);
    for (int i = 0; i < OD_COLUMNS; i++) {
        enum od_at at = (enum od_at)i;
        uint64_t seed = od_digest_seed(at);
        if (is_missing(batch, at)) {
            continue;
        }
        if (batch->steady[at]) {
            steady += digest_at(batch, at, od_column_at(at)->type, seed, 0);
        } else {
            add_digests(batch, at, seed);
        }
    }
    for (size_t i = 0; i < batch->count; i++) {
        batch->notes[i] = od_digest_end(batch->notes[i] + steady);
    }
}

static const char *keep(struct od_rows *rows, struct od_csv_str *str)
{
    if (str != NULL && str->kept == NULL) {
        str->kept = od_rows_intern(rows, str->text);
    }
    return str != NULL ? str->kept : NULL;
}

static void set_text(char *to, size_t size, const char *text)
{
    size_t len = strlen(text);
    len = len < size ? len : size - 1;
    memcpy(to, text, len);
    to[len] = '\0';
}

/* Sets a column of the record to that of a row. */
static void set_field(struct taken *taken, enum od_at at, size_t row)
{
    const struct od_column *column = od_column_at(at);
    const union od_csv_values *values = &taken->batch->values[at];
    void *field = (char *)&taken->record + column->offset;
    if (is_missing(taken->batch, at)) {
        return;
    }
    switch (column->type) {
    case OD_COLUMN_INT:
        *(int64_t *)field = values->ints[row];
        break;
    case OD_COLUMN_REAL:
        *(double *)field = values->reals[row];
        break;
    case OD_COLUMN_STR:
        *(const char **)field = keep(taken->rows, values->strs[row]);
        break;
    case OD_COLUMN_TEXT:
        set_text(field, column->size, values->texts[row]);
        break;
    }
}

/* The rows for which the conditions hold. */
static void pick(struct taken *taken)
{
    enum od_at needed[OD_COLUMNS];
    size_t needed_count = 0;
    const struct od_where *where = taken->rows->where;
    for (int i = 0; i < OD_COLUMNS; i++) {
        if (od_where_uses(where, od_column_at((size_t)i))) {
            needed[needed_count++] = (enum od_at)i;
        }
    }
    taken->count = 0;
    for (size_t row = 0; row < taken->batch->count; row++) {
        for (size_t k = 0; k < needed_count; k++) {
            if (row == 0 || !taken->batch->steady[needed[k]]) {
                set_field(taken, needed[k], row);
            }
        }
        if (od_where_holds(where, &taken->record)) {
            taken->picked[taken->count++] = (uint32_t)row;
        }
    }
}

/* The columns of a home that differ between rows; *count of them. */
static void list_varying(const struct od_csv_batch *batch, enum od_home home,
                         enum od_at varying[OD_ROWS_PARTS], size_t *count)
{
    size_t part_count = 0;
    const struct od_rows_part *parts = od_rows_parts(home, &part_count);
    *count = 0;
    for (size_t i = 0; i < part_count; i++) {
        if (!is_missing(batch, parts[i].at) && !batch->steady[parts[i].at]) {
            varying[(*count)++] = parts[i].at;
        }
    }
}

/* Equal texts may have several places; then they are compared later. All parts take one
 * word. */
static bool same_parts(const struct od_csv_batch *batch, const enum od_at *varying,
                       size_t count, size_t a, size_t b)
{
    for (size_t i = 0; i < count; i++) {
        const int64_t *words = batch->values[varying[i]].ints;
        if (memcmp(words + a, words + b, sizeof *words) != 0) {
            return false;
        }
    }
    return true;
}

/* What the rows share of one home. */
static void take_shared(struct taken *taken, enum od_home home, uint32_t *place)
{
    enum od_at varying[OD_ROWS_PARTS];
    size_t count = 0;
    size_t part_count = 0;
    const struct od_rows_part *parts = od_rows_parts(home, &part_count);
    list_varying(taken->batch, home, varying, &count);
    for (size_t i = 0; i < part_count; i++) {
        set_field(taken, parts[i].at, taken->picked[0]);
    }
    uint32_t last = 0;
    for (size_t i = 0; i < taken->count; i++) {
        size_t row = taken->picked[i];
        if (i == 0 ||
            !same_parts(taken->batch, varying, count, taken->picked[i - 1], row)) {
            for (size_t k = 0; k < count; k++) {
                set_field(taken, varying[k], row);
            }
            last = od_rows_share(taken->rows, home, &taken->record, last);
        }
        place[i] = last;
    }
}

/* The values of a column of OD_HOME_ROW, behind those that are there. */
static void take_column(struct taken *taken, const struct od_own_column *own)
{
    struct od_rows *rows = taken->rows;
    struct od_rows_column *column = &rows->columns[own->at];
    const union od_csv_values *values = &taken->batch->values[own->at];
    bool missing = is_missing(taken->batch, own->at);
    size_t first = rows->count;
    if (column->ints == NULL && column->reals == NULL && column->texts == NULL) {
        if (is_empty(taken->batch, own->at, own->type)) {
            return; /* nothing is measured so far */
        }
        od_rows_open(rows, own);
    }
    for (size_t i = 0; i < taken->count && column->ints != NULL; i++) {
        column->ints[first + i] = missing ? OD_NONE : values->ints[taken->picked[i]];
    }
    for (size_t i = 0; i < taken->count && column->reals != NULL; i++) {
        column->reals[first + i] =
            missing ? (double)NAN : values->reals[taken->picked[i]];
    }
    for (size_t i = 0; i < taken->count && column->texts != NULL; i++) {
        const char *text = NULL;
        if (!missing && own->type == OD_COLUMN_STR) {
            text = keep(rows, values->strs[taken->picked[i]]);
        } else if (!missing && *values->texts[taken->picked[i]] != '\0') {
            text = od_rows_intern(rows, values->texts[taken->picked[i]]);
        }
        column->texts[first + i] = text;
    }
}

static int take(void *arg, const struct od_csv_batch *batch, size_t *row,
                struct od_err *err)
{
    struct taken *taken = arg;
    struct od_rows *rows = taken->rows;
    (void)row;
    taken->batch = batch;
    taken->count = batch->count;
    taken->picked = od_xrealloc(taken->picked, batch->count, sizeof *taken->picked);
    if (rows->where != NULL) {
        pick(taken);
    } else {
        for (size_t i = 0; i < batch->count; i++) {
            taken->picked[i] = (uint32_t)i;
        }
    }
    if (taken->count == 0) {
        return 0;
    }
    if (od_rows_reserve(rows, taken->count, err) != 0) {
        return -1;
    }
    take_shared(taken, OD_HOME_KIND, rows->kind_of + rows->count);
    take_shared(taken, OD_HOME_IMAGE, rows->image_of + rows->count);
    for (size_t i = 0; i < rows->own_count; i++) {
        if (rows->own[i].kept) {
            take_column(taken, &rows->own[i]);
        }
    }
    for (size_t i = 0; i < taken->count; i++) {
        rows->digests[rows->count + i] = batch->notes[taken->picked[i]];
    }
    rows->count += taken->count;
    return 0;
}

int od_rows_read(struct od_rows *rows, const char *path, size_t *cut, struct od_err *err)
{
    struct taken taken = {.rows = rows};
    struct od_csv_read read = {
        .path = path, .batch = take, .prepare = prepare, .arg = &taken};
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
    od_record_init(&taken.record);
    taken.record.schema = OD_NONE;
    int rc = od_csv_read(&read, fd, err);
    if (rc == 0 && read.cut && cut != NULL) {
        (*cut)++;
    }
    if (fd != STDIN_FILENO) {
        (void)close(fd);
    }
    free(taken.picked);
    return rc;
}
