/* The front ends of a running server at their limits, by both transports. */
#include "server_client.h"

#include "base/file.h"

#include <stdlib.h>
#include <unistd.h>

static void test_timeout_of_the_server(void **state)
{
    (void)state;
    const struct od_protocol *protocol = NULL;
    for (size_t i = 0; (protocol = od_protocol_at(i)) != NULL; i++) {
        struct od_server_config config = defaults;
        config.timeout_ns = second_ns / 50;
        struct od_server *server = open_server("fixed:1h", config);
        struct client client = {.protocol = protocol, .server = server, .rounds = 1};
        (void)client_main(&client);
        assert_int_equal(client.code, OD_CODE_DEADLINE_EXCEEDED);
        assert_int_equal(od_server_close(server, NULL), 0);
    }
}

/* The client's deadline ends the hold in the server too: nothing is left to wait for. */
static void test_deadline_of_a_grpc_client(void **state)
{
    (void)state;
    struct od_server_config config = defaults;
    config.timeout_ns = 0;
    struct od_server *server = open_server("fixed:1h", config);
    const struct od_protocol *protocol = od_protocol_find("tfs-grpc");
    const struct od_picture picture = picture_of(OD_PAYLOAD_TENSOR);
    const struct od_request request = {.kind = OD_PREDICT,
                                       .payload = OD_PAYLOAD_TENSOR,
                                       .model = {.name = "ruler"},
                                       .pictures = &picture,
                                       .picture_count = 1};
    struct od_message message = {0};
    struct od_reply reply;
    struct od_stamps stamps;
    struct od_err err = {0};
    struct od_conn *conn = connect_to(server, OD_GRPC);
    assert_int_equal(od_conn_connect(conn, 60 * second_ns, NULL), 0);
    assert_int_equal(protocol->encode(&request, &message, NULL), 0);
    const struct od_call call = {.message = &message, .timeout_ns = second_ns / 10};
    od_reply_init(&reply, 0);
    if (od_conn_exchange(conn, &call, &reply, &stamps, &err) == 0) {
        assert_int_equal(reply.code, OD_CODE_DEADLINE_EXCEEDED);
    } else {
        assert_int_equal(err.code, OD_ETIMEOUT);
    }
    od_reply_release(&reply);
    od_message_release(&message);
    od_conn_close(conn);
    assert_int_equal(od_server_stop(server, 60 * second_ns), 0);
    assert_int_equal(od_server_close(server, NULL), 0);
}

static void test_too_large_a_body(void **state)
{
    (void)state;
    const struct od_protocol *protocol = NULL;
    for (size_t i = 0; (protocol = od_protocol_at(i)) != NULL; i++) {
        struct od_server_config config = defaults;
        config.body_max = 64;
        struct od_server *server = open_server("fixed:0", config);
        struct od_conn *conn = connect_to(server, protocol->transport);
        static const char body[1000] = "";
        struct od_message message = {.verb = "POST"};
        message.path = od_xstrdup(protocol->transport == OD_HTTP
                                      ? "/v1/models/ruler:predict"
                                      : "/tensorflow.serving.PredictionService/Predict");
        od_message_borrow(&message, body, sizeof body);
        const struct od_call call = {.message = &message, .timeout_ns = 60 * second_ns};
        struct od_reply reply;
        struct od_stamps stamps;
        od_reply_init(&reply, 0);
        assert_int_equal(od_conn_exchange(conn, &call, &reply, &stamps, NULL), 0);
        assert_int_equal(reply.code, protocol->transport == OD_HTTP
                                         ? 413
                                         : (int)OD_CODE_RESOURCE_EXHAUSTED);
        od_reply_release(&reply);
        od_message_release(&message);
        od_conn_close(conn);
        assert_int_equal(od_server_close(server, NULL), 0);
    }
}

static void test_unknown_method(void **state)
{
    (void)state;
    struct od_server *server = open_server("fixed:0", defaults);
    struct od_conn *conn = connect_to(server, OD_GRPC);
    struct od_message message = {.verb = "POST", .path = od_xstrdup("/a.B/C")};
    const struct od_call call = {.message = &message, .timeout_ns = 60 * second_ns};
    struct od_reply reply;
    struct od_stamps stamps;
    od_reply_init(&reply, 0);
    assert_int_equal(od_conn_exchange(conn, &call, &reply, &stamps, NULL), 0);
    assert_int_equal(reply.code, OD_CODE_UNIMPLEMENTED);
    assert_string_equal(reply.text, "unknown method /a.B/C");
    od_reply_release(&reply);
    od_message_release(&message);
    /* An idle connection does not keep the server from ending. */
    assert_int_equal(od_server_close(server, NULL), 0);
    od_conn_close(conn);
}

/* Every line of the log: the reply left no earlier than the hold says. */
static void test_stamp_log(void **state)
{
    (void)state;
    char path[] = "/tmp/od-stamps-XXXXXX";
    (void)close(mkstemp(path));
    struct od_server_config config = defaults;
    config.stamp_log = path;
    struct od_server *server = open_server("fixed:2ms", config);
    struct client client = {.protocol = od_protocol_at(0), .server = server, .rounds = 5};
    (void)client_main(&client);
    assert_int_equal(od_server_stop(server, second_ns), 0);
    assert_int_equal(od_server_close(server, NULL), 0);
    struct od_buf text;
    od_buf_init(&text, 100000);
    assert_int_equal(od_file_read(path, &text, NULL), 0);
    int lines = 0;
    char *save = NULL;
    for (char *line = strtok_r(text.data, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save)) {
        if (lines++ == 0) {
            continue;
        }
        char *at = strstr(line, ",0,");
        assert_int_equal(strncmp(line, "id-7,", 5), 0);
        assert_non_null(at);
        int64_t received_ns = strtoll(at + 3, &at, 10);
        int64_t replied_ns = strtoll(at + 1, &at, 10);
        assert_int_equal(strtoll(at + 1, NULL, 10), 2000000);
        assert_true(replied_ns - received_ns >= 2000000);
    }
    assert_int_equal(lines, 6);
    od_buf_release(&text);
    (void)unlink(path);
}

static void test_port_in_use(void **state)
{
    (void)state;
    struct od_server *server = open_server("fixed:0", defaults);
    const struct od_engine_spec spec = {
        .name = "m", .source = "fixed:0", .models_dir = "/nowhere"};
    for (int i = 0; i < 2; i++) {
        struct od_server_config config = defaults;
        config.models = &spec;
        config.model_count = 1;
        int port = od_server_port(server, i == 0 ? OD_GRPC : OD_HTTP);
        config.grpc_port = i == 0 ? port : 0;
        config.rest_port = i == 0 ? 0 : port;
        struct od_server *second = NULL;
        struct od_err err = {0};
        char wanted[64];
        (void)snprintf(wanted, sizeof wanted, "127.0.0.1 port %d", port);
        assert_int_equal(od_server_open(&config, &second, &err), -1);
        assert_int_equal(err.code, OD_ESYS);
        assert_non_null(strstr(err.msg, wanted));
    }
    assert_int_equal(od_server_close(server, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timeout_of_the_server),
        cmocka_unit_test(test_deadline_of_a_grpc_client),
        cmocka_unit_test(test_too_large_a_body),
        cmocka_unit_test(test_unknown_method),
        cmocka_unit_test(test_stamp_log),
        cmocka_unit_test(test_port_in_use),
    };
    return cmocka_run_group_tests(tests, make_pictures, drop_pictures);
}
