/* A figure as data: what is drawn, without how gnuplot or pgfplots is told. */
#ifndef OD_TABLE_PLOT_H
#define OD_TABLE_PLOT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum od_plot_kind {
    OD_PLOT_LINES,  /* x, y: joined */
    OD_PLOT_POINTS, /* x, y */
    OD_PLOT_BOXES,  /* a row a name: 5 %, 25 %, 50 %, 75 %, 95 % */
    OD_PLOT_STACKS, /* a row a name: a value a series, one upon the other */
    OD_PLOT_PLACES, /* one row a series, with its label beside it: x, y, and the ends of
                       the bars in x and y, NaN where there are none */
};

/* One entry of the key. values holds row_count rows of od_plot_columns numbers. */
struct od_plot_series {
    char *label; /* owned */
    double *values;
    size_t row_count;
    size_t capacity;
    size_t colour; /* number of its colour and mark; that of the series by default */
    bool light;    /* POINTS: small and pale, such as those of the warm-up; LINES: thin;
 PLACES: hollow; STACKS: hatched */
    bool dots;     /* LINES: every row is marked, as there are few */
    bool fitted;   /* a straight line goes through: y = offset + slope * x */
    double offset;
    double slope;
};

/* A zeroed one is empty; everything is owned but the constants. */
struct od_plot {
    enum od_plot_kind kind;
    char *title;
    const char *x_label; /* constants, with units */
    const char *y_label;
    bool log_x;
    bool log_y;
    bool steps;   /* LINES: y holds until the next x */
    bool tail;    /* x is a share of the requests below 1, drawn as -log10(1 - x) */
    char **names; /* BOXES, STACKS: of the rows */
    size_t name_count;
    size_t name_capacity;
    struct od_plot_series *series;
    size_t series_count;
    size_t series_capacity;
    char **notes; /* a sentence each, below the figure */
    size_t note_count;
    size_t note_capacity;
};

void od_plot_release(struct od_plot *plot);
/* Take their text. The series is valid until the next one. */
struct od_plot_series *od_plot_add(struct od_plot *plot, char *label);
void od_plot_name(struct od_plot *plot, char *text);
void od_plot_note(struct od_plot *plot, char *text);
/* Numbers in a row of a series of this kind: 2, 5, 6, or 1 for STACKS. */
size_t od_plot_columns(enum od_plot_kind kind);
/* Appends a row of as many numbers. */
void od_plot_row(const struct od_plot *plot, struct od_plot_series *series,
                 const double *numbers);

/* A straight line by least squares through the points of a series, if x varies. */
void od_plot_fit(struct od_plot_series *series);

enum od_figure_format { OD_FIGURE_SVG, OD_FIGURE_PNG, OD_FIGURE_PDF };

/* A gnuplot program with the data inside that writes the picture to its standard output.
 */
void od_plot_gnuplot(const struct od_plot *plot, enum od_figure_format format,
                     struct od_buf *out);

/*
 * The data for pgfplots and other programs: comments that name the series and rows, a
 * line of column names, then lines of numbers of which the first is that of the series
 * ("restrict expr to domain={\thisrow{series}}{0:0}" takes one).
 */
void od_plot_data(const struct od_plot *plot, struct od_buf *out);

/* A note of a table as one below a figure: what is behind a mark has no room there, the
 * tables tell it. The caller frees. */
char *od_plot_short_note(const char *note);

/* What gnuplot programs share. A string for gnuplot in single quotes: what could end it
 * or the line is replaced. */
void od_gnuplot_put(struct od_buf *out, const char *text);
enum { OD_GNUPLOT_COLOURS = 8 };
/* The i-th colour ("#0072B2") of a set that colour-blind eyes tell apart, round and
 * round. */
const char *od_gnuplot_colour(size_t i);
void od_gnuplot_terminal(enum od_figure_format format, size_t width, size_t height,
                         struct od_buf *out);

#endif
