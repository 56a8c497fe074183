/* What a report is made of: the rows of all its files, and what their runs say. */
#ifndef OD_TABLE_SOURCE_H
#define OD_TABLE_SOURCE_H

#include "base/err.h"
#include "record/meta_runs.h"
#include "record/rows.h"
#include "record/validity_set.h"
#include "table/variant_list.h"

#include <stddef.h>

/* A zeroed one is empty; which rows and columns are kept is set in rows before. */
struct od_source {
    struct od_rows rows;
    struct od_validity_set validity;
    struct od_meta_runs runs;
    struct od_variant_list variants;
};

/* Adds a result file ("-": standard input) with its companion, or a file of variants.
 * *cut is increased when its last line was cut off. Fails as od_rows_read,
 * od_validity_set_add, od_meta_runs_add and od_variant_list_read. */
int od_source_read(struct od_source *source, const char *path, size_t *cut,
                   struct od_err *err) OD_MUST_CHECK;
void od_source_release(struct od_source *source);

#endif
