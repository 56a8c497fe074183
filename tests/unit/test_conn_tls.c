/* TLS over both transports, with the reference server and with ports that have none. */
#include "server_client.h"

#include "net/grpc_tls.h"
#include "peer_conn.h"
#include "peer_fault.h"
#include "tls_files.h"

static char *folder;
static struct peer_fault fault;
static struct od_conn_ids ids;

static const enum od_transport transports[] = {OD_HTTP, OD_GRPC};

/* Paths of files in the folder, freed by teardown through the list. */
static char *made[64];
static size_t made_count;

static const char *path_of(const char *name)
{
    if (name == NULL) {
        return NULL;
    }
    assert_true(made_count < sizeof made / sizeof made[0]);
    made[made_count] = od_path_join(folder, name);
    return made[made_count++];
}

static struct od_server *serve(const char *cert, const char *key, const char *clients)
{
    struct od_server_config config = defaults;
    config.cert = path_of(cert);
    config.key = path_of(key);
    config.cacert = path_of(clients);
    return open_server("fixed:0", config);
}

static void stop(struct od_server *server)
{
    assert_int_equal(od_server_stop(server, second_ns), 0);
    assert_int_equal(od_server_close(server, NULL), 0);
}

static struct od_endpoint endpoint_of(enum od_transport transport, int port,
                                      const char *cacert)
{
    return (struct od_endpoint){
        .transport = transport,
        .host = "127.0.0.1",
        .port = port,
        .ids = &ids,
        .tls = {.on = true, .cacert = path_of(cacert)},
    };
}

/* Any answer will do: what the server says to an unknown path or method. */
static void expect_answer(struct peer_exchange *x)
{
    peer_exchange(x);
    if (x->rc != 0) {
        fail_msg("%s", x->err.msg);
    }
}

static void expect_no_connection(const struct od_endpoint *endpoint, const char *words)
{
    struct peer_exchange x;
    peer_open(&x, endpoint, "/peer/echo");
    od_message_borrow(&x.message, "hello", 5);
    for (int i = 0; i < 2; i++) {
        peer_expect(&x, OD_ECONNECT, 0);
        if (strstr(x.err.msg, words) == NULL) {
            fail_msg("\"%s\" says nothing of \"%s\"", x.err.msg, words);
        }
        assert_int_equal(x.stamps.first_ns, -1);
        assert_int_equal(x.stamps.tls_ns, -1);
    }
    if (endpoint->tls.on) {
        od_err_clear(&x.err);
        assert_int_equal(od_conn_connect(x.conn, TIMEOUT_NS, &x.err), -1);
        assert_int_equal(x.err.code, OD_ECONNECT);
        if (strstr(x.err.msg, words) == NULL) {
            fail_msg("\"%s\" says nothing of \"%s\"", x.err.msg, words);
        }
    }
    peer_close(&x);
}

static void check_reuse(struct od_endpoint endpoint, const char *host, bool ahead)
{
    struct peer_exchange x;
    endpoint.host = host;
    peer_open(&x, &endpoint, "/nothing/here");
    od_message_borrow(&x.message, "hello", 5);
    if (ahead) {
        if (od_conn_connect(x.conn, TIMEOUT_NS, &x.err) != 0) {
            fail_msg("%s", x.err.msg);
        }
        assert_int_equal(od_conn_connect(x.conn, TIMEOUT_NS, &x.err), 0);
    } else {
        expect_answer(&x);
        assert_true(x.stamps.dns_ns >= 0 && x.stamps.connect_ns >= 0);
        assert_true(x.stamps.tls_ns > 0);
        assert_true(x.stamps.send_ns + x.stamps.dns_ns + x.stamps.connect_ns +
                        x.stamps.tls_ns <=
                    x.stamps.written_ns);
    }
    int64_t id = (int64_t)atomic_load(&ids.last);
    for (int i = 0; i < 3; i++) {
        expect_answer(&x);
        assert_int_equal(x.stamps.conn_id, id);
        assert_int_equal(x.stamps.dns_ns, -1);
        assert_int_equal(x.stamps.connect_ns, -1);
        assert_int_equal(x.stamps.tls_ns, -1);
        assert_true(x.stamps.tcp_rtt_ns > 0);
        assert_int_equal(od_conn_connect(x.conn, TIMEOUT_NS, &x.err), 0);
    }
    assert_int_equal(atomic_load(&ids.last), id);
    peer_close(&x);
}

