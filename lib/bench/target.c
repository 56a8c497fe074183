/* A server under test. */
#include "bench/target.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "protocol/counters.h"
#include "protocol/profile.h"

#include <stdint.h>
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

bool od_target_speaks(const struct od_target *target, const struct od_protocol *protocol)
{
    bool chosen = target->protocol_count == 0;
    for (size_t i = 0; i < target->protocol_count && !chosen; i++) {
        chosen = target->protocols[i] == protocol;
    }
    return chosen && od_target_port(target, protocol->transport) != 0;
}

int od_target_load_profile(struct od_target *target, struct od_err *err)
{
    if (target->profile_name == NULL) {
        return 0;
    }
    if (od_profile_load(target->profile_name, &target->profile, &target->own, err) != 0) {
        od_err_context(err, "target '%s', profile", target->name);
        return -1;
    }
    return 0;
}

unsigned od_target_payloads(const struct od_target *target,
                            const struct od_protocol *protocol, enum od_payload *usual)
{
    *usual = protocol->default_payload;
    if (strcmp(protocol->name, "web") != 0) {
        return protocol->payloads;
    }
    *usual = od_profile_payload(target->profile != NULL ? target->profile
                                                        : od_profile_default());
    return (unsigned)*usual;
}

void od_target_release(struct od_target *target)
{
    free(target->name);
    free(target->host);
    free(target->profile_name);
    od_profile_free(target->own);
    *target = (struct od_target){0};
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

static int add_protocol(struct od_target *target, const char *name, struct od_err *err)
{
    const struct od_protocol *protocol = od_protocol_find(name);
    if (protocol == NULL) {
        return od_fail(err, OD_EINPUT,
                       "protocol '%s': not one that --list-protocols prints", name);
    }
    for (size_t i = 0; i < target->protocol_count; i++) {
        if (target->protocols[i] == protocol) {
            return od_fail(err, OD_EINPUT, "protocol '%s' is given twice",
                           protocol->name);
        }
    }
    if (target->protocol_count == OD_TARGET_PROTOCOLS) {
        return od_fail(err, OD_EINPUT, "more than %d protocols", OD_TARGET_PROTOCOLS);
    }
    target->protocols[target->protocol_count++] = protocol;
    return 0;
}

/* "oip-grpc+web": a comma would end the field. */
static int set_protocols(const char *names, struct od_target *target, struct od_err *err)
{
    int rc = 0;
    for (const char *at = names; at != NULL && rc == 0;) {
        size_t len = strcspn(at, "+");
        char *name = od_xstrndup(at, len);
        rc = add_protocol(target, name, err);
        free(name);
        at = at[len] == '+' ? at + len + 1 : NULL;
    }
    return rc;
}

/* Whether there is a port where the source can be read. */
static bool has_times_port(const struct od_target *target)
{
    const struct od_counters_source *source = NULL;
    bool any = target->times == NULL || target->metrics_port > 0;
    for (size_t i = 0; !any && (source = od_counters_at(i)) != NULL; i++) {
        any = strcmp(source->name, target->times) == 0 &&
              (source->port > 0 || od_target_port(target, source->transport) > 0);
    }
    return any;
}

static int set_times(const char *value, struct od_target *target, struct od_err *err)
{
    const struct od_counters_source *source = od_counters_find(value, OD_HTTP);
    if (source == NULL) {
        return od_fail(err, OD_EINPUT,
                       "times=%s is none of triton-statistics, tfs-prometheus, "
                       "torchserve-prometheus, ovms-prometheus",
                       value);
    }
    target->times = source->name;
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
    if (strncmp(field, "metrics=", 8) == 0) {
        return set_port(field + 8, &target->metrics_port, err);
    }
    if (strncmp(field, "times=", 6) == 0) {
        return set_times(field + 6, target, err);
    }
    if (strncmp(field, "protocol=", 9) == 0) {
        return set_protocols(field + 9, target, err);
    }
    if (strncmp(field, "profile=", 8) == 0 && field[8] != '\0') {
        free(target->profile_name);
        target->profile_name = od_xstrdup(field + 8);
        return 0;
    }
    return od_fail(
        err, OD_EINPUT,
        "'%s' is none of grpc=PORT, rest=PORT, metrics=PORT, "
        "times=SOURCE, protocol=NAME+NAME, profile=NAME, placement=local|remote, tls",
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
    if (!has_times_port(target)) {
        return od_fail(err, OD_EINPUT, "times=%s needs rest=PORT or metrics=PORT",
                       target->times);
    }
    if (!placed) {
        bool same = client != NULL && equals != NULL && strcmp(client, target->name) == 0;
        target->local = same || is_loopback(target->host);
    }
    return 0;
}

int od_target_read(struct od_target *out, const char *text, const char *client,
                   struct od_err *err)
{
    char *copy = od_xstrdup(text);
    *out = (struct od_target){0};
    int rc = parse_target(client, copy, out, err);
    free(copy);
    return rc;
}
