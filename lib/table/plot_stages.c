/* Where the time of a request goes, as stacked bars. */
#include "table/plots.h"

#include "base/alloc.h"
#include "table/stage_split.h"

#include <stdlib.h>

/* A layer of the bars. What the server does not explain of the wait stands in the rest.
 */
static const struct {
    const char *label;
    enum od_stage stage;
    size_t colour;
    bool hatched;
} parts[] = {
    {"connect", OD_STAGE_CONNECT, 0, false},
    {"upload", OD_STAGE_UPLOAD, 1, false},
    {"server: queue", OD_STAGE_QUEUE, 2, false},
    {"server: preprocess", OD_STAGE_PREPROCESS, 3, false},
    {"server: inference", OD_STAGE_INFERENCE, 4, false},
    {"server: postprocess", OD_STAGE_POSTPROCESS, 5, false},
    {"download", OD_STAGE_DOWNLOAD, 6, false},
    {"client: reading", OD_STAGE_REMAINDER, 6, true},
};

enum { PARTS = sizeof parts / sizeof parts[0] };

/* What is not measured adds nothing: it stays in the rest. */
static double mean_ms(const struct od_rows *rows, const struct od_shots *shots,
                      enum od_stage stage)
{
    double sum = 0;
    for (size_t i = 0; i < shots->count; i++) {
        struct od_stage_split split = od_stage_split(rows, shots->items[i].row);
        sum += split.ns[stage] > 0 ? (double)split.ns[stage] : 0;
    }
    return sum / (double)shots->count / 1e6;
}

static double mean_service_ms(const struct od_shots *shots)
{
    double sum = 0;
    for (size_t i = 0; i < shots->count; i++) {
        sum += (double)shots->items[i].ns;
    }
    return sum / (double)shots->count / 1e6;
}

void od_plot_stages(struct od_shot_list *list, struct od_plot *plot)
{
    plot->kind = OD_PLOT_STACKS;
    plot->title = od_xstrdup("Where the mean service time goes");
    plot->x_label = "";
    plot->y_label = "mean service time (ms)";
    double *rest = od_xcalloc(list->count, sizeof *rest);
    for (size_t i = 0; i < list->count; i++) {
        const struct od_shots *shots = &list->items[i];
        od_plot_name(plot, od_xasprintf("%s (n = %zu)", shots->label, shots->count));
        rest[i] = mean_service_ms(shots);
    }
    for (size_t k = 0; k < PARTS; k++) {
        struct od_plot_series *series = od_plot_add(plot, od_xstrdup(parts[k].label));
        series->colour = parts[k].colour;
        series->light = parts[k].hatched;
        for (size_t i = 0; i < list->count; i++) {
            double mean = mean_ms(list->rows, &list->items[i], parts[k].stage);
            rest[i] -= mean;
            od_plot_row(plot, series, &mean);
        }
    }
    struct od_plot_series *series =
        od_plot_add(plot, od_xstrdup("rest: waiting, network"));
    series->colour = OD_GNUPLOT_COLOURS - 1;
    for (size_t i = 0; i < list->count; i++) {
        od_plot_row(plot, series, &rest[i]);
    }
    free(rest);
}
