/* Figures 8 to 10, 14 and 15: grouped bars for gnuplot. */
#include "table/figure.h"

#include "base/alloc.h"
#include "table/builders.h"
#include "table/grid.h"
#include "table/plot.h"

#include <stdlib.h>
#include <string.h>

/* When the colours are used up they come again with another filling. */
static const char *const fills[] = {"fillstyle solid 1.0", "fillstyle pattern 4",
                                    "fillstyle pattern 5", "fillstyle pattern 1"};

enum { FILLS = sizeof fills / sizeof fills[0] };

/* Up to this many bars carry their value. */
enum { LABELLED_BARS = 64 };

/* So much of an image's name stands below its bars. */
enum { NAME_BYTES = 24 };

/* Finds the machine, or the image; *scope is narrowed to its rows. */
static int choose_machine(const struct od_figure_spec *spec,
                          const struct od_table_choice *choice, struct od_scope *scope,
                          struct od_err *err)
{
    struct od_table_spec like = {.name = spec->name, .image_rule = OD_IMAGE_ALL};
    const struct od_table_spec *table = od_table_spec_find(spec->name);
    if (od_scope_choose(scope, spec->servers ? table : &like, choice, err) != 0) {
        return -1;
    }
    if (choice->client != NULL || spec->servers) {
        return 0;
    }
    size_t count = 0;
    if (od_scope_choose_machine(scope, spec->machine, &count)) {
        return 0;
    }
    return od_fail(err, OD_EINPUT,
                   "%s: it shows machine %zu of those with placement local, and there "
                   "are %zu",
                   spec->name, spec->machine + 1, count);
}

/* The bars of one group: columns of the grid that have rows. */
struct bars {
    size_t columns[OD_FIGURE_IMAGES];
    unsigned doubts[OD_FIGURE_IMAGES]; /* about any image of the column */
    size_t count;
};

static struct bars find_bars(const struct od_grid *grid)
{
    struct bars bars = {.count = 0};
    for (size_t i = 0; i < od_grid_columns(grid) && bars.count < OD_FIGURE_IMAGES; i++) {
        if (!od_grid_has_column(grid, i)) {
            continue;
        }
        for (size_t row = 0; row < od_grid_rows(grid); row++) {
            bars.doubts[bars.count] |=
                od_grid_doubts(grid, row * od_grid_columns(grid) + i);
        }
        bars.columns[bars.count++] = i;
    }
    return bars;
}

/* The names of the groups. */
static const struct od_axis *groups_of(const struct od_grid *grid)
{
    return grid->by_image ? &grid->images : &grid->machines;
}

/* A group's name as a data string, the end of it when it is long. */
static void put_name(const char *name, struct od_buf *out)
{
    size_t len = strlen(name);
    od_buf_putc(out, '"');
    if (len > NAME_BYTES) {
        od_buf_puts(out, "...");
        name += len - NAME_BYTES;
    }
    for (const char *p = name; *p != '\0'; p++) {
        bool plain = *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20;
        if (plain) {
            od_buf_putc(out, *p);
        } else {
            od_buf_putc(out, '?');
        }
    }
    od_buf_putc(out, '"');
}

/* The mean of one bar in milliseconds, NaN when there is none. */
static void put_value(const struct od_grid *grid, size_t row, size_t column,
                      struct od_buf *out)
{
    size_t count = 0;
    const struct od_obs *cell = od_grid_cell(grid, row, column, &count);
    struct od_mean mean = od_obs_mean(cell, count, NULL);
    od_buf_putc(out, ' ');
    if (od_mean_known(&mean)) {
        od_format_mean(&mean, 1000000, 3, false, out);
    } else {
        od_buf_puts(out, "NaN");
    }
}

static void put_data(const struct od_grid *grid, const struct bars *bars,
                     struct od_buf *out)
{
    od_buf_puts(out, "$latency << END_OF_DATA\n");
    for (size_t row = 0; row < groups_of(grid)->count; row++) {
        put_name(groups_of(grid)->labels[row], out);
        for (size_t i = 0; i < bars->count; i++) {
            put_value(grid, row, bars->columns[i], out);
        }
        od_buf_putc(out, '\n');
    }
    od_buf_puts(out, "END_OF_DATA\n");
}

/* Of a wider figure, title and key stand around the middle of what a screen shows first.
 */
enum { SCREEN = 1300, MIDDLE = 450 };

