/* sendmsg(2) with a look at the clock. */
#include "net/grpc_send.h"

#include "base/clock.h"
#include "base/linux.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/socket.h>

enum { NOT_WATCHED = 0, NO_PLAN = 1 };

/* For other threads than the one that watches, by descriptor: all that they touch. */
static struct {
    _Atomic int64_t due_ns; /* or one of the above */
    _Atomic int64_t at_ns;
} sockets[OD_GRPC_SEND_FDS];

static _Thread_local struct od_grpc_send *watched;

static void leave(struct od_grpc_send *send)
{
    atomic_store(&sockets[send->fd].due_ns, NOT_WATCHED);
    if (send->at_ns < 0) {
        send->at_ns = atomic_load(&sockets[send->fd].at_ns);
    }
    watched = NULL;
}

void od_grpc_send_watch(struct od_grpc_send *send)
{
    if (watched != NULL) {
        leave(watched);
    }
    if (send != NULL && send->fd >= 0 && send->fd < OD_GRPC_SEND_FDS) {
        watched = send;
        atomic_store(&sockets[send->fd].at_ns, -1);
        atomic_store(&sockets[send->fd].due_ns,
                     send->start != NULL ? send->start->at_ns : NO_PLAN);
    }
}

/* Another thread of core writes: perhaps the request. */
static void note_other(int fd)
{
    int64_t due_ns = atomic_exchange(&sockets[fd].due_ns, NOT_WATCHED);
    if (due_ns != NOT_WATCHED) {
        od_sleep_until_ns(due_ns);
        atomic_store(&sockets[fd].at_ns, od_now_ns());
    }
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    struct od_grpc_send *send = watched;
    if (send != NULL && fd == send->fd) {
        if (send->at_ns < 0 && send->start != NULL) {
            od_start_rest(send->start);
        }
        send->at_ns = send->at_ns < 0 ? od_now_ns() : send->at_ns;
    } else if (fd >= 0 && fd < OD_GRPC_SEND_FDS &&
               atomic_load_explicit(&sockets[fd].due_ns, memory_order_relaxed) !=
                   NOT_WATCHED) {
        note_other(fd);
    }
    return od_sys_sendmsg(fd, message, flags);
}
