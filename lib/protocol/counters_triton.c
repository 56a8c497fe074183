/* Triton's ModelStatistics, over gRPC and REST (odbench-wire(7), Counters). */
#include "protocol/counters.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "protocol/tfs_spec.h"
#include "service/canonical.h"
#include "wire/json.h"
#include "wire/json_text.h"

#include "triton.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METHOD "/inference.GRPCInferenceService/ModelStatistics"
#define ROOT   "/v2/models"
#define END    "/stats"

typedef Inference__StatisticDuration pb_duration;
typedef Inference__InferStatistics pb_infer;
typedef Inference__ModelStatistics pb_model;

static int grpc_encode(const struct od_counters_source *source,
                       const struct od_model *model, struct od_message *out,
                       struct od_err *err)
{
    (void)source;
    (void)err;
    Inference__ModelStatisticsRequest ask;
    char version[24] = "";
    inference__model_statistics_request__init(&ask);
    ask.name = od_tfs_unconst(model->name);
    if (model->version > 0) {
        (void)snprintf(version, sizeof version, "%" PRId64, model->version);
    }
    ask.version = version;
    *out = (struct od_message){.verb = "POST", .path = od_xstrdup(METHOD)};
    od_tfs_pack_segment(&ask.base, out);
    return 0;
}

/* Triton has no entry for what never happened. Adds up the versions of a model. */
static void add(const pb_duration *from, struct od_counter *to)
{
    to->count = to->count < 0 ? 0 : to->count;
    if (from != NULL) {
        to->count += (double)from->count;
        to->sum_ns += (double)from->ns;
    }
}

static void add_model(const pb_infer *from, struct od_counters *to)
{
    add(from != NULL ? from->success : NULL, &to->total);
    add(from != NULL ? from->queue : NULL, &to->queue);
    add(from != NULL ? from->compute_input : NULL, &to->preprocess);
    add(from != NULL ? from->compute_infer : NULL, &to->infer);
    add(from != NULL ? from->compute_output : NULL, &to->postprocess);
}

static int no_model(const struct od_model *model, struct od_err *err)
{
    return od_fail(err, OD_ENOENT, "the statistics have no model %s", model->name);
}

static int grpc_decode(const struct od_counters_source *source,
                       const struct od_model *model, enum od_transport asked_by,
                       const struct od_reply *in, struct od_counters *out,
                       struct od_err *err)
{
    (void)source;
    (void)asked_by;
    od_counters_init(out);
    if (in->code != 0) {
        return od_fail(err, OD_ESERVER, "%s: %s",
                       od_canonical_name((enum od_canonical)in->code),
                       in->text != NULL ? in->text : "");
    }
    Inference__ModelStatisticsResponse *reply =
        inference__model_statistics_response__unpack(NULL, in->body.len,
                                                     (const uint8_t *)in->body.data);
    if (reply == NULL) {
        return od_fail(err, OD_EDECODE, "reply is no ModelStatisticsResponse");
    }
    for (size_t i = 0; i < reply->n_model_stats; i++) {
        const pb_model *stats = reply->model_stats[i];
        if (strcmp(stats->name, model->name) == 0) {
            add_model(stats->inference_stats, out);
        }
    }
    inference__model_statistics_response__free_unpacked(reply, NULL);
    return out->total.count < 0 ? no_model(model, err) : 0;
}

static bool grpc_asked(const struct od_counters_source *source,
                       const struct od_message *in, struct od_model *model)
{
    (void)source;
    if (in->path == NULL || strcmp(in->path, METHOD) != 0) {
        return false;
    }
    struct od_buf body;
    od_buf_init(&body, 0);
    od_message_flatten(in, &body);
    Inference__ModelStatisticsRequest *ask = inference__model_statistics_request__unpack(
        NULL, body.len, (const uint8_t *)body.data);
    *model = (struct od_model){0};
    if (ask != NULL) {
        (void)snprintf(model->name, sizeof model->name, "%s", ask->name);
        inference__model_statistics_request__free_unpacked(ask, NULL);
    }
    od_buf_release(&body);
    return true;
}

/* Both transports together, as Triton counts. */
static struct od_counter both(const struct od_counter *http,
                              const struct od_counter *grpc)
{
    return (struct od_counter){http->count + grpc->count, http->sum_ns + grpc->sum_ns};
}

