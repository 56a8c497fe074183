/* With a poll strategy that our look is not part of, times of reading stand in. */
#include "peer_conn.h"

#include "floor/floor.h"

#include <stdlib.h>

static void times_of_reading(void **state)
{
    (void)state;
    struct od_floor_spec spec = {
        .kind = OD_FLOOR_GRPC, .reply_bytes = 2000, .hold_ns = 2 * MS, .cpu = -1};
    struct od_floor *server = NULL;
    struct od_err err = {0};
    struct peer_exchange x;
    assert_int_equal(od_floor_open(&spec, &server, &err), 0);
    struct od_endpoint endpoint = {
        .transport = OD_GRPC, .host = "127.0.0.1", .port = od_floor_port(server)};
    peer_open(&x, &endpoint, "/peer");
    od_message_borrow(&x.message, "body", 4);
    for (int i = 0; i < 10; i++) {
        peer_expect(&x, OD_OK, 0);
        assert_true(x.stamps.written_ns > 0);
        assert_true(x.stamps.first_ns >= x.stamps.send_ns + 2 * MS);
        assert_int_equal(x.stamps.last_ns, x.stamps.end_ns);
        assert_int_equal(x.stamps.bytes_down, 2000);
    }
    peer_close(&x);
    od_floor_close(server);
}

static int set_up(void **state)
{
    (void)state;
    return setenv("GRPC_POLL_STRATEGY", "epoll1", 1) == 0 ? od_net_init(OD_GRPC, NULL)
                                                          : -1;
}

static int tear_down(void **state)
{
    (void)state;
    od_net_shutdown(OD_GRPC);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(times_of_reading)};
    return cmocka_run_group_tests_name("epoll", tests, set_up, tear_down);
}
