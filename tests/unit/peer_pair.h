/* Two ends of a TCP connection on loopback, in one thread. */
#ifndef PEER_PAIR_H
#define PEER_PAIR_H

#include "peer_conn.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

struct pair {
    int ours;
    int theirs;
};

static inline void open_pair(struct pair *pair)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int small = 4096; /* a window that a large body does not fit */
    assert_int_equal(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small),
                     0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &len), 0);
    pair->ours = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(pair->ours, (struct sockaddr *)&address, sizeof address), 0);
    pair->theirs = accept(listener, NULL, NULL);
    assert_true(pair->theirs >= 0);
    (void)close(listener);
}

static inline void close_pair(struct pair *pair)
{
    (void)close(pair->ours);
    (void)close(pair->theirs);
}

#endif
