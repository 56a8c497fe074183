/* The lean HTTP/1.1 server: through the client under test, and by bare bytes. */
#include "floor_peer.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\n"

static void test_conn(void **state)
{
    (void)state;
    static const size_t bodies[] = {0, 1, 1000, 262144, 3900000};
    struct od_floor *server = floor_start(OD_FLOOR_HTTP, 0);
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        floor_check_conn(OD_HTTP, server, bodies[i], false);
        floor_check_conn(OD_HTTP, server, bodies[i], true);
    }
    od_floor_close(server);
}

/* One request as bytes; the reply's first line, and whether the server then closes. */
struct talk {
    const char *ask;
    const char *status;
    bool closes;
};
static const struct talk talks[] = {
    {"GET / HTTP/1.1\r\n\r\n", OK_HEAD, false},
    {"GET / HTTP/1.0\r\n\r\n", OK_HEAD, true},
    {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", OK_HEAD, false},
    {"POST / HTTP/1.1\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc", OK_HEAD,
     true},
    {"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc", OK_HEAD,
     false},
    {"nonsense\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", true},
    {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
     "HTTP/1.1 411 Length Required\r\n", true},
};

static void test_bytes(void **state)
{
    (void)state;
    struct od_floor *server = floor_start(OD_FLOOR_HTTP, 0);
    for (size_t i = 0; i < sizeof talks / sizeof *talks; i++) {
        const struct talk *talk = &talks[i];
        char reply[2 * REPLY_BYTES];
        int fd = floor_dial(server);
        print_message("  %.30s\n", talk->ask);
        floor_send(fd, talk->ask, strlen(talk->ask));
        if (!talk->closes) {
            /* The next one on the same connection is the last. */
            static const char last[] = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
            char *end = NULL;
            size_t got = 0;
            while (end == NULL) {
                got += floor_read(fd, reply + got, 1);
                end = strstr(reply, "\r\n\r\n");
            }
            assert_non_null(strstr(reply, "\r\nContent-Length: 300\r\n"));
            assert_non_null(strstr(reply, "\r\nConnection: keep-alive\r\n"));
            assert_memory_equal(reply, talk->status, strlen(talk->status));
            char body[REPLY_BYTES + 1];
            assert_int_equal(floor_read(fd, body, REPLY_BYTES), REPLY_BYTES);
            assert_true(body[0] == '"' && body[REPLY_BYTES - 1] == '"');
            floor_send(fd, last, sizeof last - 1);
        } else {
            assert_int_equal(shutdown(fd, SHUT_WR), 0);
        }
        assert_true(floor_read(fd, reply, sizeof reply - 1) > 0);
        assert_memory_equal(reply, talk->closes ? talk->status : OK_HEAD,
                            strlen(talk->closes ? talk->status : OK_HEAD));
        assert_non_null(strstr(reply, "\r\nConnection: close\r\n"));
        (void)close(fd);
    }
    od_floor_close(server);
}

/* A client that waits for it gets "100 Continue" before it sends the body. */
static void test_expect(void **state)
{
    (void)state;
    static const char ask[] =
        "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct od_floor *server = floor_start(OD_FLOOR_HTTP, 0);
    char reply[64];
    int fd = floor_dial(server);
    floor_send(fd, ask, sizeof ask - 1);
    assert_int_equal(floor_read(fd, reply, sizeof go_on - 1), sizeof go_on - 1);
    assert_string_equal(reply, go_on);
    floor_send(fd, "abc", 3);
    assert_int_equal(floor_read(fd, reply, sizeof OK_HEAD - 1), sizeof OK_HEAD - 1);
    assert_string_equal(reply, OK_HEAD);
    (void)close(fd);
    od_floor_close(server);
}

/* Several requests in one segment, and one in many. */
static void test_pieces(void **state)
{
    (void)state;
    static const char ask[] = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
                              "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
                              "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
    struct od_floor *server = floor_start(OD_FLOOR_HTTP, 0);
    for (size_t piece = 1; piece < sizeof ask; piece = piece * 7) {
        char reply[2000];
        size_t count = 0;
        int fd = floor_dial(server);
        for (size_t at = 0; at < sizeof ask - 1; at += piece) {
            size_t rest = sizeof ask - 1 - at;
            floor_send(fd, ask + at, rest < piece ? rest : piece);
        }
        (void)floor_read(fd, reply, sizeof reply - 1);
        for (const char *at = reply; (at = strstr(at, OK_HEAD)) != NULL; at++) {
            count++;
        }
        assert_int_equal(count, 3);
        (void)close(fd);
    }
    od_floor_close(server);
}

/* A head without end is refused; what is given up half way harms nobody. */
static void test_odd_clients(void **state)
{
    (void)state;
    static const char large[] = "HTTP/1.1 431 ";
    static const char ask[] = "POST / HTTP/1.1\r\nContent-Length: 30\r\n\r\nabc";
    struct od_floor *server = floor_start(OD_FLOOR_HTTP, 0);
    char *head = od_xmalloc(20000);
    char reply[64];
    memset(head, 'a', 20000);
    memcpy(head, "GET / HTTP/1.1\r\n", 16);
    int fd = floor_dial(server);
    floor_send(fd, head, 20000);
    assert_int_equal(floor_read(fd, reply, sizeof large - 1), sizeof large - 1);
    assert_string_equal(reply, large);
    (void)close(fd);
    for (size_t len = 0; len < sizeof ask; len++) {
        fd = floor_dial(server);
        floor_send(fd, ask, len);
        (void)close(fd);
    }
    floor_check_conn(OD_HTTP, server, 100, false);
    free(head);
    od_floor_close(server);
}

static void test_hold(void **state)
{
    (void)state;
    struct od_floor *server = floor_start(OD_FLOOR_HTTP, 30 * MS);
    int64_t begin_ns = od_now_ns();
    floor_check_conn(OD_HTTP, server, 100, false);
    assert_true(od_now_ns() - begin_ns >= 90 * MS);
    od_floor_close(server);
}

static int start(void **state)
{
    (void)state;
    return od_net_init(OD_HTTP, NULL);
}

static int stop(void **state)
{
    (void)state;
    od_net_shutdown(OD_HTTP);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conn),        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_expect),      cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_odd_clients), cmocka_unit_test(test_hold),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
