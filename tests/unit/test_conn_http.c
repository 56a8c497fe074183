/* HTTP exchanges with a server that answers, and with one that misbehaves. */
#include "peer_conn.h"
#include "peer_fault.h"

static struct peer_fault fault;
static struct od_conn_ids ids;

static struct od_endpoint endpoint_of(const char *mode)
{
    struct od_endpoint endpoint = {
        .watch_acked = true,
        .transport = OD_HTTP,
        .host = "127.0.0.1",
        .port = peer_fault_port(&fault, mode),
        .reply_max_bytes = PEER_REPLY_MAX,
        .ids = &ids,
    };
    assert_true(endpoint.port > 0);
    return endpoint;
}

static void open_mode(struct peer_exchange *x, const char *mode)
{
    struct od_endpoint endpoint = endpoint_of(mode);
    peer_open(x, &endpoint, "/v1/models/m:predict");
}

/* What each fault must look like; a body of NULL is not looked at. */
struct outcome {
    const char *mode;
    enum od_errcode errcode;
    int code;
    const char *body;
    bool first; /* the head of a reply was read */
    bool keeps; /* the next exchange goes over the same connection */
};
static const struct outcome outcomes[] = {
    {"echo", OD_OK, 200, "hello, world", true, true},
    {"s404", OD_OK, 404, "{\"error\": \"no such model\"}", true, true},
    {"s500", OD_OK, 500, "<html>oops</html>", true, true},
    {"redirect", OD_OK, 302, "", true, true},
    {"chunked", OD_OK, 200, "in pieces.", true, true},
    {"interim", OD_OK, 200, "final", true, true},
    {"slow", OD_OK, 200, "later", true, true},
    {"longbody", OD_OK, 200, "ok", true, false},
    {"once", OD_OK, 200, "bye", true, false},
    {"garbage", OD_EDECODE, 0, NULL, false, false},
    {"badlength", OD_EDECODE, 0, NULL, true, false},
    {"badchunk", OD_EDECODE, 0, NULL, true, false},
    {"half", OD_ERESET, 0, NULL, true, false},
    {"halfhead", OD_ERESET, 0, NULL, true, false},
    {"halfreset", OD_ERESET, 0, NULL, true, false},
    {"close", OD_ERESET, 0, NULL, false, false},
    {"reset", OD_ERESET, 0, NULL, false, false},
    {"hangup", OD_ERESET, 0, NULL, false, false},
    {"huge", OD_ELIMIT, 0, NULL, true, false},
    {"hugechunks", OD_ELIMIT, 0, NULL, true, false},
    {"hugehead", OD_ELIMIT, 0, NULL, true, false},
};

static void check_outcome(const struct outcome *want)
{
    struct peer_exchange x;
    open_mode(&x, want->mode);
    od_message_borrow(&x.message, "hello, ", 7);
    od_message_borrow(&x.message, "world", 5);
    peer_expect(&x, want->errcode, want->code);
    int64_t id = x.stamps.conn_id;
    assert_true(x.stamps.dns_ns >= 0);
    assert_true(x.stamps.connect_ns >= 0);
    assert_int_equal(x.stamps.first_ns != -1, want->first);
    if (want->body != NULL) {
        assert_string_equal(x.reply.body.data, want->body);
        assert_int_equal(x.stamps.bytes_down, strlen(want->body));
        assert_int_equal(x.stamps.bytes_up, 12);
        assert_true(x.stamps.written_ns > 0);
        assert_true(x.stamps.tcp_rtt_ns > 0);
        assert_true(x.stamps.tcp_retransmits >= 0);
    }
    assert_true(x.reply.body.len <= PEER_REPLY_MAX);
    if (want->keeps) {
        peer_expect(&x, want->errcode, want->code);
        assert_string_equal(x.reply.body.data, want->body);
        assert_int_equal(x.stamps.conn_id, id);
        assert_int_equal(x.stamps.dns_ns, -1);
        assert_int_equal(x.stamps.connect_ns, -1);
    } else {
        peer_check_reconnect(&x);
    }
    peer_close(&x);
}

