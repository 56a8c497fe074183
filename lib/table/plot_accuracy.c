/* Accuracy against latency, a point a cell or published model. */
#include "table/plots.h"

#include "base/alloc.h"
#include "base/file.h"
#include "stats/interval.h"
#include "stats/quantile.h"
#include "table/axis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A point: what is not known is NaN. */
struct point {
    double x;
    double y;
    double ends[4]; /* of the bars: x low, x high, y low, y high */
    bool stated;    /* by a file, not by the run's own detections */
};

struct accuracy_plot {
    const struct od_accuracy_sources *from;
    struct od_plot *plot;
    struct od_axis models; /* a colour each */
    size_t images;         /* most and fewest that a cell was evaluated on */
    size_t fewest;
    size_t measured; /* points */
    size_t stated;
    size_t unknown; /* cells without any accuracy */
    size_t varying; /* cells whose runs found different things */
};

static const struct point nothing = {(double)NAN,
                                     (double)NAN,
                                     {(double)NAN, (double)NAN, (double)NAN, (double)NAN},
                                     false};

/* Median of the response times with its interval; the service time stands in where a row
 * has no other. */
static void put_median(const struct od_rows *rows, const struct od_shots *shots,
                       struct point *point)
{
    int64_t *ns = od_xcalloc(shots->count, sizeof *ns);
    size_t low = 0;
    size_t high = 0;
    for (size_t i = 0; i < shots->count; i++) {
        int64_t response = od_rows_int(rows, OD_AT_response_ns, shots->items[i].row);
        ns[i] = response >= 0 ? response : shots->items[i].ns;
    }
    od_sort_ns(ns, shots->count);
    point->x = (double)od_quantile_ns(ns, shots->count, 500) / 1e6;
    if (od_interval_ranks(shots->count, 500, 0.95, &low, &high)) {
        point->ends[0] = (double)ns[low] / 1e6;
        point->ends[1] = (double)ns[high] / 1e6;
    }
    free(ns);
}

static bool same_cell(const struct od_record *a, const struct od_record *b)
{
    return strcmp(od_text(a->run_id), od_text(b->run_id)) == 0 &&
           strcmp(od_text(a->cell_id), od_text(b->cell_id)) == 0;
}

/* A kind of each cell of a run among the requests, in their order. The array is owned by
 * the caller. */
static const struct od_record **cells_of(const struct od_rows *rows,
                                         const struct od_shots *shots, size_t *count)
{
    bool *met = od_xcalloc(rows->kinds.count, sizeof *met);
    const struct od_record **cells = od_xcalloc(rows->kinds.count, sizeof *cells);
    *count = 0;
    for (size_t i = 0; i < shots->count; i++) {
        uint32_t number = rows->kind_of[shots->items[i].row];
        const struct od_record *kind = &rows->kinds.items[number]->record;
        bool seen = met[number];
        for (size_t k = 0; !seen && k < *count; k++) {
            seen = same_cell(cells[k], kind);
        }
        if (!seen) {
            cells[(*count)++] = kind;
        }
        met[number] = true;
    }
    free(met);
    return cells;
}

/* The mean over the runs that measured the cell; an interval only when all are alike. */
static void put_found(struct accuracy_plot *a, const struct od_shots *shots,
                      struct point *point)
{
    const struct od_evaluated *first = NULL;
    double sum = 0;
    size_t count = 0;
    bool differ = false;
    size_t cell_count = 0;
    const struct od_record **cells = cells_of(a->from->rows, shots, &cell_count);
    for (size_t i = 0; i < cell_count; i++) {
        const struct od_evaluated *found =
            od_accuracy_cell(a->from->accuracy, a->from->rows, cells[i]->run_id,
                             cells[i]->cell_id, a->from->image);
        if (found == NULL || found->images == 0 || isnan(found->stats[OD_COCO_AP])) {
            continue;
        }
        double value = found->stats[OD_COCO_AP];
        sum += value;
        count++;
        first = first == NULL ? found : first;
        differ = differ || fabs(value - first->stats[OD_COCO_AP]) > 1e-9;
        a->images = found->images > a->images ? found->images : a->images;
        a->fewest =
            a->fewest == 0 || found->images < a->fewest ? found->images : a->fewest;
    }
    free(cells);
    if (count > 0) {
        point->y = sum / (double)count;
        point->ends[2] = differ ? (double)NAN : first->low;
        point->ends[3] = differ ? (double)NAN : first->high;
        a->varying += differ ? 1 : 0;
    }
}

