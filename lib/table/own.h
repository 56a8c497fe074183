/* Tables that users describe in a file of their own. */
#ifndef OD_TABLE_OWN_H
#define OD_TABLE_OWN_H

#include "base/err.h"
#include "table/specs.h"

/* Largest such file. */
enum { OD_OWN_BYTES = 65536 };

struct od_own;

/*
 * Reads a JSON object: "name" (letters, digits and hyphens), "rows" (columns to group
 * by), "statistic" (one or several of od_statistic_at); and if wanted "title", "columns"
 * (columns to group by, side by side), "value" (a column of whole numbers, service_ns),
 * "where" (record/where.h), "unit", "digits". Columns and statistics are a text or an
 * array of texts. Fails with OD_ENOENT, OD_ESYS, OD_ELIMIT, or OD_EINPUT naming the file
 * and what is wrong in it.
 */
int od_own_read(const char *path, struct od_own **out, struct od_err *err) OD_MUST_CHECK;
void od_own_free(struct od_own *own);
/* Adds the columns that the table looks at. */
void od_own_needs(const struct od_own *own, struct od_column_set *set);
/* Adds what od_keys_add takes by that name, if anything. */
void od_key_needs(const char *name, struct od_column_set *set);

/*
 * As od_table_build; the table borrows its name from own. What the user chose wins over
 * the file: unit, digits, by (for rows).
 */
int od_own_build(const struct od_own *own, const struct od_rows *rows,
                 const struct od_table_choice *choice, struct od_table *table,
                 struct od_err *err) OD_MUST_CHECK;

#endif
