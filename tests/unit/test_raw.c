/* The bare exchange, and what comes of a peer that does not keep to it. */
#include "floor_peer.h"

#define COUNT ((size_t)20)

static struct od_floor_raw ask_of(const struct od_floor *server, size_t body_bytes)
{
    return (struct od_floor_raw){.port = od_floor_port(server),
                                 .body_bytes = body_bytes,
                                 .reply_bytes = REPLY_BYTES,
                                 .warmup = 2,
                                 .count = COUNT};
}

/* Bodies smaller and larger than what is read at once, and of a length with eight bytes.
 */
static void test_exchange(void **state)
{
    (void)state;
    static const size_t bodies[] = {0, 1, 1000, 262136, 262144, 3000000};
    struct od_floor *server = floor_start(OD_FLOOR_RAW, 0);
    for (size_t i = 0; i < 2 * sizeof bodies / sizeof *bodies; i++) {
        struct od_floor_raw ask = ask_of(server, bodies[i / 2]);
        struct od_err err = {0};
        int64_t out_ns[COUNT] = {0};
        ask.fresh = i % 2 == 1;
        assert_int_equal(od_floor_exchange(&ask, out_ns, &err), 0);
        for (size_t k = 0; k < COUNT; k++) {
            assert_true(out_ns[k] > 0);
        }
    }
    od_floor_close(server);
}

static void test_hold(void **state)
{
    (void)state;
    struct od_floor *server = floor_start(OD_FLOOR_RAW, 3 * MS);
    struct od_floor_raw ask = ask_of(server, 1000);
    int64_t out_ns[COUNT];
    assert_int_equal(od_floor_exchange(&ask, out_ns, NULL), 0);
    for (size_t k = 0; k < COUNT; k++) {
        assert_true(out_ns[k] >= 3 * MS);
    }
    od_floor_close(server);
}

/* A client that is told of the loss, and connects anew to whoever listens then. */
static void test_loss(void **state)
{
    (void)state;
    struct od_floor *server = floor_start(OD_FLOOR_RAW, 0);
    struct od_floor_raw ask = ask_of(server, 1000);
    struct od_floor_client *client = NULL;
    struct od_err err = {0};
    int64_t out_ns[2];
    assert_int_equal(od_floor_client_open(&ask, &client, &err), 0);
    assert_int_equal(od_floor_client_run(client, 2, out_ns, &err), 0);
    od_floor_close(server);
    assert_int_equal(od_floor_client_run(client, 1, NULL, &err), -1);
    assert_int_equal(err.code, OD_ERESET);
    od_err_clear(&err);
    assert_int_equal(od_floor_client_run(client, 1, NULL, &err), -1);
    assert_int_equal(err.code, OD_ECONNECT);
    struct od_floor_spec spec = {
        .kind = OD_FLOOR_RAW, .port = ask.port, .reply_bytes = REPLY_BYTES, .cpu = -1};
    assert_int_equal(od_floor_open(&spec, &server, NULL), 0);
    assert_int_equal(od_floor_client_run(client, 2, out_ns, NULL), 0);
    od_floor_client_close(client);
    od_floor_close(server);
    ask.port = 0;
    od_err_clear(&err);
    assert_int_equal(od_floor_client_open(&ask, &client, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
}

/* A length in two parts is put together; a second request before the reply, half a length
 * and half a body end the connection, and nothing else. */
static void test_odd_clients(void **state)
{
    (void)state;
    static const char ask[] = "\3\0\0\0\0\0\0\0abc\3";
    struct od_floor *server = floor_start(OD_FLOOR_RAW, 0);
    char reply[REPLY_BYTES + 1];
    int fd = floor_dial(server);
    floor_send(fd, ask, 5);
    od_sleep_until_ns(od_now_ns() + MS);
    floor_send(fd, ask + 5, 6);
    assert_int_equal(floor_read(fd, reply, REPLY_BYTES), REPLY_BYTES);
    (void)close(fd);
    fd = floor_dial(server);
    floor_send(fd, ask, 12);
    assert_true(floor_read(fd, reply, REPLY_BYTES) == 0);
    (void)close(fd);
    for (size_t len = 0; len < 11; len++) {
        fd = floor_dial(server);
        floor_send(fd, ask, len);
        (void)close(fd);
    }
    struct od_floor_raw good = ask_of(server, 10);
    int64_t out_ns[COUNT];
    assert_int_equal(od_floor_exchange(&good, out_ns, NULL), 0);
    od_floor_close(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exchange),
        cmocka_unit_test(test_hold),
        cmocka_unit_test(test_loss),
        cmocka_unit_test(test_odd_clients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