/* Takes label. */
static void add_point(struct accuracy_plot *a, const char *model,
                      const struct point *point, char *label)
{
    double row[] = {point->x,       point->y,       point->ends[0],
                    point->ends[1], point->ends[2], point->ends[3]};
    struct od_plot_series *series = od_plot_add(a->plot, label);
    /* Strong shades first: those of a pair are for the protocols of bars. */
    size_t number = od_axis_add(&a->models, model);
    series->colour =
        2 * number % OD_GNUPLOT_COLOURS + 2 * number / OD_GNUPLOT_COLOURS % 2;
    series->light = point->stated;
    od_plot_row(a->plot, series, row);
    a->measured += point->stated ? 0 : 1;
    a->stated += point->stated ? 1 : 0;
}

static void add_cells(struct accuracy_plot *a, struct od_shot_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct od_shots *shots = &list->items[i];
        const struct od_shared *kind = od_rows_kind(list->rows, shots->items[0].row);
        const char *model = od_text(kind->record.model);
        struct point point = nothing;
        put_median(list->rows, shots, &point);
        put_found(a, shots, &point);
        if (isnan(point.y)) {
            const struct od_meta_model *facts = od_meta_runs_model(a->from->runs, model);
            point.stated = facts != NULL && !isnan(facts->accuracy);
            point.y = point.stated ? facts->accuracy : point.y;
        }
        if (isnan(point.y)) {
            a->unknown++;
            shots->doubts = 0; /* no mark of it is drawn */
        } else {
            add_point(a, model, &point, od_xstrdup(shots->label));
        }
    }
}

static void add_published(struct accuracy_plot *a)
{
    const struct od_variant_list *variants = a->from->variants;
    for (size_t i = 0; variants != NULL && i < variants->count; i++) {
        const struct od_variant *v = &variants->items[i];
        if (v->accuracy == NULL || v->latency_ns < 0) {
            continue;
        }
        struct point point = nothing;
        point.stated = true;
        point.x = (double)v->latency_ns / 1e6;
        point.y = strtod(v->accuracy, NULL);
        add_point(
            a, v->model, &point,
            od_xasprintf("%s%s%s", v->model, *v->variant != '\0' ? " " : "", v->variant));
    }
}

static void add_notes(const struct accuracy_plot *a, size_t cells)
{
    struct od_plot *plot = a->plot;
    if (a->measured > 0) {
        char *images = a->fewest == a->images
                           ? od_xasprintf("%zu", a->images)
                           : od_xasprintf("%zu to %zu", a->fewest, a->images);
        od_plot_note(plot, od_xasprintf("%smAP@[.5:.95] of the detections of the timed "
                                        "requests, on %s images, objects of %s",
                                        a->stated > 0 ? "filled: " : "", images,
                                        od_path_base(a->from->accuracy->annotations)));
        free(images);
        od_plot_note(plot, od_xstrdup("bars are 95% intervals: of the median by order "
                                      "statistics, of mAP by a bootstrap over the "
                                      "images"));
    }
    if (a->stated > 0) {
        od_plot_note(plot, od_xstrdup("hollow: accuracy as a .meta.json or a file says, "
                                      "which may be another measure and other images"));
    }
    if (a->varying > 0) {
        od_plot_note(plot, od_xasprintf("%zu points are means over runs that found "
                                        "different things, without an interval",
                                        a->varying));
    }
    if (a->unknown > 0) {
        od_plot_note(plot, od_xasprintf("no accuracy is known of %zu of %zu cells",
                                        a->unknown, cells));
    }
}

/* Whether the x of the points span so much that the axis should be logarithmic. */
static bool wide(const struct od_plot *plot)
{
    double low = (double)INFINITY;
    double high = 0;
    for (size_t i = 0; i < plot->series_count; i++) {
        double x = plot->series[i].values[0];
        low = x < low ? x : low;
        high = x > high ? x : high;
    }
    return low > 0 && high / low > OD_PLOT_LOG_RATIO;
}

int od_plot_accuracy(const struct od_accuracy_sources *from, struct od_shot_list *list,
                     struct od_plot *plot, struct od_err *err)
{
    struct accuracy_plot a = {.from = from, .plot = plot};
    plot->kind = OD_PLOT_PLACES;
    plot->title = od_xstrdup("Accuracy against latency");
    add_cells(&a, list);
    bool requests = plot->series_count > 0;
    add_published(&a);
    add_notes(&a, list->count);
    if (!requests) {
        od_shots_release(list);
    }
    plot->x_label = requests ? "median response time (ms)" : "latency (ms)";
    plot->y_label = a.stated == 0 ? "COCO mAP@[.5:.95]" : "accuracy";
    plot->log_x = wide(plot);
    od_axis_release(&a.models);
    if (plot->series_count > OD_SHOTS_SERIES_MAX) {
        return od_fail(err, OD_ELIMIT, "accuracy: %zu points, and it is for %d at most",
                       plot->series_count, OD_SHOTS_SERIES_MAX);
    }
    return plot->series_count > 0
               ? 0
               : od_fail(err, OD_EINPUT,
                         "accuracy: it needs --annotations FILE and recorded detections "
                         "(odbench-run --detections), or models whose accuracy the "
                         ".meta.json says");
}
