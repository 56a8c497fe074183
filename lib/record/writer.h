/* Rows to a file by one thread of its own, so that rows never cost latency. */
#ifndef OD_RECORD_WRITER_H
#define OD_RECORD_WRITER_H

#include "base/err.h"
#include "image/box.h"
#include "record/record.h"

#include <stdbool.h>

struct od_writer;

struct od_writer_spec {
    const char *path;       /* "-": standard output */
    const char *detections; /* path of the .detections.jsonl, NULL: none kept */
    bool force;             /* replace an existing file; else that is OD_EOUTPUT */
    bool append; /* both files go on at their ends (record/resume.h has cut them); a
                    header is written into an empty one only */
    int workers; /* threads that call od_writer_put, numbered from 0 */
};

/* Writes the header at once; fails with OD_EOUTPUT naming the path. Owned by the caller.
 */
int od_writer_open(const struct od_writer_spec *spec, struct od_writer **out,
                   struct od_err *err) OD_MUST_CHECK;

/*
 * Hands one row over (copied; STR fields must stay valid until close). Each worker uses
 * its own number; no lock is taken, and some 50 ns go by. Only when the worker's ring is
 * full does it wait, as long as the writer takes to write rows away: call it outside the
 * clock. Rows are in the file within 20 ms, rows of several workers in the order of their
 * end_ns as far as they were there at the same time. boxes may be NULL; they are copied,
 * corners relative to the image, and written in pixels as COCO results with run_id,
 * cell_id, seq, before the row: a row in the file has its boxes. Returns -1 once a file
 * cannot be written any more (disk full ...): the run should stop, what was written is
 * valid.
 */
int od_writer_put(struct od_writer *writer, int worker, const struct od_record *record,
                  const struct od_boxes *boxes) OD_MUST_CHECK;

/* Writes what is left, ends the thread, frees. Fails with OD_EOUTPUT when any row was
 * lost. */
int od_writer_close(struct od_writer *writer, struct od_err *err) OD_MUST_CHECK;

#endif
