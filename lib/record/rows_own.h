/* The columns that rows have by themselves: for their reader and their store only. */
#ifndef OD_RECORD_ROWS_OWN_H
#define OD_RECORD_ROWS_OWN_H

#include "record/rows.h"

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
