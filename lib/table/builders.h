/* What the table specs are made of; private to lib/table. */
#ifndef OD_TABLE_BUILDERS_H
#define OD_TABLE_BUILDERS_H

#include "table/figure.h"
#include "table/groups.h"
#include "table/scope.h"
#include "table/specs.h"

/* Builders, one a kind of table; as od_table_build, title and digits excepted. */
int od_pivot_build(const struct od_table_spec *spec, const struct od_rows *rows,
                   const struct od_table_choice *choice, struct od_table *table,
                   struct od_err *err) OD_MUST_CHECK;
int od_size_objects_build(const struct od_table_spec *spec, const struct od_rows *rows,
                          const struct od_table_choice *choice, struct od_table *table,
                          struct od_err *err) OD_MUST_CHECK;
int od_images_build(const struct od_table_spec *spec, const struct od_rows *rows,
                    const struct od_table_choice *choice, struct od_table *table,
                    struct od_err *err) OD_MUST_CHECK;
int od_servers_build(const struct od_table_spec *spec, const struct od_rows *rows,
                     const struct od_table_choice *choice, struct od_table *table,
                     struct od_err *err) OD_MUST_CHECK;
int od_stages_build(const struct od_table_spec *spec, const struct od_rows *rows,
                    const struct od_table_choice *choice, struct od_table *table,
                    struct od_err *err) OD_MUST_CHECK;
int od_errors_build(const struct od_table_spec *spec, const struct od_rows *rows,
                    const struct od_table_choice *choice, struct od_table *table,
                    struct od_err *err) OD_MUST_CHECK;
int od_payload_build(const struct od_table_spec *spec, const struct od_rows *rows,
                     const struct od_table_choice *choice, struct od_table *table,
                     struct od_err *err) OD_MUST_CHECK;
int od_environment_build(const struct od_table_spec *spec, const struct od_rows *rows,
                         const struct od_table_choice *choice, struct od_table *table,
                         struct od_err *err) OD_MUST_CHECK;
int od_variants_build(const struct od_table_spec *spec, const struct od_rows *rows,
                      const struct od_table_choice *choice, struct od_table *table,
                      struct od_err *err) OD_MUST_CHECK;
int od_accuracy_build(const struct od_table_spec *spec, const struct od_rows *rows,
                      const struct od_table_choice *choice, struct od_table *table,
                      struct od_err *err) OD_MUST_CHECK;
int od_two_way_build(const struct od_table_spec *spec, const struct od_rows *rows,
                     const struct od_table_choice *choice, struct od_table *table,
                     struct od_err *err) OD_MUST_CHECK;
int od_regression_build(const struct od_table_spec *spec, const struct od_rows *rows,
                        const struct od_table_choice *choice, struct od_table *table,
                        struct od_err *err) OD_MUST_CHECK;
int od_summary_build(const struct od_table_spec *spec, const struct od_rows *rows,
                     const struct od_table_choice *choice, struct od_table *table,
                     struct od_err *err) OD_MUST_CHECK;

/*
 * What stands around every build function: begin sets the name, unit and digits of the
 * table; end adds the unit to its title, and puts the lines in the chosen order. Fail
 * with OD_EINPUT: no such unit, a table whose lines cannot be chosen, no such column.
 */
int od_table_begin(const struct od_table_spec *spec, const struct od_table_choice *choice,
                   struct od_table *table, struct od_err *err) OD_MUST_CHECK;
int od_table_end(const struct od_table_spec *spec, const struct od_table_choice *choice,
                 struct od_table *table, struct od_err *err) OD_MUST_CHECK;

/* Sorts the lines by a column ("mean", "service time/p95", "-n": descending), those
 * between two averages by themselves. Fails with OD_EINPUT: no such column. */
int od_table_order(struct od_table *table, const char *order,
                   struct od_err *err) OD_MUST_CHECK;

/* The columns that the user chose to group by, in place of *keys when there are any.
 * Fails as od_keys_add. */
int od_keys_choose(struct od_keys *keys, const struct od_table_choice *choice,
                   struct od_err *err) OD_MUST_CHECK;

/*
 * Fills client and image of *scope (rows and local are set) by choice and spec, then
 * scans it. They borrow from choice and from the rows. Fails with OD_EINPUT when what was
 * chosen is not there.
 */
int od_scope_choose(struct od_scope *scope, const struct od_table_spec *spec,
                    const struct od_table_choice *choice,
                    struct od_err *err) OD_MUST_CHECK;

/* Grouped bars, as od_figure_build. */
int od_figure_bars(const struct od_figure_spec *spec, const struct od_rows *rows,
                   const struct od_figure_choice *choice, struct od_buf *out,
                   struct od_err *err) OD_MUST_CHECK;

/* Narrows the scope to the client that is number i, from 0, of those in scope, in the
 * study's order. False when there are only *count. Borrowed from the rows. */
bool od_scope_choose_machine(struct od_scope *scope, size_t i, size_t *count);

/* "TITLE 000000000285.jpg (335851 bytes) from client to each server", or what of that the
 * scope is about. Owned by the caller. */
char *od_scope_title(const struct od_scope *scope, const struct od_table_spec *spec);

#endif
