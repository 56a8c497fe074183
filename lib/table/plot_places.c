/* Single points with bars and names, for gnuplot. */
#include "table/plot_parts.h"

#include "base/alloc.h"
#include "table/plot_labels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the plot's left and right edge, as shares of the width: names are placed by them. */
#define LEFT  0.12
#define RIGHT 0.97
/* A letter of a name is about so wide; a longer name loses its middle: machine, protocol
 * and marks are at its ends. */
#define LETTER 6.6
enum { NAME_BYTES = 48, NAME_FRONT = 20 };

struct axes {
    struct od_plot_range x;
    struct od_plot_range y;
    bool log_x;
    double width;
};

/* Where a value stands between the ends of a range. */
static double share_of(double value, const struct od_plot_range *range, bool logarithmic)
{
    return logarithmic ? log(value / range->low) / log(range->high / range->low)
                       : (value - range->low) / (range->high - range->low);
}

static bool inside_character(const char *p)
{
    return ((unsigned char)*p & 0xC0) == 0x80;
}

static char *short_name(const char *name)
{
    size_t len = strlen(name);
    size_t front = NAME_FRONT;
    if (len <= NAME_BYTES) {
        return od_xstrdup(name);
    }
    const char *end = name + len - (NAME_BYTES - NAME_FRONT - 3);
    while (inside_character(end)) {
        end++;
    }
    while (front > 0 && inside_character(name + front)) {
        front--;
    }
    return od_xasprintf("%.*s...%s", (int)front, name, end);
}

static struct od_place place_of(const struct od_plot_series *series,
                                const struct axes *axes, const char *name)
{
    const double *v = series->values;
    double x = share_of(v[0], &axes->x, axes->log_x) * axes->width;
    double y = share_of(v[1], &axes->y, false) * OD_PLOT_HEIGHT;
    struct od_place place = {
        .x = x, .y = y, .left = x, .right = x, .bottom = y, .top = y};
    if (isfinite(v[2]) && isfinite(v[3])) {
        place.left = share_of(v[2], &axes->x, axes->log_x) * axes->width;
        place.right = share_of(v[3], &axes->x, axes->log_x) * axes->width;
    }
    if (isfinite(v[4]) && isfinite(v[5])) {
        place.bottom = share_of(v[4], &axes->y, false) * OD_PLOT_HEIGHT;
        place.top = share_of(v[5], &axes->y, false) * OD_PLOT_HEIGHT;
    }
    place.width = (double)strlen(name) * LETTER;
    return place;
}

static void put_label(const struct od_place *place, const struct od_place_label *label,
                      const char *name, double width, struct od_buf *out)
{
    if (label->leads) {
        od_buf_printf(out,
                      "set arrow from graph %.4f,%.4f to graph %.4f,%.4f nohead "
                      "linecolor '#888888' linewidth 0.7 back\n",
                      place->x / width, place->y / OD_PLOT_HEIGHT, label->to_x / width,
                      label->to_y / OD_PLOT_HEIGHT);
    }
    /* Letters are not equally wide in all formats: the side of the point holds. */
    bool right = label->x + place->width <= place->x;
    bool centre = fabs(label->x + place->width / 2 - place->x) < 1;
    double x = label->x + (right ? place->width : centre ? place->width / 2 : 0);
    od_buf_puts(out, "set label ");
    od_gnuplot_put(out, name);
    od_buf_printf(out, " at graph %.4f,%.4f %s font ',10' front boxed\n", x / width,
                  label->y / OD_PLOT_HEIGHT,
                  right    ? "right"
                  : centre ? "center"
                           : "left");
}

void od_plot_put_labels(const struct od_plot *plot, struct od_buf *out)
{
    struct axes axes = {.x = od_plot_range(plot, OD_PLOT_PLACES_X, plot->log_x),
                        .y = od_plot_range(plot, OD_PLOT_PLACES_Y, false),
                        .log_x = plot->log_x,
                        .width = (RIGHT - LEFT) * OD_PLOT_WIDTH};
    size_t count = plot->series_count;
    struct od_place *places = od_xcalloc(count, sizeof *places);
    struct od_place_label *labels = od_xcalloc(count, sizeof *labels);
    char **names = od_xcalloc(count, sizeof(char *));
    for (size_t i = 0; i < count; i++) {
        names[i] = short_name(plot->series[i].label);
        places[i] = place_of(&plot->series[i], &axes, names[i]);
    }
    od_places_arrange(places, count, axes.width, OD_PLOT_HEIGHT, labels);
    od_buf_printf(out,
                  "set lmargin at screen %g\nset rmargin at screen %g\n"
                  "set style textbox opaque margins 0.2,0.2 fillcolor '#ffffff' "
                  "noborder\n",
                  LEFT, RIGHT);
    for (size_t i = 0; i < count; i++) {
        put_label(&places[i], &labels[i], names[i], axes.width, out);
        free(names[i]);
    }
    free(names);
    free(places);
    free(labels);
}

static bool has(const struct od_plot_series *series, size_t first)
{
    return isfinite(series->values[first]) && isfinite(series->values[first + 1]);
}

void od_plot_put_place(const struct od_plot *plot, size_t i, struct od_buf *out)
{
    const struct od_plot_series *series = &plot->series[i];
    const char *colour = od_gnuplot_colour(series->colour);
    if (has(series, 2)) {
        od_buf_printf(out,
                      "$series%zu using 1:2:3:4 with xerrorbars pointtype 0 linewidth "
                      "1.2 linecolor '%s' notitle, ",
                      i, colour);
    }
    if (has(series, 4)) {
        od_buf_printf(out,
                      "$series%zu using 1:2:5:6 with yerrorbars pointtype 0 linewidth "
                      "1.2 linecolor '%s' notitle, ",
                      i, colour);
    }
    od_buf_printf(out,
                  "$series%zu using 1:2 with points pointtype %d pointsize 1 linewidth "
                  "1.5 linecolor '%s'",
                  i, series->light ? 6 : 7, colour);
}
