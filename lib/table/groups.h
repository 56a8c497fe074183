/* Rows by the values of some columns: lines of tables that the user can choose. */
#ifndef OD_TABLE_GROUPS_H
#define OD_TABLE_GROUPS_H

#include "base/err.h"
#include "record/record.h"
#include "table/axis.h"
#include "table/scope.h"

#include <stddef.h>
#include <stdint.h>

/* Most columns that rows are grouped by. */
enum { OD_KEYS_MAX = 12 };

/* A column of the rows, by the names of record/where.h. */
struct od_key {
    const char *name;               /* as asked for, heads the column; borrowed */
    const struct od_column *column; /* NULL: pixels, width x height */
};

struct od_keys {
    struct od_key items[OD_KEYS_MAX];
    size_t count;
};

/* Appends a column by its name. Fails with OD_EINPUT: there is none, or too many. */
int od_keys_add(struct od_keys *keys, const char *name, struct od_err *err) OD_MUST_CHECK;
/* What tells measured cells apart: target, model, protocol, and what the rows in scope
 * have more than one of (client, payload, connection, batch, concurrency, rate). */
void od_keys_cells(struct od_keys *keys, const struct od_scope *scope);

/* Of a row that is in no group. */
#define OD_GROUP_NONE UINT32_MAX

/* A zeroed one is empty. */
struct od_groups {
    const struct od_rows *rows; /* borrowed */
    size_t count;
    uint32_t *of;    /* owned: the group of every row, or OD_GROUP_NONE */
    size_t *samples; /* owned: a row of each group */
};

/*
 * Groups the rows in scope, failed ones too. Groups stand in the order of their values,
 * key by key, as od_axis_sort has it. Without keys there is one group. Fails with
 * OD_ELIMIT when the values have too many combinations to be numbered.
 */
int od_groups_fill(struct od_groups *groups, const struct od_scope *scope,
                   const struct od_keys *keys, struct od_err *err) OD_MUST_CHECK;
void od_groups_release(struct od_groups *groups);

/* A column of the table for each key. */
void od_keys_add_columns(const struct od_keys *keys, struct od_table *table);
/* Fills the cells of a group's keys; returns the cell behind them. */
struct od_cell *od_groups_put(const struct od_groups *groups, const struct od_keys *keys,
                              size_t group, struct od_cell *cells);
/* Draws a line above the rows of the table where the first of several keys changes. */
void od_keys_rule(const struct od_keys *keys, struct od_table *table);

/* The value of a key as text in *out, which is emptied first; "" when not measured.
 * Returns its data. */
const char *od_key_format(const struct od_key *key, const struct od_record *record,
                          struct od_buf *out);
/* The same of a group. */
const char *od_groups_format(const struct od_groups *groups, size_t group,
                             const struct od_key *key, struct od_buf *out);
/* A kind of the group's rows. */
const struct od_record *od_groups_kind(const struct od_groups *groups, size_t group);

#endif
