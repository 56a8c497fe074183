/* TorchServe's two protocols: requests and answers there and back, errors by its table.
 */
#include "protocol/torchserve.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "random_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 400 };

static const struct od_protocol *const both[] = {&od_torchserve_grpc,
                                                 &od_torchserve_rest};

static void request_there_and_back(const struct od_protocol *protocol,
                                   const struct od_request *request)
{
    struct od_message message;
    struct od_request parsed;
    struct od_err err = {0};
    enum od_kind kind;
    int rc = protocol->encode(request, &message, &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(rc, 0);
    assert_true(protocol->route(&od_style_default, &message, &kind));
    assert_int_equal(kind, request->kind);
    rc = protocol->parse(&od_style_default, &message, &parsed, &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(rc, 0);
    assert_int_equal(parsed.payload, request->payload);
    bool form = protocol->transport == OD_GRPC || request->form == OD_FORM_COLUMN;
    if (request->kind == OD_PREDICT) {
        assert_string_equal(parsed.model.name, request->model.name);
        assert_int_equal(parsed.model.version, request->model.version);
        assert_string_equal(parsed.model.version_label, request->model.version_label);
        assert_string_equal(parsed.model.input, form ? request->model.input : "");
    }
    if (protocol->transport == OD_HTTP) {
        assert_int_equal(parsed.form, request->form);
    }
    assert_int_equal(parsed.picture_count, request->picture_count);
    if (request->picture_count > 0) {
        assert_int_equal(parsed.pictures[0].len, request->pictures[0].len);
        assert_memory_equal(parsed.pictures[0].data, request->pictures[0].data,
                            request->pictures[0].len);
    }
    od_request_release(&parsed);
    od_message_release(&message);
}

/* What a client can ask; forms with names that one can have. */
static void random_request(struct od_rng *rng, bool rest, struct od_request *out)
{
    random_name(rng, out->model.name, "m");
    random_name(rng, out->model.input, "");
    switch (od_rng_below(rng, 3)) {
    case 0:
        out->model.version = (int64_t)od_rng_below(rng, 1000);
        break;
    case 1:
        (void)snprintf(out->model.version_label, OD_NAME_MAX, "1.%d",
                       (int)od_rng_below(rng, 9));
        break;
    default:
        break;
    }
    if (rest) {
        out->payload = od_rng_below(rng, 2) == 0 ? OD_PAYLOAD_B64 : OD_PAYLOAD_JPEG;
        out->form = od_rng_below(rng, 2) == 0 ? OD_FORM_COLUMN : OD_FORM_ROW;
    }
    if (out->form == OD_FORM_COLUMN && strpbrk(out->model.input, "\"\\%") != NULL) {
        out->model.input[0] = '\0';
    }
}

static void requests(void **state)
{
    (void)state;
    uint8_t bytes[400];
    for (size_t p = 0; p < 2; p++) {
        struct od_rng rng;
        od_rng_init(&rng, 1, p);
        for (int i = 0; i < ROUNDS; i++) {
            struct od_picture file = {.data = bytes,
                                      .len = od_rng_below(&rng, sizeof bytes)};
            struct od_request request = {.kind = OD_PREDICT,
                                         .payload = OD_PAYLOAD_JPEG,
                                         .pictures = &file,
                                         .picture_count = 1};
            for (size_t k = 0; k < file.len; k++) {
                bytes[k] = (uint8_t)od_rng_next(&rng);
            }
            random_request(&rng, p == 1, &request);
            request_there_and_back(both[p], &request);
        }
        struct od_request ping = {.kind = OD_READY};
        request_there_and_back(both[p], &ping);
    }
}

static const struct od_picture picture = {.width = 617, .height = 479};
static const struct od_request asked = {
    .kind = OD_PREDICT, .model = {.name = "m"}, .pictures = &picture, .picture_count = 1};

static int answer_there_and_back(const struct od_protocol *protocol,
                                 const struct od_answer *answer,
                                 struct od_answer *decoded, struct od_err *err)
{
    struct od_reply reply;
    od_reply_init(&reply, 1 << 20);
    assert_int_equal(protocol->render(&od_style_default, &asked, answer, &reply, err), 0);
    int rc = protocol->decode(&asked, &reply, decoded, err);
    od_reply_release(&reply);
    return rc;
}

static void answers(void **state)
{
    (void)state;
    for (size_t p = 0; p < 2; p++) {
        struct od_rng rng;
        od_rng_init(&rng, 2, p);
        for (int i = 0; i < ROUNDS; i++) {
            struct od_answer answer;
            struct od_answer decoded;
            struct od_err err = {0};
            od_answer_init(&answer);
            answer.server.total_ns = (int64_t)od_rng_below(&rng, 10000000000);
            answer.images = od_xcalloc(1, sizeof *answer.images);
            answer.image_count = 1;
            size_t count = od_rng_below(&rng, 20);
            for (size_t k = 0; k < count; k++) {
                struct od_box box = {(float)od_rng_unit(&rng),
                                     (float)od_rng_unit(&rng),
                                     (float)od_rng_normal(&rng) * 1e-7F,
                                     (float)od_rng_normal(&rng) * 1e7F,
                                     (float)od_rng_unit(&rng),
                                     (int)od_rng_below(&rng, 2) == 0
                                         ? (int)od_rng_below(&rng, 95)
                                         : (int)od_rng_below(&rng, 16777217)};
                od_boxes_add(&answer.images[0], &box);
            }
            assert_int_equal(answer_there_and_back(both[p], &answer, &decoded, &err), 0);
            assert_int_equal(decoded.images[0].count, count);
            assert_int_equal(decoded.server.total_ns, answer.server.total_ns);
            for (size_t k = 0; k < count; k++) {
                assert_memory_equal(&decoded.images[0].items[k],
                                    &answer.images[0].items[k], sizeof(struct od_box));
            }
            od_answer_release(&answer);
            od_answer_release(&decoded);
        }
    }
}

/* What becomes of a code by each protocol (odbench-wire(7), TORCHSERVE). */
static void errors(void **state)
{
    (void)state;
    static const struct {
        enum od_canonical told;
        enum od_canonical grpc;
        enum od_canonical rest;
        int status;
        const char *type;
    } cases[] = {
        {OD_CODE_INVALID_ARGUMENT, OD_CODE_INVALID_ARGUMENT, OD_CODE_INVALID_ARGUMENT,
         400, "BadRequestException"},
        {OD_CODE_UNAUTHENTICATED, OD_CODE_PERMISSION_DENIED, OD_CODE_UNAUTHENTICATED, 400,
         "InvalidKeyException"},
        {OD_CODE_NOT_FOUND, OD_CODE_INTERNAL, OD_CODE_NOT_FOUND, 404,
         "ModelNotFoundException"},
        {OD_CODE_UNIMPLEMENTED, OD_CODE_UNIMPLEMENTED, OD_CODE_UNIMPLEMENTED, 405,
         "MethodNotAllowedException"},
        {OD_CODE_DEADLINE_EXCEEDED, OD_CODE_DEADLINE_EXCEEDED, OD_CODE_DEADLINE_EXCEEDED,
         408, "RequestTimeoutException"},
        {OD_CODE_ABORTED, OD_CODE_ABORTED, OD_CODE_ABORTED, 409,
         "ConflictStatusException"},
        {OD_CODE_RESOURCE_EXHAUSTED, OD_CODE_UNAVAILABLE, OD_CODE_UNAVAILABLE, 503,
         "ServiceUnavailableException"},
        {OD_CODE_UNAVAILABLE, OD_CODE_UNAVAILABLE, OD_CODE_UNAVAILABLE, 503,
         "ServiceUnavailableException"},
        {OD_CODE_INTERNAL, OD_CODE_INTERNAL, OD_CODE_INTERNAL, 503,
         "InternalServerException"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t p = 0; p < 2; p++) {
            struct od_answer answer;
            struct od_answer decoded;
            struct od_err err = {0};
            char wanted[200];
            od_answer_init(&answer);
            od_answer_fail(&answer, cases[i].told, "no \"%s\" \\ \t here", "x");
            assert_int_equal(answer_there_and_back(both[p], &answer, &decoded, &err), -1);
            assert_int_equal(err.code, OD_ESERVER);
            assert_int_equal(decoded.code, p == 0 ? cases[i].grpc : cases[i].rest);
            assert_string_equal(decoded.text, "no \"x\" \\ \t here");
            if (p == 0) {
                (void)snprintf(wanted, sizeof wanted,
                               "TorchServe, model m: %s: no \"x\" \\ \t here",
                               od_canonical_name(cases[i].grpc));
            } else {
                (void)snprintf(wanted, sizeof wanted,
                               "TorchServe, model m: HTTP %d %s: no \"x\" \\ \t here",
                               cases[i].status, cases[i].type);
            }
            assert_string_equal(err.msg, wanted);
            od_answer_release(&answer);
            od_answer_release(&decoded);
        }
    }
}

static void error_bytes(void **state)
{
    (void)state;
    struct od_answer answer;
    struct od_reply reply;
    struct od_request other = asked;
    other.model.version = 2;
    od_answer_init(&answer);
    od_reply_init(&reply, 0);
    od_answer_no_model(&answer, &asked.model);
    assert_int_equal(
        od_torchserve_rest.render(&od_style_default, &asked, &answer, &reply, NULL), 0);
    assert_int_equal(reply.code, 404);
    assert_string_equal(reply.body.data,
                        "{\n  \"code\": 404,\n  \"type\": \"ModelNotFoundException\",\n"
                        "  \"message\": \"Model not found: m\"\n}\n");
    assert_string_equal(od_headers_get(&reply.headers, "connection"), "close");
    assert_int_equal(
        od_torchserve_grpc.render(&od_style_default, &other, &answer, &reply, NULL), 0);
    assert_int_equal(reply.code, OD_CODE_INTERNAL);
    assert_string_equal(reply.text, "Model version: 2 does not exist for model: m");
    od_reply_release(&reply);
    od_answer_release(&answer);
}

/* Decodes a reply as a server would send it. */
static int decode_text(int status, const char *body, struct od_answer *out,
                       struct od_err *err)
{
    struct od_reply reply;
    od_reply_init(&reply, 0);
    reply.code = status;
    od_buf_puts(&reply.body, body);
    int rc = od_torchserve_rest.decode(&asked, &reply, out, err);
    od_reply_release(&reply);
    return rc;
}

/* The list as the handler of torchvision's detectors prints it, names or numbers. */
static void replies(void **state)
{
    (void)state;
    struct od_answer answer;
    struct od_err err = {0};
    assert_int_equal(
        decode_text(200,
                    "[\n  {\n    \"person\": [\n      61.7,\n      47.9,\n      308.5,\n"
                    "      239.5\n    ],\n    \"score\": 0.99\n  },\n"
                    "  {\"score\": 0.5, \"18\": [0, 0, 617, 479]}\n]",
                    &answer, &err),
        0);
    assert_int_equal(answer.images[0].count, 2);
    const struct od_box *box = answer.images[0].items;
    assert_int_equal(box[0].label, 1);
    assert_true(box[0].x0 == 0.1F && box[0].y0 == 0.1F && box[0].x1 == 0.5F &&
                box[0].y1 == 0.5F && box[0].score == 0.99F);
    assert_int_equal(box[1].label, 18);
    assert_true(box[1].x1 == 1 && box[1].y1 == 1);
    od_answer_release(&answer);
    assert_int_equal(decode_text(200, "[]", &answer, &err), 0);
    assert_int_equal(answer.image_count, 1);
    assert_int_equal(answer.images[0].count, 0);
    od_answer_release(&answer);
}

static void bad_replies(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
        enum od_errcode err;
        enum od_canonical code;
        const char *message;
    } cases[] = {
        {200, "", OD_EDECODE, OD_CODE_OK, "JSON Parse error"},
        {200, "{}", OD_EDECODE, OD_CODE_OK, "no list of detections at '': {}"},
        {200, "<h1>Welcome &amp;</h1>\n<p>to nginx", OD_EDECODE, OD_CODE_OK,
         ": Welcome & to nginx"},
        {200, "{\"error\":\"CUDA\"}", OD_EDECODE, OD_CODE_OK,
         "TorchServe, model m: no list of detections at '': CUDA"},
        {200, "[{\"person\":[1,2,3,4]}]", OD_EDECODE, OD_CODE_OK,
         "TorchServe, model m: detection 0 has no score at /score"},
        {200, "[{\"score\":1}]", OD_EDECODE, OD_CODE_OK, "no label with a box"},
        {200, "[{\"score\":1,\"person\":[1,2,3]}]", OD_EDECODE, OD_CODE_OK,
         "no label with a box"},
        {200, "[{\"score\":1,\"unicorn\":[1,2,3,4]}]", OD_EDECODE, OD_CODE_OK,
         "the label 'unicorn' is not in the label map"},
        {507, "{\"code\":507,\"type\":\"OutOfMemoryError\",\"message\":\"too big\"}",
         OD_ESERVER, OD_CODE_RESOURCE_EXHAUSTED,
         "TorchServe, model m: HTTP 507 OutOfMemoryError: too big"},
        {503,
         "{\"code\":503,\"type\":\"InternalServerException\",\"message\":"
         "\"Prediction failed\"}",
         OD_ESERVER, OD_CODE_INTERNAL, "Prediction failed"},
        {503, "", OD_ESERVER, OD_CODE_UNAVAILABLE,
         "TorchServe, model m: HTTP 503: a body of 0 bytes without error text"},
        {413, "", OD_ESERVER, OD_CODE_RESOURCE_EXHAUSTED, "HTTP 413"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_answer answer;
        struct od_err err = {0};
        assert_int_equal(decode_text(cases[i].status, cases[i].body, &answer, &err), -1);
        assert_int_equal(err.code, cases[i].err);
        assert_int_equal(answer.code, cases[i].code);
        if (strstr(err.msg, cases[i].message) == NULL) {
            fail_msg("%s: %s", cases[i].body, err.msg);
        }
        od_answer_release(&answer);
    }
}

static void health(void **state)
{
    (void)state;
    const struct od_request ping = {.kind = OD_READY};
    for (size_t p = 0; p < 2; p++) {
        for (int up = 0; up < 2; up++) {
            struct od_answer answer;
            struct od_reply reply;
            od_reply_init(&reply, 0);
            od_answer_init(&answer);
            answer.ready = up == 1;
            assert_int_equal(
                both[p]->render(&od_style_default, &ping, &answer, &reply, NULL), 0);
            assert_int_equal(reply.code, p == 0 ? 0 : up == 1 ? 200 : 500);
            od_answer_release(&answer);
            assert_int_equal(both[p]->decode(&ping, &reply, &answer, NULL), 0);
            assert_int_equal(answer.ready, up == 1);
            od_answer_release(&answer);
            od_reply_release(&reply);
        }
    }
}

static void unsupported(void **state)
{
    (void)state;
    struct od_request cases[4] = {asked, asked, asked, asked};
    struct od_request form = asked;
    static const char *const messages[] = {
        "has no payload 'tensor'", "a request has one picture, not 2",
        "TorchServe tells of its models on its management port only",
        "a request needs the name of a model"};
    for (size_t p = 0; p < 2; p++) {
        for (size_t i = 0; i < 4; i++) {
            struct od_message message;
            struct od_err err = {0};
            cases[i].payload = i == 0 ? OD_PAYLOAD_TENSOR : OD_PAYLOAD_JPEG;
            cases[1].picture_count = 2;
            cases[2].kind = OD_METADATA;
            cases[3].model.name[0] = '\0';
            assert_int_equal(both[p]->encode(&cases[i], &message, &err), -1);
            assert_int_equal(err.code, i == 3 ? OD_EINPUT : OD_EUNSUPPORTED);
            assert_non_null(strstr(err.msg, messages[i]));
            assert_null(message.path);
        }
    }
    struct od_message message;
    struct od_err err = {0};
    form.payload = OD_PAYLOAD_JPEG;
    form.form = OD_FORM_COLUMN;
    (void)snprintf(form.model.input, OD_NAME_MAX, "a\"b");
    assert_int_equal(od_torchserve_rest.encode(&form, &message, &err), -1);
    assert_string_equal(err.msg, "no name for the field of a form: a\"b");
    assert_null(message.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests), cmocka_unit_test(answers),
        cmocka_unit_test(errors),   cmocka_unit_test(error_bytes),
        cmocka_unit_test(replies),  cmocka_unit_test(bad_replies),
        cmocka_unit_test(health),   cmocka_unit_test(unsupported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
