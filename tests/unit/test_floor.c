/* The life of the lean servers, whatever they speak. */
#include "floor_peer.h"

static void expect_refused(const struct od_floor_spec *spec, enum od_errcode code)
{
    struct od_err err = {0};
    struct od_floor *server = NULL;
    assert_int_equal(od_floor_open(spec, &server, &err), -1);
    assert_int_equal(err.code, code);
    assert_null(server);
}

static void test_specs(void **state)
{
    (void)state;
    struct od_floor *other = floor_start(OD_FLOOR_HTTP, 0);
    expect_refused(
        &(struct od_floor_spec){.kind = OD_FLOOR_HTTP, .port = 65536, .cpu = -1},
        OD_EINPUT);
    expect_refused(&(struct od_floor_spec){.kind = OD_FLOOR_RAW, .cpu = -1}, OD_EINPUT);
    expect_refused(&(struct od_floor_spec){.kind = OD_FLOOR_GRPC,
                                           .reply_bytes = (size_t)1 << 32,
                                           .cpu = -1},
                   OD_EINPUT);
    expect_refused(&(struct od_floor_spec){.kind = OD_FLOOR_HTTP, .cpu = 1 << 20},
                   OD_EINPUT);
    expect_refused(&(struct od_floor_spec){.kind = OD_FLOOR_HTTP,
                                           .port = od_floor_port(other),
                                           .cpu = -1},
                   OD_ESYS);
    od_floor_close(other);
    od_floor_close(NULL);
}

/* A reply of the caller's own goes out as it is, over HTTP behind its head. */
static void test_own_reply(void **state)
{
    (void)state;
    struct od_floor_spec spec = {
        .kind = OD_FLOOR_HTTP, .reply = "{\"a\":1}", .reply_bytes = 7, .cpu = -1};
    struct od_floor *server = NULL;
    struct od_err err = {0};
    char reply[200];
    assert_int_equal(od_floor_open(&spec, &server, &err), 0);
    int fd = floor_dial(server);
    static const char ask[] = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
    floor_send(fd, ask, sizeof ask - 1);
    (void)floor_read(fd, reply, sizeof reply - 1);
    const char *body = strstr(reply, "\r\n\r\n");
    assert_non_null(body);
    assert_string_equal(body + 4, "{\"a\":1}");
    (void)close(fd);
    od_floor_close(server);
}

/* Closing takes connections that wait, that are half through a request, and that hold. */
static void test_close(void **state)
{
    (void)state;
    static const enum od_floor_kind kinds[] = {OD_FLOOR_RAW, OD_FLOOR_HTTP,
                                               OD_FLOOR_GRPC};
    for (size_t i = 0; i < 3; i++) {
        struct od_floor *server = floor_start(kinds[i], 3600000 * MS);
        int fds[20];
        char rest[100];
        for (size_t k = 0; k < 20; k++) {
            fds[k] = floor_dial(server);
            floor_send(fds[k], "POST / HTTP/1.1\r\n\r\n", k);
        }
        int64_t begin_ns = od_now_ns();
        od_floor_close(server);
        assert_true(od_now_ns() - begin_ns < 10000 * MS);
        for (size_t k = 0; k < 20; k++) {
            assert_true(floor_read(fds[k], rest, sizeof rest - 1) < sizeof rest - 1);
            (void)close(fds[k]);
        }
    }
}

/* Many at once, each answered while the others are there. */
static void test_many(void **state)
{
    (void)state;
    static const char ask[] = "GET / HTTP/1.1\r\n\r\n";
    struct od_floor *server = floor_start(OD_FLOOR_HTTP, 0);
    int fds[100];
    char reply[16];
    for (size_t k = 0; k < 100; k++) {
        fds[k] = floor_dial(server);
    }
    for (size_t k = 100; k-- > 0;) {
        floor_send(fds[k], ask, sizeof ask - 1);
        assert_int_equal(floor_read(fds[k], reply, 15), 15);
        assert_string_equal(reply, "HTTP/1.1 200 OK");
    }
    for (size_t k = 0; k < 100; k++) {
        (void)close(fds[k]);
    }
    od_floor_close(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_specs),
        cmocka_unit_test(test_own_reply),
        cmocka_unit_test(test_close),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
