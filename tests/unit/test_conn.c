/* What is the same for connections of every transport, before any network. */
#include "peer_conn.h"

static void test_bad_endpoints(void **state)
{
    (void)state;
    static const struct od_endpoint endpoints[] = {
        {.transport = OD_HTTP, .host = "", .port = 80},
        {.transport = OD_HTTP, .host = NULL, .port = 80},
        {.transport = OD_HTTP, .host = "127.0.0.1", .port = 0},
        {.transport = OD_GRPC, .host = "127.0.0.1", .port = 65536},
        {.transport = OD_GRPC, .host = "127.0.0.1", .port = -1},
    };
    for (size_t i = 0; i < sizeof endpoints / sizeof endpoints[0]; i++) {
        struct od_err err = {0};
        struct od_conn *conn = NULL;
        assert_int_equal(od_conn_open(&endpoints[i], &conn, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_null(conn);
    }
    od_conn_close(NULL);
}

static void test_stamps(void **state)
{
    (void)state;
    struct od_stamps stamps = {0};
    od_stamps_init(&stamps);
    assert_int_equal(stamps.send_ns, -1);
    assert_int_equal(stamps.acked_ns, -1);
    assert_int_equal(stamps.conn_id, -1);
    assert_int_equal(stamps.bytes_down, -1);
}

/* Without a network, and without the program's counter. */
static void test_open_close(void **state)
{
    (void)state;
    static const enum od_transport transports[] = {OD_HTTP, OD_GRPC};
    for (size_t i = 0; i < 2; i++) {
        struct od_endpoint endpoint = {
            .transport = transports[i], .host = "::1", .port = 9, .fresh = true};
        struct peer_exchange x;
        assert_int_equal(od_net_init(transports[i], NULL), 0);
        peer_open(&x, &endpoint, "/");
        assert_int_equal(od_conn_connect(x.conn, TIMEOUT_NS, &x.err), 0);
        od_conn_cancel(x.conn);
        peer_expect(&x, OD_ECANCELLED, 0);
        assert_non_null(strstr(x.err.msg, "[::1]:9"));
        peer_close(&x);
        od_net_shutdown(transports[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_endpoints),
        cmocka_unit_test(test_stamps),
        cmocka_unit_test(test_open_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
