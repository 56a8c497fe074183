/* Sums that servers publish for Prometheus (odbench-wire(7), Counters). */
#include "protocol/counters.h"

#include "base/alloc.h"
#include "wire/prometheus.h"

#include <string.h>

/* Where a counter stands: a sum in microseconds, and how many requests it is of. */
struct series {
    size_t counter; /* in struct od_counters */
    const char *sum;
    const char *count;
    const char *by;       /* the label that tells the transport; NULL: none does */
    const char *names[2]; /* its values: OD_HTTP, OD_GRPC */
    const char *more;     /* further labels, as they are rendered; NULL: none */
    bool shares;          /* its count is that of the series before it */
};
enum { SERIES_MAX = 3 };
struct od_metrics_page {
    const char *path;
    const char *model; /* the label with the model's name */
    struct series series[SERIES_MAX];
};

#define AT(name) offsetof(struct od_counters, name)

static const struct od_metrics_page tfs_page = {
    .path = "/monitoring/prometheus/metrics",
    .model = "model_name",
    .series = {{.counter = AT(total),
                .sum = ":tensorflow:serving:request_latency_sum",
                .count = ":tensorflow:serving:request_latency_count",
                .by = "entrypoint",
                .names = {"REST", "GRPC"},
                .more = ",API=\"Predict\""},
               {.counter = AT(infer),
                .sum = ":tensorflow:serving:runtime_latency_sum",
                .count = ":tensorflow:serving:runtime_latency_count",
                .more = ",API=\"Predict\",runtime=\"TF1\""}},
};
/* Requests over gRPC are not counted there. */
static const struct od_metrics_page torchserve_page = {
    .path = "/metrics",
    .model = "model_name",
    .series = {{.counter = AT(infer),
                .sum = "ts_inference_latency_microseconds",
                .count = "ts_inference_requests_total",
                .more = ",model_version=\"default\",hostname=\"localhost\""},
               {.counter = AT(queue),
                .sum = "ts_queue_latency_microseconds",
                .count = "ts_inference_requests_total",
                .shares = true,
                .more = ",model_version=\"default\",hostname=\"localhost\""}},
};
static const struct od_metrics_page ovms_page = {
    .path = "/metrics",
    .model = "name",
    .series = {{.counter = AT(total),
                .sum = "ovms_request_time_us_sum",
                .count = "ovms_request_time_us_count",
                .by = "interface",
                .names = {"REST", "gRPC"},
                .more = ",version=\"1\""},
               {.counter = AT(infer),
                .sum = "ovms_inference_time_us_sum",
                .count = "ovms_inference_time_us_count",
                .more = ",version=\"1\""},
               {.counter = AT(queue),
                .sum = "ovms_wait_for_infer_req_time_us_sum",
                .count = "ovms_wait_for_infer_req_time_us_count",
                .more = ",version=\"1\""}},
};

static int encode(const struct od_counters_source *source, const struct od_model *model,
                  struct od_message *out, struct od_err *err)
{
    (void)model;
    (void)err;
    *out = (struct od_message){.verb = "GET", .path = od_xstrdup(source->page->path)};
    return 0;
}

static double sum_of(const struct od_metrics_page *page, const struct series *series,
                     const char *name, const struct od_model *model,
                     enum od_transport asked_by, const struct od_reply *in)
{
    double sum = 0;
    struct od_prometheus_label labels[2] = {{page->model, model->name}};
    size_t count = 1;
    if (series->by != NULL) {
        labels[count++] =
            (struct od_prometheus_label){series->by, series->names[asked_by]};
    }
    /* A series appears with its first request. */
    (void)od_prometheus_sum(in->body.data, in->body.len, name, labels, count, &sum);
    return sum;
}

static int decode(const struct od_counters_source *source, const struct od_model *model,
                  enum od_transport asked_by, const struct od_reply *in,
                  struct od_counters *out, struct od_err *err)
{
    const struct od_metrics_page *page = source->page;
    od_counters_init(out);
    if (in->code != 200) {
        return od_fail(err, OD_ESERVER, "HTTP status %d for %s", in->code, page->path);
    }
    for (size_t i = 0; i < SERIES_MAX && page->series[i].sum != NULL; i++) {
        const struct series *series = &page->series[i];
        struct od_counter *counter = (void *)((char *)out + series->counter);
        counter->count = sum_of(page, series, series->count, model, asked_by, in);
        counter->sum_ns = sum_of(page, series, series->sum, model, asked_by, in) * 1000;
    }
    return 0;
}