/* Sizes in points of the screen; a PNG has twice as many pixels. */
struct frame {
    size_t width;
    size_t height;
    double top;   /* of the plot, as a share of the height */
    size_t lines; /* of the key */
    const char *title;
    const struct od_table *notes;
};

/* Length of the longest entry of the key, in letters. */
static size_t longest_entry(const struct od_grid *grid, const struct bars *bars)
{
    size_t longest = 0;
    for (size_t i = 0; i < bars->count; i++) {
        size_t protocols = grid->protocols.count;
        size_t len = strlen(grid->models.labels[bars->columns[i] / protocols]) + 1 +
                     strlen(grid->protocols.labels[bars->columns[i] % protocols]) +
                     (bars->doubts[i] != 0 ? 6 : 0);
        longest = len > longest ? len : longest;
    }
    return longest;
}

/* Wide enough for the bars, within what a page or a screen holds; high enough for the
 * lines of the key above the plot. A model's two protocols stand below each other. */
static struct frame make_frame(const struct od_grid *grid, const struct bars *bars,
                               const struct od_table *notes)
{
    enum { LETTER = 11, SWATCH = 90, KEY_LINE = 21, TITLE = 46, GAP = 20, PLOT = 420 };
    enum { NOTES = 3, NOTE_LINE = 16 }; /* so many have room in PLOT */
    size_t width = 200 + bars->count * groups_of(grid)->count * 20;
    width = width < 900 ? 900 : width > 3000 ? 3000 : width;
    size_t key_width = width > SCREEN ? (size_t)2 * MIDDLE : width - 100;
    size_t per_line = key_width / (longest_entry(grid, bars) * LETTER + SWATCH);
    per_line = per_line > 0 ? per_line : 1;
    size_t lines = (bars->count + per_line - 1) / per_line;
    lines = lines < 2 && grid->protocols.count == 2 ? 2 : lines;
    size_t above = TITLE + lines * KEY_LINE + GAP;
    size_t more = notes->note_count > NOTES ? notes->note_count - NOTES : 0;
    size_t height = PLOT + above + more * NOTE_LINE;
    return (struct frame){.width = width,
                          .height = height,
                          .top = 1 - (double)above / (double)height,
                          .lines = lines,
                          .notes = notes};
}

/* Of title and key. */
static double centre_of(const struct frame *frame)
{
    return frame->width > SCREEN ? MIDDLE / (double)frame->width : 0.5;
}

static void put_terminal(enum od_figure_format format, const struct frame *frame,
                         struct od_buf *out)
{
    od_gnuplot_terminal(format, frame->width, frame->height, out);
    od_buf_printf(out,
                  "set tmargin at screen %.4f\n"
                  "set key at screen %.4f,%.4f center top vertical Left reverse width -4 "
                  "maxrows %zu\n",
                  frame->top, centre_of(frame), 1 - 42 / (double)frame->height,
                  frame->lines);
}

/* n, failures and doubtful weights below the figure, as below a table. */
static void put_notes(const struct od_table *notes, bool rotated, struct od_buf *out)
{
    od_buf_puts(out, "set xlabel ");
    for (size_t i = 0; i < notes->note_count; i++) {
        od_buf_puts(out, i > 0 ? ".\"\\n\"." : "");
        char *note = od_plot_short_note(notes->notes[i]);
        od_gnuplot_put(out, note);
        free(note);
    }
    od_buf_printf(out, " font ',10' offset 0,%s\n", rotated ? "1.2" : "0");
}

static void put_style(const struct od_grid *grid, const struct frame *frame,
                      struct od_buf *out)
{
    bool rotated = groups_of(grid)->count > 4;
    od_buf_puts(out, "set label 1 ");
    od_gnuplot_put(out, frame->title);
    od_buf_printf(out,
                  " at screen %.4f,%.4f center font ',15'\n"
                  "set rmargin 3\n"
                  "set ylabel 'latency (ms)'\n"
                  "set yrange [0:*]\n"
                  "set xrange [-0.6:%zu - 0.4]\n"
                  "set offsets 0, 0, graph 0.14, 0\n"
                  "set border 3 linecolor '#444444'\n"
                  "set tics nomirror out\n"
                  "set grid ytics linetype 1 linecolor '#dddddd'\n"
                  "set style data histograms\n"
                  "set style histogram clustered gap 1\n"
                  "set style fill solid 1.0 border linecolor '#444444'\n",
                  centre_of(frame), 1 - 22 / (double)frame->height,
                  groups_of(grid)->count);
    od_buf_printf(out, "set xtics font ',10'%s\n", rotated ? " rotate by 35 right" : "");
    put_notes(frame->notes, rotated, out);
}

