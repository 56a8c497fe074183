/* The facts of a run, for its .meta.json. */
#include "bench/facts.h"

#include "base/clock.h"
#include "base/file.h"
#include "bench/counted.h"
#include "bench/identity.h"
#include "bench/judge_run.h"
#include "bench/secrets.h"
#include "image/image.h"
#include "net/conn.h"
#include "record/environ.h"
#include "record/meta.h"
#include "service/model_format.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

static json_t *text_json(const char *text)
{
    return *text != '\0' ? json_string(text) : json_null();
}

static json_t *whole_json(int64_t value)
{
    return value >= 0 ? json_integer(value) : json_null();
}

static json_t *route_json(const struct od_target *t)
{
    struct od_route r;
    od_route_find("", t->host, t->grpc_port > 0 ? t->grpc_port : t->rest_port, &r);
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "address", text_json(r.address),
                     "source", text_json(r.source), "interface", text_json(r.interface),
                     "mtu_bytes", whole_json(r.mtu_bytes), "speed_mbit_per_s",
                     whole_json(r.speed_mbit_per_s));
}

/* NaN is not known. */
static json_t *real_json(double value)
{
    return isnan(value) ? json_null() : json_real(value);
}

static json_t *target_json(const struct od_target *t)
{
    json_t *protocols = json_array();
    for (size_t i = 0; i < t->protocol_count; i++) {
        (void)json_array_append_new(protocols, json_string(t->protocols[i]->name));
    }
    return json_pack("{s:s, s:s, s:i, s:i, s:i, s:s?, s:o, s:s?, s:s, s:b, s:o}", "name",
                     t->name, "host", t->host, "grpc_port", t->grpc_port, "rest_port",
                     t->rest_port, "metrics_port", t->metrics_port, "times", t->times,
                     "protocols", protocols, "profile", t->profile_name, "placement",
                     t->local ? "local" : "remote", "tls", t->tls, "network",
                     route_json(t));
}

/* The names of the two sides, the base first. */
static json_t *sides_json(const struct od_plan *plan)
{
    return json_pack("[s, s]", plan->targets[0].name, plan->targets[1].name);
}

static json_t *cell_json(const struct od_plan *plan, const struct od_cell *c)
{
    char in[OD_FORMAT_TEXT_MAX];
    char out[OD_FORMAT_TEXT_MAX];
    int cpu = 0;
    od_input_format_text(&c->asked.in, in);
    od_output_format_text(&c->asked.out, out);
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:o, s:I, s:b}",
        "cell_id", c->id, "target", c->target->name, "model", c->model->name,
        "model_version", c->version, "signature", od_model_signature(&c->asked), "input",
        od_model_input(&c->asked), "input_format", in, "output_format", out, "protocol",
        c->protocol->name, "payload", od_payload_name(c->payload), "concurrency",
        c->concurrency, "rate", real_json(c->rate_per_s), "keep_warm_ns",
        (json_int_t)od_plan_keep_warm(plan, c, 0, &cpu).period_ns, "skipped", c->skipped);
}

static json_t *lists_json(const struct od_run *run)
{
    json_t *targets = json_array();
    json_t *cells = json_array();
    for (size_t i = 0; i < run->plan->target_count; i++) {
        (void)json_array_append_new(targets, target_json(&run->plan->targets[i]));
    }
    for (size_t i = 0; i < run->cell_count; i++) {
        (void)json_array_append_new(cells, cell_json(run->plan, &run->cells[i]));
    }
    return json_pack("{s:o, s:o}", "targets", targets, "cells", cells);
}

static const char *end_name(enum od_run_end end)
{
    switch (end) {
    case OD_RUN_DONE:
        return "complete";
    case OD_RUN_INTERRUPTED:
        return "interrupted";
    case OD_RUN_MAX_ERRORS:
        return "max-errors";
    case OD_RUN_NO_OUTPUT:
        return "no output";
    }
    return "";
}

/* What is asked for and when to stop, for runs whose options stand in a plan file. */
static json_t *asked_json(const struct od_plan *p)
{
    return json_pack("{s:s, s:s, s:s, s:b, s:b, s:I, s:f}", "signature",
                     p->models[0].signature, "input", p->models[0].input, "form",
                     p->form == OD_FORM_COLUMN ? "column" : "row", "probe", p->probe,
                     "allow_unreachable", p->allow_unreachable, "max_errors",
                     (json_int_t)p->max_errors, "max_error_ratio", p->max_error_ratio);
}

