/* Figures as gnuplot programs, the data inside. A new figure is an entry in figure.c. */
#ifndef OD_TABLE_FIGURE_H
#define OD_TABLE_FIGURE_H

#include "base/buf.h"
#include "base/err.h"
#include "record/rows.h"
#include "table/plot.h"
#include "table/specs.h"

#include <stddef.h>

/* More images than this are no bar figure any more. */
enum { OD_FIGURE_IMAGES = 100 };

struct od_figure_choice {
    struct od_table_choice rows; /* its digits are not used */
    enum od_figure_format format;
};

/* Requests by cell, see plots.h. */
struct od_shot_list;

struct od_figure_spec {
    const char *name;
    const char *summary; /* one line for --list-figures */
    /* Either a figure of requests by cell, ... */
    void (*plot)(struct od_shot_list *list, struct od_plot *plot);
    /* ... the one of accuracy, which has other sources too, ... */
    bool accuracy;
    /* ... or grouped bars of one of the machines that serve themselves, in table order.
     */
    size_t machine;
    bool servers;      /* ... or of the servers, as the table of this name has them */
    const char *needs; /* as in struct od_table_spec */
};

const struct od_figure_spec *od_figure_spec_at(size_t i); /* NULL behind the last */
const struct od_figure_spec *od_figure_spec_find(const char *name); /* or NULL */

/*
 * The figure as a gnuplot program that writes the picture to its standard output, the
 * data inside. Units and n stand in it. Grouped bars are figures 8 to 10 of the study:
 * the mean latency of every image of the machine's own rows (placement local), a bar a
 * model and protocol; choice->rows.client names another machine, choice->rows.image one
 * image; figures 14 and 15 are the latency of one image, a group a server. Fails with
 * OD_EINPUT when there is no such machine or nothing to draw, with OD_ELIMIT beyond
 * OD_FIGURE_IMAGES or too many cells.
 */
int od_figure_build(const struct od_figure_spec *spec, const struct od_rows *rows,
                    const struct od_figure_choice *choice, struct od_buf *out,
                    struct od_err *err) OD_MUST_CHECK;

/* The same as od_plot_data. Fails with OD_EUNSUPPORTED for grouped bars, whose numbers
 * the tables of these names hold. */
int od_figure_data(const struct od_figure_spec *spec, const struct od_rows *rows,
                   const struct od_table_choice *choice, struct od_buf *out,
                   struct od_err *err) OD_MUST_CHECK;

#endif
