/* What a run measures. */
#include "bench/plan.h"

#include "base/alloc.h"
#include "base/linux.h"
#include "base/parse.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* After a millisecond neighbours have taken part of the caches. */
#define WARM_NS INT64_C(500000)

/* name: what it is called whatever text says; NULL: as text says. */
static int add_target(struct od_plan *plan, const char *text, const char *name,
                      struct od_err *err)
{
    struct od_target target;
    int rc = od_target_read(&target, text, plan->client, err);
    if (rc == 0 && name != NULL) {
        free(target.name);
        target.name = od_xstrdup(name);
    }
    for (size_t i = 0; rc == 0 && i < plan->target_count; i++) {
        if (strcmp(plan->targets[i].name, target.name) == 0) {
            rc = od_fail(err, OD_EINPUT, "the name '%s' is given twice", target.name);
        }
    }
    if (rc != 0) {
        od_target_release(&target);
        return -1;
    }
    plan->targets = od_xrealloc(plan->targets, plan->target_count + 1, sizeof target);
    plan->targets[plan->target_count++] = target;
    return 0;
}

int od_plan_add_target(struct od_plan *plan, const char *text, struct od_err *err)
{
    if (add_target(plan, text, NULL, err) != 0) {
        od_err_context(err, "target '%s'", text);
        return -1;
    }
    return 0;
}

int od_plan_add_side(struct od_plan *plan, const char *text, struct od_err *err)
{
    size_t first = strcspn(text, ",");
    size_t len = strcspn(text, "=");
    int rc = 0;
    if (len == 0 || len >= first) {
        rc = od_fail(err, OD_EINPUT, "not NAME=TARGET");
    } else if (memchr(text + len + 1, '=', first - len - 1) == NULL) {
        rc = add_target(plan, text, NULL, err);
    } else {
        char *name = od_xstrndup(text, len);
        rc = add_target(plan, text + len + 1, name, err);
        free(name);
    }
    if (rc != 0) {
        od_err_context(err, "--ab '%s'", text);
    }
    return rc;
}

int od_plan_add_model(struct od_plan *plan, const char *text, struct od_err *err)
{
    struct od_model model = {0};
    const char *colon = strrchr(text, ':');
    size_t len = colon != NULL ? (size_t)(colon - text) : strlen(text);
    if (len == 0 || len >= sizeof model.name || memchr(text, '/', len) != NULL) {
        return od_fail(err, OD_EINPUT,
                       "model '%s': not a name of 1 to %d characters without /", text,
                       OD_NAME_MAX - 1);
    }
    memcpy(model.name, text, len);
    if (colon != NULL &&
        od_parse_i64(colon + 1, 1, INT64_MAX, &model.version, err) != 0) {
        od_err_context(err, "model '%s': version", text);
        return -1;
    }
    for (size_t i = 0; i < plan->model_count; i++) {
        if (strcmp(plan->models[i].name, model.name) == 0 &&
            plan->models[i].version == model.version) {
            return od_fail(err, OD_EINPUT, "model '%s' is given twice", text);
        }
    }
    plan->models = od_xrealloc(plan->models, plan->model_count + 1, sizeof model);
    plan->models[plan->model_count++] = model;
    return 0;
}

int od_plan_add_protocol(struct od_plan *plan, const char *name, struct od_err *err)
{
    const struct od_protocol *protocol = od_protocol_find(name);
    if (protocol == NULL) {
        return od_fail(err, OD_EINPUT,
                       "protocol '%s': not one that --list-protocols prints", name);
    }
    for (size_t i = 0; i < plan->protocol_count; i++) {
        if (plan->protocols[i] == protocol) {
            return od_fail(err, OD_EINPUT, "protocol '%s' is given twice",
                           protocol->name);
        }
    }
    plan->protocols = od_xrealloc(plan->protocols, plan->protocol_count + 1,
                                  sizeof(const struct od_protocol *));
    plan->protocols[plan->protocol_count++] = protocol;
    return 0;
}

void od_plan_add_concurrency(struct od_plan *plan, int64_t value)
{
    plan->concurrency =
        od_xrealloc(plan->concurrency, plan->concurrency_count + 1, sizeof value);
    plan->concurrency[plan->concurrency_count++] = value;
}

bool od_pace_open(const struct od_pace *pace)
{
    return pace->arrival.kind != OD_ARRIVAL_CLOSED;
}

void od_pace_release(struct od_pace *pace)
{
    od_arrival_release(&pace->arrival);
    od_trace_release(&pace->trace);
    free(pace->rates);
    free(pace->cpus);
    *pace = (struct od_pace){0};
}

struct od_endpoint od_plan_endpoint(const struct od_plan *plan,
                                    const struct od_cell *cell)
{
    enum od_transport transport = cell->protocol->transport;
    struct od_endpoint endpoint = {.transport = transport,
                                   .host = cell->target->host,
                                   .port = od_target_port(cell->target, transport),
                                   .fresh = plan->fresh,
                                   .paper = plan->paper,
                                   .tls = plan->tls,
                                   .headers = plan->headers,
                                   .reply_max_bytes = plan->reply_max_bytes,
                                   .watch_acked = cell->concurrency == 1,
                                   .connect_timeout_ns = plan->connect_timeout_ns};
    endpoint.tls.on = cell->target->tls;
    return endpoint;
}

struct od_keep_warm od_plan_keep_warm(const struct od_plan *plan,
                                      const struct od_cell *cell, int worker, int *cpu)
{
    const struct od_pace *pace = &plan->pace;
    bool own_cpus = pace->cpu_count > 0 || !cell->target->local;
    bool wanted = pace->warmth == OD_WARMTH_ON ||
                  (pace->warmth == OD_WARMTH_AUTO && own_cpus && !plan->paper);
    *cpu = 0;
    if (!wanted) {
        return (struct od_keep_warm){0};
    }
    /* Workers are held to CPUs in turn, and where they are not spread out alike. */
    int cpus = pace->cpu_count > 0 ? (int)pace->cpu_count : od_cpu_count();
    int turn = worker / cpus;
    *cpu = worker % cpus;
    return (struct od_keep_warm){.period_ns = turn < OD_WARM_TURNS ? WARM_NS : 0,
                                 .sharers = (cell->concurrency + cpus - 1) / cpus,
                                 .turn = turn};
}

void od_plan_release(struct od_plan *plan)
{
    for (size_t i = 0; i < plan->target_count; i++) {
        od_target_release(&plan->targets[i]);
    }
    free(plan->targets);
    free(plan->models);
    free(plan->protocols);
    free(plan->concurrency);
    od_model_infos_release(&plan->infos);
    od_pace_release(&plan->pace);
    *plan = (struct od_plan){0};
}
