/* Two sides of result rows, compared cell by cell. */
#ifndef OD_COMPARE_COMPARE_H
#define OD_COMPARE_COMPARE_H

#include "base/err.h"
#include "compare/comparison.h"

/* A result file and the side it belongs to. */
struct od_compare_file {
    const char *path; /* "-": standard input */
    int side;         /* OD_BASE, OD_NEW */
};

/*
 * Reads the files, row by row, and compares. labels: one a side, NULL: made up here. With
 * options->col, or when the rows are A/B pairs and all files belong to one side, sides
 * are the two values of that column (A/B: target), base first in the order of the runs'
 * plan, else by name. Fails with OD_EINPUT naming file, line and column (a cut row, a
 * missing column, another schema, NaN, two runs' rows in one file that belong to other
 * sides, an empty file, bytes that are no text), OD_ENOENT, OD_ESYS.
 */
int od_compare_run(const struct od_compare_options *options,
                   const struct od_compare_file *files, size_t file_count,
                   const char *const labels[OD_SIDES], struct od_comparison *out,
                   struct od_err *err) OD_MUST_CHECK;

#endif