static void test_outcomes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        print_message("  %s\n", outcomes[i].mode);
        check_outcome(&outcomes[i]);
    }
}

static void test_timeout(void **state)
{
    (void)state;
    static const char *const modes[] = {"silent", "stuck"};
    for (size_t i = 0; i < 2; i++) {
        struct peer_exchange x;
        open_mode(&x, modes[i]);
        x.timeout_ns = SHORT_NS;
        peer_expect(&x, OD_ETIMEOUT, 0);
        assert_true(x.stamps.end_ns - x.stamps.send_ns >= SHORT_NS);
        assert_true(x.stamps.written_ns > 0);
        peer_close(&x);
    }
}

/* A reader that does not read. */
static void test_upload_timeout(void **state)
{
    (void)state;
    struct peer_exchange x;
    size_t len = (size_t)48 << 20;
    open_mode(&x, "stalled");
    od_message_own(&x.message, od_xcalloc(len, 1), len);
    x.timeout_ns = SHORT_NS;
    peer_expect(&x, OD_ETIMEOUT, 0);
    assert_int_equal(x.stamps.written_ns, -1);
    assert_int_equal(x.stamps.first_ns, -1);
    assert_true(x.stamps.bytes_up > 0 && x.stamps.bytes_up < (int64_t)len);
    peer_close(&x);
}

static void test_unreachable(void **state)
{
    (void)state;
    peer_check_unreachable(OD_HTTP, peer_fault_port(&fault, "dead"));
}

static void test_cancel(void **state)
{
    (void)state;
    struct peer_exchange x;
    open_mode(&x, "silent");
    peer_check_cancel(&x);
    peer_close(&x);
}

static void test_connected_ahead(void **state)
{
    (void)state;
    struct peer_exchange x;
    open_mode(&x, "echo");
    assert_int_equal(od_conn_connect(x.conn, TIMEOUT_NS, &x.err), 0);
    assert_int_equal(od_conn_connect(x.conn, TIMEOUT_NS, &x.err), 0);
    int64_t made = (int64_t)atomic_load(&ids.last);
    for (int i = 0; i < 3; i++) {
        peer_expect(&x, OD_OK, 200);
        assert_int_equal(x.stamps.conn_id, made);
        assert_int_equal(x.stamps.connect_ns, -1);
        assert_int_equal(x.stamps.dns_ns, -1);
        assert_int_equal(od_conn_connect(x.conn, TIMEOUT_NS, &x.err), 0);
    }
    assert_int_equal(atomic_load(&ids.last), made);
    peer_close(&x);
}

static void test_fresh(void **state)
{
    (void)state;
    struct peer_exchange x;
    struct od_endpoint endpoint = endpoint_of("echo");
    endpoint.fresh = true;
    peer_open(&x, &endpoint, "/");
    assert_int_equal(od_conn_connect(x.conn, TIMEOUT_NS, &x.err), 0);
    int64_t last = (int64_t)atomic_load(&ids.last);
    for (int i = 0; i < 4; i++) {
        peer_expect(&x, OD_OK, 200);
        assert_int_equal(x.stamps.conn_id, ++last);
        assert_true(x.stamps.dns_ns >= 0 && x.stamps.connect_ns >= 0);
        assert_int_equal(x.stamps.tls_ns, -1);
        assert_true(x.stamps.send_ns + x.stamps.dns_ns + x.stamps.connect_ns <=
                    x.stamps.written_ns);
    }
    peer_close(&x);
}

/* A request is not sent twice behind the stamps when a reused connection dies. */
static void test_no_resend(void **state)
{
    (void)state;
    struct peer_exchange x;
    open_mode(&x, "second");
    peer_expect(&x, OD_OK, 200);
    int64_t id = x.stamps.conn_id;
    peer_expect(&x, OD_ERESET, 0);
    assert_int_equal(x.stamps.conn_id, id);
    assert_int_equal(x.stamps.connect_ns, -1);
    peer_expect(&x, OD_OK, 200);
    assert_true(x.stamps.conn_id > id && x.stamps.connect_ns >= 0);
    peer_close(&x);
}

