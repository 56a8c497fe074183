/* gRPC exchanges with a server that answers, and with ports that speak no gRPC at all. */
#include "peer_conn.h"
#include "peer_fault.h"
#include "peer_grpc.h"

static struct peer_fault fault;
static struct peer_grpc peer;
static struct od_conn_ids ids;

static struct od_endpoint endpoint_of(int port)
{
    struct od_endpoint endpoint = {
        .watch_acked = true,
        .transport = OD_GRPC,
        .host = "127.0.0.1",
        .port = port,
        .reply_max_bytes = PEER_REPLY_MAX,
        .ids = &ids,
    };
    assert_true(endpoint.port > 0);
    return endpoint;
}

static void open_path(struct peer_exchange *x, const char *path)
{
    struct od_endpoint endpoint = endpoint_of(peer.port);
    peer_open(x, &endpoint, path);
    od_message_borrow(&x->message, "hello, ", 7);
    od_message_borrow(&x->message, "world", 5);
}

/* What the server answers; the connection is kept in every case. */
struct outcome {
    const char *path;
    enum od_errcode errcode;
    int code;
    const char *text;
    int64_t bytes_down;
};
static const struct outcome outcomes[] = {
    {"/peer/echo", OD_OK, 0, "told 0", 12},
    {"/peer/size/0", OD_OK, 0, "told 0", 0},
    {"/peer/size/1000000", OD_OK, 0, "told 0", 1000000},
    {"/peer/flush/50", OD_OK, 0, "told 0", 12},
    {"/peer/status/5", OD_OK, 5, "told 5", 0},
    {"/peer/status/1", OD_OK, 1, "told 1", 0},
    {"/peer/status/4", OD_OK, 4, "told 4", 0},
    {"/peer/status/8", OD_OK, 8, "told 8", 0},
    {"/peer/status/14", OD_OK, 14, "told 14", 0},
    {"/peer/told/2", OD_OK, 2, "told 2", 0},
    {"/peer/told/14", OD_OK, 14, "told 14", 0},
    {"/peer/size/5000000", OD_ELIMIT, 0, NULL, 0},
};

static void check_outcome(const struct outcome *want)
{
    struct peer_exchange x;
    open_path(&x, want->path);
    assert_int_equal(od_conn_connect(x.conn, TIMEOUT_NS, &x.err), 0);
    int64_t id = (int64_t)atomic_load(&ids.last);
    for (int i = 0; i < 2; i++) {
        peer_expect(&x, want->errcode, want->code);
        assert_int_equal(x.stamps.conn_id, id);
        assert_int_equal(x.stamps.dns_ns, -1);
        assert_int_equal(x.stamps.connect_ns, -1);
        assert_int_equal(x.stamps.bytes_up, 12);
        assert_int_equal(x.stamps.bytes_down, want->bytes_down);
        assert_int_equal(x.reply.body.len, want->bytes_down);
        assert_true(x.stamps.written_ns > 0 && x.stamps.first_ns > 0);
        assert_true(x.stamps.tcp_rtt_ns > 0 && x.stamps.tcp_retransmits >= 0);
        if (want->text != NULL) {
            assert_string_equal(x.reply.text, want->text);
        }
    }
    peer_close(&x);
}

static void test_outcomes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        print_message("  %s\n", outcomes[i].path);
        check_outcome(&outcomes[i]);
    }
}

/* Ports that speak something else, or nothing. */
static const struct {
    const char *mode;
    enum od_errcode errcode;
} strangers[] = {
    {"s404", OD_EDECODE},     {"echo", OD_EDECODE},  {"s500", OD_EDECODE},
    {"half", OD_EDECODE},     {"slow", OD_EDECODE},  {"garbage", OD_EDECODE},
    {"halfhead", OD_EDECODE}, {"close", OD_ERESET},  {"reset", OD_ERESET},
    {"hangup", OD_ERESET},    {"dead", OD_ECONNECT},
};

static void test_strangers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        print_message("  %s\n", strangers[i].mode);
        struct peer_exchange x;
        struct od_endpoint endpoint =
            endpoint_of(peer_fault_port(&fault, strangers[i].mode));
        peer_open(&x, &endpoint, "/peer/echo");
        od_message_borrow(&x.message, "hello", 5);
        for (int again = 0; again < 2; again++) {
            peer_expect(&x, strangers[i].errcode, 0);
            assert_int_equal(x.stamps.first_ns, -1);
            assert_true(x.stamps.dns_ns >= 0);
            assert_int_equal(x.stamps.connect_ns >= 0,
                             strangers[i].errcode != OD_ECONNECT);
        }
        peer_close(&x);
    }
}

