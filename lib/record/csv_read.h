/* Rows out of a CSV file, in its order and in bounded memory, parsed by several threads.
 */
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

/*
 * A text of a STR column. Rows with equal texts most often have the same one, in later
 * batches too, but not always: each reading thread has its own. Those of different
 * columns are different ones. kept and number belong to the caller, who may leave there
 * what it makes of the text: both are zero at first.
 */
struct od_csv_str {
    const char *text; /* never empty, NUL behind it; as long as the batch lives */
    size_t len;
    const char *kept;
    uint32_t number;
};

/* Which member counts tells the column's type; it points to one value a row. */
union od_csv_values {
    const int64_t *ints;            /* OD_NONE: not measured */
    const double *reals;            /* NaN: not measured */
    struct od_csv_str *const *strs; /* NULL: not measured */
    const char *const
        *texts; /* "": not measured; cut as in a record; as long as the batch */
};

/* Rows that follow each other, by columns. */
struct od_csv_batch {
    size_t count; /* at least 1 */
    /* By the place in columns.def. ints is NULL where a column is not asked for or not in
     * the file: nothing of it was measured. */
    const union od_csv_values *values;
    /* By the same: all rows have the same value; where it is false they may. */
    const bool *steady;
    uint64_t *notes; /* one a row, for prepare; NULL without it */
};

struct od_csv_read {
    const char *path; /* for messages */
    /* One of enum od_csv_use for each column of columns.def; NULL: all are read. Fewer
     * columns read faster. */
    const unsigned char *use;
    /*
     * Either of these two is called, by the thread that reads, in the order of the file;
     * not 0 ends the reading with -1 and its error, behind the name of file and line.
     * batch: that of row *row, which is 0 before the call. The batch is the reader's and
     * ends with the call.
     */
    int (*each)(void *arg, const struct od_record *record, struct od_err *err);
    int (*batch)(void *arg, const struct od_csv_batch *batch, size_t *row,
                 struct od_err *err);
    /* NULL, or what is done with every batch before it is handed over, by several threads
     * at once: leaves in notes what batch needs. It may not change anything else. */
    void (*prepare)(void *arg, const struct od_csv_batch *batch);
    /* For each alone: gives the text of a STR column a place that lives as long as the
     * caller needs. */
    const char *(*keep)(void *arg, const char *text);
    /* What keep gave stays until the end, so that it may be given again without asking
     * for texts that repeat. */
    bool lasting;
    void *arg;
    /* Threads that parse a regular file, the caller's among them; 0: one a CPU that the
     * process may use, 8 at most. What is read is the same for any number. */
    int threads;
    size_t chunk_bytes; /* what one parses at once; 0: as is best; for tests */
    bool bytewise;      /* every byte through libcsv: slow, for tests */
    /* Results; of a failed read, what is in front of the line that is wrong. */
    int64_t whole_bytes; /* from the start to the end of the last whole line */
    size_t loose_rows;   /* behind whole_bytes: their lines end with CR alone */
    bool cut;            /* a last line has no end; it is left out */
};

/*
 * Reads fd to its end. Columns go by name, in any order; unknown ones are ignored,
 * missing ones are empty. Lines end with LF, CR LF or CR; whole_bytes is known for the
 * first two. Some megabytes a thread are in memory at any time, and 65536 texts a thread
 * and column at most. Fails with OD_ESYS, OD_ELIMIT (a field beyond 1 MiB) or OD_EINPUT
 * naming file and line: no header, not a result file (no model, protocol and service_ns
 * columns, or not those that use needs), a number that is none, a line with the wrong
 * number of fields.
 */
int od_csv_read(struct od_csv_read *read, int fd, struct od_err *err) OD_MUST_CHECK;

#endif
