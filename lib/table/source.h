/* What a report is made of: the rows of all its files, and what their runs say. */
#ifndef OD_TABLE_SOURCE_H
#define OD_TABLE_SOURCE_H

#include "base/err.h"
#include "record/rows.h"
#include "record/validity_set.h"
#include "record/where.h"

#include <stddef.h>

/* A zeroed one is empty. */
struct od_source {
    struct od_rows rows;
    struct od_validity_set validity;
};

/* Adds a result file ("-": standard input) with its companion. *cut is increased when its
 * last line was cut off. Fails as od_rows_read and od_validity_set_add. */
int od_source_read(struct od_source *source, const char *path, size_t *cut,
                   struct od_err *err) OD_MUST_CHECK;
/* Drops the rows that where does not hold for. */
void od_source_keep(struct od_source *source, const struct od_where *where);
void od_source_release(struct od_source *source);

#endif
