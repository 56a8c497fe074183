/* What rows are made of: shared by their reader and their store only. */
#ifndef OD_RECORD_ROWS_PARTS_H
#define OD_RECORD_ROWS_PARTS_H

#include "record/rows.h"

/* A column that rows share; all of them take one word. */
struct od_rows_part {
    size_t offset; /* in struct od_record */
    enum od_at at;
};

enum { OD_ROWS_PARTS = 21 }; /* most of a home */

/* Those of a home that is not OD_HOME_ROW; *count of them. */
const struct od_rows_part *od_rows_parts(enum od_home home, size_t *count);

/* The place of what record shares in rows->kinds or rows->images; last: a guess. */
uint32_t od_rows_share(struct od_rows *rows, enum od_home home,
                       const struct od_record *record, uint32_t last);

/* A column of OD_HOME_ROW. */
struct od_own_column {
    enum od_at at;
    enum od_column_type type;
    size_t offset; /* in struct od_record */
    bool kept;
};

/* Makes room for count rows behind those that are there, and lists rows->own. Fails with
 * OD_ELIMIT. */
int od_rows_reserve(struct od_rows *rows, size_t count, struct od_err *err) OD_MUST_CHECK;
/* Makes room for the values of a column that has none so far. */
void od_rows_open(struct od_rows *rows, const struct od_own_column *own);

#endif
