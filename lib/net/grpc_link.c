/* A gRPC channel over a socket of our own, and what a finished call on it means. */
#include "net/grpc_tls.h"

#include "base/clock.h"
#include "base/linux.h"

#include <fcntl.h>
#include <grpc/grpc_posix.h>
#include <grpc/grpc_security.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Core's timers count whole milliseconds. */
#define TIMER_GRAIN_NS (2 * INT64_C(1000000))

static grpc_arg number(const char *key, int value)
{
    /* gRPC takes a char * that it never writes to. */
    union {
        const char *in;
        char *out;
    } name = {.in = key};
    grpc_arg arg = {.type = GRPC_ARG_INTEGER, .key = name.out};
    arg.value.integer = value;
    return arg;
}

static grpc_arg text(const char *key, char *value)
{
    grpc_arg arg = number(key, 0);
    arg.type = GRPC_ARG_STRING;
    arg.value.string = value;
    return arg;
}

static grpc_channel *channel_on(struct od_conn *conn, int fd)
{
    int64_t limit = conn->endpoint.reply_max_bytes;
    grpc_arg list[] = {
        text(GRPC_ARG_DEFAULT_AUTHORITY, conn->authority),
        text(GRPC_ARG_PRIMARY_USER_AGENT_STRING, conn->user_agent),
        number(GRPC_ARG_ENABLE_RETRIES, 0),
        number(GRPC_ARG_ENABLE_CHANNELZ, 0),
        number(GRPC_ARG_ENABLE_HTTP_PROXY, 0),
        number(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1),
        number(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1),
        number(GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, -1),
        number(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH,
               limit > 0 && limit < INT32_MAX ? (int)limit : -1),
    };
    grpc_channel_args args = {.num_args = sizeof list / sizeof list[0], .args = list};
    if (conn->endpoint.tls.on) {
        return od_grpc_tls_channel(conn, fd, &args);
    }
    grpc_channel_credentials *plain = grpc_insecure_credentials_create();
    grpc_channel *channel =
        grpc_channel_create_from_fd(conn->authority, fd, plain, &args);
    grpc_channel_credentials_release(plain);
    return channel;
}

int od_grpc_link(struct od_conn *conn, int64_t deadline_ns, struct od_socket *made)
{
    struct od_grpc *grpc = conn->grpc;
    struct od_socket_ask ask = od_conn_ask(conn, deadline_ns);
    grpc->tls_ns = -1;
    if (od_socket_connect(&ask, made) != 0) {
        return -1;
    }
    (void)od_conn_next_id(conn);
    grpc->large_buffer = false;
    grpc->send_seen = false;
    grpc->core_fd = made->fd;
    grpc->rx.ahead = conn->endpoint.tls.on ? OD_RX_SEALED : OD_RX_FRAMES;
    grpc->rx.tells = false;
    grpc->rx.polled = false;
    if (!conn->endpoint.tls.on) {
        /* The channel closes its descriptor when it likes; ours is for TCP_INFO. */
        grpc->fd = fcntl(made->fd, F_DUPFD_CLOEXEC, 0);
        grpc->channel = channel_on(conn, made->fd);
        return 0;
    }
    int64_t begin = od_now_ns();
    grpc->fd = made->fd;
    grpc->channel = channel_on(conn, made->fd);
    made->code = od_grpc_tls_handshake(conn, deadline_ns);
    grpc->tls_ns = made->code == OD_OK ? od_now_ns() - begin : -1;
    return made->code == OD_OK ? 0 : -1;
}

int od_grpc_link_fail(struct od_conn *conn, const struct od_socket *made,
                      struct od_err *err)
{
    int rc = -1;
    if (conn->grpc->channel != NULL) {
        rc = od_grpc_tls_fail(conn, made->code, err);
    } else {
        struct od_socket_ask ask = od_conn_ask(conn, 0);
        rc = od_socket_fail(&ask, made, err);
    }
    od_grpc_unlink(conn->grpc);
    return rc;
}

void od_grpc_unlink(struct od_grpc *grpc)
{
    if (grpc->channel != NULL) {
        grpc_channel_destroy(grpc->channel);
        grpc->channel = NULL;
    }
    if (grpc->fd >= 0) {
        (void)close(grpc->fd);
        grpc->fd = -1;
    }
}

bool od_grpc_alive(const struct od_grpc *grpc)
{
    return grpc->channel != NULL && grpc->fd >= 0 && od_tcp_established(grpc->fd);
}

/*
 * Nobody polls the channel between calls, so the bytes stay in the socket and poll sees
 * them; the kernel's counter answers where another thread's poller has read them.
 */
void od_grpc_await_settings(const struct od_conn *conn, int64_t deadline_ns)
{
    const struct od_grpc *grpc = conn->grpc;
    struct od_tcp_facts facts;
    od_tcp_read(grpc->fd, &facts);
    while (facts.received_bytes == 0 && facts.established &&
           !atomic_load(&conn->cancelled) && od_now_ns() < deadline_ns) {
        struct pollfd pfd = {.fd = grpc->fd, .events = POLLIN};
        (void)poll(&pfd, 1, 5);
        od_tcp_read(grpc->fd, &facts);
    }
}

