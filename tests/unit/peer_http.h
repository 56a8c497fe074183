/* An HTTP server of the test's own for a client that is late (peer_hold.h). Include it
 * first. */
#ifndef PEER_HTTP_H
#define PEER_HTTP_H

#include "peer_hold.h"

#include <linux/tcp.h>

/* A server of one connection, which does the same for every request. */
struct server {
    int listener;
    int port;
    pthread_t thread;
    void (*serve)(struct server *s, int conn);
    char text[128 * 1024];
    size_t len;
    struct pieces pieces;
    atomic_bool done;
};

/* Reads on until the text stands in what has come; false when the client has gone. */
static bool read_until(struct server *s, int conn, const char *text)
{
    ssize_t more = 1;
    while (more > 0 && strstr(s->text, text) == NULL) {
        more = recv(conn, s->text + s->len, sizeof s->text - 1 - s->len, 0);
        s->len += more > 0 ? (size_t)more : 0;
        s->text[s->len] = '\0';
    }
    return strstr(s->text, text) != NULL;
}

static void put(int conn, const char *text)
{
    assert_int_equal(syscall(SYS_sendto, conn, text, strlen(text), MSG_NOSIGNAL, NULL, 0),
                     strlen(text));
}

static void *run_server(void *arg)
{
    struct server *s = arg;
    int conn = accept(s->listener, NULL, NULL);
    int on = 1;
    (void)setsockopt(conn, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    for (;;) {
        s->len = 0;
        s->text[0] = '\0';
        if (!read_until(s, conn, "\r\n\r\n")) {
            break;
        }
        s->serve(s, conn);
        atomic_store(&s->done, true);
    }
    (void)close(conn);
    return NULL;
}

static void start(struct server *s, void (*serve)(struct server *s, int conn))
{
    memset(s, 0, sizeof *s);
    s->serve = serve;
    s->listener = listen_here(&s->port);
    assert_int_equal(pthread_create(&s->thread, NULL, run_server, s), 0);
}

static void open_exchange(struct peer_exchange *x, const struct server *s, bool paper,
                          const struct od_headers *headers)
{
    struct od_endpoint endpoint = {.transport = OD_HTTP,
                                   .host = "127.0.0.1",
                                   .port = s->port,
                                   .paper = paper,
                                   .headers = headers};
    peer_open(x, &endpoint, "/v1/models/m:predict");
    /* In pieces, so that libcurl sends the head alone. */
    od_message_borrow(&x->message, "first, ", 7);
    od_message_borrow(&x->message, "second", 6);
    assert_int_equal(od_conn_connect(x->conn, TIMEOUT_NS, &x->err), 0);
    atomic_store(&gate, false);
}

static void expect_ok(struct peer_exchange *x, struct server *s)
{
    atomic_store(&s->done, false);
    exchanging = true;
    peer_expect(x, OD_OK, 200);
    exchanging = false;
    assert_string_equal(x->reply.body.data, "ok");
    await(&s->done);
}

static void stop(struct server *s, struct peer_exchange *x)
{
    peer_close(x);
    (void)pthread_join(s->thread, NULL);
    (void)close(s->listener);
}

static const char reply_head[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";

static void serve_plain(struct server *s, int conn)
{
    (void)read_until(s, conn, "second");
    put(conn, reply_head);
    put(conn, "ok");
    atomic_store(&gate, true);
}

#endif