/* The bars, and above each its value where there is room. */
static void put_plot(const struct od_grid *grid, const struct bars *bars,
                     struct od_buf *out)
{
    size_t protocols = grid->protocols.count;
    struct od_buf title;
    od_buf_init(&title, 0);
    od_buf_puts(out, "plot");
    for (size_t i = 0; i < bars->count; i++) {
        size_t model = bars->columns[i] / protocols;
        size_t protocol = bars->columns[i] % protocols;
        size_t colour = protocols <= 2 ? 2 * model + protocol : i;
        od_buf_reset(&title);
        od_buf_printf(&title, "%s %s", grid->models.labels[model],
                      grid->protocols.labels[protocol]);
        if (bars->doubts[i] != 0) {
            char marks[OD_DOUBT_COUNT + 1];
            od_buf_printf(&title, " [%s]", od_doubt_marks(bars->doubts[i], marks));
        }
        od_buf_printf(out, "%s $latency using %zu:xtic(1) linecolor '%s' %s title ",
                      i > 0 ? "," : "", i + 2, od_gnuplot_colour(colour),
                      fills[colour / OD_GNUPLOT_COLOURS % FILLS]);
        od_gnuplot_put(out, title.data);
    }
    od_buf_release(&title);
    for (size_t i = 0;
         i < bars->count && bars->count * groups_of(grid)->count <= LABELLED_BARS; i++) {
        /* Where "clustered gap 1" puts bar i of the group: a slot is 1 / (bars + 1). */
        od_buf_printf(out,
                      ", $latency using ($0 + (%zu - %zu / 2.0) / %zu.0):%zu:"
                      "(sprintf($%zu < 100 ? '%%.1f' : '%%.0f', $%zu)) with labels "
                      "left rotate by 90 offset 0,0.4 font ',10' notitle",
                      i, bars->count - 1, bars->count + 1, i + 2, i + 2, i + 2);
    }
    od_buf_putc(out, '\n');
}

/* Owned by the caller. */
static char *title_of(const struct od_figure_spec *spec, const struct od_scope *scope)
{
    return spec->servers ? od_scope_title(scope, od_table_spec_find(spec->name))
                         : od_xasprintf("Mean latency of each image, %s serving itself",
                                        scope->client);
}

static void draw(const struct od_figure_spec *spec, const struct od_grid *grid,
                 const struct od_scope *scope, enum od_figure_format format,
                 struct od_buf *out)
{
    struct bars bars = find_bars(grid);
    struct od_table notes = {0};
    unsigned doubts = 0;
    for (size_t i = 0; i < bars.count; i++) {
        doubts |= bars.doubts[i];
    }
    od_scope_figure_notes(scope, doubts, &notes);
    char *title = title_of(spec, scope);
    struct frame frame = make_frame(grid, &bars, &notes);
    frame.title = title;
    put_terminal(format, &frame, out);
    put_data(grid, &bars, out);
    put_style(grid, &frame, out);
    put_plot(grid, &bars, out);
    free(title);
    od_table_release(&notes);
}

int od_figure_bars(const struct od_figure_spec *spec, const struct od_rows *rows,
                   const struct od_figure_choice *choice, struct od_buf *out,
                   struct od_err *err)
{
    struct od_scope scope = {.rows = rows, .local = !spec->servers};
    if (choose_machine(spec, &choice->rows, &scope, err) != 0) {
        od_scope_release(&scope);
        return -1;
    }
    /* Scanned before the machine was chosen; now only its rows count. */
    scope.variant_count = 0;
    od_scope_scan(&scope);
    bool *aside = spec->servers ? NULL : od_scope_images_only(&scope);
    struct od_grid grid = {.by_image = !spec->servers};
    od_grid_fill(&grid, &scope);
    int rc = 0;
    size_t groups = groups_of(&grid)->count;
    if (grid.obs.count == 0) {
        rc = od_fail(err, OD_EINPUT, "%s: no latency of an image%s", spec->name,
                     spec->servers ? "" : " with placement local");
    } else if (groups > OD_FIGURE_IMAGES) {
        rc =
            od_fail(err, OD_ELIMIT, "%s: %zu %s, and bars are for %d at most", spec->name,
                    groups, spec->servers ? "servers" : "images", OD_FIGURE_IMAGES);
    } else {
        draw(spec, &grid, &scope, choice->format, out);
    }
    od_grid_release(&grid);
    od_scope_release(&scope);
    free(aside);
    return rc;
}
