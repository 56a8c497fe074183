/* Distributions, courses and dependences as figures. */
#include "table/plots.h"

#include "base/alloc.h"
#include "stats/quantile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More points than this a line does not need, and a cloud does not show. */
enum { LINE_POINTS = 400, CLOUD_POINTS = 4000 };
/* So many requests must be slower than a percentile (od_quantile_needs). */
#define BEYOND    6.4
#define NS_PER_MS 1e6
#define NS_PER_S  1e9

static double ms(int64_t ns)
{
    return (double)ns / NS_PER_MS;
}

/* Whether times span so much that their axis should be logarithmic. Sorted. */
static bool wide(const struct od_shot_list *list)
{
    int64_t least = INT64_MAX;
    int64_t most = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct od_shots *shots = &list->items[i];
        least = shots->items[0].ns < least ? shots->items[0].ns : least;
        int64_t last = shots->items[shots->count - 1].ns;
        most = last > most ? last : most;
    }
    return least > 0 && most / OD_PLOT_LOG_RATIO > least;
}

static struct od_plot_series *add_series(struct od_plot *plot,
                                         const struct od_shots *shots)
{
    return od_plot_add(plot, od_xasprintf("%s (n = %zu)", shots->label, shots->count));
}

/* So few requests have too little for a tail: each of them is shown. */
static bool few(const struct od_shots *shots)
{
    return shots->count < od_quantile_needs(900);
}

static void note_few(const struct od_shot_list *list, struct od_plot *plot)
{
    size_t cells = 0;
    for (size_t i = 0; i < list->count; i++) {
        cells += few(&list->items[i]);
    }
    if (cells > 0) {
        od_plot_note(plot, od_xasprintf("%zu of %zu cells have fewer than %zu requests: "
                                        "every dot is one of them",
                                        cells, list->count, od_quantile_needs(900)));
    }
}

void od_plot_cdf(struct od_shot_list *list, struct od_plot *plot)
{
    od_shots_sort(list);
    plot->kind = OD_PLOT_LINES;
    plot->title = od_xstrdup("Share of the requests that took at most so long");
    plot->x_label = "service time (ms)";
    plot->y_label = "share of the requests";
    plot->log_x = wide(list);
    plot->steps = true;
    note_few(list, plot);
    for (size_t i = 0; i < list->count; i++) {
        const struct od_shots *shots = &list->items[i];
        struct od_plot_series *series = add_series(plot, shots);
        double foot[] = {ms(shots->items[0].ns), 0};
        od_plot_row(plot, series, foot);
        series->dots = few(shots);
        size_t steps = shots->count < LINE_POINTS ? shots->count : LINE_POINTS;
        for (size_t k = 0; k < steps; k++) {
            size_t at = steps > 1 ? k * (shots->count - 1) / (steps - 1) : 0;
            double row[] = {ms(shots->items[at].ns),
                            (double)(at + 1) / (double)shots->count};
            od_plot_row(plot, series, row);
        }
    }
}

/*
 * Even steps on the stretched axis, up to the last request: of those for which
 * enough requests are slower, or of the others, which begin where those end.
 */
static void add_percentiles(struct od_plot *plot, const struct od_shots *shots, bool tail,
                            struct od_plot_series *series)
{
    double end = log10((double)shots->count);
    double border = 1 - BEYOND / (double)shots->count;
    border = border < 0.9 ? 0.9 : border;
    double before[2] = {0};
    bool begun = false;
    size_t last = SIZE_MAX;
    for (size_t k = 0; k <= LINE_POINTS; k++) {
        double share = 1 - pow(10, -end * (double)k / LINE_POINTS);
        size_t at = (size_t)(share * (double)shots->count + 1e-6);
        if (at == last || at >= shots->count) {
            continue;
        }
        last = at;
        double row[] = {(double)at / (double)shots->count, ms(shots->items[at].ns)};
        if (tail && row[0] > border && !begun) {
            od_plot_row(plot, series, before);
        }
        if (tail == (row[0] > border)) {
            od_plot_row(plot, series, row);
        }
        begun = begun || row[0] > border;
        memcpy(before, row, sizeof before);
    }
}

void od_plot_percentiles(struct od_shot_list *list, struct od_plot *plot)
{
    od_shots_sort(list);
    plot->kind = OD_PLOT_LINES;
    plot->title = od_xstrdup("Latency by percentile, the tail stretched");
    plot->x_label = "percentile";
    plot->y_label = "service time (ms)";
    plot->log_y = wide(list);
    plot->tail = true;
    note_few(list, plot);
    for (size_t i = 0; i < list->count; i++) {
        struct od_plot_series *series = add_series(plot, &list->items[i]);
        series->dots = few(&list->items[i]);
        add_percentiles(plot, &list->items[i], false, series);
    }
    bool thin = false;
    for (size_t i = 0; i < list->count; i++) {
        struct od_plot_series *series = od_plot_add(plot, od_xstrdup(""));
        series->colour = i; /* that of the cell */
        series->light = true;
        add_percentiles(plot, &list->items[i], true, series);
        thin = thin || series->row_count > 0;
    }
    if (thin) {
        od_plot_note(plot, od_xstrdup("a line is thin where too few requests are slower "
                                      "for a percentile of the tables"));
    }
}

static void note_whiskers(const struct od_shot_list *list, struct od_plot *plot)
{
    size_t cells = 0;
    for (size_t i = 0; i < list->count; i++) {
        cells += list->items[i].count < od_quantile_needs(950);
    }
    if (cells > 0) {
        od_plot_note(plot, od_xasprintf("%zu of %zu cells have fewer than %zu requests: "
                                        "too few for the ends of their whiskers",
                                        cells, list->count, od_quantile_needs(950)));
    }
}

