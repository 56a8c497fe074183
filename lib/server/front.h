/* What the two front ends of the server share. */
#ifndef OD_SERVER_FRONT_H
#define OD_SERVER_FRONT_H

#include "net/pem.h"
#include "server/core.h"
#include "server/exchange.h"
#include "server/server.h"
#include "server/stamp.h"

#include <stddef.h>
#include <stdint.h>

/* Borrowed by a front end for its whole life. */
struct od_front {
    struct od_core *core;
    struct od_stamp_log *stamps; /* or NULL */
    const struct od_server_sink *sink;
    const char *address; /* numeric */
    const struct od_style *style;
    const struct od_pem *tls; /* NULL: plain text */
    const char *token;        /* that requests must carry; NULL: none */
    int64_t body_max;         /* 0: no limit */
    int64_t timeout_ns;       /* 0: none */
};

/* A line to the sink. */
void od_front_log(const struct od_front *front, enum od_server_level level,
                  const char *fmt, ...) OD_PRINTF(3, 4);

/* After a reply was handed over: the stamp log's line and a debug line. */
void od_front_done(const struct od_front *front, const struct od_exchange *exchange,
                   const char *path, const char *id, int64_t replied_ns);

/* The earlier of two deadlines, where 0 is none. */
int64_t od_front_deadline(int64_t a_ns, int64_t b_ns);

/* Name and version of each front end's library; static. */
const char *od_front_http_version(void);
const char *od_front_grpc_version(void);

/* The HTTP front end (libmicrohttpd, a thread a connection). */
struct od_front_http;
/* port 0: a free one. Fails with OD_ESYS. */
int od_front_http_open(const struct od_front *front, int port, struct od_front_http **out,
                       struct od_err *err) OD_MUST_CHECK;
int od_front_http_port(const struct od_front_http *http);
/* Accepts no more; requests that begin now get 503. */
void od_front_http_quiesce(struct od_front_http *http);
/* Waits until no request is in or until_ns (od_now_ns) is past; returns how many are. */
size_t od_front_http_wait(struct od_front_http *http, int64_t until_ns);
/* Closes the connections and ends their threads. NULL is fine. */
void od_front_http_close(struct od_front_http *http);

/* The gRPC front end (libgrpc), with the same steps. */
struct od_front_grpc;
int od_front_grpc_open(const struct od_front *front, int port, struct od_front_grpc **out,
                       struct od_err *err) OD_MUST_CHECK;
int od_front_grpc_port(const struct od_front_grpc *grpc);
void od_front_grpc_quiesce(struct od_front_grpc *grpc);
size_t od_front_grpc_wait(struct od_front_grpc *grpc, int64_t until_ns);
void od_front_grpc_close(struct od_front_grpc *grpc);

#endif
