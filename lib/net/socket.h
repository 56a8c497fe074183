/* A TCP connection with a deadline, its two stages timed apart. */
#ifndef OD_NET_SOCKET_H
#define OD_NET_SOCKET_H

#include "base/err.h"

#include <stdatomic.h>
#include <stdint.h>

struct od_socket_ask {
    const char *host; /* name or numeric address, without brackets; borrowed */
    int port;
    int64_t deadline_ns;          /* od_now_ns */
    const atomic_bool *cancelled; /* borrowed, looked at every OD_SOCKET_SLICE_NS */
};

#define OD_SOCKET_SLICE_NS (20 * INT64_C(1000000))

/* A failure is kept as numbers: its text is made after the clock, by od_socket_fail. */
struct od_socket {
    int fd;             /* connected, non-blocking, close-on-exec, TCP_NODELAY; or -1 */
    int64_t dns_ns;     /* span; -1 when resolving failed */
    int64_t connect_ns; /* span over all addresses tried; -1 when none connected */
    enum od_errcode code;
    int resolve_error; /* of getaddrinfo, 0 none */
    int system_error;  /* errno of the last address tried, 0 none */
};

/*
 * Resolves and connects, address after address in the resolver's order; each gets an
 * equal share of what is left until the deadline. Returns 0 and the descriptor in *out,
 * owned by the caller, or -1 with code OD_ECONNECT, OD_ETIMEOUT or OD_ECANCELLED. The
 * resolver itself knows no deadline: a slow one is noticed when it returns. Any thread.
 */
int od_socket_connect(const struct od_socket_ask *ask,
                      struct od_socket *out) OD_MUST_CHECK;

/* Fills *err from a failed *in, naming host and port, and returns -1. */
int od_socket_fail(const struct od_socket_ask *ask, const struct od_socket *in,
                   struct od_err *err);

#endif