static const char *warmth_name(enum od_warmth warmth)
{
    return warmth == OD_WARMTH_ON ? "on" : warmth == OD_WARMTH_OFF ? "off" : "auto";
}

/* When requests are sent. */
static json_t *pace_json(const struct od_pace *pace)
{
    const struct od_arrival *a = &pace->arrival;
    json_t *cpus = json_array();
    json_t *arrival = json_pack("{s:s}", "kind", od_arrival_name(a->kind));
    for (size_t i = 0; i < pace->cpu_count; i++) {
        (void)json_array_append_new(cpus, json_integer(pace->cpus[i]));
    }
    if (a->kind == OD_ARRIVAL_TRACE) {
        size_t count = pace->trace.count;
        (void)json_object_set_new(arrival, "file", json_string(a->path));
        (void)json_object_set_new(arrival, "requests", json_integer((json_int_t)count));
        (void)json_object_set_new(arrival, "span_ns",
                                  whole_json(pace->trace.at_ns[count - 1]));
    }
    if (a->kind == OD_ARRIVAL_RAMP || a->kind == OD_ARRIVAL_STEPS) {
        (void)json_object_set_new(arrival, "from", json_real(a->from_per_s));
        (void)json_object_set_new(arrival, "to", json_real(a->to_per_s));
        (void)json_object_set_new(arrival, "step", json_real(a->step_per_s));
    }
    return json_pack(
        "{s:o, s:I, s:I, s:s, s:b, s:s, s:o, s:I, s:I}", "arrival", arrival,
        "duration_ns", (json_int_t)pace->duration_ns, "count", (json_int_t)pace->count,
        "duration_stop", pace->close ? "close" : "wait", "precise", pace->precise,
        "keep_warm", warmth_name(pace->warmth), "pin", cpus, "retries",
        (json_int_t)pace->retries, "retry_delay_ns", (json_int_t)pace->retry_delay_ns);
}

/* When that is enough. */
static json_t *goals_json(const struct od_goals *goals)
{
    char slo[64] = "";
    if (goals->has_slo) {
        od_slo_format(&goals->slo, slo, sizeof slo);
    }
    return json_pack(
        "{s:I, s:I, s:f, s:I, s:o, s:b}", "min_samples", (json_int_t)goals->min_samples,
        "stable_windows", (json_int_t)goals->stable_windows, "stable_ratio",
        goals->stable_ratio, "max_repetitions", (json_int_t)goals->max_repetitions, "slo",
        text_json(slo), "search_max_rate", goals->search);
}

/* The plan as it was understood, and, once known, how it ended. Owned text. */
static char *plan_json(const struct od_run_facts *facts,
                       const struct od_run_result *result)
{
    const struct od_run *run = facts->run;
    const struct od_plan *p = run->plan;
    json_t *root = lists_json(run);
    json_t *rest = json_pack(
        "{s:I, s:I, s:I, s:s, s:I, s:s, s:b, s:b, s:b, s:I, s:I}", "repetitions",
        (json_int_t)p->repetitions, "warmup", (json_int_t)p->warmup, "iterations",
        (json_int_t)p->iterations, "order",
        p->order == OD_ORDER_RANDOM ? "random" : "sequential", "timeout_ns",
        (json_int_t)p->timeout_ns, "connection", p->fresh ? "new" : "reuse", "paper",
        p->paper, "send_id", p->send_id, "gzip", p->gzip, "reply_max_bytes",
        (json_int_t)p->reply_max_bytes, "memory_bytes", (json_int_t)p->memory_bytes);
    json_t *asked = asked_json(p);
    int64_t planned = od_plan_requests(p, run->cells, run->cell_count);
    (void)json_object_set_new(root, "planned_rows", whole_json(planned));
    (void)json_object_set_new(root, "client", text_json(p->client));
    (void)json_object_set_new(root, "detections",
                              json_boolean(facts->launch->options->detections));
    (void)json_object_set_new(root, "pace", pace_json(&p->pace));
    (void)json_object_set_new(root, "goals", goals_json(&p->goals));
    if (p->ab) {
        (void)json_object_set_new(root, "ab", sides_json(p));
    }
    (void)json_object_update(root, rest);
    (void)json_object_update(root, asked);
    json_decref(rest);
    json_decref(asked);
    if (result != NULL) {
        json_t *end = json_pack("{s:s, s:I, s:I}", "end", end_name(result->end), "rows",
                                (json_int_t)result->rows, "failed_rows",
                                (json_int_t)result->failed);
        (void)json_object_update(root, end);
        json_decref(end);
    }
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    return text;
}

