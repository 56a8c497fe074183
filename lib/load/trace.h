/* Files of planned times. */
#ifndef OD_LOAD_TRACE_H
#define OD_LOAD_TRACE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* Times since the start of a block, ascending; equal ones are a burst. A zeroed one may
 * be released. */
struct od_trace {
    int64_t *at_ns; /* owned */
    size_t count;
};

/*
 * Reads text: one time a line, in seconds since the start of the block ("0.25"), or with
 * a unit ("250ms"). Blank lines are skipped, and # begins a comment. *out is released by
 * the caller in either case. Fails with OD_EINPUT naming name and line: not such a time,
 * or one before the last; OD_ELIMIT beyond OD_SCHEDULE_MAX times.
 *
 * Text that begins with "schema," is a recorded run (odbench-csv(5)): then the sched_ns
 * of its rows of phase main and attempt 1 count, in ascending order, less the first. They
 * must all be of one block (cell_id and rep).
 */
int od_trace_parse(const char *name, const char *text, size_t len, struct od_trace *out,
                   struct od_err *err) OD_MUST_CHECK;

/* The second form alone (trace_rows.c). */
int od_trace_parse_rows(const char *name, const char *text, size_t len,
                        struct od_trace *out, struct od_err *err) OD_MUST_CHECK;

/* The same from a file of at most 1 GiB; "-" is standard input. Fails as od_file_read
 * too, and with OD_EINPUT when there is no time in it. */
int od_trace_read(const char *path, struct od_trace *out,
                  struct od_err *err) OD_MUST_CHECK;
void od_trace_release(struct od_trace *trace);

#endif
