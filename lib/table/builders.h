/* What the table specs are made of; private to lib/table. */
#ifndef OD_TABLE_BUILDERS_H
#define OD_TABLE_BUILDERS_H

#include "table/scope.h"
#include "table/specs.h"

/* Builders, one a kind of table; as od_table_build, title and digits excepted. */
int od_pivot_build(const struct od_table_spec *spec, const struct od_rows *rows,
                   const struct od_table_choice *choice, struct od_table *table,
                   struct od_err *err) OD_MUST_CHECK;
int od_size_objects_build(const struct od_table_spec *spec, const struct od_rows *rows,
                          const struct od_table_choice *choice, struct od_table *table,
                          struct od_err *err) OD_MUST_CHECK;
int od_summary_build(const struct od_table_spec *spec, const struct od_rows *rows,
                     const struct od_table_choice *choice, struct od_table *table,
                     struct od_err *err) OD_MUST_CHECK;

/*
 * Fills client and image of *scope (rows and local are set) by choice and spec, then
 * scans it. They borrow from choice and from the rows. Fails with OD_EINPUT when what was
 * chosen is not there.
 */
int od_scope_choose(struct od_scope *scope, const struct od_table_spec *spec,
                    const struct od_table_choice *choice,
                    struct od_err *err) OD_MUST_CHECK;

#endif
