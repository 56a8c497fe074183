/* A gRPC channel with TLS over a socket of our own. */
#ifndef OD_NET_GRPC_TLS_H
#define OD_NET_GRPC_TLS_H

#include "net/grpc_state.h"

/*
 * Whether a core of this version (grpc_version_string) is known to take the socket as
 * od_grpc_tls_channel hands it over; with any other it must not be called.
 */
bool od_grpc_tls_known(const char *version);

/*
 * Puts a TLS channel with these arguments on the connected fd, of which it takes a
 * duplicate. Nothing has gone over the wire yet.
 */
grpc_channel *od_grpc_tls_channel(const struct od_conn *conn, int fd,
                                  const grpc_channel_args *args);

/*
 * Shakes hands until deadline_ns, and waits for the server's SETTINGS, as core does.
 * Returns OD_OK, OD_ECONNECT, OD_ETIMEOUT or OD_ECANCELLED.
 */
enum od_errcode od_grpc_tls_handshake(const struct od_conn *conn, int64_t deadline_ns);

/* After the clock: why the handshake failed, into *err. Returns -1. */
int od_grpc_tls_fail(const struct od_conn *conn, enum od_errcode code,
                     struct od_err *err);

#endif