/*
 * gRPC core refuses a message over our limit itself and reports RESOURCE_EXHAUSTED with
 * the text "... larger than max (SIZE vs. LIMIT)"; a server uses the same words for a
 * request over its own limit. Ours is the one that names our limit and not the size of
 * our request.
 */
static bool over_our_limit(const struct od_conn *conn, const struct od_grpc_call *call,
                           const char *details)
{
    char ours[48];
    char theirs[48];
    (void)snprintf(ours, sizeof ours, " vs. %lld)",
                   (long long)conn->endpoint.reply_max_bytes);
    (void)snprintf(theirs, sizeof theirs, "(%zu vs. ", call->out_bytes);
    return conn->endpoint.reply_max_bytes > 0 &&
           strstr(details, "larger than max") != NULL && strstr(details, ours) != NULL &&
           strstr(details, theirs) == NULL;
}

/*
 * Core gives a broken connection the status UNAVAILABLE, an unreadable one UNKNOWN with
 * "Stream removed" or the code that HTTP/1's status maps to, and invents the trailers, so
 * that even "Error received from peer" in its notes looks as if a server had answered.
 * Unreadable ones are known by core's fixed words, which are others when they came before
 * core was asked for the reply. For UNAVAILABLE the connection tells:
 * a server that answers so keeps it (or has sent trailing metadata with the answer), a
 * broken one is no longer established. A server that answers UNAVAILABLE without metadata
 * and closes in the same moment counts as broken: to the one who asked it is the same.
 */
static enum od_errcode broken_code(const struct od_conn *conn,
                                   const struct od_grpc_call *call, const char *details)
{
    if (call->trailing.count > 0) {
        return OD_OK;
    }
    if (od_conn_heard(conn, conn->grpc->fd) == OD_HEARD_ALERT) {
        return OD_ECONNECT;
    }
    bool unknown = call->status == GRPC_STATUS_UNKNOWN;
    if (strstr(details, "http1.x server") != NULL ||
        (unknown && strcmp(details, "Stream removed") == 0) ||
        (unknown && strstr(details, "Error in HTTP transport") == details)) {
        return OD_EDECODE;
    }
    return call->status == GRPC_STATUS_UNAVAILABLE && !od_grpc_alive(conn->grpc)
               ? OD_ERESET
               : OD_OK;
}

/* The status text as a string, cut to size. */
static void copy_details(const struct od_grpc_call *call, char *out, size_t size)
{
    size_t len = GRPC_SLICE_LENGTH(call->details);
    len = len < size - 1 ? len : size - 1;
    memcpy(out, GRPC_SLICE_START_PTR(call->details), len);
    out[len] = '\0';
}

enum od_errcode od_grpc_verdict(const struct od_conn *conn,
                                const struct od_grpc_call *call, int64_t end_ns)
{
    char details[200];
    copy_details(call, details, sizeof details);
    if (call->status == GRPC_STATUS_OK) {
        return call->in != NULL ? OD_OK : OD_EDECODE;
    }
    enum od_errcode broken = broken_code(conn, call, details);
    if (atomic_load(&conn->cancelled)) {
        return OD_ECANCELLED;
    }
    if (call->status == GRPC_STATUS_DEADLINE_EXCEEDED &&
        end_ns + TIMER_GRAIN_NS >= call->deadline_ns) {
        return OD_ETIMEOUT;
    }
    if (call->status == GRPC_STATUS_RESOURCE_EXHAUSTED &&
        over_our_limit(conn, call, details)) {
        return OD_ELIMIT;
    }
    return broken;
}

int od_grpc_fail(const struct od_conn *conn, const struct od_grpc_call *call,
                 enum od_errcode code, struct od_err *err)
{
    char details[200];
    copy_details(call, details, sizeof details);
    if (code == OD_ETIMEOUT) {
        return od_conn_fail(conn, code, "no whole reply in time", err);
    }
    if (code == OD_ELIMIT) {
        char text[96];
        (void)snprintf(text, sizeof text,
                       "the reply is larger than accepted (max. %lld bytes)",
                       (long long)conn->endpoint.reply_max_bytes);
        return od_conn_fail(conn, code, text, err);
    }
    if (code == OD_EDECODE) {
        return od_conn_fail(conn, code, "the reply is not gRPC with one message", err);
    }
    if (code == OD_ERESET && od_conn_heard(conn, conn->grpc->fd) == OD_HEARD_NOTHING) {
        return od_conn_fail(conn, code, "closed without a byte of reply (TLS wanted?)",
                            err);
    }
    if (code == OD_ECONNECT) {
        return od_conn_fail(conn, code, "the server speaks TLS", err);
    }
    return od_conn_fail(conn, code, code == OD_ECANCELLED ? "cancelled" : details, err);
}
