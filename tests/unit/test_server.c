/* The whole server in one process, asked by the project's own client in every protocol of
 * the table: what goes in over a socket comes out as the engine said it. */
#include "server/server.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "image/image.h"
#include "net/conn.h"
#include "protocol/protocol.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const int64_t second_ns = INT64_C(1000000000);

static const struct od_server_config defaults = {
    .listen = "127.0.0.1", .queue_max = 8, .timeout_ns = INT64_C(60000000000)};

static struct od_server *open_server(const char *source, struct od_server_config config)
{
    const struct od_engine_spec spec = {.name = "ruler",
                                        .source = source,
                                        .models_dir = "/nowhere",
                                        .seed = 1,
                                        .max_boxes = 100};
    struct od_server *server = NULL;
    struct od_err err = {0};
    config.models = &spec;
    config.model_count = 1;
    if (od_server_open(&config, &server, &err) != 0) {
        fail_msg("%s", err.msg);
    }
    return server;
}

static struct od_conn *connect_to(const struct od_server *server,
                                  enum od_transport transport)
{
    const struct od_endpoint endpoint = {.transport = transport,
                                         .host = "127.0.0.1",
                                         .port = od_server_port(server, transport)};
    struct od_conn *conn = NULL;
    assert_int_equal(od_conn_open(&endpoint, &conn, NULL), 0);
    return conn;
}

/* A picture of 4 x 2 pixels, raw and as a JPEG. */
static uint8_t pixels[4 * 2 * 3];
static struct od_buf jpeg;

static int make_pictures(void **state)
{
    (void)state;
    struct od_image image;
    od_image_init(&image, 4, 2);
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i] = (uint8_t)(i * 10);
        image.pixels[i] = pixels[i];
    }
    od_buf_init(&jpeg, 0);
    int rc = od_jpeg_encode(&image, 90, &jpeg, NULL);
    od_image_release(&image);
    return rc != 0 || od_net_init(OD_GRPC, NULL) != 0 || od_net_init(OD_HTTP, NULL) != 0;
}

static int drop_pictures(void **state)
{
    (void)state;
    od_buf_release(&jpeg);
    od_net_shutdown(OD_GRPC);
    od_net_shutdown(OD_HTTP);
    return 0;
}

static struct od_picture picture_of(enum od_payload payload)
{
    if (payload == OD_PAYLOAD_JPEG || payload == OD_PAYLOAD_B64) {
        return (struct od_picture){
            .data = (const uint8_t *)jpeg.data, .len = jpeg.len, .width = 4, .height = 2};
    }
    return (struct od_picture){
        .data = pixels, .len = sizeof pixels, .width = 4, .height = 2};
}

/* One request over the wire. 0, or -1 with *err; the answer is the caller's. */
static int ask(const struct od_protocol *protocol, struct od_conn *conn,
               const struct od_request *request, struct od_answer *answer,
               struct od_err *err)
{
    struct od_message message = {0};
    struct od_reply reply;
    struct od_stamps stamps;
    od_reply_init(&reply, 0);
    assert_int_equal(protocol->encode(request, &message, NULL), 0);
    const struct od_call call = {
        .message = &message, .id = "id-7", .timeout_ns = 60 * second_ns};
    int rc = od_conn_exchange(conn, &call, &reply, &stamps, err);
    if (rc == 0) {
        rc = protocol->decode(request, &reply, answer, err);
    } else {
        od_answer_init(answer);
    }
    od_reply_release(&reply);
    od_message_release(&message);
    return rc;
}