/* With its whole path, so that a report finds it from anywhere; NULL without one, or when
 * the path is no text that JSON can hold. Owned by the caller. */
static char *whole_annotations(const struct od_dataset *dataset)
{
    char folder[PATH_MAX];
    const char *name = od_dataset_annotations(dataset);
    if (name == NULL || getcwd(folder, sizeof folder) == NULL) {
        return NULL;
    }
    char *path = od_path_join(folder, name);
    json_t *text = json_string(path);
    if (text == NULL) {
        free(path);
        path = NULL;
    }
    json_decref(text);
    return path;
}

static int write_facts(const struct od_run_facts *facts,
                       const struct od_run_result *result, struct od_err *err)
{
    if (facts->meta_path == NULL) {
        return 0;
    }
    const struct od_launch *launch = facts->launch;
    struct od_meta_pair versions[] = {{"libgrpc", od_net_version(OD_GRPC)},
                                      {"libcurl", od_net_version(OD_HTTP)},
                                      {"libjpeg", od_jpeg_version()},
                                      {"jansson", JANSSON_VERSION}};
    char **argv = od_secrets_hide(launch->options, launch->argc, launch->argv);
    struct od_meta meta = {.run_id = facts->run->run_id,
                           .program = "odbench-run",
                           .rows_file = od_path_base(facts->rows_path),
                           .argc = launch->argc,
                           .argv = (const char *const *)argv,
                           .seed = facts->run->plan->seed,
                           .dataset_digest = facts->digest,
                           .image_count =
                               (int64_t)od_dataset_count(facts->run->plan->dataset),
                           .client = facts->run->plan->client,
                           .start_unix_ns = facts->run->start_unix_ns,
                           .end_unix_ns = result != NULL ? od_wall_ns() : 0,
                           .versions = versions,
                           .version_count = sizeof versions / sizeof *versions,
                           .facts = launch->facts,
                           .fact_count = launch->fact_count};
    char load_end[64] = "";
    if (result != NULL) {
        od_load_read("", load_end, sizeof load_end);
    }
    meta.plan_hash = facts->plan_hash;
    meta.resumed = facts->resumed;
    meta.load_start = facts->load_start;
    meta.load_end = load_end;
    char *plan = plan_json(facts, result);
    char *validity = od_run_validity_json(result);
    char *models = od_served_json(&facts->run->served, &facts->run->plan->infos);
    char *annotations = whole_annotations(facts->run->plan->dataset);
    meta.annotations = annotations;
    meta.plan = plan;
    meta.validity = validity;
    meta.models = models;
    char *counted = od_counted_json(facts->run, result);
    meta.counted = counted;
    int rc = od_meta_write(&meta, facts->meta_path, err);
    free(annotations);
    free(plan);
    od_argv_free(argv, launch->argc);
    free(validity);
    free(models);
    free(counted);
    return rc;
}

void od_run_facts_identity(const struct od_run_facts *facts, struct od_run_identity *out)
{
    out->plan = plan_json(facts, NULL);
    (void)snprintf(out->seed, sizeof out->seed, "%" PRIu64, facts->run->plan->seed);
}

int od_run_facts_open(struct od_run_facts *facts, struct od_err *err)
{
    if (facts->meta_path == NULL) {
        return 0;
    }
    struct od_run_identity now;
    if (od_dataset_digest(facts->run->plan->dataset, facts->digest, err) != 0) {
        return -1;
    }
    od_run_facts_identity(facts, &now);
    struct od_identity identity = {now.plan, now.seed, facts->digest};
    int rc = od_identity_hash(&identity, facts->plan_hash, err);
    free(now.plan);
    return rc;
}

int od_run_facts_begin(struct od_run_facts *facts, struct od_err *err)
{
    od_load_read("", facts->load_start, sizeof facts->load_start);
    return write_facts(facts, NULL, err);
}

int od_run_facts_end(const struct od_run_facts *facts, const struct od_run_result *result,
                     struct od_err *err)
{
    return write_facts(facts, result, err);
}
