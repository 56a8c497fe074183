/* A client that is late: the thread that exchanges is held at its next wait until the
 * server opens the gate. Include it first. */
#ifndef PEER_HOLD_H
#define PEER_HOLD_H

#define _GNU_SOURCE /* syscall */
#include "peer_conn.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/syscall.h>

#define PAUSE_NS (30 * MS)
#define NEAR_NS  (MS / 10) /* two clocks are read one after the other */
/* So many segments that the kernel cannot join what comes then to the first of them. */
#define MANY 24

static _Thread_local bool exchanging;
static atomic_bool gate;
static atomic_bool hold_poll;

static void await(atomic_bool *flag)
{
    for (int i = 0; i < 10000 && !atomic_load(flag); i++) {
        od_sleep_until_ns(od_now_ns() + MS);
    }
    assert_true(atomic_load(flag));
}

/* libcurl, libgrpc by way of our own poll, and our own code find this one. */
int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    struct timespec timeout = {.tv_sec = timeout_ms / 1000,
                               .tv_nsec = timeout_ms % 1000 * 1000000L};
    if (exchanging && timeout_ms != 0 && atomic_exchange(&hold_poll, false)) {
        await(&gate);
    }
    return (int)syscall(SYS_ppoll, fds, count, timeout_ms < 0 ? NULL : &timeout, NULL, 0);
}

/* A listening socket on loopback; its port. */
static int listen_here(int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len), 0);
    *port = ntohs(at.sin_port);
    return listener;
}

/* When the first and the last piece of a reply went out: the clock around each send. */
struct pieces {
    _Atomic int64_t from_ns[2];
    _Atomic int64_t to_ns[2];
};

/* Neither stamp is before its piece came. */
static inline void assert_not_early(const struct od_stamps *stamps, struct pieces *pieces)
{
    assert_true(stamps->first_ns >= atomic_load(&pieces->from_ns[0]) - NEAR_NS);
    assert_true(stamps->last_ns >= atomic_load(&pieces->from_ns[1]) - NEAR_NS);
}

/* Nor later, which a machine that is busy may make it. */
static inline bool on_time(const struct od_stamps *stamps, struct pieces *pieces)
{
    return stamps->first_ns <= atomic_load(&pieces->to_ns[0]) + NEAR_NS &&
           stamps->last_ns <= atomic_load(&pieces->to_ns[1]) + NEAR_NS;
}

#endif
