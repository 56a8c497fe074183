/* The list of figures. */
#include "table/figure.h"

#include "base/alloc.h"
#include "table/builders.h"
#include "table/plots.h"

#include <string.h>

static const struct od_figure_spec specs[] = {
    {
        .name = "figure-8",
        .summary = "latency of every image on the first machine (the client)",
        .machine = 0,
    },
    {
        .name = "figure-9",
        .summary = "latency of every image on the second machine (the cloud server)",
        .machine = 1,
    },
    {
        .name = "figure-10",
        .summary = "latency of every image on the third machine (the edge device)",
        .machine = 2,
    },
    {
        .name = "figure-14",
        .summary = "latency of a large file by server, model and protocol",
        .servers = true,
    },
    {
        .name = "figure-15",
        .summary = "latency of a small file by server, model and protocol",
        .servers = true,
    },
    {
        .name = "cdf",
        .summary = "share of the requests that took at most so long, a line a cell",
        .plot = od_plot_cdf,
    },
    {
        .name = "percentiles",
        .summary = "latency by percentile with a stretched tail, a line a cell",
        .plot = od_plot_percentiles,
    },
    {
        .name = "box",
        .summary = "quartiles, 5 % and 95 % of every cell",
        .plot = od_plot_boxes,
    },
    {
        .name = "time",
        .summary = "every request over the run: drift, warm-up, outliers",
        .plot = od_plot_time,
        .needs = "send_ns",
    },
    {
        .name = "objects",
        .summary = "median latency of every image against its objects, with a line",
        .plot = od_plot_objects,
    },
    {
        .name = "bytes",
        .summary = "median latency of every image against its file size, with a line",
        .plot = od_plot_bytes,
    },
    {
        .name = "stages",
        .summary = "where the mean service time goes, a bar a cell",
        .plot = od_plot_stages,
        .needs = "dns_ns connect_ns tls_ns upload_ns wait_ns download_ns srv_decode_ns "
                 "srv_queue_ns srv_preprocess_ns srv_infer_ns srv_postprocess_ns",
    },
    {
        .name = "accuracy",
        .summary = "accuracy against the median response time, a point a cell",
        .accuracy = true,
        .needs = "response_ns seq",
    },
};

const struct od_figure_spec *od_figure_spec_at(size_t i)
{
    return i < sizeof specs / sizeof specs[0] ? &specs[i] : NULL;
}

const struct od_figure_spec *od_figure_spec_find(const char *name)
{
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        if (strcmp(specs[i].name, name) == 0) {
            return &specs[i];
        }
    }
    return NULL;
}

static void add_notes(const struct od_scope *scope, const struct od_shot_list *list,
                      struct od_plot *plot)
{
    struct od_table table = {0};
    unsigned doubts = 0;
    for (size_t i = 0; i < list->count; i++) {
        doubts |= list->items[i].doubts;
    }
    od_scope_figure_notes(scope, doubts, &table);
    for (size_t i = 0; i < table.note_count; i++) {
        od_plot_note(plot, od_plot_short_note(table.notes[i]));
    }
    od_table_release(&table);
}

static bool is_empty(const struct od_plot *plot)
{
    for (size_t i = 0; i < plot->series_count; i++) {
        if (plot->series[i].row_count > 0) {
            return false;
        }
    }
    return true;
}

/* Published models can be drawn without any request. */
static int fill_shots(const struct od_figure_spec *spec, const struct od_scope *scope,
                      const struct od_table_choice *choice, struct od_shot_list *list,
                      struct od_err *err)
{
    struct od_err why = {0};
    bool optional =
        spec->accuracy && choice->variants != NULL && choice->variants->count > 0;
    if (od_shots_fill(list, scope, spec->name, &why) == 0 ||
        (optional && why.code == OD_EINPUT)) {
        return 0;
    }
    return od_fail(err, why.code, "%s", why.msg);
}

static int fill_plot(const struct od_figure_spec *spec, const struct od_scope *scope,
                     const struct od_table_choice *choice, struct od_shot_list *list,
                     struct od_plot *plot, struct od_err *err)
{
    if (spec->accuracy) {
        const struct od_accuracy_sources from = {
            scope->rows, choice->accuracy, scope->image, choice->runs, choice->variants};
        return od_plot_accuracy(&from, list, plot, err);
    }
    spec->plot(list, plot);
    return is_empty(plot)
               ? od_fail(err, OD_EINPUT, "%s: no row says what it would show", spec->name)
               : 0;
}

/* *plot is zeroed before; the caller releases it. */
static int make_plot(const struct od_figure_spec *spec, const struct od_rows *rows,
                     const struct od_table_choice *choice, struct od_plot *plot,
                     struct od_err *err)
{
    struct od_scope scope = {.rows = rows};
    struct od_table_spec like = {.name = spec->name, .image_rule = OD_IMAGE_ALL};
    struct od_shot_list list = {0};
    int rc = od_scope_choose(&scope, &like, choice, err);
    rc = rc == 0 ? fill_shots(spec, &scope, choice, &list, err) : rc;
    rc = rc == 0 ? fill_plot(spec, &scope, choice, &list, plot, err) : rc;
    if (rc == 0 && list.count > 0) {
        add_notes(&scope, &list, plot);
    }
    od_shots_release(&list);
    od_scope_release(&scope);
    return rc;
}

int od_figure_build(const struct od_figure_spec *spec, const struct od_rows *rows,
                    const struct od_figure_choice *choice, struct od_buf *out,
                    struct od_err *err)
{
    if (spec->plot == NULL && !spec->accuracy) {
        return od_figure_bars(spec, rows, choice, out, err);
    }
    struct od_plot plot = {0};
    int rc = make_plot(spec, rows, &choice->rows, &plot, err);
    if (rc == 0) {
        od_plot_gnuplot(&plot, choice->format, out);
    }
    od_plot_release(&plot);
    return rc;
}

int od_figure_data(const struct od_figure_spec *spec, const struct od_rows *rows,
                   const struct od_table_choice *choice, struct od_buf *out,
                   struct od_err *err)
{
    if (spec->plot == NULL && !spec->accuracy) {
        return od_fail(err, OD_EUNSUPPORTED,
                       "--figure %s: its numbers are in --table %s --format csv",
                       spec->name, spec->name);
    }
    struct od_plot plot = {0};
    int rc = make_plot(spec, rows, choice, &plot, err);
    if (rc == 0) {
        od_plot_data(&plot, out);
    }
    od_plot_release(&plot);
    return rc;
}
