/* Figures for gnuplot, in one style. */
#include "table/plot_parts.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* The colours of Okabe and Ito, told apart by colour-blind eyes. Neighbours are a strong
 * and a light shade, so that a model is a hue and its two protocols are the shades. */
static const char *const colours[OD_GNUPLOT_COLOURS] = {"#0072B2", "#56B4E9", "#D55E00",
                                                        "#E69F00", "#009E73", "#F0E442",
                                                        "#CC79A7", "#999999"};

/* Dashes tell series apart in print without colour; marks do so for points. */
enum { DASHES = 5, MARKS = 7 };
static const int marks[MARKS] = {7, 5, 9, 13, 11, 6, 4};

/* In points of the screen. */
enum { PLOT = 420, TITLE = 46, KEY_LINE = 21, GAP = 20, LETTER = 9, SWATCH = 80 };
enum { AXIS = 84, AXIS_BARE = 48, NOTE_LINE = 17 };
const char *od_gnuplot_colour(size_t i)
{
    return colours[i % OD_GNUPLOT_COLOURS];
}

void od_gnuplot_put(struct od_buf *out, const char *text)
{
    od_buf_putc(out, '\'');
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (c < 0x20 || c == 0x7F || c == '`') {
            od_buf_putc(out, '?');
        } else {
            od_buf_puts(out, c == '\'' ? "''" : "");
            od_buf_add(out, c == '\'' ? "" : p, c == '\'' ? 0 : 1);
        }
    }
    od_buf_putc(out, '\'');
}

void od_gnuplot_terminal(enum od_figure_format format, size_t width, size_t height,
                         struct od_buf *out)
{
    switch (format) {
    case OD_FIGURE_SVG:
        od_buf_printf(out,
                      "set terminal svg size %zu,%zu font 'DejaVu Sans,13' "
                      "background '#ffffff' noenhanced\n",
                      width, height);
        break;
    case OD_FIGURE_PNG:
        od_buf_printf(out,
                      "set terminal pngcairo size %zu,%zu font 'DejaVu Sans,13' "
                      "fontscale 2 linewidth 2 pointscale 2 noenhanced\n",
                      2 * width, 2 * height);
        break;
    case OD_FIGURE_PDF:
        /* 72 points are an inch; letters keep their size against the plot. */
        od_buf_printf(out,
                      "set terminal pdfcairo size %.3fin,%.3fin font 'DejaVu Sans,10' "
                      "noenhanced\n",
                      (double)width / 96, (double)height / 96);
        break;
    }
}

/* What lies around the plot. */
struct frame {
    size_t lines; /* of the key, above the plot; 0: no key */
    size_t above;
    size_t below;
    size_t height;
};

/* Boxes have their names below them, places beside them; series without a label have no
 * entry. */
static size_t key_lines(const struct od_plot *plot)
{
    size_t longest = 1;
    size_t entries = 0;
    for (size_t i = 0; i < plot->series_count; i++) {
        size_t len = strlen(plot->series[i].label);
        longest = len > longest ? len : longest;
        entries += len > 0;
    }
    size_t side_by_side = (size_t)(OD_PLOT_WIDTH - 100) / (longest * LETTER + SWATCH);
    side_by_side = side_by_side > 0 ? side_by_side : 1;
    bool named = plot->kind == OD_PLOT_BOXES || plot->kind == OD_PLOT_PLACES;
    return named ? 0 : (entries + side_by_side - 1) / side_by_side;
}

/* Lines that put_upright of plot_axes.c makes of a name. */
static size_t words_of(const char *name)
{
    size_t words = 1;
    const char *word = name;
    for (const char *p = strchr(word, ' '); p != NULL && *word != '(';
         p = strchr(word, ' ')) {
        word = p + 1;
        words++;
    }
    return words;
}

/* What the names below the plot need: lines of words, or letters that slope. */
static size_t names_height(const struct od_plot *plot)
{
    enum { WORD_LINE = 17, SLOPED_LETTER = 6 };
    size_t longest = 0;
    size_t words = 0;
    for (size_t i = 0; i < plot->name_count; i++) {
        size_t len = strlen(plot->names[i]);
        size_t count = words_of(plot->names[i]);
        longest = len > longest ? len : longest;
        words = count > words ? count : words;
    }
    return od_plot_upright(plot) ? words * (size_t)WORD_LINE
                                 : longest * (size_t)SLOPED_LETTER;
}

