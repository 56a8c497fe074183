/* Connections that an HTTP server closes while they are idle. */
#define _GNU_SOURCE /* POLLRDHUP, syscall */
#include "peer_conn.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static struct od_conn_ids ids;

/*
 * libcurl finds this send: when it is armed, the server closes the connection, and the
 * FIN is here, before the first byte of the request leaves. So the request meets a closed
 * connection though it did not look so a moment ago.
 */
static int to_close = -1; /* the server's socket */
static bool half; /* the server closes after the first segment, which it has read */

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    if (to_close >= 0) {
        struct pollfd ended = {.fd = fd, .events = POLLRDHUP};
        if (half) {
            char text[64];
            (void)syscall(SYS_sendto, fd, bytes, len, flags, NULL, 0);
            (void)syscall(SYS_recvfrom, to_close, text, sizeof text, 0, NULL, NULL);
        }
        (void)close(to_close);
        to_close = -1;
        (void)poll(&ended, 1, 5000);
        if (half) {
            return (ssize_t)len;
        }
    }
    return syscall(SYS_sendto, fd, bytes, len, flags, NULL, 0);
}

/* A server of one connection after the other, in the test's own thread's hands. */
struct server {
    int listener;
    int conn;
    pthread_t thread;
    atomic_int served;
    char text[4096]; /* the last request */
};

/* Reads a request: all of a body of BODY, or what comes first. */
#define BODY "first, second"
static ssize_t read_request(int conn, char text[4096])
{
    size_t len = 0;
    ssize_t more = 0;
    do {
        more = recv(conn, text + len, 4095 - len, 0);
        len += more > 0 ? (size_t)more : 0;
        text[len] = '\0';
    } while (more > 0 && strstr(text, "Content-Length: 13\r\n") != NULL &&
             strstr(text, "\r\n\r\n" BODY) == NULL);
    return more;
}

static void *serve(void *arg)
{
    static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    struct server *s = arg;
    for (;;) {
        int conn = accept(s->listener, NULL, NULL);
        if (conn < 0) {
            return NULL;
        }
        ssize_t len = read_request(conn, s->text);
        if (len > 0) {
            (void)syscall(SYS_sendto, conn, reply, sizeof reply - 1, MSG_NOSIGNAL, NULL,
                          0);
        }
        s->conn = conn;
        atomic_fetch_add(&s->served, 1);
    }
}

static int start(struct server *s)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    *s = (struct server){.listener = socket(AF_INET, SOCK_STREAM, 0)};
    assert_int_equal(bind(s->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(s->listener, 8), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&at, &len), 0);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
    return ntohs(at.sin_port);
}

static void stop(struct server *s)
{
    (void)shutdown(s->listener, SHUT_RDWR);
    (void)pthread_join(s->thread, NULL);
    (void)close(s->listener);
    (void)close(s->conn);
}

static void await_served(struct server *s, int count)
{
    for (int i = 0; i < 5000 && atomic_load(&s->served) < count; i++) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    assert_int_equal(atomic_load(&s->served), count);
}

static void open_exchange(struct peer_exchange *x, int port)
{
    struct od_endpoint endpoint = {
        .transport = OD_HTTP, .host = "127.0.0.1", .port = port, .ids = &ids};
    peer_open(x, &endpoint, "/v1/models/m:predict");
}

static void closed_before_it_was_sent(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    open_exchange(&x, start(&s));
    peer_expect(&x, OD_OK, 200);
    for (int i = 1; i < 4; i++) {
        int64_t id = x.stamps.conn_id;
        await_served(&s, i);
        half = false;
        to_close = s.conn;
        peer_expect(&x, OD_OK, 200);
        assert_int_equal(to_close, -1);
        /* A new connection, and the stamps say so. */
        assert_true(x.stamps.conn_id > id && x.stamps.connect_ns >= 0);
        assert_true(x.stamps.written_ns >= x.stamps.send_ns + x.stamps.connect_ns);
        assert_int_equal(x.stamps.bytes_up, 0);
        assert_memory_equal(x.reply.body.data, "ok", 2);
    }
    await_served(&s, 4);
    peer_close(&x);
    stop(&s);
}

/* The second time the body is whole too, though it stands in several pieces. */
static void closed_before_a_body_in_pieces(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    open_exchange(&x, start(&s));
    od_message_borrow(&x.message, "first, ", 7);
    od_message_borrow(&x.message, "second", 6);
    peer_expect(&x, OD_OK, 200);
    await_served(&s, 1);
    s.text[0] = '\0';
    half = false;
    to_close = s.conn;
    peer_expect(&x, OD_OK, 200);
    await_served(&s, 2);
    assert_int_equal(x.stamps.bytes_up, 13);
    assert_non_null(strstr(s.text, "\r\n\r\n" BODY));
    peer_close(&x);
    stop(&s);
}

/* What the server has read may have been done: that is an error, not a second request. */
static void closed_after_it_was_read(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    open_exchange(&x, start(&s));
    peer_expect(&x, OD_OK, 200);
    await_served(&s, 1);
    int64_t id = x.stamps.conn_id;
    half = true;
    to_close = s.conn;
    peer_expect(&x, OD_ERESET, 0);
    assert_int_equal(x.stamps.conn_id, id);
    assert_int_equal(x.stamps.connect_ns, -1);
    half = false;
    peer_expect(&x, OD_OK, 200);
    await_served(&s, 2);
    peer_close(&x);
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_before_it_was_sent),
        cmocka_unit_test(closed_before_a_body_in_pieces),
        cmocka_unit_test(closed_after_it_was_read),
    };
    return cmocka_run_group_tests_name("idle connections", tests, peer_set_up_http,
                                       peer_tear_down_http);
}
