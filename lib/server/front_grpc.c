/* The gRPC front end: libgrpc's core, threads that share one completion queue. */
#include "server/front.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "server/gauge.h"
#include "server/grpc_call.h"
#include "server/listen.h"

#include <assert.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/support/log.h>
#include <grpc/support/time.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * A thread takes an event and works on it to the end, holds included, so there must be a
 * thread for every request that is in and one more that waits; they are started as
 * needed.
 */
#define THREADS_FIRST 4
#define THREADS_MAX   1024
/* Calls that libgrpc may hand out without our asking again. */
#define CALLS_ASKED 64

struct od_front_grpc {
    const struct od_front *front;
    grpc_server *server;
    grpc_completion_queue *queue;
    struct od_gauge *requests;
    struct od_gauge *shutdown; /* 1 from quiesce until libgrpc has closed everything */
    atomic_bool stopping;
    int port;
    atomic_int idle; /* threads that wait for an event */
    pthread_mutex_t lock;
    pthread_t threads[THREADS_MAX];
    int thread_count;
};

static void *serve(void *arg);

static int add_thread(struct od_front_grpc *grpc)
{
    int rc = -1;
    pthread_mutex_lock(&grpc->lock);
    if (grpc->thread_count < THREADS_MAX) {
        /* Counted before it runs, so that one busy moment starts one thread. */
        atomic_fetch_add(&grpc->idle, 1);
        rc = pthread_create(&grpc->threads[grpc->thread_count], NULL, serve, grpc);
        if (rc == 0) {
            grpc->thread_count++;
        } else {
            atomic_fetch_sub(&grpc->idle, 1);
        }
    }
    pthread_mutex_unlock(&grpc->lock);
    return rc == 0 ? 0 : -1;
}

static void ask_for_call(struct od_front_grpc *grpc)
{
    struct od_grpc_call *call = od_grpc_call_new();
    if (od_grpc_call_request(call, grpc->server, grpc->queue) != 0) {
        /* The server is shutting down. */
        od_grpc_call_free(call);
    }
}

static void answer(struct od_front_grpc *grpc, struct od_grpc_call *call)
{
    const struct od_front *front = grpc->front;
    struct od_exchange *exchange = &call->exchange;
    int64_t limit_ns =
        front->timeout_ns > 0 ? exchange->received_ns + front->timeout_ns : 0;
    exchange->deadline_ns = od_front_deadline(call->deadline_ns, limit_ns);
    exchange->token = front->token;
    exchange->style = front->style;
    bool page = od_exchange_page(front->core, exchange, &call->reply);
    if (!page) {
        od_exchange_run(front->core, exchange, &call->reply);
    }
    if (!page && exchange->protocol == NULL) {
        exchange->code = OD_CODE_UNIMPLEMENTED;
        call->reply.code = (int)OD_CODE_UNIMPLEMENTED;
        free(call->reply.text);
        call->reply.text = od_xasprintf("unknown method %.200s", call->message.path);
    }
    od_grpc_call_prepare(call);
    if (!od_core_hold(front->core, exchange->held.due_ns)) {
        od_exchange_fail(exchange, OD_CODE_UNAVAILABLE, "the server is stopping",
                         &call->reply);
        od_grpc_call_prepare(call);
    }
}

/* A finished call: its line in the logs, and room for the next. */
static void finish(struct od_front_grpc *grpc, struct od_grpc_call *call)
{
    if (call->replied_ns != 0) {
        od_front_done(grpc->front, &call->exchange, call->message.path,
                      od_headers_get(&call->message.headers, "odbench-id"),
                      call->replied_ns);
    }
    od_grpc_call_free(call);
    od_gauge_leave(grpc->requests);
}

static void on_event(struct od_front_grpc *grpc, struct od_grpc_call *call, bool ok)
{
    enum od_grpc_step step = atomic_load(&call->step);
    switch (step) {
    case OD_GRPC_ASKED:
        if (!ok) {
            od_grpc_call_free(call);
            return;
        }
        od_gauge_enter(grpc->requests);
        ask_for_call(grpc);
        od_grpc_call_receive(call);
        return;
    case OD_GRPC_RECEIVING:
        /* The message is here: this takes time, so somebody else must wait. */
        if (atomic_load(&grpc->idle) == 0) {
            (void)add_thread(grpc);
        }
        if (ok && od_grpc_call_received(call)) {
            answer(grpc, call);
        } else {
            call->reply.code = (int)OD_CODE_INTERNAL;
            call->reply.text = od_xstrdup("the call brought no message");
            call->exchange.code = OD_CODE_INTERNAL;
            od_grpc_call_prepare(call);
        }
        od_grpc_call_send(call);
        return;
    case OD_GRPC_SENDING:
        finish(grpc, call);
        return;
    }
}

