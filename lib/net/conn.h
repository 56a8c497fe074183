/* A worker's own connection to one server: messages out, replies back, stamps taken. */
#ifndef OD_NET_CONN_H
#define OD_NET_CONN_H

#include "base/err.h"
#include "net/keep_warm.h"
#include "net/stamps.h"
#include "wire/message.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct od_conn;

/*
 * Numbers the process's TCP connections from 1. A zeroed one is ready; the program owns
 * it, all its connection objects (of all threads) point to the same one, and each
 * connection that is made takes the next number, atomically.
 */
struct od_conn_ids {
    atomic_llong last;
};

/*
 * TLS of a connection; a zeroed one is plain text. Names of files are borrowed and read
 * when the connection object is opened (od_conn_open fails as od_pem_load does, naming
 * the file).
 */
struct od_tls {
    bool on;
    bool insecure;      /* the server's certificate is not checked */
    const char *cacert; /* PEM file of trusted roots; NULL: the system's */
    const char *cert;   /* PEM file of our own certificate (chain); NULL: none */
    const char *key;    /* PEM file of its key */
};

struct od_endpoint {
    enum od_transport transport;
    const char
        *host; /* name or numeric address, borrowed for the life of the connection */
    int port;
    bool
        fresh; /* connection=new: every exchange resolves and connects inside its clock */
    int64_t reply_max_bytes; /* 0: no limit */
    const char *user_agent;  /* borrowed; NULL: "odbench/VERSION" */
    /*
     * The study's client (odbench-wire(7), PAPER MODE). HTTP: exactly its headers, in its
     * order: the message's own and the id are left out; a gzip reply is read, bytes_down
     * counts it as it came. gRPC: a new connection waits for the server's SETTINGS before
     * the first call leaves, as grpcio's channel does.
     */
    bool paper;
    struct od_conn_ids *ids; /* borrowed; NULL: this object counts its own */
    struct od_tls tls;
    /* Sent with every request beside the message's own, as headers or (names in lower
     * case) as metadata: -H, tokens. Borrowed; NULL: none. Left out in paper mode. HTTP
     * refuses those of od_header_frames. */
    const struct od_headers *headers;
    /* Looks, while it waits for the reply, whether the request is acknowledged: more of
     * stamps.acked_ns is known. The looks take CPU time, so this is for a connection that
     * does not share its CPU with others. */
    bool watch_acked;
    int64_t connect_timeout_ns; /* of resolving, connecting and TLS; 0: the call's own */
    struct od_keep_warm keep_warm;
};

/* A time that an exchange waits for when all that needs no clock is done. */
struct od_start {
    int64_t at_ns;     /* od_now_ns */
    int64_t before_ns; /* planned start of another exchange before it; 0: none */
    bool (*wait)(void *arg, int64_t until_ns); /* false: it is not to be sent any more */
    void *arg;
    bool missed; /* wait has said so */
};
/* Waits until lead_ns before it; NULL: nothing to wait for. False when it is missed, then
 * and ever after. */
bool od_start_wait(struct od_start *start, int64_t lead_ns);
/* Waits for what the lead has left of it: too short a time to miss it, whatever wait
 * says. */
void od_start_rest(const struct od_start *start);

/* What one exchange sends. */
struct od_call {
    const struct od_message *message; /* borrowed during the call */
    const char *id; /* NULL, or the value of header (metadata) "odbench-id" */
    int64_t timeout_ns;
    struct od_start *start; /* NULL: at once */
};

/*
 * Process-wide set-up and tear-down of libgrpc or libcurl; call for each transport used,
 * from main, before the first and after the last connection. GRPC_POLL_STRATEGY should be
 * "poll" in the environment before (odbench-internals(7), Poll strategy), and
 * GRPC_VERBOSITY "NONE", or libgrpc writes lines of its own to standard error: that is
 * the program's task, the library sets none.
 */
int od_net_init(enum od_transport transport, struct od_err *err) OD_MUST_CHECK;
void od_net_shutdown(enum od_transport transport);

/* Name and version of the library behind a transport, e.g. "libcurl/7.88.1 ...". Static.
 */
const char *od_net_version(enum od_transport transport);

/* Makes a connection object; touches no network but, to be kept warm, 127.0.0.1. Owned by
 * the caller, one thread. */
int od_conn_open(const struct od_endpoint *endpoint, struct od_conn **out,
                 struct od_err *err) OD_MUST_CHECK;

/*
 * Resolves and connects now, outside any clock; does nothing when connected or when the
 * endpoint is fresh. Fails with OD_ECONNECT, OD_ETIMEOUT or OD_ECANCELLED, naming host
 * and port. The timeout bounds connecting; the resolver has limits of its own.
 */
int od_conn_connect(struct od_conn *conn, int64_t timeout_ns,
                    struct od_err *err) OD_MUST_CHECK;

/*
 * Sends a message and reads the whole reply into *reply (initialised by the caller, reset
 * here). 0 also when the server answered with an error code: that is the reply's code. -1
 * with OD_ECONNECT, OD_ERESET, OD_ETIMEOUT, OD_ECANCELLED, OD_ELIMIT (reply larger than
 * reply_max_bytes or the reply's own maximum), OD_EDECODE (not HTTP or gRPC at all) or
 * OD_EINPUT (a path or header that cannot be sent) or OD_ECANCELLED when its start was
 * missed; stamps hold what was reached (send_ns
 * and end_ns always), the reply what had come (not to be relied on). A connection that
 * broke is made anew by the next exchange, inside its clock (connect_ns tells); only what
 * no server can have read, as it met a closed HTTP connection, is sent again so. Between
 * send and end: no allocation of ours, no formatting, no locking, no file access, but
 * for rehearsals while nothing comes (struct od_keep_warm); only an
 * HTTP reply over 256 KiB and than every one before makes the reply's buffer grow.
 */
int od_conn_exchange(struct od_conn *conn, const struct od_call *call,
                     struct od_reply *reply, struct od_stamps *stamps,
                     struct od_err *err) OD_MUST_CHECK;

/*
 * From any thread, before od_conn_close has begun: ends the running exchange or
 * connecting within some 20 ms, with OD_ECANCELLED, and every later one at once: it is
 * for good, so that no exchange that is just beginning is missed.
 */
void od_conn_cancel(struct od_conn *conn);

void od_conn_close(struct od_conn *conn);

#endif
