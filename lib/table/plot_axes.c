/* Ranges and ticks of the axes of figures. */
#include "table/plot_parts.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct od_plot_range od_plot_range(const struct od_plot *plot, unsigned columns,
                                   bool logarithmic)
{
    size_t width = od_plot_columns(plot->kind);
    double low = (double)INFINITY;
    double high = -(double)INFINITY;
    for (size_t i = 0; i < plot->series_count; i++) {
        const struct od_plot_series *series = &plot->series[i];
        for (size_t k = 0; k < series->row_count * width; k++) {
            double value = series->values[k];
            bool counts = (columns >> k % width & 1U) != 0 && isfinite(value) &&
                          (!logarithmic || value > 0);
            low = counts && value < low ? value : low;
            high = counts && value > high ? value : high;
        }
    }
    if (low > high) {
        return (struct od_plot_range){0, 1};
    }
    if (logarithmic) {
        double factor = pow(high / low, 0.05);
        factor = factor < 1.05 ? 1.05 : factor;
        return (struct od_plot_range){low / factor, high * factor};
    }
    bool near = low >= 0 && low < 0.4 * high;
    double pad = 0.08 * (high - low);
    pad = pad > 0 ? pad : high > 0 ? high / 4 : 1;
    double from = low - pad < 0 && low >= 0 ? 0 : low - pad;
    return (struct od_plot_range){near ? 0 : from, high + pad};
}

/* One, two and five of every decade, over many decades only the ones: gnuplot itself
 * would widen the range to whole decades. */
static void put_log_axis(char axis, const struct od_plot_range *range, struct od_buf *out)
{
    static const double steps[] = {1, 2, 5};
    bool many = log10(range->high / range->low) > 4.2;
    int first = (int)floor(log10(range->low));
    int last = (int)ceil(log10(range->high));
    bool any = false;
    od_buf_printf(out, "set logscale %c\nset %crange [%.6g:%.6g]\nset %ctics (", axis,
                  axis, range->low, range->high, axis);
    for (int decade = first; decade <= last; decade++) {
        for (size_t i = 0; i < (many ? 1 : sizeof steps / sizeof steps[0]); i++) {
            double tick = steps[i] * pow(10, decade);
            if (tick >= range->low && tick <= range->high) {
                od_buf_printf(out, "%s%.6g", any ? ", " : "", tick);
                any = true;
            }
        }
    }
    od_buf_puts(out, ")\n");
}

/* Ticks of a tail: 0, 90 %, 99 % ... as far as the requests reach. */
static void put_tail_ticks(struct od_buf *out)
{
    od_buf_puts(out,
                "set xtics ('0' 0, '50' 0.30103, '75' 0.60206, '90' 1, '95' 1.30103, "
                "'99' 2, '99.9' 3, '99.99' 4, '99.999' 5)\n");
}

bool od_plot_upright(const struct od_plot *plot)
{
    enum { MOST = 8, TENTH_LETTER = 66, ROOM = 790 };
    size_t longest = 0;
    for (size_t i = 0; i < plot->name_count; i++) {
        for (const char *word = plot->names[i]; *word != '\0';) {
            size_t len = strcspn(word, *word == '(' ? "" : " ");
            longest = len > longest ? len : longest;
            word += len + (word[len] == ' ' ? 1 : 0);
        }
    }
    return plot->name_count <= MOST &&
           longest * TENTH_LETTER * plot->name_count <= (size_t)10 * ROOM;
}

/* Upright names. */
static void put_upright(const char *name, struct od_buf *out)
{
    char *words = od_xstrdup(name);
    char *rest = words;
    while (rest != NULL) {
        char *word = rest;
        char *blank = strchr(word, ' ');
        rest = blank != NULL && *word != '(' ? blank + 1 : NULL;
        if (rest != NULL) {
            *blank = '\0';
        }
        od_gnuplot_put(out, word);
        od_buf_puts(out, rest != NULL ? ".\"\\n\"." : "");
    }
    free(words);
}

/* Sloping names reach to the left of their tick; so far that none is cut off. */
static void put_left_margin(const struct od_plot *plot, struct od_buf *out)
{
    enum { LEAST = 100, RIGHT = 30 };
    const double letter = 6.6 * cos(OD_PLOT_SLOPE * acos(-1) / 180);
    double margin = LEAST;
    for (int turn = 0; turn < 2; turn++) {
        double step = (OD_PLOT_WIDTH - RIGHT - margin) / ((double)plot->name_count + 0.2);
        for (size_t i = 0; i < plot->name_count; i++) {
            double reach =
                (double)strlen(plot->names[i]) * letter - ((double)i + 0.6) * step + 8;
            margin = reach > margin ? reach : margin;
        }
    }
    od_buf_printf(out, "set lmargin at screen %.4f\n", margin / OD_PLOT_WIDTH);
}

/* Many names slope below the axis, as labels: gnuplot makes no room for such ticks. */
static void put_names(const struct od_plot *plot, struct od_buf *out)
{
    bool upright = od_plot_upright(plot);
    od_buf_puts(out, "set xtics (");
    for (size_t i = 0; i < plot->name_count; i++) {
        od_buf_puts(out, i > 0 ? ", " : "");
        if (upright) {
            put_upright(plot->names[i], out);
        }
        od_buf_printf(out, "%s %zu", upright ? "" : "''", i);
    }
    od_buf_printf(out, ") font ',10'\nset xrange [-0.6:%zu - 0.4]\n", plot->name_count);
    if (!upright) {
        put_left_margin(plot, out);
    }
    for (size_t i = 0; !upright && i < plot->name_count; i++) {
        od_buf_puts(out, "set label ");
        od_gnuplot_put(out, plot->names[i]);
        od_buf_printf(out, " at %zu,graph -0.03 right rotate by %d font ',10'\n", i,
                      OD_PLOT_SLOPE);
    }
}

static void put_ranges(const struct od_plot *plot, struct od_buf *out)
{
    bool places = plot->kind == OD_PLOT_PLACES;
    /* The x of boxes is their place, all of their numbers are y. */
    unsigned x_columns = places ? OD_PLOT_PLACES_X : 1U;
    unsigned y_columns = plot->kind == OD_PLOT_BOXES ? 31U
                         : places                    ? OD_PLOT_PLACES_Y
                                                     : 2U;
    struct od_plot_range x = od_plot_range(plot, x_columns, plot->log_x);
    struct od_plot_range y = od_plot_range(plot, y_columns, plot->log_y);
    if (plot->log_x) {
        put_log_axis('x', &x, out);
    } else if (places) {
        od_buf_printf(out, "set xrange [%.6g:%.6g]\n", x.low, x.high);
    }
    if (plot->log_y) {
        put_log_axis('y', &y, out);
    } else if (places) {
        od_buf_printf(out, "set yrange [%.6g:%.6g]\n", y.low, y.high);
    } else {
        od_buf_puts(out, "set yrange [0:*]\n");
    }
}

void od_plot_put_axes(const struct od_plot *plot, struct od_buf *out)
{
    od_buf_puts(out, "set xlabel ");
    od_gnuplot_put(out, plot->x_label);
    od_buf_puts(out, "\nset ylabel ");
    od_gnuplot_put(out, plot->y_label);
    od_buf_putc(out, '\n');
    put_ranges(plot, out);
    if (plot->tail) {
        put_tail_ticks(out);
    }
    if (plot->name_count > 0) {
        put_names(plot, out);
    }
}