static bool wanted(const struct od_counted *model, const struct od_model *asked)
{
    return asked->name[0] == '\0' || strcmp(asked->name, model->model) == 0;
}

/* The five durations that we have, in the order of the message. */
static const struct {
    const char *name;
    size_t offset;
} durations[] = {
    {"success", offsetof(struct od_counters, total)},
    {"queue", offsetof(struct od_counters, queue)},
    {"compute_input", offsetof(struct od_counters, preprocess)},
    {"compute_infer", offsetof(struct od_counters, infer)},
    {"compute_output", offsetof(struct od_counters, postprocess)},
};
enum { DURATION_COUNT = sizeof durations / sizeof durations[0] };

static struct od_counter duration_of(const struct od_counted *model, size_t i)
{
    size_t offset = durations[i].offset;
    return both((const void *)((const char *)&model->by[OD_HTTP] + offset),
                (const void *)((const char *)&model->by[OD_GRPC] + offset));
}

static void grpc_model(const struct od_counted *model, struct od_buf *out)
{
    pb_duration filled[DURATION_COUNT];
    pb_infer infer;
    pb_model stats;
    pb_model *list[] = {&stats};
    char version[24];
    Inference__ModelStatisticsResponse reply;
    inference__infer_statistics__init(&infer);
    inference__model_statistics__init(&stats);
    inference__model_statistics_response__init(&reply);
    for (size_t i = 0; i < DURATION_COUNT; i++) {
        struct od_counter counter = duration_of(model, i);
        inference__statistic_duration__init(&filled[i]);
        filled[i].count = (uint64_t)counter.count;
        filled[i].ns = (uint64_t)counter.sum_ns;
    }
    infer.success = &filled[0];
    infer.queue = &filled[1];
    infer.compute_input = &filled[2];
    infer.compute_infer = &filled[3];
    infer.compute_output = &filled[4];
    (void)snprintf(version, sizeof version, "%" PRId64, model->version);
    stats.name = od_tfs_unconst(model->model);
    stats.version = version;
    stats.inference_count = filled[0].count;
    stats.execution_count = filled[0].count;
    stats.inference_stats = &infer;
    reply.model_stats = list;
    reply.n_model_stats = 1;
    /* Messages one behind the other are one message: repeated fields add up. */
    od_tfs_pack(&reply.base, out);
}

static bool has(const struct od_counted *models, size_t count,
                const struct od_model *asked)
{
    for (size_t i = 0; i < count; i++) {
        if (wanted(&models[i], asked)) {
            return true;
        }
    }
    return asked->name[0] == '\0';
}

static void grpc_render(const struct od_counters_source *source,
                        const struct od_counted *models, size_t count,
                        const struct od_model *asked, struct od_reply *out)
{
    (void)source;
    if (!has(models, count, asked)) {
        out->code = OD_CODE_NOT_FOUND;
        out->text = od_xasprintf("requested model '%s' is not available", asked->name);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (wanted(&models[i], asked)) {
            grpc_model(&models[i], &out->body);
        }
    }
}

static int rest_encode(const struct od_counters_source *source,
                       const struct od_model *model, struct od_message *out,
                       struct od_err *err)
{
    (void)source;
    *out = (struct od_message){0};
    if (strpbrk(model->name, "/?#% ") != NULL) {
        return od_fail(err, OD_EUNSUPPORTED, "model %s cannot be asked for by a path",
                       model->name);
    }
    *out = (struct od_message){.verb = "GET",
                               .path = od_xasprintf("%s/%s%s", ROOT, model->name, END)};
    return 0;
}

static double number(const struct od_json *json, const struct od_json_node *node)
{
    char text[40];
    if (node == NULL || node->type != OD_JSON_NUMBER ||
        node->end - node->begin >= sizeof text) {
        return 0;
    }
    size_t len = node->end - node->begin;
    memcpy(text, json->text + node->begin, len);
    text[len] = '\0';
    return strtod(text, NULL);
}

static void rest_model(const struct od_json *json, const struct od_json_node *stats,
                       struct od_counters *out)
{
    const struct od_json_node *infer = od_json_member(json, stats, "inference_stats");
    for (size_t i = 0; i < DURATION_COUNT; i++) {
        const struct od_json_node *node = od_json_member(json, infer, durations[i].name);
        struct od_counter *counter = (void *)((char *)out + durations[i].offset);
        counter->count = counter->count < 0 ? 0 : counter->count;
        counter->count += number(json, od_json_member(json, node, "count"));
        counter->sum_ns += number(json, od_json_member(json, node, "ns"));
    }
}

