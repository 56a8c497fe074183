/* Exchanges that wait for their time when all that needs no clock is done. */
#include "peer_conn.h"

#include "floor/floor.h"

#include <stdlib.h>

/* Of another exchange: nothing begins meanwhile. */
#define SENDING_NS (100 * INT64_C(1000))

/* What the wait of a test does to the server, and when it was over. */
struct wait {
    struct od_floor *server; /* another takes its place and port */
    struct od_floor_spec spec;
    int last; /* in this call and none after it; 0: it is left alone */
    int miss; /* it does not wait, and says no from this call on; 0: it waits */
    int calls;
    int64_t until_ns; /* of the first call */
    int64_t over_ns;
    int64_t late_ns; /* the second call's, behind what was asked for */
};

static bool wait_here(void *arg, int64_t until_ns)
{
    struct wait *wait = arg;
    struct od_err err = {0};
    wait->until_ns = wait->calls == 0 ? until_ns : wait->until_ns;
    if (++wait->calls == wait->last) {
        wait->spec.port = od_floor_port(wait->server);
        od_floor_close(wait->server);
        assert_int_equal(od_floor_open(&wait->spec, &wait->server, &err), 0);
    }
    if (wait->miss > 0) {
        return wait->calls < wait->miss;
    }
    od_sleep_until_ns(until_ns + (wait->calls == 2 ? wait->late_ns : 0));
    wait->over_ns = od_now_ns();
    return true;
}

static void ask(struct peer_exchange *x, struct od_start *start)
{
    struct od_call call = {
        .message = &x->message, .timeout_ns = x->timeout_ns, .start = start};
    od_err_clear(&x->err);
    x->rc = od_conn_exchange(x->conn, &call, &x->reply, &x->stamps, &x->err);
}

/* The server goes while the call waits, in the last part of the wait or the first. */
static void loses_server(struct peer_exchange *x, struct wait *wait, int call)
{
    struct od_start start = {
        .at_ns = od_now_ns() + 20 * MS, .wait = wait_here, .arg = wait};
    wait->calls = 0;
    wait->last = call;
    ask(x, &start);
    wait->last = 0;
    assert_true(wait->calls >= call);
    assert_true(x->stamps.send_ns >= start.at_ns);
}

/* A new connection, inside the clock. */
static void connects_anew(struct peer_exchange *x, struct wait *wait, int call)
{
    int64_t id = x->stamps.conn_id;
    loses_server(x, wait, call);
    assert_int_equal(x->rc, 0);
    assert_true(x->stamps.conn_id > id && x->stamps.connect_ns >= 0);
}

/* What core is about to write finds the connection broken, as if it had been sent. */
static void finds_it_broken(struct peer_exchange *x, struct wait *wait, int call)
{
    loses_server(x, wait, call);
    assert_int_equal(x->rc, -1);
    assert_int_equal(x->err.code, OD_ERESET);
    for (int i = 0; i < 2; i++) {
        ask(x, NULL);
        assert_int_equal(x->rc, 0);
        assert_int_equal(x->stamps.connect_ns >= 0, i == 0);
    }
}

/* Getting ready begins no earlier than the exchange before is planned. */
static void leaves_others_alone(struct peer_exchange *x, struct wait *wait)
{
    static const int64_t gaps_ns[] = {170000, 100000};
    wait->miss = 0;
    for (int i = 0; i < 2; i++) {
        int64_t at_ns = od_now_ns() + 20 * MS;
        struct od_start start = {.at_ns = at_ns,
                                 .before_ns = at_ns - gaps_ns[i],
                                 .wait = wait_here,
                                 .arg = wait};
        wait->calls = 0;
        ask(x, &start);
        assert_int_equal(x->rc, 0);
        assert_int_equal(wait->until_ns, start.before_ns + SENDING_NS);
        assert_int_equal(wait->calls, i == 0 ? 2 : 1);
        assert_true(x->stamps.send_ns >= at_ns);
    }
}

/* It is too late to miss it in the last part: sent, and not before its time. */
static void misses_rest(struct peer_exchange *x, struct wait *wait)
{
    struct od_start start = {
        .at_ns = od_now_ns() + 20 * MS, .wait = wait_here, .arg = wait};
    wait->calls = 0;
    wait->miss = 2;
    ask(x, &start);
    assert_int_equal(x->rc, 0);
    assert_int_equal(wait->calls, 2);
    assert_true(x->stamps.send_ns >= start.at_ns);
    assert_true(x->stamps.written_ns >= start.at_ns);
}