static void check_fresh(struct od_endpoint endpoint)
{
    struct peer_exchange x;
    endpoint.fresh = true;
    peer_open(&x, &endpoint, "/nothing/here");
    int64_t id = (int64_t)atomic_load(&ids.last);
    for (int i = 0; i < 3; i++) {
        expect_answer(&x);
        assert_int_equal(x.stamps.conn_id, ++id);
        assert_true(x.stamps.connect_ns >= 0 && x.stamps.tls_ns > 0);
    }
    peer_close(&x);
}

static void test_reuse_and_fresh(void **state)
{
    (void)state;
    struct od_server *server = serve("good.pem", "good.key", NULL);
    for (size_t i = 0; i < 2; i++) {
        struct od_endpoint endpoint =
            endpoint_of(transports[i], od_server_port(server, transports[i]), "good.pem");
        check_reuse(endpoint, "127.0.0.1", false);
        check_reuse(endpoint, "localhost", true);
        check_fresh(endpoint);
    }
    stop(server);
}

/* A certificate that is refused, and taken all the same when nobody looks. */
static void check_refused(const char *name, const char *cacert, const char *words)
{
    char cert[64];
    char key[64];
    (void)snprintf(cert, sizeof cert, "%s.pem", name);
    (void)snprintf(key, sizeof key, "%s.key", name);
    struct od_server *server = serve(cert, key, NULL);
    for (size_t i = 0; i < 2; i++) {
        struct od_endpoint endpoint =
            endpoint_of(transports[i], od_server_port(server, transports[i]), cacert);
        expect_no_connection(&endpoint, words);
        endpoint.tls.insecure = true;
        check_reuse(endpoint, "127.0.0.1", i == 0);
    }
    stop(server);
}

static void test_refused_certificates(void **state)
{
    (void)state;
    check_refused("good", "other.pem", "certificate");
    check_refused("good", NULL, "certificate");
    check_refused("elsewhere", "elsewhere.pem", "127.0.0.1");
    check_refused("old", "old.pem", "certificate");
}

static void test_client_certificate(void **state)
{
    (void)state;
    struct od_server *server = serve("good.pem", "good.key", "other.pem");
    for (size_t i = 0; i < 2; i++) {
        struct peer_exchange x;
        struct od_endpoint endpoint =
            endpoint_of(transports[i], od_server_port(server, transports[i]), "good.pem");
        peer_open(&x, &endpoint, "/nothing/here");
        peer_exchange(&x);
        print_message("  without: %s\n", x.err.msg);
        assert_int_equal(x.rc, -1);
        assert_true(x.err.code == OD_ECONNECT || x.err.code == OD_ERESET);
        peer_close(&x);
        endpoint.tls.cert = path_of("other.pem");
        endpoint.tls.key = path_of("other.key");
        check_reuse(endpoint, "127.0.0.1", true);
        endpoint.tls.insecure = true;
        check_reuse(endpoint, "127.0.0.1", false);
    }
    stop(server);
}

static void test_one_side_only(void **state)
{
    (void)state;
    struct od_server *with = serve("good.pem", "good.key", NULL);
    struct od_server *without = serve(NULL, NULL, NULL);
    for (size_t i = 0; i < 2; i++) {
        struct od_endpoint endpoint = endpoint_of(
            transports[i], od_server_port(without, transports[i]), "good.pem");
        expect_no_connection(&endpoint, "speak TLS");
        endpoint.tls.on = false;
        endpoint.port = od_server_port(with, transports[i]);
        struct peer_exchange x;
        peer_open(&x, &endpoint, "/nothing/here");
        peer_exchange(&x);
        assert_int_equal(x.rc, -1);
        if (strstr(x.err.msg, "TLS") == NULL) {
            fail_msg("\"%s\" says nothing of TLS", x.err.msg);
        }
        peer_close(&x);
    }
    stop(with);
    stop(without);
}