static int rest_decode(const struct od_counters_source *source,
                       const struct od_model *model, enum od_transport asked_by,
                       const struct od_reply *in, struct od_counters *out,
                       struct od_err *err)
{
    (void)source;
    (void)asked_by;
    od_counters_init(out);
    if (in->code != 200) {
        return od_fail(err, OD_ESERVER, "HTTP status %d", in->code);
    }
    struct od_json json;
    struct od_err why = {0};
    int rc = -1;
    if (od_json_parse(&json, in->body.data, in->body.len, &why) != 0) {
        (void)od_fail(err, OD_EDECODE, "%s", why.msg);
    } else {
        const struct od_json_node *list =
            od_json_member(&json, &json.nodes[0], "model_stats");
        const struct od_json_node *at = od_json_first(&json, list);
        for (uint32_t i = 0; at != NULL && i < list->count; i++) {
            char name[OD_NAME_MAX];
            (void)od_json_text(&json, od_json_member(&json, at, "name"), name,
                               sizeof name);
            if (strcmp(name, model->name) == 0) {
                rest_model(&json, at, out);
            }
            at = i + 1 < list->count ? od_json_next(&json, at) : NULL;
        }
        rc = out->total.count < 0 ? no_model(model, err) : 0;
    }
    od_json_release(&json);
    return rc;
}

static bool rest_asked(const struct od_counters_source *source,
                       const struct od_message *in, struct od_model *model)
{
    (void)source;
    const char *path = in->path != NULL ? in->path : "";
    size_t len = strlen(path);
    if (strcmp(in->verb, "GET") != 0 || strncmp(path, ROOT, strlen(ROOT)) != 0 ||
        len < strlen(ROOT END) || strcmp(path + len - strlen(END), END) != 0) {
        return false;
    }
    *model = (struct od_model){0};
    const char *name = path + strlen(ROOT);
    size_t rest = len - strlen(ROOT END);
    if (rest > 0 && (*name != '/' || rest > OD_NAME_MAX)) {
        return false;
    }
    if (rest > 0) {
        name++;
        rest = strcspn(name, "/") < rest - 1 ? strcspn(name, "/") : rest - 1;
        memcpy(model->name, name, rest);
    }
    return true;
}

static void rest_render(const struct od_counters_source *source,
                        const struct od_counted *models, size_t count,
                        const struct od_model *asked, struct od_reply *out)
{
    (void)source;
    od_headers_add(&out->headers, "Content-Type", "application/json");
    if (!has(models, count, asked)) {
        out->code = 404;
        od_buf_puts(&out->body, "{\"error\":\"requested model is not available\"}");
        return;
    }
    out->code = 200;
    od_buf_puts(&out->body, "{\"model_stats\":[");
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        if (!wanted(&models[i], asked)) {
            continue;
        }
        od_buf_printf(&out->body, "%s{\"name\":", first ? "" : ",");
        od_json_put_string(&out->body, models[i].model);
        od_buf_printf(&out->body, ",\"version\":\"%" PRId64 "\",\"inference_stats\":{",
                      models[i].version);
        for (size_t k = 0; k < DURATION_COUNT; k++) {
            struct od_counter counter = duration_of(&models[i], k);
            od_buf_printf(&out->body, "%s\"%s\":{\"count\":%.0f,\"ns\":%.0f}",
                          k > 0 ? "," : "", durations[k].name, counter.count,
                          counter.sum_ns);
        }
        od_buf_puts(&out->body, "}}");
        first = false;
    }
    od_buf_puts(&out->body, "]}");
}

const struct od_counters_source od_counters_triton_grpc = {.name = "triton-statistics",
                                                           .transport = OD_GRPC,
                                                           .encode = grpc_encode,
                                                           .decode = grpc_decode,
                                                           .asked = grpc_asked,
                                                           .render = grpc_render};
const struct od_counters_source od_counters_triton_rest = {.name = "triton-statistics",
                                                           .transport = OD_HTTP,
                                                           .encode = rest_encode,
                                                           .decode = rest_decode,
                                                           .asked = rest_asked,
                                                           .render = rest_render};