static void check_predict(const struct od_protocol *protocol, struct od_conn *conn,
                          enum od_payload payload, size_t pictures)
{
    struct od_picture list[3];
    struct od_answer answer;
    struct od_err err = {0};
    for (size_t i = 0; i < pictures; i++) {
        list[i] = picture_of(payload);
    }
    const struct od_request request = {.kind = OD_PREDICT,
                                       .payload = payload,
                                       .model = {.name = "ruler"},
                                       .pictures = list,
                                       .picture_count = pictures};
    if (ask(protocol, conn, &request, &answer, &err) != 0) {
        fail_msg("%s %s: %s", protocol->name, od_payload_name(payload), err.msg);
    }
    assert_int_equal(answer.code, OD_CODE_OK);
    assert_int_equal(answer.image_count, pictures);
    for (size_t i = 0; i < pictures; i++) {
        const struct od_boxes *boxes = &answer.images[i];
        assert_int_equal(boxes->count, 2);
        assert_true(boxes->items[0].x0 == 0.25F && boxes->items[0].y1 == 0.75F);
        assert_true(boxes->items[0].score == 0.875F);
        assert_int_equal(boxes->items[1].label, 2);
    }
    assert_string_equal(answer.server.weights, "fixed");
    assert_true(answer.server.total_ns >= 3000000);
    assert_true(answer.server.queue_ns >= 0);
    od_answer_release(&answer);
}

static void test_every_protocol_and_payload(void **state)
{
    (void)state;
    struct od_server *server = open_server("fixed:3ms", defaults);
    const struct od_protocol *protocol = NULL;
    for (size_t i = 0; (protocol = od_protocol_at(i)) != NULL; i++) {
        struct od_conn *conn = connect_to(server, protocol->transport);
        for (unsigned payload = 1; payload <= OD_PAYLOAD_B64; payload *= 2) {
            if ((protocol->payloads & payload) != 0) {
                check_predict(protocol, conn, (enum od_payload)payload, 1);
                check_predict(protocol, conn, (enum od_payload)payload, 3);
            }
        }
        od_conn_close(conn);
    }
    assert_int_equal(od_server_stop(server, second_ns), 0);
    assert_int_equal(od_server_close(server, NULL), 0);
}

static void test_facts_of_every_protocol(void **state)
{
    (void)state;
    struct od_server *server = open_server("fixed:0", defaults);
    const struct od_protocol *protocol = NULL;
    for (size_t i = 0; (protocol = od_protocol_at(i)) != NULL; i++) {
        struct od_conn *conn = connect_to(server, protocol->transport);
        struct od_answer answer;
        struct od_request request = {.kind = OD_STATUS, .model = {.name = "ruler"}};
        assert_int_equal(ask(protocol, conn, &request, &answer, NULL), 0);
        assert_int_equal(answer.model.version, 1);
        assert_int_equal(answer.model.state, 30); /* AVAILABLE */
        od_answer_release(&answer);
        request.kind = OD_METADATA;
        assert_int_equal(ask(protocol, conn, &request, &answer, NULL), 0);
        assert_string_equal(answer.model.name, "ruler");
        assert_int_equal(answer.model.signature_count, 2);
        od_answer_release(&answer);
        struct od_err err = {0};
        (void)strcpy(request.model.name, "other");
        assert_int_equal(ask(protocol, conn, &request, &answer, &err), -1);
        assert_int_equal(err.code, OD_ESERVER);
        assert_int_equal(answer.code, OD_CODE_NOT_FOUND);
        assert_string_equal(answer.text, "Servable not found for request: Latest(other)");
        od_answer_release(&answer);
        od_conn_close(conn);
    }
    assert_int_equal(od_server_close(server, NULL), 0);
}

/* A predict request of the ruler by each transport; what it ends with. */
struct client {
    const struct od_protocol *protocol;
    struct od_server *server;
    pthread_t thread;
    int rounds;
    int ok;
    atomic_int *ended;      /* or NULL */
    enum od_canonical code; /* of the last answer */
    char text[256];         /* why the last exchange failed */
};

