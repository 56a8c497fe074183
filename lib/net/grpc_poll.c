/* gRPC core's poll with a look at what has come. */
#include "net/grpc_poll.h"

#include <poll.h>
#include <stddef.h>

/*
 * libgrpc's own pointer to poll(), there for programs that bring another one. It stands
 * in no installed header, so the library may lack it.
 */
typedef int poll_function(struct pollfd *fds, nfds_t count, int timeout_ms);
extern poll_function *grpc_poll_function __attribute__((weak));

static _Thread_local struct od_rx *watched;

static int poll_and_look(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    int ready = poll(fds, count, timeout_ms);
    if (ready > 0 && watched != NULL) {
        watched->polled = true;
        od_rx_look(watched);
    }
    return ready;
}

void od_grpc_poll_init(void)
{
    if (&grpc_poll_function != NULL) {
        grpc_poll_function = poll_and_look;
    }
}

void od_grpc_poll_watch(struct od_rx *rx)
{
    watched = rx;
}
