/* What the tests of both transports share: one connection, one exchange, its stamps. */
#ifndef PEER_CONN_H
#define PEER_CONN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "net/conn.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MS             INT64_C(1000000)
#define TIMEOUT_NS     (20000 * MS) /* for what must answer */
#define SHORT_NS       (150 * MS)   /* for what never does */
#define PEER_REPLY_MAX (4 << 20)

struct peer_exchange {
    struct od_conn *conn;
    struct od_message message;
    struct od_reply reply;
    struct od_stamps stamps;
    struct od_err err;
    const char *id;
    int64_t timeout_ns;
    int rc;
};

static inline void peer_open(struct peer_exchange *x, const struct od_endpoint *endpoint,
                             const char *path)
{
    memset(x, 0, sizeof *x);
    x->timeout_ns = TIMEOUT_NS;
    x->message.verb = "POST";
    x->message.path = od_xstrdup(path);
    od_reply_init(&x->reply, 0);
    assert_int_equal(od_conn_open(endpoint, &x->conn, &x->err), 0);
}

static inline int peer_set_up_http(void **state)
{
    (void)state;
    return od_net_init(OD_HTTP, NULL);
}

static inline int peer_tear_down_http(void **state)
{
    (void)state;
    od_net_shutdown(OD_HTTP);
    return 0;
}

static inline void peer_close(struct peer_exchange *x)
{
    od_conn_close(x->conn);
    od_reply_release(&x->reply);
    od_message_release(&x->message);
}

/* send <= written <= first <= last <= end, each -1 when it was not reached. */
static inline void peer_check_stamps(const struct od_stamps *stamps)
{
    int64_t last = stamps->send_ns;
    assert_true(stamps->send_ns > 0);
    if (stamps->written_ns != -1) {
        int64_t linked = stamps->send_ns;
        linked += stamps->dns_ns > 0 ? stamps->dns_ns : 0;
        linked += stamps->connect_ns > 0 ? stamps->connect_ns : 0;
        linked += stamps->tls_ns > 0 ? stamps->tls_ns : 0;
        assert_true(stamps->written_ns >= linked);
        assert_true(stamps->written_ns >= last);
        last = stamps->written_ns;
    }
    if (stamps->first_ns != -1) {
        assert_true(stamps->first_ns >= last);
        last = stamps->first_ns;
    }
    assert_int_equal(stamps->last_ns == -1, stamps->first_ns == -1);
    if (stamps->last_ns != -1) {
        assert_true(stamps->last_ns >= last);
        last = stamps->last_ns;
    }
    assert_true(stamps->end_ns >= last);
    assert_true(stamps->handed_ns >= stamps->end_ns);
    if (stamps->acked_ns != -1) {
        assert_true(stamps->written_ns > 0 && stamps->acked_ns >= stamps->written_ns);
        assert_true(stamps->acked_ns <= stamps->end_ns);
    }
    assert_true(stamps->dns_ns >= -1 && stamps->connect_ns >= -1);
    assert_true(stamps->connect_ns <= stamps->end_ns - stamps->send_ns);
    assert_true(stamps->tls_ns >= -1 &&
                stamps->tls_ns <= stamps->end_ns - stamps->send_ns);
}

static inline void peer_exchange(struct peer_exchange *x)
{
    struct od_call call = {
        .message = &x->message, .id = x->id, .timeout_ns = x->timeout_ns};
    od_err_clear(&x->err);
    x->rc = od_conn_exchange(x->conn, &call, &x->reply, &x->stamps, &x->err);
    assert_int_equal(x->rc == 0, x->err.code == OD_OK);
    peer_check_stamps(&x->stamps);
}

/* Exchanges and expects an outcome; code is the reply's and ignored on failure. */
static inline void peer_expect(struct peer_exchange *x, enum od_errcode errcode, int code)
{
    peer_exchange(x);
    if (x->err.code != errcode) {
        fail_msg("%s: got \"%s\" (%s), expected \"%s\"", x->message.path,
                 od_err_name(x->err.code), x->err.msg, od_err_name(errcode));
    }
    if (errcode == OD_OK) {
        bool refused = code != 0 && (code < 100 || code >= 400); /* gRPC, HTTP */
        assert_int_equal(x->reply.code, code);
        assert_true(!refused || x->stamps.handed_ns == x->stamps.end_ns);
    }
}

/*
 * The server has closed the connection of the last exchange. Until that is seen here, the
 * next ones may meet a reset; the one that gets through has connected anew.
 */