/* The library gets ready for what it sends between two parts of the wait. */
static void waits(enum od_floor_kind kind, enum od_transport transport)
{
    struct wait wait = {.spec = {.kind = kind, .reply_bytes = 100, .cpu = -1}};
    struct od_err err = {0};
    struct peer_exchange x;
    assert_int_equal(od_net_init(transport, &err), 0);
    assert_int_equal(od_floor_open(&wait.spec, &wait.server, &err), 0);
    struct od_endpoint endpoint = {
        .transport = transport, .host = "127.0.0.1", .port = od_floor_port(wait.server)};
    peer_open(&x, &endpoint, "/peer");
    od_message_borrow(&x.message, "body", 4);
    for (int i = 0; i < 3; i++) {
        struct od_start start = {
            .at_ns = od_now_ns() + 20 * MS, .wait = wait_here, .arg = &wait};
        wait.calls = 0;
        ask(&x, &start);
        assert_int_equal(x.rc, 0);
        assert_int_equal(wait.calls, i == 0 ? 1 : 2); /* at first it connects */
        assert_true(x.stamps.send_ns >= start.at_ns);
        assert_true(x.stamps.send_ns >= wait.over_ns);
        peer_check_stamps(&x.stamps);
    }
    connects_anew(&x, &wait, 1);
    if (transport == OD_HTTP) {
        connects_anew(&x, &wait, 2);
    } else {
        finds_it_broken(&x, &wait, 2);
    }
    misses_rest(&x, &wait);
    leaves_others_alone(&x, &wait);

    /* A missed start sends nothing, and the connection goes on. */
    struct od_start start = {
        .at_ns = od_now_ns() + 20 * MS, .wait = wait_here, .arg = &wait};
    wait.miss = 1;
    ask(&x, &start);
    assert_int_equal(x.rc, -1);
    assert_int_equal(x.err.code, OD_ECANCELLED);
    assert_true(start.missed);
    assert_int_equal(x.stamps.written_ns, -1);
    ask(&x, NULL);
    assert_int_equal(x.rc, 0);
    assert_int_equal(x.stamps.connect_ns, -1);
    peer_close(&x);
    od_floor_close(wait.server);
    od_net_shutdown(transport);
}

/*
 * A request that is given up has had its whole time by its clock, also when sending came
 * later than planned. Returns whether it came to that: on a machine that is busy the
 * reply may be there before anybody looks at the time, and the thread of core that gave
 * up the call before may be the one that writes.
 */
static bool is_given_up(struct peer_exchange *x, struct wait *wait, bool planned)
{
    x->timeout_ns = TIMEOUT_NS;
    ask(x, NULL);
    assert_int_equal(x->rc, 0);
    struct od_start start = {
        .at_ns = od_now_ns() + 5 * MS, .wait = wait_here, .arg = wait};
    x->timeout_ns = 30 * MS;
    wait->calls = 0;
    ask(x, planned ? &start : NULL);
    assert_in_range(wait->calls, planned ? 1 : 0, planned ? 2 : 0);
    assert_true(!planned || x->stamps.send_ns >= start.at_ns);
    assert_true(x->stamps.end_ns - x->stamps.send_ns >= x->timeout_ns);
    if (x->rc == 0) {
        return false;
    }
    assert_int_equal(x->err.code, OD_ETIMEOUT);
    assert_int_equal(x->stamps.connect_ns, -1);
    return !planned || wait->calls == 2;
}

static void gives_up(enum od_floor_kind kind, enum od_transport transport)
{
    struct od_floor_spec spec = {
        .kind = kind, .reply_bytes = 100, .hold_ns = 60 * MS, .cpu = -1};
    struct wait wait = {.late_ns = 10 * MS};
    struct od_err err = {0};
    struct od_floor *server = NULL;
    struct peer_exchange x;
    assert_int_equal(od_net_init(transport, &err), 0);
    assert_int_equal(od_floor_open(&spec, &server, &err), 0);
    struct od_endpoint endpoint = {
        .transport = transport, .host = "127.0.0.1", .port = od_floor_port(server)};
    peer_open(&x, &endpoint, "/peer");
    od_message_borrow(&x.message, "body", 4);
    for (int found = 0, tries = 0; found < 4; tries++) {
        assert_true(tries < 40);
        found += is_given_up(&x, &wait, found % 2 == 1) ? 1 : 0;
    }
    peer_close(&x);
    od_floor_close(server);
    od_net_shutdown(transport);
}

static void test_http(void **state)
{
    (void)state;
    waits(OD_FLOOR_HTTP, OD_HTTP);
    gives_up(OD_FLOOR_HTTP, OD_HTTP);
}

static void test_grpc(void **state)
{
    (void)state;
    waits(OD_FLOOR_GRPC, OD_GRPC);
    gives_up(OD_FLOOR_GRPC, OD_GRPC);
}

int main(void)
{
    (void)setenv("GRPC_POLL_STRATEGY", "poll", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http),
        cmocka_unit_test(test_grpc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
