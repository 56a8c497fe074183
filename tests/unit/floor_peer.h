/* What the tests of the lean servers share: one of them, and bare sockets to it. */
#ifndef FLOOR_PEER_H
#define FLOOR_PEER_H

#include "peer_conn.h"

#include "floor/floor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

#define REPLY_BYTES ((size_t)300)

static inline struct od_floor *floor_open(const struct od_floor_spec *spec)
{
    struct od_floor *server = NULL;
    struct od_err err = {0};
    if (od_floor_open(spec, &server, &err) != 0) {
        fail_msg("%s", err.msg);
    }
    assert_true(od_floor_port(server) > 0);
    return server;
}

static inline struct od_floor *floor_start(enum od_floor_kind kind, int64_t hold_ns)
{
    struct od_floor_spec spec = {
        .kind = kind, .reply_bytes = REPLY_BYTES, .hold_ns = hold_ns, .cpu = -1};
    return floor_open(&spec);
}

/* A blocking socket; reading from it fails after 20 s, so that no test hangs. */
static inline int floor_dial(const struct od_floor *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    struct timeval patience = {.tv_sec = 20};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)od_floor_port(server));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience),
                     0);
    return fd;
}

static inline void floor_send(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
        assert_true(n > 0);
        data += n;
        len -= (size_t)n;
    }
}

/* Reads until room bytes are there or the peer has closed; the text gets a NUL. */
static inline size_t floor_read(int fd, char *to, size_t room)
{
    size_t got = 0;
    while (got < room) {
        ssize_t n = recv(fd, to + got, room - got, 0);
        if (n <= 0) {
            assert_true(n == 0 || errno == ECONNRESET);
            break;
        }
        got += (size_t)n;
    }
    to[got] = '\0';
    return got;
}

/* An exchange through the client under test, of body_bytes, twice on one connection. */
static inline void floor_check_conn(enum od_transport transport,
                                    const struct od_floor *server, size_t body_bytes,
                                    bool fresh)
{
    struct od_endpoint endpoint = {.transport = transport,
                                   .host = "127.0.0.1",
                                   .port = od_floor_port(server),
                                   .fresh = fresh};
    struct peer_exchange x;
    char *body = od_xcalloc(1, body_bytes + 1);
    peer_open(&x, &endpoint, "/package.Service/Method");
    od_message_borrow(&x.message, body, body_bytes);
    for (int i = 0; i < 3; i++) {
        peer_expect(&x, OD_OK, transport == OD_GRPC ? 0 : 200);
        assert_int_equal(x.reply.body.len, REPLY_BYTES);
        assert_int_equal(x.stamps.bytes_up, body_bytes);
        assert_int_equal(x.stamps.conn_id, fresh ? i + 1 : 1);
    }
    peer_close(&x);
    free(body);
}

#endif
