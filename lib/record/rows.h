/* Result files back into memory, column by column. */
#ifndef OD_RECORD_ROWS_H
#define OD_RECORD_ROWS_H

#include "record/record.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct od_tuples;
struct od_where;

/* A set of columns. */
struct od_column_set {
    bool has[OD_COLUMNS];
};

/* What many rows have in common. record holds those columns and nothing else. */
struct od_shared {
    struct od_record record;
    bool main; /* phase main */
    bool ok;   /* status ok */
    bool local;
};

/* Each once, in the order in which they were met. */
struct od_shared_list {
    struct od_shared **items; /* owned, as what they point to */
    size_t count;
    size_t capacity;
    struct od_tuples *tuples; /* owned */
};

/* The values of a column by row; at most one of them is there: none where no row has a
 * value, or the column is shared or not kept. */
struct od_rows_column {
    int64_t *ints;
    double *reals;
    const char **texts; /* NULL: empty */
};

/*
 * Rows of several files one behind the other. A row is of a kind, which holds the columns
 * that are the same in all rows of a cell, phase and outcome (run_id to connection but
 * for rep, seq and pair; start_unix_ns, status, code, srv_source), and of an image
 * (image_id to gt_objects): both are few, so that a row takes 16 bytes and 8 for each
 * other column. A zeroed one is empty.
 */
struct od_rows {
    size_t count;
    size_t capacity;
    /* Borrowed; set before the first row. The where may go when all are there. */
    const struct od_column_set *only; /* of the other columns keep these; NULL: all */
    const struct od_where *where;     /* only rows that it holds for; NULL: all */
    /* Owned. */
    uint32_t *kind_of;  /* one a row: place in kinds */
    uint32_t *image_of; /* one a row: place in images */
    uint64_t *digests;  /* one a row: od_record_digest of all its columns */
    struct od_rows_column columns[OD_COLUMNS];
    struct od_shared_list kinds;
    struct od_shared_list images;
    struct od_own_column *own; /* the other columns */
    size_t own_count;
    void *pool; /* the strings, shared between rows */
};

/*
 * Appends the rows of a CSV file ("-": standard input). Columns go by name, in any order;
 * unknown ones are ignored, missing ones are empty. Fails with OD_ENOENT, OD_ESYS,
 * OD_ELIMIT (as od_rows_add) or OD_EINPUT naming file and line: no header, not a result
 * file (no model, protocol and service_ns columns), a number that is none, a line with
 * the wrong number of fields. A last line that was cut off in the middle (no newline) is
 * left out and counted in *cut when cut is not NULL.
 */
int od_rows_read(struct od_rows *rows, const char *path, size_t *cut,
                 struct od_err *err) OD_MUST_CHECK;
/* Appends one row; its STR fields are borrowed. Fails with OD_ELIMIT beyond 4 billion. */
int od_rows_add(struct od_rows *rows, const struct od_record *record,
                struct od_err *err) OD_MUST_CHECK;
void od_rows_release(struct od_rows *rows);

/* A copy of text that lives as long as rows does; equal texts give one pointer. */
const char *od_rows_intern(struct od_rows *rows, const char *text);

/* Where the values of a column are. */
enum od_home { OD_HOME_ROW, OD_HOME_KIND, OD_HOME_IMAGE };
enum od_home od_column_home(enum od_at at);

/* Row i as a record; what is not kept is "not measured". Valid as long as rows. */
void od_rows_get(const struct od_rows *rows, size_t i, struct od_record *out);

/* What row i shares with others. Valid as long as rows. */
static inline const struct od_shared *od_rows_kind(const struct od_rows *rows, size_t i)
{
    return rows->kinds.items[rows->kind_of[i]];
}
static inline const struct od_record *od_rows_image(const struct od_rows *rows, size_t i)
{
    return &rows->images.items[rows->image_of[i]]->record;
}
/* An INT column of OD_HOME_ROW, which is kept. */
static inline int64_t od_rows_int(const struct od_rows *rows, enum od_at at, size_t i)
{
    assert(rows->only == NULL || rows->only->has[at]);
    return rows->columns[at].ints != NULL ? rows->columns[at].ints[i] : OD_NONE;
}
/* A TEXT column of OD_HOME_ROW, which is kept; "" when it is empty. */
static inline const char *od_rows_text(const struct od_rows *rows, enum od_at at,
                                       size_t i)
{
    const char *const *texts = rows->columns[at].texts;
    assert(rows->only == NULL || rows->only->has[at]);
    return texts != NULL && texts[i] != NULL ? texts[i] : "";
}

#endif
