/* Where the time of a request goes, as stacked bars. */
#include "table/plots.h"

#include "base/alloc.h"

#include <stdlib.h>

enum { PART_COLUMNS = 3 };

/* A layer of the bars: the sum of some columns. */
struct part {
    const char *label;
    const char *columns[PART_COLUMNS]; /* NULL: no further one */
};

static const struct part parts[] = {
    {"connect", {"dns_ns", "connect_ns", "tls_ns"}},
    {"upload", {"upload_ns"}},
    {"server: queue", {"srv_queue_ns"}},
    {"server: preprocess", {"srv_decode_ns", "srv_preprocess_ns"}},
    {"server: inference", {"srv_infer_ns"}},
    {"server: postprocess", {"srv_postprocess_ns"}},
    {"download", {"download_ns"}},
};

enum { PARTS = sizeof parts / sizeof parts[0] };

/* What is not measured adds nothing: it stays in the rest. */
static int64_t value_of(const struct od_record *record, const char *column)
{
    const struct od_column *found = od_column_find(column);
    int64_t value =
        *(const int64_t *)((const void *)((const char *)record + found->offset));
    return value != OD_NONE ? value : 0;
}

static double mean_ms(const struct od_shots *shots, const struct part *part)
{
    double sum = 0;
    for (size_t i = 0; i < shots->count; i++) {
        for (size_t k = 0; k < PART_COLUMNS && part->columns[k] != NULL; k++) {
            sum += (double)value_of(shots->items[i].record, part->columns[k]);
        }
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
        for (size_t i = 0; i < list->count; i++) {
            double mean = mean_ms(&list->items[i], &parts[k]);
            rest[i] -= mean;
            od_plot_row(plot, series, &mean);
        }
    }
    struct od_plot_series *series =
        od_plot_add(plot, od_xstrdup("rest: waiting, network"));
    for (size_t i = 0; i < list->count; i++) {
        od_plot_row(plot, series, &rest[i]);
    }
    free(rest);
}
