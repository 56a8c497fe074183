/* A result file that a run left behind, made ready to be continued. */
#ifndef OD_RECORD_RESUME_H
#define OD_RECORD_RESUME_H

#include "base/err.h"
#include "record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads path row by row, in bounded memory, and calls each with every whole row (whose
 * texts live only during the call). Then cuts a last line that has no end off the file.
 * detections (may be NULL, and need not exist) is cut in the same way, and lines at its
 * end whose row is not in the file are cut too: a row is written behind its detections,
 * both in the same order. A file that ends within its header is emptied and has no rows;
 * otherwise the header must be that of this version. Nothing is cut before both files are
 * read. Fails with OD_ENOENT, OD_EINPUT (not such a file, a row that cannot be read:
 * naming the line), OD_ELIMIT, OD_ESYS, OD_EOUTPUT; each returning not 0 ends it with -1
 * and each's error.
 */
typedef int od_resume_row_fn(const struct od_record *record, void *arg,
                             struct od_err *err);
int od_resume_read(const char *path, const char *detections, od_resume_row_fn *each,
                   void *arg, struct od_err *err) OD_MUST_CHECK;

#endif