static void test_no_message(void **state)
{
    (void)state;
    struct peer_exchange x;
    open_path(&x, "/peer/nothing");
    peer_expect(&x, OD_EDECODE, 0);
    peer_close(&x);
}

static void test_timeout(void **state)
{
    (void)state;
    struct peer_exchange x;
    struct od_endpoint endpoint = endpoint_of(peer_fault_port(&fault, "silent"));
    peer_open(&x, &endpoint, "/peer/echo");
    od_message_borrow(&x.message, "hello", 5);
    x.timeout_ns = SHORT_NS;
    peer_expect(&x, OD_ETIMEOUT, 0);
    assert_true(x.stamps.written_ns > 0);
    assert_int_equal(x.stamps.first_ns, -1);
    peer_close(&x);

    open_path(&x, "/peer/flush/600");
    x.timeout_ns = SHORT_NS;
    peer_expect(&x, OD_ETIMEOUT, 0);
    assert_true(x.stamps.first_ns > 0);
    x.timeout_ns = TIMEOUT_NS;
    peer_expect(&x, OD_OK, 0); /* the connection has outlived it */
    assert_int_equal(x.stamps.connect_ns, -1);
    peer_close(&x);
}

/* A reader that does not read: the upload of a large body is cut off by the deadline. */
static void test_upload_timeout(void **state)
{
    (void)state;
    struct peer_exchange x;
    size_t len = (size_t)48 << 20;
    struct od_endpoint endpoint = endpoint_of(peer_fault_port(&fault, "stalled"));
    peer_open(&x, &endpoint, "/peer/echo");
    od_message_own(&x.message, od_xcalloc(len, 1), len);
    x.timeout_ns = SHORT_NS;
    peer_expect(&x, OD_ETIMEOUT, 0);
    assert_int_equal(x.stamps.written_ns, -1);
    assert_int_equal(x.stamps.bytes_up, -1);
    /* The borrowed bytes may go at once. */
    od_message_release(&x.message);
    x.message.verb = "POST";
    x.message.path = od_xstrdup("/peer/echo");
    peer_expect(&x, OD_ETIMEOUT, 0);
    assert_true(x.stamps.connect_ns >= 0);
    peer_close(&x);
}

static void test_unreachable(void **state)
{
    (void)state;
    peer_check_unreachable(OD_GRPC, peer_fault_port(&fault, "dead"));
}

static void test_cancel(void **state)
{
    (void)state;
    struct peer_exchange x;
    struct od_endpoint endpoint = endpoint_of(peer_fault_port(&fault, "silent"));
    peer_open(&x, &endpoint, "/peer/echo");
    peer_check_cancel(&x);
    peer_close(&x);
}

static void test_fresh(void **state)
{
    (void)state;
    for (int paper = 0; paper < 2; paper++) {
        struct peer_exchange x;
        struct od_endpoint endpoint = endpoint_of(peer.port);
        endpoint.fresh = true;
        endpoint.paper = paper == 1;
        peer_open(&x, &endpoint, "/peer/echo");
        int64_t last = (int64_t)atomic_load(&ids.last);
        for (int i = 0; i < 4; i++) {
            peer_expect(&x, OD_OK, 0);
            assert_int_equal(x.stamps.conn_id, ++last);
            assert_true(x.stamps.dns_ns >= 0 && x.stamps.connect_ns >= 0);
            assert_int_equal(x.stamps.tls_ns, -1);
            assert_true(x.stamps.send_ns + x.stamps.dns_ns + x.stamps.connect_ns <=
                        x.stamps.written_ns);
        }
        peer_close(&x);
    }
}

static void test_metadata(void **state)
{
    (void)state;
    struct peer_exchange x;
    struct od_endpoint endpoint = endpoint_of(peer.port);
    endpoint.user_agent = "tester/9";
    peer_open(&x, &endpoint, "/peer/echo");
    x.id = "run-7";
    peer_expect(&x, OD_OK, 0);
    assert_string_equal(od_headers_get(&x.reply.headers, "x-initial"), "a");
    assert_string_equal(od_headers_get(&x.reply.headers, "x-id"), "run-7");
    const char *agent = od_headers_get(&x.reply.headers, "x-agent");
    assert_int_equal(strncmp(agent, "tester/9 ", 9), 0);
    x.id = NULL;
    peer_expect(&x, OD_OK, 0);
    assert_string_equal(od_headers_get(&x.reply.headers, "x-id"), "none");
    od_headers_add(&x.message.headers, "Upper-Case", "1");
    peer_expect(&x, OD_EINPUT, 0);
    peer_close(&x);
}