static struct frame make_frame(const struct od_plot *plot)
{
    struct frame frame = {.lines = key_lines(plot)};
    frame.above = TITLE + frame.lines * KEY_LINE + GAP;
    size_t axis = *plot->x_label != '\0' ? AXIS : AXIS_BARE;
    frame.below = axis + plot->note_count * NOTE_LINE + names_height(plot);
    frame.height = OD_PLOT_HEIGHT + frame.above + frame.below;
    return frame;
}

static void put_data(const struct od_plot *plot, struct od_buf *out)
{
    size_t columns = od_plot_columns(plot->kind);
    for (size_t i = 0; i < plot->series_count; i++) {
        const struct od_plot_series *series = &plot->series[i];
        od_buf_printf(out, "$series%zu << END_OF_DATA\n", i);
        for (size_t row = 0; row < series->row_count; row++) {
            const double *values = series->values + row * columns;
            for (size_t k = 0; k < columns; k++) {
                od_buf_printf(out, "%s%.6g", k > 0 ? " " : "", values[k]);
            }
            od_buf_putc(out, '\n');
        }
        od_buf_puts(out, "END_OF_DATA\n");
    }
}

static void put_notes(const struct od_plot *plot, const struct frame *frame,
                      struct od_buf *out)
{
    for (size_t i = 0; i < plot->note_count; i++) {
        size_t up = (plot->note_count - i) * NOTE_LINE - NOTE_LINE / 3;
        od_buf_printf(out, "set label %zu ", i + 2);
        od_gnuplot_put(out, plot->notes[i]);
        od_buf_printf(out, " at screen 0.012,%.4f left font ',10'\n",
                      (double)up / (double)frame->height);
    }
}

static void put_style(const struct od_plot *plot, const struct frame *frame,
                      struct od_buf *out)
{
    double height = (double)frame->height;
    od_buf_printf(out,
                  "set tmargin at screen %.4f\nset bmargin at screen %.4f\n"
                  "set rmargin 3\n"
                  "set border 3 linecolor '#444444'\n"
                  "set tics nomirror out\n"
                  "set grid ytics linetype 1 linecolor '#dddddd'\n",
                  1 - (double)frame->above / height, (double)frame->below / height);
    if (frame->lines > 0) {
        od_buf_printf(
            out,
            "set key at screen 0.5,%.4f center top vertical Left reverse width -4 "
            "maxrows %zu\n",
            1 - 42 / height, frame->lines);
    } else {
        od_buf_puts(out, "unset key\n");
    }
    od_buf_puts(out, "set label 1 ");
    od_gnuplot_put(out, plot->title);
    od_buf_printf(out, " at screen 0.5,%.4f center font ',15'\n", 1 - 22 / height);
}

/* Dots are an entry of their own in front, so that steps can have them; the foot of the
 * first step is none. */
static void put_line(const struct od_plot *plot, size_t i, struct od_buf *out)
{
    const struct od_plot_series *series = &plot->series[i];
    const char *x = plot->tail ? "(-log10(1 - $1))" : "1";
    const char *colour = od_gnuplot_colour(series->colour);
    if (series->dots) {
        od_buf_printf(out,
                      "$series%zu%s using %s:2 with points pointtype 7 pointsize 0.6 "
                      "linecolor '%s' notitle, ",
                      i, plot->steps ? " every ::1" : "", x, colour);
    }
    od_buf_printf(
        out, "$series%zu using %s:2 with %s linewidth %s dashtype %zu linecolor '%s'", i,
        x, plot->steps ? "steps" : "lines", series->light ? "0.7" : "2",
        1 + series->colour / OD_GNUPLOT_COLOURS % DASHES, colour);
}

