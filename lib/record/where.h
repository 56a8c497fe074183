/* Choosing rows by what their columns hold: --filter of compare, --where of report. */
#ifndef OD_RECORD_WHERE_H
#define OD_RECORD_WHERE_H

#include "base/err.h"
#include "record/record.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * "model=rfcn,protocol=~grpc,objects>=5": conditions with commas between, all of which
 * must hold. A condition is a column, an operator and a value:
 *
 *   =  !=        equal, not equal: as text, or as numbers when the column is one
 *   =~ !~        holds the text somewhere, does not
 *   < <= > >=    numbers only
 *
 * Numbers of times take units ("service_ns>20ms"), those of sizes too ("64KiB"). The
 * first four take alternatives with | between ("model=ssd|rcnn"); != and !~ hold when
 * none of them matches. A value with a comma, a | or a blank at an end stands in double
 * quotes, two of which inside are one. An empty value ("rate=") is "not measured": no
 * order of numbers holds for it, and it equals nothing else.
 *
 * Columns have these short names too: objects (gt_objects), image (file_name without its
 * folders), bytes (file_bytes), latency (service_ns), pixels (width x height).
 */
struct od_where; /* owned by the caller */

/* NULL or blank text: every row, and *out is NULL. Fails with OD_EINPUT naming the
 * condition: no such column, no operator, no number. */
int od_where_parse(const char *text, struct od_where **out,
                   struct od_err *err) OD_MUST_CHECK;
/* True when all conditions hold; a NULL where holds for every row. */
bool od_where_holds(const struct od_where *where, const struct od_record *record);
/* True when a condition looks at column, so that a reader can leave others out. */
bool od_where_uses(const struct od_where *where, const struct od_column *column);
void od_where_free(struct od_where *where);

/* A column by its name or short name; NULL when there is none, or for "pixels". */
const struct od_column *od_where_column(const char *name);

#endif
