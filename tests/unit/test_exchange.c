/* Bytes in, bytes out, without a socket: a message of every protocol of the table. */
#include "server/exchange.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "image/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct od_core *core;

static int setup(void **state)
{
    (void)state;
    const struct od_engine_spec spec = {
        .name = "m", .source = "fixed:7ms", .models_dir = "/nowhere", .max_boxes = 100};
    const struct od_server_config config = {.models = &spec, .model_count = 1};
    return od_core_open(&config, &core, NULL);
}

static int teardown(void **state)
{
    (void)state;
    od_core_close(core);
    return 0;
}

/* A client's message as the server's front end makes it: one segment, and headers. */
static void received(const struct od_protocol *protocol, const char *model,
                     struct od_message *out, struct od_buf *body)
{
    static const uint8_t pixels[2 * 1 * 3] = {1, 2, 3, 4, 5, 6};
    struct od_picture picture = {
        .data = pixels, .len = sizeof pixels, .width = 2, .height = 1};
    struct od_request request = {.kind = OD_PREDICT,
                                 .payload = protocol->default_payload,
                                 .pictures = &picture,
                                 .picture_count = 1};
    uint8_t copy[sizeof pixels];
    memcpy(copy, pixels, sizeof copy);
    const struct od_image image = {.pixels = copy, .width = 2, .height = 1};
    struct od_buf jpeg;
    od_buf_init(&jpeg, 0);
    assert_int_equal(od_jpeg_encode(&image, 90, &jpeg, NULL), 0);
    if (request.payload == OD_PAYLOAD_JPEG) {
        picture.data = (const uint8_t *)jpeg.data;
        picture.len = jpeg.len;
    }
    (void)snprintf(request.model.name, sizeof request.model.name, "%s", model);
    struct od_message sent = {0};
    assert_int_equal(protocol->encode(&request, &sent, NULL), 0);
    od_buf_init(body, 0);
    od_message_flatten(&sent, body);
    *out = (struct od_message){.verb = sent.verb, .path = od_xstrdup(sent.path)};
    for (size_t i = 0; i < sent.headers.count; i++) {
        od_headers_add(&out->headers, sent.headers.items[i].name,
                       sent.headers.items[i].value);
    }
    od_message_borrow(out, body->data, body->len);
    od_message_release(&sent);
    od_buf_release(&jpeg);
}

static void test_every_protocol(void **state)
{
    (void)state;
    const struct od_protocol *protocol = NULL;
    for (size_t i = 0; (protocol = od_protocol_at(i)) != NULL; i++) {
        static const char *const models[] = {"m", "other"};
        /* The preset that web has by itself names no model: the first one answers. */
        size_t names = strcmp(protocol->name, "web") == 0 ? 1 : 2;
        for (size_t k = 0; k < names; k++) {
            struct od_message message;
            struct od_buf body;
            struct od_reply reply;
            received(protocol, models[k], &message, &body);
            od_reply_init(&reply, 0);
            struct od_exchange exchange = {.transport = protocol->transport,
                                           .message = &message,
                                           .received_ns = od_now_ns()};
            od_exchange_run(core, &exchange, &reply);
            assert_ptr_equal(exchange.protocol, protocol);
            assert_int_equal(exchange.kind, OD_PREDICT);
            assert_int_equal(exchange.code, k == 0 ? OD_CODE_OK : OD_CODE_NOT_FOUND);
            if (k == 0) {
                assert_int_equal(exchange.held.due_ns - exchange.received_ns, 7000000);
                assert_string_equal(od_headers_get(&reply.headers, "odbench-weights"),
                                    "fixed");
                assert_non_null(strstr(od_headers_get(&reply.headers, "server-timing"),
                                       "total;dur=7.000000"));
            } else {
                assert_int_equal(exchange.held.due_ns, 0);
            }
            od_reply_release(&reply);
            od_message_release(&message);
            od_buf_release(&body);
        }
    }
}

static void test_no_protocol(void **state)
{
    (void)state;
    static const enum od_transport transports[] = {OD_HTTP, OD_GRPC};
    for (size_t i = 0; i < 2; i++) {
        struct od_message message = {.verb = "POST", .path = od_xstrdup("/nobody")};
        struct od_reply reply;
        od_reply_init(&reply, 0);
        struct od_exchange exchange = {.transport = transports[i], .message = &message};
        od_exchange_run(core, &exchange, &reply);
        assert_null(exchange.protocol);
        assert_int_equal(reply.code, 0);
        assert_int_equal(reply.body.len, 0);
        od_reply_release(&reply);
        od_message_release(&message);
    }
}

static void test_failure_of_the_front_end(void **state)
{
    (void)state;
    const struct od_protocol *protocol = NULL;
    for (size_t i = 0; (protocol = od_protocol_at(i)) != NULL; i++) {
        struct od_exchange exchange = {.transport = protocol->transport,
                                       .protocol = protocol,
                                       .received_ns = od_now_ns()};
        struct od_reply reply;
        struct od_request asked = {.kind = OD_PREDICT, .picture_count = 1};
        struct od_answer answer;
        od_reply_init(&reply, 0);
        od_buf_puts(&reply.body, "what was there before");
        od_exchange_fail(&exchange, OD_CODE_UNAVAILABLE, "not now", &reply);
        assert_int_equal(exchange.code, OD_CODE_UNAVAILABLE);
        assert_int_equal(protocol->decode(&asked, &reply, &answer, NULL), -1);
        assert_int_equal(answer.code, OD_CODE_UNAVAILABLE);
        assert_string_equal(answer.text, "not now");
        od_answer_release(&answer);
        od_reply_release(&reply);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_protocol),
        cmocka_unit_test(test_no_protocol),
        cmocka_unit_test(test_failure_of_the_front_end),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
