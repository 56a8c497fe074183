/* Parts of figures as gnuplot programs; private to lib/table. */
#ifndef OD_TABLE_PLOT_PARTS_H
#define OD_TABLE_PLOT_PARTS_H

#include "table/plot.h"

/* Names below the plot stand upright, a line a word, where they are few and short enough;
 * else they slope, in degrees. */
enum { OD_PLOT_SLOPE = 60 };
bool od_plot_upright(const struct od_plot *plot);
/* Of all figures but bars, in points of the screen. */
enum { OD_PLOT_WIDTH = 900 };
/* Of the plot alone, without what is around it. */
enum { OD_PLOT_HEIGHT = 420 };
/* The columns of PLACES that are on an axis. */
#define OD_PLOT_PLACES_X (1U << 0 | 1U << 2 | 1U << 3)
#define OD_PLOT_PLACES_Y (1U << 1 | 1U << 4 | 1U << 5)

/* What an axis shows; low < high. */
struct od_plot_range {
    double low;
    double high;
};

/*
 * The range of an axis for the numbers in these columns of all series (bits: 1 <<
 * column), which is a little wider than they are. A linear one begins at 0 unless all of
 * them lie far from it. Numbers that are no numbers do not count, nor those that a
 * logarithm does not have. 0 to 1 when there are none.
 */
struct od_plot_range od_plot_range(const struct od_plot *plot, unsigned columns,
                                   bool logarithmic);

/* Labels, ranges, ticks and scales of both axes. */
void od_plot_put_axes(const struct od_plot *plot, struct od_buf *out);

/* PLACES: margins and the names of all points; and one point, as the entries of a plot
 * command of which the last has no title yet. */
void od_plot_put_labels(const struct od_plot *plot, struct od_buf *out);
void od_plot_put_place(const struct od_plot *plot, size_t i, struct od_buf *out);

#endif
