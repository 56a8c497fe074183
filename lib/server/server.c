/* The reference detection server: core, stamp log and both front ends together. */
#include "server/server.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "server/core.h"
#include "server/front.h"
#include "server/listen.h"
#include "server/token.h"

#include <stdio.h>
#include <stdlib.h>

/* What an answer that a stop made may take to leave, when the grace is over. */
#define PARTING_NS INT64_C(1000000000)

struct od_server {
    struct od_server_sink sink;
    struct od_style style;
    struct od_front front;
    char address[OD_ADDRESS_MAX];
    struct od_pem pem;
    char *token;
    struct od_front_http *http;
    struct od_front_grpc *grpc;
    bool stopped;
};

/* Reads what secures the server. */
static int load_secrets(struct od_server *server, const struct od_server_config *config,
                        struct od_err *err)
{
    if ((config->cert == NULL) != (config->key == NULL)) {
        return od_fail(err, OD_EINPUT, "TLS needs a certificate and its key, both");
    }
    if (config->cacert != NULL && config->cert == NULL) {
        return od_fail(err, OD_EINPUT,
                       "%s: client certificates are asked for over TLS only, which needs "
                       "a certificate and a key",
                       config->cacert);
    }
    const struct od_tls tls = {.on = config->cert != NULL,
                               .cert = config->cert,
                               .key = config->key,
                               .cacert = config->cacert};
    if (od_pem_load(&tls, &server->pem, err) != 0 ||
        (config->token_file != NULL &&
         od_token_load(config->token_file, &server->token, err) != 0)) {
        return -1;
    }
    server->front.tls = tls.on ? &server->pem : NULL;
    server->front.token = server->token;
    return 0;
}

/* What others than this machine could do with an address that they reach. */
static void warn_of_others(const struct od_server *server)
{
    bool known = server->token != NULL || server->pem.cacert.len > 0;
    if (!known) {
        od_front_log(&server->front, OD_SERVER_WARNING,
                     "%s can be reached from other machines, and anybody may ask: there "
                     "is no authentication",
                     server->address);
    } else if (server->front.tls == NULL) {
        od_front_log(&server->front, OD_SERVER_WARNING,
                     "%s can be reached from other machines, and clients send the token "
                     "in plain text: there is no TLS",
                     server->address);
    }
}

static bool wants_floats(const struct od_server_config *config)
{
    bool wants = false;
    for (size_t i = 0; config->forms != NULL && i < config->model_count; i++) {
        const struct od_input_format *in = &config->forms[i].in;
        bool plain = in->dtype == OD_DTYPE_NONE || in->dtype == OD_DTYPE_UINT8 ||
                     in->dtype == OD_DTYPE_BYTES;
        wants = wants || !plain || in->planar;
    }
    return wants;
}

int od_server_open(const struct od_server_config *config, struct od_server **out,
                   struct od_err *err)
{
    struct od_server *server = od_xcalloc(1, sizeof *server);
    bool loopback = false;
    server->sink = config->sink;
    server->style = config->style;
    server->style.floats = wants_floats(config);
    server->front = (struct od_front){.sink = &server->sink,
                                      .address = server->address,
                                      .style = &server->style,
                                      .body_max = config->body_max,
                                      .timeout_ns = config->timeout_ns};
    if (load_secrets(server, config, err) != 0 ||
        od_listen_resolve(config->listen, server->address, &loopback, err) != 0 ||
        (config->stamp_log != NULL &&
         od_stamp_log_open(config->stamp_log, &server->front.stamps, err) != 0) ||
        od_core_open(config, &server->front.core, err) != 0 ||
        od_front_grpc_open(&server->front, config->grpc_port, &server->grpc, err) != 0 ||
        od_front_http_open(&server->front, config->rest_port, &server->http, err) != 0) {
        (void)od_server_close(server, NULL);
        return -1;
    }
    if (!loopback) {
        warn_of_others(server);
    }
    *out = server;
    return 0;
}

void od_server_libraries(char *out, size_t size)
{
    (void)snprintf(out, size, "libmicrohttpd %s, libgrpc %s", od_front_http_version(),
                   od_front_grpc_version());
}

int od_server_port(const struct od_server *server, enum od_transport transport)
{
    switch (transport) {
    case OD_HTTP:
        return od_front_http_port(server->http);
    case OD_GRPC:
        return od_front_grpc_port(server->grpc);
    }
    return 0;
}

static size_t wait_both(struct od_server *server, int64_t until_ns)
{
    return od_front_http_wait(server->http, until_ns) +
           od_front_grpc_wait(server->grpc, until_ns);
}

size_t od_server_stop(struct od_server *server, int64_t grace_ns)
{
    server->stopped = true;
    od_front_http_quiesce(server->http);
    od_front_grpc_quiesce(server->grpc);
    size_t left = wait_both(server, od_now_ns() + grace_ns);
    od_core_stop(server->front.core);
    if (left > 0) {
        (void)wait_both(server, od_now_ns() + PARTING_NS);
    }
    return left;
}

int od_server_close(struct od_server *server, struct od_err *err)
{
    if (server == NULL) {
        return 0;
    }
    if (server->http != NULL && server->grpc != NULL && !server->stopped) {
        (void)od_server_stop(server, 0);
    }
    od_front_http_close(server->http);
    od_front_grpc_close(server->grpc);
    od_core_close(server->front.core);
    int rc = od_stamp_log_close(server->front.stamps, err);
    od_pem_release(&server->pem);
    free(server->token);
    free(server);
    return rc;
}