static inline void peer_check_reconnect(struct peer_exchange *x)
{
    int64_t id = x->stamps.conn_id;
    for (int i = 0; i < 100; i++) {
        peer_exchange(x);
        if (x->stamps.conn_id != id) {
            break;
        }
        assert_int_equal(x->err.code, OD_ERESET);
        od_sleep_until_ns(od_now_ns() + MS);
    }
    assert_true(x->stamps.conn_id > id);
    assert_true(x->stamps.dns_ns >= 0 && x->stamps.connect_ns >= 0);
}

static inline void *peer_cancel_later(void *data)
{
    od_sleep_until_ns(od_now_ns() + 60 * MS);
    od_conn_cancel(data);
    return NULL;
}

/* Runs an exchange that would take long and cancels it from another thread. */
static inline void peer_check_cancel(struct peer_exchange *x)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, peer_cancel_later, x->conn), 0);
    peer_expect(x, OD_ECANCELLED, 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(x->stamps.end_ns - x->stamps.send_ns < x->timeout_ns);
    /* Cancelling is for good. */
    peer_expect(x, OD_ECANCELLED, 0);
}

/* A port whose queue of connections is full: the kernel answers no further SYN. */
struct peer_full {
    int listener;
    int waiting[8];
    int port;
};

static inline void peer_full_start(struct peer_full *full)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    full->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(full->listener, (struct sockaddr *)&address, sizeof address),
                     0);
    assert_int_equal(listen(full->listener, 0), 0);
    assert_int_equal(getsockname(full->listener, (struct sockaddr *)&address, &len), 0);
    full->port = ntohs(address.sin_port);
    for (size_t i = 0; i < 8; i++) {
        full->waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(full->waiting[i], (struct sockaddr *)&address, sizeof address);
    }
}

static inline void peer_full_stop(struct peer_full *full)
{
    for (size_t i = 0; i < 8; i++) {
        (void)close(full->waiting[i]);
    }
    (void)close(full->listener);
}

/* The checks that are the same for every transport on a port that cannot be reached. */
static inline void peer_check_unreachable(enum od_transport transport, int dead_port)
{
    struct peer_exchange x;
    struct od_endpoint endpoint = {
        .transport = transport, .host = "127.0.0.1", .port = dead_port};
    peer_open(&x, &endpoint, "/peer/echo");
    assert_int_equal(od_conn_connect(x.conn, TIMEOUT_NS, &x.err), -1);
    assert_int_equal(x.err.code, OD_ECONNECT);
    assert_non_null(strstr(x.err.msg, "127.0.0.1"));
    peer_expect(&x, OD_ECONNECT, 0);
    assert_int_equal(x.stamps.written_ns, -1);
    assert_int_equal(x.stamps.connect_ns, -1);
    assert_int_equal(x.stamps.conn_id, -1);
    peer_close(&x);

    endpoint.host =
        "a-label-of-more-than-sixty-three-characters-is-no-name-at-all-in-the-"
        "domain-name-system";
    peer_open(&x, &endpoint, "/peer/echo");
    peer_expect(&x, OD_ECONNECT, 0);
    assert_int_equal(x.stamps.dns_ns, -1);
    assert_non_null(strstr(x.err.msg, "cannot resolve"));
    peer_close(&x);

    struct peer_full full;
    peer_full_start(&full);
    endpoint.host = "127.0.0.1";
    endpoint.port = full.port;
    peer_open(&x, &endpoint, "/peer/echo");
    x.timeout_ns = SHORT_NS;
    peer_expect(&x, OD_ETIMEOUT, 0);
    assert_true(x.stamps.dns_ns >= 0);
    assert_int_equal(x.stamps.connect_ns, -1);
    x.timeout_ns = TIMEOUT_NS;
    peer_check_cancel(&x);
    peer_close(&x);

    /* The limit of connecting holds inside a longer one, and ahead of the clock too. */
    endpoint.connect_timeout_ns = SHORT_NS;
    peer_open(&x, &endpoint, "/peer/echo");
    peer_expect(&x, OD_ETIMEOUT, 0);
    assert_true(x.stamps.end_ns - x.stamps.send_ns >= SHORT_NS);
    assert_true(x.stamps.end_ns - x.stamps.send_ns < TIMEOUT_NS);
    assert_int_equal(od_conn_connect(x.conn, TIMEOUT_NS, NULL), -1);
    peer_close(&x);
    peer_full_stop(&full);
}

#endif