static void test_silent(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct peer_exchange x;
        struct od_endpoint endpoint =
            endpoint_of(transports[i], peer_fault_port(&fault, "silent"), "good.pem");
        endpoint.connect_timeout_ns = SHORT_NS;
        peer_open(&x, &endpoint, "/");
        peer_expect(&x, OD_ETIMEOUT, 0);
        assert_true(x.stamps.connect_ns >= 0);
        assert_int_equal(x.stamps.tls_ns, -1);
        assert_true(x.stamps.end_ns - x.stamps.send_ns >= SHORT_NS);
        assert_true(x.stamps.end_ns - x.stamps.send_ns < TIMEOUT_NS);
        assert_int_equal(od_conn_connect(x.conn, TIMEOUT_NS, NULL), -1);
        peer_close(&x);
        endpoint.connect_timeout_ns = 0;
        peer_open(&x, &endpoint, "/");
        peer_check_cancel(&x);
        peer_close(&x);
    }
}

static void test_ipv6(void **state)
{
    (void)state;
    struct od_server_config config = defaults;
    config.listen = "::1";
    struct od_server *plain = open_server("fixed:0", config);
    config.cert = path_of("good.pem");
    config.key = path_of("good.key");
    struct od_server *secure = open_server("fixed:0", config);
    for (size_t i = 0; i < 2; i++) {
        struct od_endpoint endpoint =
            endpoint_of(transports[i], od_server_port(secure, transports[i]), "good.pem");
        check_reuse(endpoint, "::1", false);
        check_reuse(endpoint, "::1", true);
        endpoint.tls.cacert = path_of("elsewhere.pem");
        endpoint.host = "::1";
        expect_no_connection(&endpoint, "[::1]:");
        endpoint.tls.on = false;
        endpoint.port = od_server_port(plain, transports[i]);
        endpoint.fresh = true;
        struct peer_exchange x;
        peer_open(&x, &endpoint, "/nothing/here");
        for (int round = 0; round < 2; round++) {
            expect_answer(&x);
            assert_true(x.stamps.connect_ns >= 0);
            assert_int_equal(x.stamps.tls_ns, -1);
        }
        peer_close(&x);
    }
    stop(secure);
    stop(plain);
}

/* The installed core is one of them, or the tests above would not have passed. */
static void test_known_cores(void **state)
{
    (void)state;
    assert_true(od_grpc_tls_known(grpc_version_string()));
    assert_true(od_grpc_tls_known("29.0.0"));
    static const char *const others[] = {"",       "2",       "28.0.0",
                                         "30.0.0", "290.0.0", "v29.0.0"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(od_grpc_tls_known(others[i]));
    }
}

static void test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct od_conn *conn = NULL;
        struct od_err err = {0};
        struct od_endpoint endpoint = {
            .transport = transports[i],
            .host = "127.0.0.1",
            .port = 9,
            .tls = {.on = true, .cert = path_of("good.pem"), .key = path_of("other.key")},
        };
        assert_int_equal(od_conn_open(&endpoint, &conn, &err), -1);
        assert_null(conn);
        assert_int_equal(err.code, OD_EINPUT);
        assert_non_null(strstr(err.msg, "other.key"));
    }
}

static int setup(void **state)
{
    folder = scratch_new();
    tls_files_make(folder, "good");
    tls_files_make(folder, "other");
    tls_files_make_for(folder, "elsewhere", "elsewhere.example", time(NULL) + 86400);
    tls_files_make_for(folder, "old", NULL, time(NULL) - 86400);
    free(scratch_file(folder, "empty", ""));
    return setenv("GRPC_POLL_STRATEGY", "poll", 0) == 0 &&
                   setenv("GRPC_VERBOSITY", "NONE", 0) == 0 &&
                   peer_fault_start(&fault) == 0
               ? make_pictures(state)
               : -1;
}

static int teardown(void **state)
{
    for (size_t i = 0; i < made_count; i++) {
        free(made[i]);
    }
    peer_fault_stop(&fault);
    scratch_free(folder);
    return drop_pictures(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reuse_and_fresh),
        cmocka_unit_test(test_refused_certificates),
        cmocka_unit_test(test_client_certificate),
        cmocka_unit_test(test_one_side_only),
        cmocka_unit_test(test_silent),
        cmocka_unit_test(test_ipv6),
        cmocka_unit_test(test_known_cores),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
