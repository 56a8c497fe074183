/* The Open Inference Protocol against the bytes of its official client, which
 * tests/wire/make_oip.py stored. */
#include "protocol/oip.h"

#include "base/alloc.h"
#include "oip_golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t pixels[24];
static float planes[12];
static const struct od_picture files[] = {
    {.data = (const uint8_t *)"\xff\xd8one", .len = 5},
    {.data = (const uint8_t *)"\xff\xd8\0second\xff\xd9", .len = 11},
};

/* The three requests of the script: two pictures of uint8, one of planes of floats, two
 * files. */
struct sample {
    struct od_request request;
    struct od_picture pictures[2];
};

static void sample_of(const char *name, struct sample *out)
{
    *out = (struct sample){.request = {.kind = OD_PREDICT,
                                       .payload = OD_PAYLOAD_TENSOR,
                                       .model = {.name = "m"},
                                       .outputs = OD_OUTPUT_ALL,
                                       .picture_count = 2}};
    out->request.pictures = out->pictures;
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i] = (uint8_t)(i * 11);
    }
    for (size_t i = 0; i < 12; i++) {
        planes[i] = ((float)i - 5) / 4;
    }
    for (size_t i = 0; i < 2; i++) {
        out->pictures[i] = (struct od_picture){
            .data = pixels + 12 * i, .len = 12, .width = 2, .height = 2};
    }
    if (strcmp(name, "uint8") == 0) {
        (void)strcpy(out->request.id, "7");
    } else if (strcmp(name, "fp32") == 0) {
        (void)strcpy(out->request.model.input, "images");
        out->request.model.version = 3;
        out->request.outputs = OD_OUTPUT_SCORES | OD_OUTPUT_COUNT;
        out->request.picture_count = 1;
        out->pictures[0] = (struct od_picture){.data = (const uint8_t *)planes,
                                               .len = sizeof planes,
                                               .width = 2,
                                               .height = 2,
                                               .dtype = OD_DTYPE_FP32,
                                               .planar = true};
    } else if (strcmp(name, "bytes") == 0) {
        out->request.payload = OD_PAYLOAD_JPEG;
        memcpy(out->pictures, files, sizeof files);
    } else {
        out->request.payload = OD_PAYLOAD_JSON;
    }
}

static void encode(const struct od_protocol *protocol, const struct od_request *request,
                   struct od_message *message, struct od_buf *body)
{
    struct od_err err = {0};
    assert_int_equal(protocol->encode(request, message, &err), 0);
    od_buf_init(body, 0);
    od_message_flatten(message, body);
}

static void same_bytes(const struct od_buf *body, const struct golden *golden)
{
    assert_int_equal(body->len, golden->len);
    assert_memory_equal(body->data, golden->bytes, golden->len);
}

