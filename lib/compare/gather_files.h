/* The files of both sides; private to lib/compare. */
#ifndef OD_COMPARE_GATHER_FILES_H
#define OD_COMPARE_GATHER_FILES_H

#include "compare/gather.h"

/*
 * Notes the files of input in gather->files and source. One that is on both sides gets a
 * warning in out. Fails with OD_EINPUT when one is given twice otherwise: to one side, to
 * a comparison by a column, or standard input. One that is not there fails when read.
 */
int od_gather_open(struct od_gather *gather, const struct od_sides_input *input,
                   struct od_comparison *out, struct od_err *err) OD_MUST_CHECK;

/* Reads all rows of all files, in their order. Fails with OD_EINPUT when a file has none,
 * with OD_ENOENT, OD_ESYS, and as od_csv_read. */
int od_gather_read(struct od_gather *gather, struct od_err *err) OD_MUST_CHECK;

#endif