static void *serve(void *arg)
{
    struct od_front_grpc *grpc = arg;
    for (;;) {
        grpc_event event = grpc_completion_queue_next(
            grpc->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
        if (event.type == GRPC_QUEUE_SHUTDOWN) {
            return NULL;
        }
        atomic_fetch_sub(&grpc->idle, 1);
        if (event.tag == grpc) {
            od_gauge_leave(grpc->shutdown);
        } else {
            on_event(grpc, event.tag, event.success != 0);
        }
        atomic_fetch_add(&grpc->idle, 1);
    }
}

static grpc_server *make_server(const struct od_front *front)
{
    int64_t limit = front->body_max;
    grpc_arg args[] = {
        {.type = GRPC_ARG_INTEGER,
         .key = (char[]){GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH},
         .value.integer = limit > 0 && limit < INT_MAX ? (int)limit : -1},
        {.type = GRPC_ARG_INTEGER,
         .key = (char[]){GRPC_ARG_MAX_SEND_MESSAGE_LENGTH},
         .value.integer = -1},
        /* libgrpc shares a port with any other server by default; here that is an error.
         */
        {.type = GRPC_ARG_INTEGER,
         .key = (char[]){GRPC_ARG_ALLOW_REUSEPORT},
         .value.integer = 0},
    };
    const grpc_channel_args list = {.num_args = sizeof args / sizeof *args, .args = args};
    return grpc_server_create(&list, NULL);
}

static grpc_server_credentials *make_credentials(const struct od_pem *tls)
{
    if (tls == NULL) {
        return grpc_insecure_server_credentials_create();
    }
    grpc_ssl_pem_key_cert_pair pair = {.private_key = tls->key.data,
                                       .cert_chain = tls->cert.data};
    bool ask = tls->cacert.len > 0;
    grpc_ssl_server_certificate_config *config =
        grpc_ssl_server_certificate_config_create(ask ? tls->cacert.data : NULL, &pair,
                                                  1);
    /* Takes the configuration over. */
    return grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config(
            ask ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE,
            config));
}

/* Binds; the reason of a failure is only in libgrpc's log, so we try it ourselves then.
 */
static int bind_port(struct od_front_grpc *grpc, int port, struct od_err *err)
{
    char where[OD_ADDRESS_MAX + 16];
    od_listen_format(grpc->front->address, port, where, sizeof where);
    grpc_server_credentials *credentials = make_credentials(grpc->front->tls);
    grpc->port = grpc_server_add_http2_port(grpc->server, where, credentials);
    grpc_server_credentials_release(credentials);
    if (grpc->port > 0) {
        return 0;
    }
    int fd = -1;
    int bound = 0;
    if (od_listen_open(grpc->front->address, port, &fd, &bound, err) == 0) {
        od_listen_shut(fd);
        return od_fail(err, OD_ESYS, "cannot listen on %s port %d for gRPC",
                       grpc->front->address, port);
    }
    return -1;
}

int od_front_grpc_open(const struct od_front *front, int port, struct od_front_grpc **out,
                       struct od_err *err)
{
    grpc_init();
    struct od_front_grpc *grpc = od_xcalloc(1, sizeof *grpc);
    grpc->front = front;
    pthread_mutex_init(&grpc->lock, NULL);
    grpc->requests = od_gauge_new();
    grpc->shutdown = od_gauge_new();
    grpc->queue = grpc_completion_queue_create_for_next(NULL);
    grpc->server = make_server(front);
    grpc_server_register_completion_queue(grpc->server, grpc->queue, NULL);
    int rc = bind_port(grpc, port, err);
    if (rc == 0) {
        grpc_server_start(grpc->server);
        for (int i = 0; i < CALLS_ASKED; i++) {
            ask_for_call(grpc);
        }
    }
    for (int i = 0; i < THREADS_FIRST && rc == 0; i++) {
        if (add_thread(grpc) != 0) {
            rc = od_fail(err, OD_ESYS, "cannot start a thread for gRPC");
        }
    }
    if (rc != 0) {
        od_front_grpc_close(grpc);
        return -1;
    }
    *out = grpc;
    return 0;
}

const char *od_front_grpc_version(void)
{
    return grpc_version_string();
}

int od_front_grpc_port(const struct od_front_grpc *grpc)
{
    return grpc->port;
}

void od_front_grpc_quiesce(struct od_front_grpc *grpc)
{
    if (!atomic_exchange(&grpc->stopping, true)) {
        od_gauge_enter(grpc->shutdown);
        grpc_server_shutdown_and_notify(grpc->server, grpc->queue, grpc);
    }
}

size_t od_front_grpc_wait(struct od_front_grpc *grpc, int64_t until_ns)
{
    return od_gauge_wait(grpc->requests, until_ns);
}

void od_front_grpc_close(struct od_front_grpc *grpc)
{
    if (grpc == NULL) {
        return;
    }
    od_front_grpc_quiesce(grpc);
    grpc_server_cancel_all_calls(grpc->server);
    if (grpc->thread_count > 0) {
        (void)od_gauge_wait(grpc->requests, INT64_MAX);
        (void)od_gauge_wait(grpc->shutdown, INT64_MAX);
        grpc_completion_queue_shutdown(grpc->queue);
    } else {
        /* It never got so far; then this thread takes the last events itself. */
        grpc_completion_queue_shutdown(grpc->queue);
        (void)serve(grpc);
    }
    for (int i = 0; i < grpc->thread_count; i++) {
        pthread_join(grpc->threads[i], NULL);
    }
    grpc_server_destroy(grpc->server);
    grpc_completion_queue_destroy(grpc->queue);
    od_gauge_free(grpc->requests);
    od_gauge_free(grpc->shutdown);
    pthread_mutex_destroy(&grpc->lock);
    free(grpc);
    grpc_shutdown_blocking();
}
