/* Result files back into memory. */
#ifndef OD_RECORD_ROWS_H
#define OD_RECORD_ROWS_H

#include "record/record.h"

/* Records with their strings; rows of several files one behind the other. */
struct od_rows {
    struct od_record *items;
    size_t count;
    size_t capacity;
    void *pool; /* the strings, shared between records */
};

/*
 * Appends the rows of a CSV file ("-": standard input). Columns go by name, in any order;
 * unknown ones are ignored, missing ones are empty. Fails with OD_ENOENT, OD_ESYS or
 * OD_EINPUT naming file and line: no header, not a result file (no model, protocol and
 * service_ns columns), a number that is none, a line with the wrong number of fields. A
 * last line that was cut off in the middle (no newline) is left out and counted in *cut
 * when cut is not NULL.
 */
int od_rows_read(struct od_rows *rows, const char *path, size_t *cut,
                 struct od_err *err) OD_MUST_CHECK;
void od_rows_release(struct od_rows *rows);

/* A copy of text that lives as long as rows does; equal texts give one pointer. */
const char *od_rows_intern(struct od_rows *rows, const char *text);

#endif
