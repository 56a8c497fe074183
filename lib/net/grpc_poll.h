/* The moment before gRPC core reads: its poll, with a look at what has come. */
#ifndef OD_NET_GRPC_POLL_H
#define OD_NET_GRPC_POLL_H

#include "net/rx.h"

/*
 * Puts the look into core's poll; once, after grpc_init. Core reads where it has polled,
 * so a thread that plucks with GRPC_POLL_STRATEGY=poll looks at its own connection; with
 * another strategy, or a libgrpc without this seam, no looks are taken.
 */
void od_grpc_poll_init(void);

/* What the calling thread looks at from now on whenever core's poll finds something;
 * NULL: nothing. Borrowed. */
void od_grpc_poll_watch(struct od_rx *rx);

#endif
