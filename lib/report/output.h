/* A report: the tables that were asked for, made and put into one format. */
#ifndef OD_REPORT_OUTPUT_H
#define OD_REPORT_OUTPUT_H

#include "base/buf.h"
#include "base/err.h"
#include "record/rows.h"
#include "table/specs.h"

#include <stdbool.h>
#include <stddef.h>

/* All borrowed. */
struct od_output {
    const char *const
        *tables; /* names; for "html" without any: every table that has rows */
    size_t table_count;
    const char *const *specs; /* files of own tables, behind the others */
    size_t spec_count;
    bool findings; /* the findings, behind all tables */
    const char *const
        *figures; /* "html" only; without any: every figure that can be drawn */
    size_t figure_count;
    const char *format; /* of table/render.h, or "html" */
    const struct od_table_choice *choice;
};

/*
 * Appends the report. Fails with OD_EINPUT when there is no such table, figure or format,
 * or the format holds one table and more are asked for; and as od_table_build,
 * od_own_read and, for figures that were asked for, od_figure_build and od_gnuplot_run.
 * Without gnuplot a page has the figures left out and says so.
 */
int od_output_put(const struct od_output *output, const struct od_rows *rows,
                  struct od_buf *out, struct od_err *err) OD_MUST_CHECK;

#endif