/* One entry of the plot command, without its title. */
static void put_series(const struct od_plot *plot, size_t i, struct od_buf *out)
{
    size_t number = plot->series[i].colour;
    const char *colour = od_gnuplot_colour(number);
    switch (plot->kind) {
    case OD_PLOT_LINES:
        put_line(plot, i, out);
        break;
    case OD_PLOT_POINTS:
        od_buf_printf(out,
                      "$series%zu using 1:2 with points pointtype %d pointsize %s "
                      "linecolor '%s%s'",
                      i, marks[number / 2 % MARKS], plot->series[i].light ? "0.3" : "0.5",
                      plot->series[i].light ? "#90" : "", colour + plot->series[i].light);
        break;
    case OD_PLOT_BOXES:
        od_buf_printf(
            out,
            "$series%zu using (%zu):2:1:5:4 with candlesticks linecolor '%s' "
            "linewidth 1.5 fillstyle solid 0.35 whiskerbars 0.5, $series%zu using "
            "(%zu):3:3:3:3 with candlesticks linecolor '#000000' linewidth 2",
            i, i, colour, i, i);
        break;
    case OD_PLOT_STACKS:
        od_buf_printf(out, "$series%zu using 1 linecolor '%s' fillstyle %s", i, colour,
                      plot->series[i].light ? "pattern 4" : "solid 1.0");
        break;
    case OD_PLOT_PLACES:
        od_plot_put_place(plot, i, out);
        break;
    }
}

static void put_plot(const struct od_plot *plot, struct od_buf *out)
{
    if (plot->kind == OD_PLOT_STACKS) {
        od_buf_puts(out, "set style data histograms\nset style histogram rowstacked\n"
                         "set boxwidth 0.6\nset style fill solid 1.0 border linecolor "
                         "'#444444'\n");
    } else if (plot->kind == OD_PLOT_BOXES) {
        od_buf_puts(out, "set boxwidth 0.5\n");
    }
    const char *between = "plot ";
    for (size_t i = 0; i < plot->series_count; i++) {
        const struct od_plot_series *series = &plot->series[i];
        if (series->row_count == 0) {
            continue; /* gnuplot calls that an error */
        }
        od_buf_puts(out, between);
        between = ", ";
        put_series(plot, i, out);
        bool titled = *series->label != '\0' && plot->kind != OD_PLOT_PLACES;
        od_buf_puts(out, titled ? " title " : " notitle");
        if (titled) {
            od_gnuplot_put(out, series->label);
        }
        if (series->fitted) {
            od_buf_printf(out,
                          ", %.9g + %.9g * x with lines linewidth 1.5 dashtype %zu "
                          "linecolor '%s' notitle",
                          series->offset, series->slope, 1 + i % DASHES,
                          od_gnuplot_colour(i));
        }
    }
    od_buf_putc(out, '\n');
}

void od_plot_gnuplot(const struct od_plot *plot, enum od_figure_format format,
                     struct od_buf *out)
{
    struct frame frame = make_frame(plot);
    od_gnuplot_terminal(format, OD_PLOT_WIDTH, frame.height, out);
    put_data(plot, out);
    put_style(plot, &frame, out);
    put_notes(plot, &frame, out);
    od_plot_put_axes(plot, out);
    if (plot->kind == OD_PLOT_PLACES) {
        od_plot_put_labels(plot, out);
    }
    put_plot(plot, out);
}

void od_plot_data(const struct od_plot *plot, struct od_buf *out)
{
    static const char *const columns[] = {[OD_PLOT_LINES] = "series x y",
                                          [OD_PLOT_POINTS] = "series x y",
                                          [OD_PLOT_BOXES] = "series p5 p25 p50 p75 p95",
                                          [OD_PLOT_STACKS] = "series row y",
                                          [OD_PLOT_PLACES] =
                                              "series x y xlow xhigh ylow yhigh"};
    size_t width = od_plot_columns(plot->kind);
    od_buf_puts(out, "# ");
    od_buf_puts(out, plot->title);
    od_buf_printf(out, "\n# x: %s; y: %s\n", plot->x_label, plot->y_label);
    for (size_t i = 0; i < plot->series_count; i++) {
        od_buf_printf(out, "# series %zu: %s\n", i, plot->series[i].label);
    }
    for (size_t i = 0; i < plot->name_count; i++) {
        od_buf_printf(out, "# row %zu: %s\n", i, plot->names[i]);
    }
    od_buf_printf(out, "%s\n", columns[plot->kind]);
    for (size_t i = 0; i < plot->series_count; i++) {
        const struct od_plot_series *series = &plot->series[i];
        for (size_t row = 0; row < series->row_count; row++) {
            od_buf_printf(out, "%zu", i);
            if (plot->kind == OD_PLOT_STACKS) {
                od_buf_printf(out, " %zu", row);
            }
            for (size_t k = 0; k < width; k++) {
                od_buf_printf(out, " %.9g", series->values[row * width + k]);
            }
            od_buf_putc(out, '\n');
        }
    }
}
