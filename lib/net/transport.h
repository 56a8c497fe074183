/* What conn.c and a transport share; nobody outside lib/net includes it. */
#ifndef OD_NET_TRANSPORT_H
#define OD_NET_TRANSPORT_H

#include "net/conn.h"
#include "net/mirror.h"
#include "net/pem.h"
#include "net/socket.h"

/*
 * One transport. All but wake run in the connection's own thread; wake only says that
 * conn->cancelled has just become true and may run in any. exchange gets a reset reply
 * and initialised stamps, and may leave end_ns to conn.c only when it failed before it
 * took send_ns.
 */
struct od_transport_ops {
    const char *(*version)(void);
    int (*init)(struct od_err *err);
    void (*shutdown)(void);
    int (*open)(struct od_conn *conn, struct od_err *err);
    int (*connect)(struct od_conn *conn, int64_t deadline_ns, struct od_err *err);
    int (*exchange)(struct od_conn *conn, const struct od_call *call,
                    struct od_reply *reply, struct od_stamps *stamps, struct od_err *err);
    void (*wake)(struct od_conn *conn);
    int (*fd)(const struct od_conn *conn); /* the socket when idle; -1 none */
    void (*close)(struct od_conn *conn);
};
extern const struct od_transport_ops od_conn_http;
extern const struct od_transport_ops od_conn_grpc;

struct od_conn {
    struct od_endpoint endpoint;
    const struct od_transport_ops *ops;
    struct od_conn_ids own_ids;
    atomic_bool cancelled;
    int64_t conn_id;          /* of the connection in use, 0 before the first */
    char *user_agent;         /* owned */
    char *authority;          /* owned: "host:port", an IPv6 address in brackets */
    struct od_pem pem;        /* owned: what endpoint.tls names */
    struct od_http *http;     /* owned, of conn_http.c */
    struct od_grpc *grpc;     /* owned, of conn_grpc.c */
    struct od_warm *warm;     /* owned; NULL: it is not kept warm */
    struct od_mirror *mirror; /* borrowed: answers this connection; NULL: a server does */
};

/* So long behind the planned start of another exchange nothing begins that could make it
 * late: it is being sent. */
#define OD_SENDING_NS INT64_C(100000)
/* So long before a planned start a library begins to get ready, where nothing leaves by
 * that. */
int64_t od_start_lead(const struct od_start *start);

/* The next number of the process's connections. */
int64_t od_conn_next_id(struct od_conn *conn);

/* When a connecting that begins now must be done: the endpoint's own limit counts from
 * here and never outlasts deadline_ns. */
int64_t od_conn_connect_until(const struct od_conn *conn, int64_t deadline_ns);

/* What a socket for this connection needs to know. */
struct od_socket_ask od_conn_ask(const struct od_conn *conn, int64_t deadline_ns);

/* A server that refuses a client's certificate may say so only after TLS 1.3's handshake,
 * or just close. */
#define OD_CLOSED_IN_TLS                                                                 \
    "closed while TLS began: perhaps it does not speak TLS, or it wants another "        \
    "certificate of its client"

/* "host:port: " + format, in front of which nothing is known. Returns -1. */
int od_conn_fail(const struct od_conn *conn, enum od_errcode code, const char *why,
                 struct od_err *err);

/*
 * What a connection without TLS ever got from its server. A TLS alert is seven bytes,
 * less than any reply of HTTP/1.1 or any frame of HTTP/2; nothing at all before the end
 * may mean that the server wants TLS.
 */
enum od_heard { OD_HEARD_NOTHING, OD_HEARD_ALERT, OD_HEARD_MORE };
/* OD_HEARD_MORE also with TLS, or when it cannot be told. */
enum od_heard od_conn_heard(const struct od_conn *conn, int fd);

#endif
