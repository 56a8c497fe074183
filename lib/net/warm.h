/* Keeping what an exchange runs through in the CPU's caches while its reply is awaited.
 */
#ifndef OD_NET_WARM_H
#define OD_NET_WARM_H

#include "net/transport.h"

/*
 * What has not run for milliseconds may be gone from the core's caches, above all where
 * neighbours share them, and then takes several times as long: that is measured as if the
 * server had taken it (odbench-internals(7), Kept warm). So a connection that is kept
 * warm has another one of its kind, to this process itself, and rehearses: it exchanges a
 * kilobyte with itself every now and then while there is nothing else to do. One thread,
 * that of the connection; nothing of it goes to the server.
 */
struct od_warm;

/* For a connection of such an endpoint; touches 127.0.0.1. Fails with OD_ESYS. */
int od_warm_open(const struct od_endpoint *of, struct od_warm **out,
                 struct od_err *err) OD_MUST_CHECK;
void od_warm_close(struct od_warm *warm);

/* An exchange begins: its first rehearsal is due when it is the connection's turn. */
void od_warm_begin(struct od_warm *warm);
/* It has ended: the next reply is expected after as long a wait. */
void od_warm_end(struct od_warm *warm, const struct od_stamps *stamps);

enum od_warm_wait {
    OD_WARM_NOT,      /* did not wait: not kept warm, cancelled, or until_ns is near */
    OD_WARM_READABLE, /* there is something to read */
    OD_WARM_PASSED,   /* nothing came for a while, and one exchange was rehearsed */
};

/* One step of waiting for a reply of the connection, whose socket is fd. */
enum od_warm_wait od_warm_wait(struct od_conn *conn, int fd, int64_t until_ns);

/* Waits for the start as od_start_wait does, and rehearses shortly before it. */
bool od_warm_start(struct od_conn *conn, struct od_start *start);

/* Exchanges rehearsed so far. */
int64_t od_warm_rehearsals(const struct od_warm *warm);

#endif