/* What the endpoint adds to every call; the peer tells the id that it got. */
static void test_extra_metadata(void **state)
{
    (void)state;
    struct peer_exchange x;
    struct od_headers extra = {0};
    od_headers_add(&extra, "odbench-id", "extra");
    struct od_endpoint endpoint = endpoint_of(peer.port);
    endpoint.headers = &extra;
    peer_open(&x, &endpoint, "/peer/echo");
    peer_expect(&x, OD_OK, 0);
    assert_string_equal(od_headers_get(&x.reply.headers, "x-id"), "extra");
    peer_close(&x);

    endpoint.paper = true;
    peer_open(&x, &endpoint, "/peer/echo");
    peer_expect(&x, OD_OK, 0);
    assert_string_equal(od_headers_get(&x.reply.headers, "x-id"), "none");
    peer_close(&x);

    endpoint.paper = false;
    od_headers_add(&extra, "authorization", "secret\n");
    peer_open(&x, &endpoint, "/peer/echo");
    peer_expect(&x, OD_EINPUT, 0);
    assert_non_null(strstr(x.err.msg, "authorization"));
    assert_null(strstr(x.err.msg, "secret"));
    peer_close(&x);
    od_headers_release(&extra);
}

/* Large enough for a large send buffer and for many flow control windows. */
static void test_large_body(void **state)
{
    (void)state;
    struct peer_exchange x;
    size_t half = (size_t)3 << 19;
    char *bytes = od_xmalloc(2 * half);
    for (size_t i = 0; i < 2 * half; i++) {
        bytes[i] = (char)(i * 31 + i / 251);
    }
    struct od_endpoint endpoint = endpoint_of(peer.port);
    peer_open(&x, &endpoint, "/peer/echo");
    od_message_borrow(&x.message, bytes, half);
    od_message_borrow(&x.message, bytes + half, half);
    for (int i = 0; i < 3; i++) {
        peer_expect(&x, OD_OK, 0);
        assert_int_equal(x.reply.body.len, 2 * half);
        assert_memory_equal(x.reply.body.data, bytes, 2 * half);
        assert_int_equal(x.stamps.bytes_up, 2 * half);
    }
    peer_close(&x);
    free(bytes);
}

/* The server goes and comes back on the same port while the connection is idle. */
static void test_reconnect(void **state)
{
    (void)state;
    struct peer_exchange x;
    struct peer_grpc other;
    assert_int_equal(peer_grpc_start(&other, 0), 0);
    struct od_endpoint endpoint = endpoint_of(other.port);
    peer_open(&x, &endpoint, "/peer/echo");
    od_message_borrow(&x.message, "hello", 5);
    peer_expect(&x, OD_OK, 0);
    peer_grpc_stop(&other);
    assert_int_equal(peer_grpc_start(&other, endpoint.port), 0);
    peer_check_reconnect(&x);
    assert_int_equal(x.rc, 0);
    assert_string_equal(x.reply.body.data, "hello");
    peer_close(&x);
    peer_grpc_stop(&other);
}

static int setup(void **state)
{
    (void)state;
    struct od_err err = {0};
    if (setenv("GRPC_POLL_STRATEGY", "poll", 0) != 0 || peer_fault_start(&fault) != 0 ||
        od_net_init(OD_GRPC, &err) != 0) {
        return -1;
    }
    return peer_grpc_start(&peer, 0);
}

static int teardown(void **state)
{
    (void)state;
    peer_grpc_stop(&peer);
    od_net_shutdown(OD_GRPC);
    peer_fault_stop(&fault);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes),       cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_no_message),     cmocka_unit_test(test_timeout),
        cmocka_unit_test(test_upload_timeout), cmocka_unit_test(test_unreachable),
        cmocka_unit_test(test_cancel),         cmocka_unit_test(test_fresh),
        cmocka_unit_test(test_metadata),       cmocka_unit_test(test_large_body),
        cmocka_unit_test(test_reconnect),      cmocka_unit_test(test_extra_metadata),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