void od_plot_boxes(struct od_shot_list *list, struct od_plot *plot)
{
    static const int permille[] = {50, 250, 500, 750, 950};
    od_shots_sort(list);
    plot->kind = OD_PLOT_BOXES;
    plot->title = od_xstrdup("Latency: half of the requests in the box, nine tenths "
                             "within the whiskers");
    plot->x_label = "";
    plot->y_label = "service time (ms)";
    plot->log_y = wide(list);
    note_whiskers(list, plot);
    for (size_t i = 0; i < list->count; i++) {
        const struct od_shots *shots = &list->items[i];
        struct od_plot_series *series = add_series(plot, shots);
        int64_t *ns = od_xcalloc(shots->count, sizeof *ns);
        double row[5];
        for (size_t k = 0; k < shots->count; k++) {
            ns[k] = shots->items[k].ns;
        }
        for (size_t k = 0; k < 5; k++) {
            row[k] = ms(od_quantile_ns(ns, shots->count, permille[k]));
        }
        free(ns);
        od_plot_row(plot, series, row);
        od_plot_name(plot, od_xstrdup(series->label));
    }
}

/* Requests over time. */
struct course {
    struct od_plot *plot;
    const struct od_rows *rows;
    int64_t first_ns; /* the earliest start */
};

/* Points of one phase, thinned evenly. Starts count from the first one of the figure. */
static void add_course(struct course *course, const struct od_shot *shots, size_t count,
                       struct od_plot_series *series)
{
    size_t step = count / CLOUD_POINTS + 1;
    for (size_t i = 0; i < count; i += step) {
        int64_t sent_ns = od_rows_int(course->rows, OD_AT_send_ns, shots[i].row);
        if (sent_ns != OD_NONE) {
            double row[] = {(double)(sent_ns - course->first_ns) / NS_PER_S,
                            ms(shots[i].ns)};
            od_plot_row(course->plot, series, row);
        }
    }
}

/* Looks for an earlier start. */
static void look_first(struct course *course, const struct od_shot *shots, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t sent_ns = od_rows_int(course->rows, OD_AT_send_ns, shots[i].row);
        bool earlier = sent_ns != OD_NONE && sent_ns < course->first_ns;
        course->first_ns = earlier ? sent_ns : course->first_ns;
    }
}

void od_plot_time(struct od_shot_list *list, struct od_plot *plot)
{
    plot->kind = OD_PLOT_POINTS;
    plot->title = od_xstrdup("Latency over the run; the warm-up is pale");
    plot->x_label = "time since the first request (s)";
    plot->y_label = "service time (ms)";
    struct course course = {plot, list->rows, INT64_MAX};
    for (size_t i = 0; i < list->count; i++) {
        const struct od_shots *shots = &list->items[i];
        look_first(&course, shots->items, shots->count);
        look_first(&course, shots->warmup, shots->warmup_count);
    }
    for (size_t i = 0; i < list->count; i++) {
        struct od_shots *shots = &list->items[i];
        add_course(&course, shots->items, shots->count, add_series(plot, shots));
    }
    for (size_t i = 0; i < list->count; i++) {
        struct od_shots *shots = &list->items[i];
        struct od_plot_series *series = od_plot_add(plot, od_xstrdup(""));
        series->light = true;
        series->colour = i; /* that of the cell */
        add_course(&course, shots->warmup, shots->warmup_count, series);
    }
    od_shots_sort(list);
    plot->log_y = wide(list);
}

static int compare_images(const void *x, const void *y)
{
    const struct od_shot *a = x;
    const struct od_shot *b = y;
    int order = (a->file > b->file) - (a->file < b->file);
    return order != 0 ? order : (a->ns > b->ns) - (a->ns < b->ns);
}

/* Medians of images against what one of their columns holds, and a line through them. */
static void add_dependence(struct od_shot_list *list, bool objects, struct od_plot *plot)
{
    plot->kind = OD_PLOT_POINTS;
    plot->y_label = "median service time of an image (ms)";
    for (size_t i = 0; i < list->count; i++) {
        struct od_shots *shots = &list->items[i];
        qsort(shots->items, shots->count, sizeof *shots->items, compare_images);
        struct od_plot_series *series = od_plot_add(plot, od_xstrdup(shots->label));
        for (size_t from = 0, end = 0; from < shots->count; from = end) {
            const struct od_record *image =
                od_rows_image(list->rows, shots->items[from].row);
            for (end = from;
                 end < shots->count && shots->items[end].file == shots->items[from].file;
                 end++) {
            }
            int64_t x = objects ? image->gt_objects : image->file_bytes;
            struct od_quantile_place place = od_quantile_place(end - from, 500);
            size_t low = from + place.low;
            size_t high = low + 1 < end ? low + 1 : low;
            double row[] = {objects ? (double)x : (double)x / 1000,
                            ms(od_quantile_between(shots->items[low].ns,
                                                   shots->items[high].ns, place.share))};
            if (x != OD_NONE) {
                od_plot_row(plot, series, row);
            }
        }
        od_plot_fit(series);
    }
}

void od_plot_objects(struct od_shot_list *list, struct od_plot *plot)
{
    plot->title = od_xstrdup("Latency against the objects in the image");
    plot->x_label = "annotated objects";
    add_dependence(list, true, plot);
}

void od_plot_bytes(struct od_shot_list *list, struct od_plot *plot)
{
    plot->title = od_xstrdup("Latency against the size of the image file");
    plot->x_label = "file size (kB)";
    add_dependence(list, false, plot);
}