/* What the server reads of the client's bytes is what was asked. */
static void parses(const struct od_protocol *protocol, struct od_message *message,
                   const struct golden *golden, const struct od_request *meant)
{
    struct od_message sent = {.verb = message->verb, .path = od_xstrdup(message->path)};
    struct od_request got;
    struct od_err err = {0};
    const char *length = od_headers_get(&message->headers, OD_OIP_LENGTH_HEADER);
    if (length != NULL) {
        od_headers_add(&sent.headers, "inference-header-CONTENT-length", length);
    }
    od_message_borrow(&sent, golden->bytes, golden->len);
    int rc = protocol->parse(&od_style_default, &sent, &got, &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(rc, 0);
    assert_int_equal(got.payload, meant->payload);
    assert_int_equal(got.outputs, meant->outputs);
    assert_string_equal(got.id, meant->id);
    assert_string_equal(got.model.name, "m");
    assert_string_equal(got.model.input, od_model_input(&meant->model));
    assert_int_equal(got.model.version, meant->model.version);
    assert_int_equal(got.picture_count, meant->picture_count);
    for (size_t i = 0; i < got.picture_count; i++) {
        assert_int_equal(got.pictures[i].width, meant->pictures[i].width);
        assert_int_equal(got.pictures[i].planar, meant->pictures[i].planar);
        assert_int_equal(got.pictures[i].dtype, meant->pictures[i].dtype);
        assert_int_equal(got.pictures[i].len, meant->pictures[i].len);
        assert_memory_equal(got.pictures[i].data, meant->pictures[i].data,
                            got.pictures[i].len);
    }
    od_request_release(&got);
    od_message_release(&sent);
}

static void grpc_requests(void **state)
{
    (void)state;
    static const char *const names[] = {"uint8", "fp32", "bytes", "typed"};
    for (size_t i = 0; i < 4; i++) {
        char name[64];
        struct golden golden;
        struct sample sample;
        struct od_message message;
        struct od_buf body;
        (void)snprintf(name, sizeof name, "grpc.request.%s", names[i]);
        golden_read(name, &golden);
        sample_of(names[i], &sample);
        encode(&od_oip_grpc, &sample.request, &message, &body);
        same_bytes(&body, &golden);
        parses(&od_oip_grpc, &message, &golden, &sample.request);
        od_buf_release(&body);
        od_message_release(&message);
    }
}

/* The head of the client's request: verb, path and the header of the length. */
static void same_head(const struct od_message *message, const char *name)
{
    char key[64];
    struct golden golden;
    (void)snprintf(key, sizeof key, "%s.head", name);
    golden_read(key, &golden);
    const char *length = od_headers_get(&message->headers, OD_OIP_LENGTH_HEADER);
    char *head = od_xasprintf("%s %s%s%s", message->verb, message->path,
                              length != NULL ? "\n" OD_OIP_LENGTH_HEADER ": " : "",
                              length != NULL ? length : "");
    assert_string_equal(head, (const char *)golden.bytes);
    free(head);
}

static void http_requests(void **state)
{
    (void)state;
    static const char *const names[] = {"uint8", "fp32", "bytes"};
    for (size_t i = 0; i < 3; i++) {
        char name[64];
        struct golden golden;
        struct sample sample;
        struct od_message message;
        struct od_buf body;
        (void)snprintf(name, sizeof name, "http.request.%s", names[i]);
        golden_read(name, &golden);
        sample_of(names[i], &sample);
        encode(&od_oip_rest, &sample.request, &message, &body);
        same_head(&message, name);
        same_bytes(&body, &golden);
        parses(&od_oip_rest, &message, &golden, &sample.request);
        od_buf_release(&body);
        od_message_release(&message);
    }
}

/* The official client says of an output that it wants numbers; ours leaves the default.
 */
static void http_json_request(void **state)
{
    (void)state;
    static const char said[] = ",\"parameters\":{\"binary_data\":false}";
    struct golden golden;
    struct sample sample;
    struct od_message message;
    struct od_buf body;
    golden_read("http.request.json", &golden);
    sample_of("json", &sample);
    sample.request.outputs = OD_OUTPUT_BOXES;
    encode(&od_oip_rest, &sample.request, &message, &body);
    same_head(&message, "http.request.json");
    parses(&od_oip_rest, &message, &golden, &sample.request);
    char *at = strstr((char *)golden.bytes, said);
    assert_non_null(at);
    size_t rest = strlen(at) - strlen(said);
    memmove(at, at + strlen(said), rest + 1);
    golden.len -= strlen(said);
    same_bytes(&body, &golden);
    od_buf_release(&body);
    od_message_release(&message);
}

static void questions(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum od_kind kind;
        int64_t version;
    } cases[] = {
        {"metadata", OD_METADATA, 3},  {"model_ready", OD_STATUS, 0},
        {"server_ready", OD_READY, 0}, {"server", OD_SERVER, 0},
        {"index", OD_LIST, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_request request = {.kind = cases[i].kind,
                                     .model = {.name = "m", .version = cases[i].version}};
        struct od_message message;
        struct od_buf body;
        struct golden golden;
        char name[64];
        encode(&od_oip_grpc, &request, &message, &body);
        (void)snprintf(name, sizeof name, "grpc.request.%s", cases[i].name);
        golden_read(name, &golden);
        same_bytes(&body, &golden);
        (void)snprintf(name, sizeof name, "grpc.path.%s", cases[i].name);
        golden_read(name, &golden);
        assert_string_equal(message.path, (const char *)golden.bytes);
        od_buf_release(&body);
        od_message_release(&message);
        encode(&od_oip_rest, &request, &message, &body);
        (void)snprintf(name, sizeof name, "http.request.%s", cases[i].name);
        same_head(&message, name);
        od_buf_release(&body);
        od_message_release(&message);
    }
}

/* server_live is read as the same question. */
static void liveness(void **state)
{
    (void)state;
    struct golden golden;
    enum od_kind kind = OD_PREDICT;
    golden_read("grpc.path.server_live", &golden);
    struct od_message message = {.verb = "POST", .path = (char *)golden.bytes};
    assert_true(od_oip_grpc.route(&od_style_default, &message, &kind));
    assert_int_equal(kind, OD_READY);
    message = (struct od_message){.verb = "GET", .path = (char[]){"/v2/health/live"}};
    assert_true(od_oip_rest.route(&od_style_default, &message, &kind));
    assert_int_equal(kind, OD_READY);
}

static void add(struct od_boxes *boxes, float score, int label, const float place[4])
{
    struct od_box box = {place[0], place[1], place[2], place[3], score, label};
    od_boxes_add(boxes, &box);
}

/* The boxes that the script's replies hold. */
static void boxes_of_script(struct od_answer *out)
{
    static const float first[] = {0.25F, 0.125F, 0.75F, 0.5F};
    static const float second[] = {0, 0, 1, 1};
    od_answer_init(out);
    (void)strcpy(out->model.name, "m");
    out->model.version = 3;
    out->images = od_xcalloc(1, sizeof *out->images);
    out->image_count = 1;
    add(&out->images[0], 0.875F, 62, first);
    add(&out->images[0], 0.5F, 1, second);
}

static void replies(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const struct od_protocol *protocol;
        enum od_dialect dialect;
        bool rendered; /* ours are the same bytes */
    } cases[] = {
        {"grpc.reply.raw", &od_oip_grpc, OD_DIALECT_TRITON, true},
        {"grpc.reply.typed", &od_oip_grpc, OD_DIALECT_TORCHSERVE, true},
        {"grpc.reply.fp16", &od_oip_grpc, OD_DIALECT_TRITON, false},
        {"http.reply.json", &od_oip_rest, OD_DIALECT_TRITON, true},
        {"http.reply.binary", &od_oip_rest, OD_DIALECT_TRITON, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct od_protocol *protocol = cases[i].protocol;
        struct od_request asked = {
            .kind = OD_PREDICT, .picture_count = 1, .model = {.name = "m"}, .id = "7"};
        const struct od_style style = {.dialect = cases[i].dialect};
        bool binary = strstr(cases[i].name, "binary") != NULL;
        struct od_answer meant;
        struct od_answer got;
        struct od_reply reply;
        struct od_err err = {0};
        struct golden golden;
        golden_read(cases[i].name, &golden);
        od_oip_asked_make(&asked)->binary = binary;
        boxes_of_script(&meant);
        od_reply_init(&reply, 0);
        assert_int_equal(protocol->render(&style, &asked, &meant, &reply, NULL), 0);
        if (cases[i].rendered) {
            same_bytes(&reply.body, &golden);
        }
        od_buf_reset(&reply.body);
        od_buf_add(&reply.body, golden.bytes, golden.len);
        assert_int_equal(protocol->decode(&asked, &reply, &got, &err), 0);
        assert_string_equal(err.msg, "");
        assert_string_equal(got.model.name, "m");
        assert_int_equal(got.model.version, 3);
        assert_int_equal(got.image_count, 1);
        assert_int_equal(got.images[0].count, 2);
        assert_memory_equal(got.images[0].items, meant.images[0].items,
                            2 * sizeof(struct od_box));
        od_answer_release(&got);
        od_answer_release(&meant);
        od_reply_release(&reply);
        od_request_release(&asked);
    }
}

static void decode_grpc(enum od_kind kind, const char *name, struct od_answer *out)
{
    struct od_request asked = {.kind = kind, .model = {.name = "m"}};
    struct golden golden;
    struct od_reply reply;
    golden_read(name, &golden);
    od_reply_init(&reply, 0);
    od_buf_add(&reply.body, golden.bytes, golden.len);
    assert_int_equal(od_oip_grpc.decode(&asked, &reply, out, NULL), 0);
    od_reply_release(&reply);
}

static void answers_to_questions(void **state)
{
    (void)state;
    struct od_answer *answer = od_xmalloc(sizeof *answer);
    decode_grpc(OD_METADATA, "grpc.reply.metadata", answer);
    const struct od_signature *signature = &answer->model.signatures[0];
    assert_int_equal(answer->model.version, 3);
    assert_int_equal(answer->model.signature_count, 1);
    assert_string_equal(signature->inputs[0].name, "inputs");
    assert_int_equal(signature->inputs[0].dtype, OD_DTYPE_UINT8);
    assert_int_equal(signature->inputs[0].rank, 4);
    assert_int_equal(signature->inputs[0].shape[0], -1);
    assert_int_equal(signature->inputs[0].shape[3], 3);
    assert_string_equal(signature->outputs[0].name, "detection_boxes");
    assert_int_equal(signature->outputs[0].dtype, OD_DTYPE_FP32);
    od_answer_release(answer);
    decode_grpc(OD_READY, "grpc.reply.ready", answer);
    assert_true(answer->ready);
    od_answer_release(answer);
    decode_grpc(OD_STATUS, "grpc.reply.ready", answer);
    assert_int_equal(answer->model.state, 30);
    assert_string_equal(answer->model.name, "m");
    od_answer_release(answer);
    decode_grpc(OD_LIST, "grpc.reply.index", answer);
    assert_int_equal(answer->name_count, 2);
    assert_string_equal(answer->names[0], "m");
    assert_string_equal(answer->names[1], "other");
    od_answer_release(answer);
    decode_grpc(OD_SERVER, "grpc.reply.server", answer);
    assert_string_equal(answer->server_name, "triton");
    assert_string_equal(answer->server_version, "2.60.0");
    od_answer_release(answer);
    free(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grpc_requests),
        cmocka_unit_test(http_requests),
        cmocka_unit_test(http_json_request),
        cmocka_unit_test(questions),
        cmocka_unit_test(liveness),
        cmocka_unit_test(replies),
        cmocka_unit_test(answers_to_questions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
