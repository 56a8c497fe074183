/* The whole server in one process, asked by the project's own client in every protocol of
 * the table: what goes in over a socket comes out as the engine said it. */
#include "server_client.h"

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
            bool whole = carries_all(protocol);
            if ((protocol->payloads & payload) != 0 &&
                (whole || payload == (unsigned)protocol->default_payload)) {
                check_predict(protocol, conn, (enum od_payload)payload, 1);
            }
            if ((protocol->payloads & payload) != 0 && whole) {
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
        if (!carries_all(protocol)) {
            continue;
        }
        struct od_conn *conn = connect_to(server, protocol->transport);
        struct od_answer answer;
        struct od_request request = {.kind = OD_STATUS, .model = {.name = "ruler"}};
        /* Of a status the Open Inference Protocol tells no version, of metadata one
         * signature. */
        bool oip = strncmp(protocol->name, "oip-", 4) == 0;
        assert_int_equal(ask(protocol, conn, &request, &answer, NULL), 0);
        assert_int_equal(answer.model.version, oip ? 0 : 1);
        assert_int_equal(answer.model.state, 30); /* AVAILABLE */
        od_answer_release(&answer);
        request.kind = OD_METADATA;
        assert_int_equal(ask(protocol, conn, &request, &answer, NULL), 0);
        assert_string_equal(answer.model.name, "ruler");
        assert_int_equal(answer.model.signature_count, oip ? 1 : 2);
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
        /* TorchServe's form tells a full queue and the end of the server alike. */
        if (strncmp(protocol->name, "torchserve-", 11) == 0) {
            continue;
        }
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
        /* The one that is refused may not have ended on the server's side yet. */
        assert_in_range(od_server_stop(server, second_ns / 50), 1, 2);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_protocol_and_payload),
        cmocka_unit_test(test_facts_of_every_protocol),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_full_queue_and_stop),
    };
    return cmocka_run_group_tests(tests, make_pictures, drop_pictures);
}