static bool asked(const struct od_counters_source *source, const struct od_message *in,
                  struct od_model *model)
{
    *model = (struct od_model){0};
    return in->path != NULL && strcmp(in->verb, "GET") == 0 &&
           strcmp(in->path, source->page->path) == 0;
}

static void put_label(struct od_buf *out, const char *value)
{
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\') {
            od_buf_putc(out, '\\');
        }
        if (*value == '\n') {
            od_buf_puts(out, "\\n");
        } else {
            od_buf_putc(out, *value);
        }
    }
}

struct sample {
    const struct od_metrics_page *page;
    const struct series *series;
    const char *model;
    const char *by;
};

static void put_sample(struct od_buf *out, const struct sample *s, const char *name,
                       double value)
{
    od_buf_printf(out, "%s{%s=\"", name, s->page->model);
    put_label(out, s->model);
    od_buf_puts(out, "\"");
    if (s->by != NULL) {
        od_buf_printf(out, ",%s=\"%s\"", s->series->by, s->by);
    }
    od_buf_printf(out, "%s} %.17g\n", s->series->more != NULL ? s->series->more : "",
                  value);
}

static void put_both(struct od_buf *out, const struct sample *s,
                     const struct od_counter *counter)
{
    if (counter->count > 0) {
        put_sample(out, s, s->series->sum, counter->sum_ns / 1000);
        if (!s->series->shares) {
            put_sample(out, s, s->series->count, counter->count);
        }
    }
}

static void put_series(struct od_buf *out, const struct od_metrics_page *page,
                       const struct series *series, const struct od_counted *model)
{
    const struct od_counter *by[] = {
        (const void *)((const char *)&model->by[OD_HTTP] + series->counter),
        (const void *)((const char *)&model->by[OD_GRPC] + series->counter)};
    struct sample sample = {page, series, model->model, NULL};
    if (series->by == NULL) {
        struct od_counter whole = {by[0]->count + by[1]->count,
                                   by[0]->sum_ns + by[1]->sum_ns};
        put_both(out, &sample, &whole);
        return;
    }
    for (int i = 0; i < 2; i++) {
        sample.by = series->names[i];
        put_both(out, &sample, by[i]);
    }
}

static void render(const struct od_counters_source *source,
                   const struct od_counted *models, size_t count,
                   const struct od_model *wanted, struct od_reply *out)
{
    const struct od_metrics_page *page = source->page;
    (void)wanted;
    out->code = 200;
    if (od_headers_get(&out->headers, "Content-Type") == NULL) {
        od_headers_add(&out->headers, "Content-Type", "text/plain");
    }
    for (size_t i = 0; i < SERIES_MAX && page->series[i].sum != NULL; i++) {
        for (size_t k = 0; k < count; k++) {
            put_series(&out->body, page, &page->series[i], &models[k]);
        }
    }
}

const struct od_counters_source od_counters_tfs = {.name = "tfs-prometheus",
                                                   .transport = OD_HTTP,
                                                   .page = &tfs_page,
                                                   .encode = encode,
                                                   .decode = decode,
                                                   .asked = asked,
                                                   .render = render};
const struct od_counters_source od_counters_torchserve = {.name = "torchserve-prometheus",
                                                          .transport = OD_HTTP,
                                                          .port = 8082,
                                                          .page = &torchserve_page,
                                                          .encode = encode,
                                                          .decode = decode,
                                                          .asked = asked,
                                                          .render = render};
const struct od_counters_source od_counters_ovms = {.name = "ovms-prometheus",
                                                    .transport = OD_HTTP,
                                                    .page = &ovms_page,
                                                    .encode = encode,
                                                    .decode = decode,
                                                    .asked = asked,
                                                    .render = render};