/* The server refuses while the body is still on its way. */
static void test_early_refusal(void **state)
{
    (void)state;
    struct peer_exchange x;
    size_t len = (size_t)24 << 20;
    open_mode(&x, "early");
    od_message_own(&x.message, od_xcalloc(len, 1), len);
    peer_expect(&x, OD_OK, 413);
    assert_int_equal(x.stamps.written_ns, -1);
    assert_true(x.stamps.first_ns >= x.stamps.send_ns);
    assert_true(x.stamps.bytes_up < (int64_t)len);
    peer_close(&x);
}

static void test_large_body(void **state)
{
    (void)state;
    struct peer_exchange x;
    size_t half = (size_t)1 << 20;
    char *bytes = od_xmalloc(2 * half);
    for (size_t i = 0; i < 2 * half; i++) {
        bytes[i] = (char)(i * 31 + i / 251);
    }
    open_mode(&x, "echo");
    od_message_borrow(&x.message, bytes, half);
    od_message_borrow(&x.message, bytes + half, half);
    for (int i = 0; i < 2; i++) {
        peer_expect(&x, OD_OK, 200);
        assert_int_equal(x.reply.body.len, 2 * half);
        assert_memory_equal(x.reply.body.data, bytes, 2 * half);
        assert_int_equal(x.stamps.bytes_up, 2 * half);
        assert_int_equal(x.stamps.bytes_down, 2 * half);
    }
    peer_close(&x);
    free(bytes);
}

/* The head as the server read it, behind the Host line, which holds the port. */
static void check_head(struct peer_exchange *x, const char *before, const char *after)
{
    peer_expect(x, OD_OK, 200);
    const char *head = x->reply.body.data;
    assert_int_equal(strncmp(head, before, strlen(before)), 0);
    const char *rest = strchr(head + strlen(before), '\n');
    assert_non_null(rest);
    assert_string_equal(rest + 1, after);
}

static void test_headers(void **state)
{
    (void)state;
    struct peer_exchange x;
    open_mode(&x, "headers");
    od_headers_add(&x.message.headers, "Content-Type", "image/jpeg");
    od_headers_add(&x.message.headers, "X-Empty", "");
    od_message_borrow(&x.message, "abc", 3);
    x.id = "run-7";
    check_head(&x, "POST /v1/models/m:predict HTTP/1.1\r\nHost: 127.0.0.1:",
               "Accept: */*\r\nUser-Agent: odbench/" OD_VERSION
               "\r\nContent-Type: image/jpeg\r\nX-Empty:\r\nodbench-id: run-7\r\n"
               "Content-Length: 3");
    x.message.verb = "GET";
    check_head(&x, "GET /v1/models/m:predict HTTP/1.1\r\nHost: 127.0.0.1:",
               "Accept: */*\r\nUser-Agent: odbench/" OD_VERSION
               "\r\nContent-Type: image/jpeg\r\nX-Empty:\r\nodbench-id: run-7");
    assert_int_equal(x.stamps.bytes_up, 0);
    assert_true(x.stamps.written_ns > 0);
    peer_close(&x);
}

/* What the endpoint adds to every request; a line break in it is refused unseen. */
static void test_extra_headers(void **state)
{
    (void)state;
    struct peer_exchange x;
    struct od_headers extra = {0};
    od_headers_add(&extra, "Authorization", "Bearer 123");
    od_headers_add(&extra, "User-Agent", "other/1");
    struct od_endpoint endpoint = endpoint_of("headers");
    endpoint.headers = &extra;
    peer_open(&x, &endpoint, "/v1/models/m:predict");
    od_headers_add(&x.message.headers, "Content-Type", "image/jpeg");
    od_message_borrow(&x.message, "abc", 3);
    check_head(&x, "POST /v1/models/m:predict HTTP/1.1\r\nHost: 127.0.0.1:",
               "Accept: */*\r\nContent-Type: image/jpeg\r\nAuthorization: Bearer 123"
               "\r\nUser-Agent: other/1\r\nContent-Length: 3");
    peer_close(&x);

    endpoint.paper = true;
    peer_open(&x, &endpoint, "/");
    check_head(&x, "POST / HTTP/1.1\r\nHost: 127.0.0.1:",
               "User-Agent: odbench/" OD_VERSION "\r\nAccept-Encoding: gzip, deflate\r\n"
               "Accept: */*\r\nConnection: keep-alive\r\nContent-Length: 0");
    peer_close(&x);

    endpoint.paper = false;
    od_headers_add(&extra, "X-Token", "secret\r\nEvil: 1");
    peer_open(&x, &endpoint, "/");
    peer_expect(&x, OD_EINPUT, 0);
    assert_non_null(strstr(x.err.msg, "X-Token"));
    assert_null(strstr(x.err.msg, "secret"));
    peer_close(&x);
    od_headers_drop(&extra, "X-Token");
    od_headers_add(&extra, "Expect", "100-continue");
    peer_open(&x, &endpoint, "/");
    peer_expect(&x, OD_EINPUT, 0);
    peer_close(&x);
    od_headers_release(&extra);
}

