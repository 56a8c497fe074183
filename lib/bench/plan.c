/* What a run measures. */
#include "bench/plan.h"

#include "base/alloc.h"
#include "base/parse.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int od_target_port(const struct od_target *target, enum od_transport transport)
{
    switch (transport) {
    case OD_HTTP:
        return target->rest_port;
    case OD_GRPC:
        return target->grpc_port;
    }
    return 0;
}

static bool is_loopback(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "localhost") == 0 ||
           strcmp(host, "::1") == 0;
}

static int set_port(const char *value, int *port, struct od_err *err)
{
    int64_t number = 0;
    if (od_parse_i64(value, 1, 65535, &number, err) != 0) {
        return -1;
    }
    *port = (int)number;
    return 0;
}

static int set_placement(const char *value, bool *local, struct od_err *err)
{
    if (strcmp(value, "local") != 0 && strcmp(value, "remote") != 0) {
        return od_fail(err, OD_EINPUT, "placement is local or remote, not '%s'", value);
    }
    *local = strcmp(value, "local") == 0;
    return 0;
}

/* One ",key=value" of a target. */
static int target_field(struct od_target *target, const char *field, bool *placed,
                        struct od_err *err)
{
    if (strncmp(field, "grpc=", 5) == 0) {
        return set_port(field + 5, &target->grpc_port, err);
    }
    if (strncmp(field, "rest=", 5) == 0) {
        return set_port(field + 5, &target->rest_port, err);
    }
    if (strncmp(field, "placement=", 10) == 0) {
        *placed = true;
        return set_placement(field + 10, &target->local, err);
    }
    if (strcmp(field, "tls") == 0) {
        target->tls = true;
        return 0;
    }
    return od_fail(err, OD_EINPUT,
                   "'%s' is none of grpc=PORT, rest=PORT, placement=local|remote, tls",
                   field);
}

static char *strip_brackets(const char *host)
{
    size_t len = strlen(host);
    if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
        return od_xstrndup(host + 1, len - 2);
    }
    return od_xstrdup(host);
}

static int parse_target(const char *client, char *text, struct od_target *target,
                        struct od_err *err)
{
    bool placed = false;
    char *rest = NULL;
    if (text[0] == ',') {
        return od_fail(err, OD_EINPUT, "no host");
    }
    char *first = strtok_r(text, ",", &rest);
    if (first == NULL || first[0] == '\0' || first[0] == '=') {
        return od_fail(err, OD_EINPUT, "no host");
    }
    char *equals = strchr(first, '=');
    target->host = strip_brackets(equals != NULL ? equals + 1 : first);
    target->name = equals != NULL ? od_xstrndup(first, (size_t)(equals - first))
                                  : od_xstrdup(target->host);
    if (target->host[0] == '\0' || strchr(target->host, '/') != NULL) {
        return od_fail(err, OD_EINPUT, "'%s' is not a host name or address",
                       target->host);
    }
    /* One colon is a port as URLs have it; an IPv6 address has more. */
    const char *colon = strchr(target->host, ':');
    if (colon != NULL && strchr(colon + 1, ':') == NULL) {
        return od_fail(err, OD_EINPUT,
                       "a port goes behind a comma: %.*s,grpc=%s or %.*s,rest=%s",
                       (int)(colon - target->host), target->host, colon + 1,
                       (int)(colon - target->host), target->host, colon + 1);
    }
    for (char *f = strtok_r(NULL, ",", &rest); f != NULL;
         f = strtok_r(NULL, ",", &rest)) {
        if (target_field(target, f, &placed, err) != 0) {
            return -1;
        }
    }
    if (target->grpc_port == 0 && target->rest_port == 0) {
        target->grpc_port = 8500;
        target->rest_port = 8501;
    }
    if (!placed) {
        bool same = client != NULL && equals != NULL && strcmp(client, target->name) == 0;
        target->local = same || is_loopback(target->host);
    }
    return 0;
}

/* name: what it is called whatever text says; NULL: as text says. */
static int add_target(struct od_plan *plan, const char *text, const char *name,
                      struct od_err *err)
{
    struct od_target target = {0};
    char *copy = od_xstrdup(text);
    int rc = parse_target(plan->client, copy, &target, err);
    free(copy);
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
        free(target.name);
        free(target.host);
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
                                   .watch_acked = cell->concurrency == 1,
                                   .connect_timeout_ns = plan->connect_timeout_ns};
    endpoint.tls.on = cell->target->tls;
    return endpoint;
}

void od_plan_release(struct od_plan *plan)
{
    for (size_t i = 0; i < plan->target_count; i++) {
        free(plan->targets[i].name);
        free(plan->targets[i].host);
    }
    free(plan->targets);
    free(plan->models);
    free(plan->protocols);
    free(plan->concurrency);
    od_pace_release(&plan->pace);
    *plan = (struct od_plan){0};
}
