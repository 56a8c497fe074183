/* The moment at which gRPC core writes a request. */
#ifndef OD_NET_GRPC_SEND_H
#define OD_NET_GRPC_SEND_H

#include "net/transport.h"

#include <stdint.h>

/*
 * libgrpc writes by sendmsg(2). This program has a sendmsg of its own, which every
 * library in it finds first; for a socket that its thread watches it notes the time, and
 * passes everything on to the kernel. Where a libgrpc writes by something else, or
 * another thread of core does it, nothing is noted (odbench-internals(7), The clock's
 * start).
 */
struct od_grpc_send {
    int fd;                       /* the one core writes to */
    const struct od_start *start; /* what the first write waits for; NULL: nothing */
    int64_t at_ns;                /* of the first write; -1: none yet */
};

/* What the calling thread watches from now on; NULL: nothing. Borrowed. */
void od_grpc_send_watch(struct od_grpc_send *send);

#endif
