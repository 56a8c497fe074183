/* Connections: what both transports have in common. */
#include "net/conn.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/linux.h"
#include "net/warm.h"

#include <stdlib.h>
#include <string.h>

#define LEAD_NS INT64_C(150000)

static const struct od_transport_ops *ops_of(enum od_transport transport)
{
    return transport == OD_HTTP ? &od_conn_http : &od_conn_grpc;
}

void od_stamps_init(struct od_stamps *stamps)
{
    *stamps = (struct od_stamps){
        .send_ns = -1,
        .dns_ns = -1,
        .connect_ns = -1,
        .tls_ns = -1,
        .written_ns = -1,
        .acked_ns = -1,
        .first_ns = -1,
        .last_ns = -1,
        .end_ns = -1,
        .handed_ns = -1,
        .conn_id = -1,
        .tcp_rtt_ns = -1,
        .tcp_retransmits = -1,
        .bytes_up = -1,
        .bytes_down = -1,
    };
}

int od_net_init(enum od_transport transport, struct od_err *err)
{
    return ops_of(transport)->init(err);
}

void od_net_shutdown(enum od_transport transport)
{
    ops_of(transport)->shutdown();
}

const char *od_net_version(enum od_transport transport)
{
    return ops_of(transport)->version();
}

int od_conn_open(const struct od_endpoint *endpoint, struct od_conn **out,
                 struct od_err *err)
{
    *out = NULL;
    if (endpoint->host == NULL || endpoint->host[0] == '\0') {
        return od_fail(err, OD_EINPUT, "no host to connect to");
    }
    if (endpoint->port < 1 || endpoint->port > 65535) {
        return od_fail(err, OD_EINPUT, "%s: no such port: %d", endpoint->host,
                       endpoint->port);
    }
    struct od_conn *conn = od_xcalloc(1, sizeof *conn);
    conn->endpoint = *endpoint;
    conn->ops = ops_of(endpoint->transport);
    conn->user_agent = od_xstrdup(endpoint->user_agent != NULL ? endpoint->user_agent
                                                               : "odbench/" OD_VERSION);
    bool v6 = strchr(endpoint->host, ':') != NULL;
    conn->authority = od_xasprintf("%s%s%s:%d", v6 ? "[" : "", endpoint->host,
                                   v6 ? "]" : "", endpoint->port);
    if (conn->endpoint.ids == NULL) {
        conn->endpoint.ids = &conn->own_ids;
    }
    if (od_pem_load(&endpoint->tls, &conn->pem, err) != 0 ||
        conn->ops->open(conn, err) != 0 ||
        (endpoint->keep_warm.period_ns > 0 &&
         od_warm_open(endpoint, &conn->warm, err) != 0)) {
        od_conn_close(conn);
        return -1;
    }
    *out = conn;
    return 0;
}

int64_t od_conn_next_id(struct od_conn *conn)
{
    conn->conn_id = (int64_t)atomic_fetch_add(&conn->endpoint.ids->last, 1) + 1;
    return conn->conn_id;
}

int64_t od_conn_connect_until(const struct od_conn *conn, int64_t deadline_ns)
{
    int64_t limit = conn->endpoint.connect_timeout_ns;
    int64_t now = od_now_ns();
    return limit > 0 && limit < deadline_ns - now ? now + limit : deadline_ns;
}

struct od_socket_ask od_conn_ask(const struct od_conn *conn, int64_t deadline_ns)
{
    return (struct od_socket_ask){
        .host = conn->endpoint.host,
        .port = conn->endpoint.port,
        .deadline_ns = deadline_ns,
        .cancelled = &conn->cancelled,
    };
}

int od_conn_fail(const struct od_conn *conn, enum od_errcode code, const char *why,
                 struct od_err *err)
{
    return od_fail(err, code, "%s: %s", conn->authority, why);
}

enum od_heard od_conn_heard(const struct od_conn *conn, int fd)
{
    enum { ALERT_BYTES = 7, END = 1 }; /* the kernel counts the end as a byte */
    struct od_tcp_facts facts = {.received_bytes = -1};
    if (fd >= 0 && !conn->endpoint.tls.on) {
        od_tcp_read(fd, &facts);
    }
    int64_t bytes = facts.received_bytes;
    if (bytes == 0 || bytes == END) {
        return OD_HEARD_NOTHING;
    }
    return bytes == ALERT_BYTES || bytes == ALERT_BYTES + END ? OD_HEARD_ALERT
                                                              : OD_HEARD_MORE;
}

int od_conn_connect(struct od_conn *conn, int64_t timeout_ns, struct od_err *err)
{
    if (conn->endpoint.fresh) {
        return 0;
    }
    int64_t until = od_conn_connect_until(conn, od_now_ns() + timeout_ns);
    return conn->ops->connect(conn, until, err);
}

int64_t od_start_lead(const struct od_start *start)
{
    int64_t free_ns = start != NULL ? start->at_ns - start->before_ns - OD_SENDING_NS : 0;
    return free_ns < 0 ? 0 : free_ns < LEAD_NS ? free_ns : LEAD_NS;
}

bool od_start_wait(struct od_start *start, int64_t lead_ns)
{
    if (start != NULL && !start->missed) {
        start->missed = !start->wait(start->arg, start->at_ns - lead_ns);
    }
    return start == NULL || !start->missed;
}

void od_start_rest(const struct od_start *start)
{
    if (!start->wait(start->arg, start->at_ns)) {
        od_sleep_until_ns(start->at_ns);
    }
}

int od_conn_exchange(struct od_conn *conn, const struct od_call *call,
                     struct od_reply *reply, struct od_stamps *stamps, struct od_err *err)
{
    od_reply_reset(reply);
    od_stamps_init(stamps);
    int rc = conn->ops->exchange(conn, call, reply, stamps, err);
    od_warm_end(conn->warm, stamps);
    if (stamps->send_ns < 0) {
        stamps->send_ns = od_now_ns();
    }
    if (stamps->end_ns < 0) {
        stamps->end_ns = od_now_ns();
    }
    if (stamps->handed_ns < 0) {
        stamps->handed_ns = stamps->end_ns;
    }
    return rc;
}

void od_conn_cancel(struct od_conn *conn)
{
    atomic_store(&conn->cancelled, true);
    conn->ops->wake(conn);
}

void od_conn_close(struct od_conn *conn)
{
    if (conn == NULL) {
        return;
    }
    od_warm_close(conn->warm);
    conn->ops->close(conn);
    free(conn->user_agent);
    free(conn->authority);
    od_pem_release(&conn->pem);
    free(conn);
}