/* odbench-wire(7), The study's text, with a user agent of our own. */
static void test_paper_headers(void **state)
{
    (void)state;
    struct peer_exchange x;
    struct od_endpoint endpoint = endpoint_of("headers");
    endpoint.paper = true;
    endpoint.fresh = true;
    endpoint.user_agent = "odbench/1";
    peer_open(&x, &endpoint, "/v1/models/rfcn:predict");
    od_headers_add(&x.message.headers, "Content-Type", "application/json");
    od_message_borrow(&x.message, "{}", 2);
    x.id = "not sent";
    check_head(&x, "POST /v1/models/rfcn:predict HTTP/1.1\r\nHost: 127.0.0.1:",
               "User-Agent: odbench/1\r\nAccept-Encoding: gzip, deflate\r\n"
               "Accept: */*\r\nConnection: keep-alive\r\nContent-Length: 2");
    peer_close(&x);
}

static void test_reply_headers(void **state)
{
    (void)state;
    struct peer_exchange x;
    open_mode(&x, "echo");
    peer_expect(&x, OD_OK, 200);
    assert_int_equal(x.reply.headers.count, 3);
    assert_string_equal(od_headers_get(&x.reply.headers, "x-case"), "Kept As Is");
    assert_string_equal(od_headers_get(&x.reply.headers, "x-empty"), "");
    peer_close(&x);
    open_mode(&x, "interim");
    peer_expect(&x, OD_OK, 200);
    assert_null(od_headers_get(&x.reply.headers, "x-interim"));
    peer_close(&x);
    open_mode(&x, "chunked");
    peer_expect(&x, OD_OK, 200);
    assert_string_equal(od_headers_get(&x.reply.headers, "x-trailer"), "yes");
    peer_close(&x);
}

/* The reply's own maximum counts as well as the endpoint's. */
static void test_body_max(void **state)
{
    (void)state;
    struct peer_exchange x;
    open_mode(&x, "echo");
    od_message_borrow(&x.message, "0123456789", 10);
    od_reply_release(&x.reply);
    od_reply_init(&x.reply, 10);
    peer_expect(&x, OD_OK, 200);
    od_reply_release(&x.reply);
    od_reply_init(&x.reply, 9);
    peer_expect(&x, OD_ELIMIT, 0);
    peer_close(&x);
}

static int setup(void **state)
{
    (void)state;
    struct od_err err = {0};
    return peer_fault_start(&fault) == 0 && od_net_init(OD_HTTP, &err) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    od_net_shutdown(OD_HTTP);
    peer_fault_stop(&fault);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes),        cmocka_unit_test(test_timeout),
        cmocka_unit_test(test_unreachable),     cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_connected_ahead), cmocka_unit_test(test_fresh),
        cmocka_unit_test(test_no_resend),       cmocka_unit_test(test_early_refusal),
        cmocka_unit_test(test_large_body),      cmocka_unit_test(test_headers),
        cmocka_unit_test(test_paper_headers),   cmocka_unit_test(test_reply_headers),
        cmocka_unit_test(test_body_max),        cmocka_unit_test(test_upload_timeout),
        cmocka_unit_test(test_extra_headers),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
