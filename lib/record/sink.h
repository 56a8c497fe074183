/* A file of lines that stays valid whatever happens; the writer has one or two. */
#ifndef OD_RECORD_SINK_H
#define OD_RECORD_SINK_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Rows are appended to buf, each ended by od_sink_row; od_sink_flush writes them. For one
 * thread.
 */
struct od_sink {
    char *path;
    int fd; /* -1: closed */
    bool regular;
    bool created;      /* by us: undone when the other file cannot be opened */
    bool dropped;      /* by od_sink_drop */
    int error;         /* errno of the write that failed; 0: fine */
    off_t whole_bytes; /* of whole rows in the file, those before an append included */
    struct od_buf buf;
    size_t *ends; /* where the rows in buf end */
    size_t end_count;
    size_t end_capacity;
};

enum od_sink_mode {
    OD_SINK_NEW,     /* an existing regular file is OD_EOUTPUT */
    OD_SINK_REPLACE, /* it is emptied */
    OD_SINK_APPEND   /* it goes on at its end, which is one of a row */
};

/*
 * Opens path ("-": standard output) for writing. Devices and pipes are written to in
 * every mode. Fails with OD_EOUTPUT.
 */
int od_sink_open(struct od_sink *sink, const char *path, enum od_sink_mode mode,
                 struct od_err *err) OD_MUST_CHECK;

/* A row is complete: everything in buf so far. */
void od_sink_row(struct od_sink *sink);

/*
 * Writes what is in buf and empties it. After a failure the file is cut behind its last
 * whole row (a pipe cannot be), error is set and later flushes do nothing but return -1.
 */
int od_sink_flush(struct od_sink *sink);

/* Forgets what is in buf and everything that will be: the rows in the file are the last.
 */
void od_sink_drop(struct od_sink *sink);

/* Flushes, closes, frees. Fails with OD_EOUTPUT when any row was lost. */
int od_sink_close(struct od_sink *sink, struct od_err *err) OD_MUST_CHECK;

/* Closes and removes the file when open has created it. */
void od_sink_discard(struct od_sink *sink);

#endif
