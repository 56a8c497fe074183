/* The moment at which gRPC core writes a request. */
#ifndef OD_NET_GRPC_SEND_H
#define OD_NET_GRPC_SEND_H

#include "net/transport.h"

#include <stdint.h>

/*
 * libgrpc writes by sendmsg(2). This program has a sendmsg of its own, which every
 * library in it finds first; for a socket that a thread watches it notes the time, and
 * passes everything on to the kernel. Where a libgrpc writes by something else nothing is
 * noted (odbench-internals(7), The clock's start).
 */
struct od_grpc_send {
    int fd;                       /* the one core writes to; -1: none */
    const struct od_start *start; /* what the first write waits for; NULL: nothing */
    int64_t at_ns;                /* of the first write; -1: none */
};

/* Descriptors from here on are not watched. */
#define OD_GRPC_SEND_FDS 4096

/*
 * What the calling thread watches from now on; NULL: nothing. Borrowed until then. Its
 * own write counts; where it has none, that of another thread, which core may have do it:
 * it waits as well, and at_ns tells when the watch is over.
 */
void od_grpc_send_watch(struct od_grpc_send *send);

#endif
