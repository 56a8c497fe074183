/* The gRPC transport's state, shared by its files. */
#ifndef OD_NET_GRPC_STATE_H
#define OD_NET_GRPC_STATE_H

#include "net/ack.h"
#include "net/grpc_glue.h"
#include "net/grpc_send.h"
#include "net/rx.h"
#include "net/transport.h"

/* One channel over one socket of ours; made by od_grpc_link. */
struct od_grpc {
    grpc_completion_queue *queue; /* pluck, of this object alone */
    grpc_channel *channel;        /* NULL: not connected */
    int fd;                       /* a duplicate of the channel's socket; -1 none */
    int core_fd;                  /* the channel's own, which it closes when it likes */
    bool send_seen;           /* the last request of the connection was seen to leave */
    struct od_grpc_send send; /* of the exchange */
    int64_t tls_ns;           /* of the last link; -1 none */
    bool large_buffer;        /* SO_SNDBUF was raised on it */
    struct od_ack ack;
    struct od_rx rx;
    int64_t send_buffer_max; /* what the kernel allows for SO_SNDBUF */
};

/* One exchange: what is made before the clock and what comes back. */
struct od_grpc_call {
    grpc_call *call;
    grpc_slice path;
    grpc_byte_buffer *out;
    size_t out_bytes;
    struct od_grpc_metadata metadata;
    int64_t deadline_ns;

    grpc_byte_buffer *in;
    grpc_metadata_array initial;
    grpc_metadata_array trailing;
    grpc_status_code status;
    grpc_slice details;
    const char *debug; /* gRPC's own notes on an error, gpr_free */
    bool begun;        /* something of the request may have gone to the socket, */
    bool sent;         /* all of it has */
    enum od_errcode verdict;
};

/*
 * Connects a new socket and puts a channel on it, shaking hands when there is TLS.
 * Allocates inside gRPC only. Returns 0, or -1 with *made saying why (od_grpc_link_fail).
 */
int od_grpc_link(struct od_conn *conn, int64_t deadline_ns,
                 struct od_socket *made) OD_MUST_CHECK;
/* After the clock: fills *err from a failed *made, undoes what was begun, returns -1. */
int od_grpc_link_fail(struct od_conn *conn, const struct od_socket *made,
                      struct od_err *err);
void od_grpc_unlink(struct od_grpc *grpc);
/* The channel is there and its TCP connection stands. */
bool od_grpc_alive(const struct od_grpc *grpc);
/* Waits for the server's first bytes (its SETTINGS) on a new connection. */
void od_grpc_await_settings(const struct od_conn *conn, int64_t deadline_ns);

/*
 * Fills a call and does all for it that needs no clock: what is over is taken down, the
 * send buffer made large for a large body, and the call made when there is a connection.
 * Fails with OD_EINPUT; release it in either case.
 */
int od_grpc_ask_prepare(struct od_conn *conn, struct od_grpc_call *call,
                        const struct od_call *asked, struct od_err *err) OD_MUST_CHECK;
/*
 * Just before the clock starts: a connection that has ended since is taken down with the
 * call, and a call whose deadline would come too early made anew. ahead: the planned
 * start may not have come; what core writes waits for it then, or this does where there
 * is none to write.
 */
void od_grpc_ask_check(struct od_conn *conn, struct od_grpc_call *call,
                       const struct od_call *asked, bool ahead);
/* So long before its planned start a call may begin: what core writes will wait for it.
 */
int64_t od_grpc_lead(const struct od_conn *conn, const struct od_grpc_call *call,
                     const struct od_start *start);
/* What is seen of the sending of the call that comes next, and what that waits for (NULL:
 * nothing). Under TLS it is nothing: encrypting lies behind the clock's start, as over
 * HTTP; in paper mode core's own work is the study's. */
void od_grpc_watch_send(struct od_conn *conn, const struct od_start *start);
/* Makes the call itself, on a channel that stands. */
void od_grpc_ask_create(struct od_conn *conn, struct od_grpc_call *call);
void od_grpc_ask_release(struct od_grpc_call *call);
/* The kernel's ceiling for SO_SNDBUF; 0 when it cannot be read. */
int64_t od_grpc_buffer_max(void);
/* Makes the socket's send buffer large when the body is. */
void od_grpc_enlarge_buffer(struct od_grpc *grpc, size_t body_bytes);

/*
 * What a finished call means: OD_OK when the server answered (also with an error code).
 * end_ns is when the status came.
 */
enum od_errcode od_grpc_verdict(const struct od_conn *conn,
                                const struct od_grpc_call *call, int64_t end_ns);
/* Fills *err for a verdict that is not OD_OK and returns -1. */
int od_grpc_fail(const struct od_conn *conn, const struct od_grpc_call *call,
                 enum od_errcode code, struct od_err *err);

#endif
