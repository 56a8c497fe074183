/* Rows out of a CSV file one by one, in bounded memory. */
#ifndef OD_RECORD_CSV_READ_H
#define OD_RECORD_CSV_READ_H

#include "record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a caller does with a column. */
enum od_csv_use {
    OD_CSV_SKIP, /* stays "not measured"; what stands there is not looked at */
    OD_CSV_READ,
    OD_CSV_NEED /* a file without it is an error */
};

struct od_csv_read {
    const char *path; /* for messages */
    /* One of enum od_csv_use for each column of columns.def; NULL: all are read. Fewer
     * columns read faster. */
    const unsigned char *use;
    /* What keep gave stays until the end, so that it may be given again without asking
     * for texts that repeat. */
    bool lasting;
    bool bytewise; /* every byte through libcsv: slow, for tests */
    /* Gives the text of a STR column a place that lives as long as the caller needs. */
    const char *(*keep)(void *arg, const char *text);
    /* Called with every whole row; not 0 ends the reading with -1 and its error. */
    int (*each)(void *arg, const struct od_record *record, struct od_err *err);
    void *arg;
    /* Results. */
    int64_t whole_bytes; /* from the start to the end of the last whole line */
    size_t loose_rows;   /* behind whole_bytes: their lines end with CR alone */
    bool cut;            /* a last line has no end; it is left out */
};

/*
 * Reads fd to its end: lines without quotation marks by a short cut, others through
 * libcsv, with the same result. Columns go by name, in any order; unknown ones are
 * ignored, missing ones are empty. Lines end with LF, CR LF or CR; whole_bytes is known
 * for the first two. Fails with OD_ESYS, OD_ELIMIT (a field beyond 1 MiB) or OD_EINPUT
 * naming file and line: no header, not a result file (no model, protocol and service_ns
 * columns, or not those that use needs), a number that is none, a line with the wrong
 * number of fields.
 */
int od_csv_read(struct od_csv_read *read, int fd, struct od_err *err) OD_MUST_CHECK;

#endif