static void *client_main(void *arg)
{
    struct client *client = arg;
    enum od_payload payload = client->protocol->default_payload;
    const struct od_picture picture = picture_of(payload);
    const struct od_request request = {.kind = OD_PREDICT,
                                       .payload = payload,
                                       .model = {.name = "ruler"},
                                       .pictures = &picture,
                                       .picture_count = 1};
    struct od_conn *conn = connect_to(client->server, client->protocol->transport);
    for (int i = 0; i < client->rounds; i++) {
        struct od_answer answer;
        struct od_err err = {0};
        if (ask(client->protocol, conn, &request, &answer, &err) == 0) {
            client->ok++;
        }
        client->code = answer.code;
        (void)snprintf(client->text, sizeof client->text, "%s", err.msg);
        od_answer_release(&answer);
    }
    od_conn_close(conn);
    if (client->ended != NULL) {
        atomic_fetch_add(client->ended, 1);
    }
    return NULL;
}

static void test_many_at_once(void **state)
{
    (void)state;
    struct od_server *server = open_server("fixed:2ms", defaults);
    struct client clients[16];
    size_t protocols = 0;
    while (od_protocol_at(protocols) != NULL) {
        protocols++;
    }
    for (size_t i = 0; i < 16; i++) {
        clients[i] = (struct client){
            .protocol = od_protocol_at(i % protocols), .server = server, .rounds = 20};
        assert_int_equal(
            pthread_create(&clients[i].thread, NULL, client_main, &clients[i]), 0);
    }
    for (size_t i = 0; i < 16; i++) {
        pthread_join(clients[i].thread, NULL);
        assert_int_equal(clients[i].ok, 20);
    }
    assert_int_equal(od_server_stop(server, second_ns), 0);
    assert_int_equal(od_server_close(server, NULL), 0);
}

/*
 * One worker that is busy for an hour and no queue: of two requests one is refused, and
 * then the other one is surely in. A stop without much grace ends it.
 */
static void test_full_queue_and_stop(void **state)
{
    (void)state;
    const struct od_protocol *protocol = NULL;
    for (size_t i = 0; (protocol = od_protocol_at(i)) != NULL; i++) {
        struct od_server_config config = defaults;
        config.timeout_ns = 0;
        config.workers = 1;
        config.queue_max = 0;
        struct od_server *server = open_server("fixed:1h", config);
        struct client clients[2];
        atomic_int ended = 0;
        for (size_t k = 0; k < 2; k++) {
            clients[k] = (struct client){
                .protocol = protocol, .server = server, .rounds = 1, .ended = &ended};
            assert_int_equal(
                pthread_create(&clients[k].thread, NULL, client_main, &clients[k]), 0);
        }
        int64_t until_ns = od_now_ns() + 30 * second_ns;
        while (atomic_load(&ended) == 0) {
            assert_true(od_now_ns() < until_ns);
            od_sleep_until_ns(od_now_ns() + 1000000);
        }
        assert_int_equal(od_server_stop(server, second_ns / 50), 1);
        pthread_join(clients[0].thread, NULL);
        pthread_join(clients[1].thread, NULL);
        bool first = clients[0].code == OD_CODE_RESOURCE_EXHAUSTED;
        assert_int_equal(clients[first ? 0 : 1].code, OD_CODE_RESOURCE_EXHAUSTED);
        /* The client may see the end of the connection at the same time, so only the
         * text is certain. */
        assert_non_null(strstr(clients[first ? 1 : 0].text, "the server is stopping"));
        assert_int_equal(od_server_close(server, NULL), 0);
    }
}

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
    od_conn_close(conn);
    assert_int_equal(od_server_close(server, NULL), 0);
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
        cmocka_unit_test(test_every_protocol_and_payload),
        cmocka_unit_test(test_facts_of_every_protocol),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_full_queue_and_stop),
        cmocka_unit_test(test_timeout_of_the_server),
        cmocka_unit_test(test_too_large_a_body),
        cmocka_unit_test(test_unknown_method),
        cmocka_unit_test(test_stamp_log),
        cmocka_unit_test(test_port_in_use),
    };
    return cmocka_run_group_tests(tests, make_pictures, drop_pictures);
}
