/* Figures as gnuplot programs, the data inside. A new figure is an entry in figure.c. */
#ifndef OD_TABLE_FIGURE_H
#define OD_TABLE_FIGURE_H

#include "base/buf.h"
#include "base/err.h"
#include "record/rows.h"
#include "table/specs.h"

#include <stddef.h>

/* More images than this are no bar figure any more. */
enum { OD_FIGURE_IMAGES = 100 };

enum od_figure_format { OD_FIGURE_SVG, OD_FIGURE_PNG };

struct od_figure_choice {
    struct od_table_choice rows; /* its digits are not used */
    enum od_figure_format format;
};

struct od_figure_spec {
    const char *name;
    const char *summary; /* one line for --list-figures */
    size_t machine;      /* which of the machines that serve themselves, in table order */
};

const struct od_figure_spec *od_figure_spec_at(size_t i); /* NULL behind the last */
const struct od_figure_spec *od_figure_spec_find(const char *name); /* or NULL */

/*
 * Grouped bars, as figures 8 to 10 of the study: the mean latency of every image of the
 * machine's own rows (placement local), a bar a model and protocol, with units and n. The
 * program writes the picture to gnuplot's standard output. choice->rows.client names
 * another machine, choice->rows.image one image. Fails with OD_EINPUT when there is no
 * such machine or it has no rows of images, with OD_ELIMIT beyond OD_FIGURE_IMAGES.
 */
int od_figure_build(const struct od_figure_spec *spec, const struct od_rows *rows,
                    const struct od_figure_choice *choice, struct od_buf *out,
                    struct od_err *err) OD_MUST_CHECK;

#endif
