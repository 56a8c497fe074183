/* Every protocol of the registry reads back what it writes, in both directions. */
#include "protocol/protocol.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 400 };

static const enum od_payload payloads[] = {OD_PAYLOAD_TENSOR, OD_PAYLOAD_JSON,
                                           OD_PAYLOAD_JPEG, OD_PAYLOAD_B64};

static void random_name(struct od_rng *rng, char out[OD_NAME_MAX], const char *empty)
{
    static const char letters[] = "abcXYZ019-_.~ %+\"\\{}\xC3\xA4";
    size_t len = od_rng_below(rng, 12);
    for (size_t i = 0; i < len; i++) {
        out[i] = letters[od_rng_below(rng, sizeof letters - 1)];
    }
    out[len] = '\0';
    if (len == 0) {
        memcpy(out, empty, strlen(empty) + 1);
    }
}

/* A random request and the memory of its pictures. */
struct sample {
    struct od_request request;
    struct od_picture pictures[5];
    uint8_t bytes[5][13 * 11 * 3];
};

static void random_model(struct od_rng *rng, struct od_model *out)
{
    random_name(rng, out->name, "m");
    random_name(rng, out->signature, "");
    random_name(rng, out->input, "");
    if (od_rng_below(rng, 2) == 0) {
        out->version = (int64_t)(od_rng_next(rng) >> 1) + 1;
    } else if (od_rng_below(rng, 2) == 0) {
        random_name(rng, out->version_label, "");
    }
    if (strcmp(out->input, "b64") == 0) {
        out->input[0] = 'c';
    }
}

static void random_sample(struct od_rng *rng, enum od_payload payload, struct sample *out)
{
    *out = (struct sample){.request = {.kind = OD_PREDICT, .payload = payload}};
    random_model(rng, &out->request.model);
    out->request.form = od_rng_below(rng, 2) == 0 ? OD_FORM_ROW : OD_FORM_COLUMN;
    out->request.spaced = od_rng_below(rng, 2) == 0;
    out->request.outputs = (unsigned)od_rng_below(rng, 16);
    out->request.pictures = out->pictures;
    out->request.picture_count = 1 + od_rng_below(rng, 5);
    int width = 1 + (int)od_rng_below(rng, 13);
    int height = 1 + (int)od_rng_below(rng, 11);
    bool raw = payload == OD_PAYLOAD_TENSOR || payload == OD_PAYLOAD_JSON;
    for (size_t i = 0; i < out->request.picture_count; i++) {
        size_t len = raw ? (size_t)(width * height * 3) : od_rng_below(rng, 400);
        for (size_t k = 0; k < len; k++) {
            out->bytes[i][k] = (uint8_t)od_rng_next(rng);
        }
        out->pictures[i] = (struct od_picture){.data = out->bytes[i],
                                               .len = len,
                                               .width = raw ? width : 0,
                                               .height = raw ? height : 0};
    }
}

static void same_pictures(const struct od_request *a, const struct od_request *b)
{
    assert_int_equal(a->picture_count, b->picture_count);
    for (size_t i = 0; i < a->picture_count; i++) {
        assert_int_equal(a->pictures[i].width, b->pictures[i].width);
        assert_int_equal(a->pictures[i].height, b->pictures[i].height);
        assert_int_equal(a->pictures[i].len, b->pictures[i].len);
        if (a->pictures[i].len > 0) {
            assert_memory_equal(a->pictures[i].data, b->pictures[i].data,
                                a->pictures[i].len);
        }
    }
}

/* What of *in comes back over gRPC and REST: the losses that their files name. */
static void expect(const struct od_protocol *protocol, const struct od_request *in,
                   struct od_request *out)
{
    *out = *in;
    out->storage = NULL;
    out->spaced = false;
    if (in->kind != OD_PREDICT) {
        out->model.signature[0] = '\0';
        out->model.input[0] = '\0';
    }
    if (in->kind == OD_STATUS || in->model.version != 0) {
        out->model.version_label[0] = '\0';
    }
    if (protocol->transport == OD_GRPC) {
        out->form = OD_FORM_ROW;
        if (in->kind == OD_PREDICT) {
            (void)strcpy(out->model.signature, od_model_signature(&in->model));
            (void)strcpy(out->model.input, od_model_input(&in->model));
        }
    }
    if (in->outputs == 0 || protocol->transport == OD_HTTP) {
        out->outputs = OD_OUTPUT_ALL;
    }
}

static void same_request(const struct od_request *a, const struct od_request *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->payload, b->payload);
    assert_string_equal(a->model.name, b->model.name);
    assert_int_equal(a->model.version, b->model.version);
    assert_string_equal(a->model.version_label, b->model.version_label);
    assert_string_equal(a->model.signature, b->model.signature);
    assert_string_equal(a->model.input, b->model.input);
    assert_int_equal(a->form, b->form);
    assert_int_equal(a->outputs, b->outputs);
    same_pictures(a, b);
}

static void there_and_back(const struct od_protocol *protocol,
                           const struct od_request *request)
{
    struct od_message message;
    struct od_request parsed;
    struct od_request expected;
    struct od_err err = {0};
    enum od_kind kind;
    int rc = protocol->encode(request, &message, &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(rc, 0);
    assert_true(protocol->route(&message, &kind));
    assert_int_equal(kind, request->kind);
    rc = protocol->parse(&message, &parsed, &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(rc, 0);
    expect(protocol, request, &expected);
    same_request(&expected, &parsed);
    od_request_release(&parsed);
    od_message_release(&message);
}

static void requests(void **state)
{
    (void)state;
    struct sample *sample = od_xmalloc(sizeof *sample);
    for (size_t p = 0; od_protocol_at(p) != NULL; p++) {
        const struct od_protocol *protocol = od_protocol_at(p);
        for (size_t k = 0; k < sizeof payloads / sizeof payloads[0]; k++) {
            struct od_rng rng;
            od_rng_init(&rng, 1, 10 * p + k);
            for (int i = 0; i < ROUNDS; i++) {
                random_sample(&rng, payloads[k], sample);
                if ((protocol->payloads & (unsigned)payloads[k]) != 0) {
                    there_and_back(protocol, &sample->request);
                } else {
                    struct od_message message;
                    struct od_err err = {0};
                    assert_int_equal(protocol->encode(&sample->request, &message, &err),
                                     -1);
                    assert_int_equal(err.code, OD_EUNSUPPORTED);
                    assert_null(message.path);
                }
            }
        }
    }
    free(sample);
}

static void questions(void **state)
{
    (void)state;
    static const enum od_kind kinds[] = {OD_METADATA, OD_STATUS};
    for (size_t p = 0; od_protocol_at(p) != NULL; p++) {
        struct od_rng rng;
        od_rng_init(&rng, 2, p);
        for (int i = 0; i < ROUNDS; i++) {
            struct od_request request = {.kind = kinds[i % 2]};
            random_model(&rng, &request.model);
            there_and_back(od_protocol_at(p), &request);
        }
    }
}

static float random_float(struct od_rng *rng)
{
    switch (od_rng_below(rng, 4)) {
    case 0:
        return (float)od_rng_unit(rng);
    case 1:
        return (float)od_rng_below(rng, 3);
    case 2:
        return (float)(od_rng_normal(rng) * 1e-7);
    default:
        return (float)(od_rng_normal(rng) * 1e12);
    }
}

static void random_facts(struct od_rng *rng, struct od_server_facts *out)
{
    od_server_facts_init(out);
    if (od_rng_below(rng, 4) == 0) {
        return;
    }
    out->total_ns = (int64_t)od_rng_below(rng, 10000000000);
    out->decode_ns = (int64_t)od_rng_below(rng, 1000);
    out->infer_ns = (int64_t)od_rng_below(rng, 1000000000);
    out->proposals = (int64_t)od_rng_below(rng, 100);
    (void)strcpy(out->weights, "trained");
    (void)strcpy(out->source, "server-timing");
}

static void random_answer(struct od_rng *rng, size_t images, struct od_answer *out)
{
    od_answer_init(out);
    random_facts(rng, &out->server);
    out->images = od_xcalloc(images, sizeof *out->images);
    out->image_count = images;
    for (size_t i = 0; i < images; i++) {
        size_t count = od_rng_below(rng, 3) == 0 ? 0 : od_rng_below(rng, 20);
        for (size_t k = 0; k < count; k++) {
            struct od_box box = {random_float(rng), random_float(rng),
                                 random_float(rng), random_float(rng),
                                 random_float(rng), (int)od_rng_below(rng, 16777217)};
            od_boxes_add(&out->images[i], &box);
        }
    }
}

static void same_facts(const struct od_server_facts *a, const struct od_server_facts *b)
{
    assert_int_equal(a->total_ns, b->total_ns);
    assert_int_equal(a->decode_ns, b->decode_ns);
    assert_int_equal(a->queue_ns, b->queue_ns);
    assert_int_equal(a->preprocess_ns, b->preprocess_ns);
    assert_int_equal(a->infer_ns, b->infer_ns);
    assert_int_equal(a->postprocess_ns, b->postprocess_ns);
    assert_int_equal(a->proposals, b->proposals);
    assert_string_equal(a->weights, b->weights);
    assert_string_equal(a->source, b->source);
}

static void same_boxes(const struct od_answer *a, const struct od_answer *b)
{
    assert_int_equal(a->image_count, b->image_count);
    for (size_t i = 0; i < a->image_count; i++) {
        assert_int_equal(a->images[i].count, b->images[i].count);
        for (size_t k = 0; k < a->images[i].count; k++) {
            assert_memory_equal(&a->images[i].items[k], &b->images[i].items[k],
                                sizeof a->images[i].items[k]);
        }
    }
}

static void answer_there_and_back(const struct od_protocol *protocol,
                                  const struct od_request *asked,
                                  const struct od_answer *answer,
                                  struct od_answer *decoded)
{
    struct od_reply reply;
    struct od_err err = {0};
    od_reply_init(&reply, 1 << 20);
    assert_int_equal(protocol->render(asked, answer, &reply, &err), 0);
    int rc = protocol->decode(asked, &reply, decoded, &err);
    if (answer->code == OD_CODE_OK) {
        assert_string_equal(err.msg, "");
        assert_int_equal(rc, 0);
    } else {
        assert_int_equal(rc, -1);
        assert_int_equal(err.code, OD_ESERVER);
    }
    od_reply_release(&reply);
}

static void answers(void **state)
{
    (void)state;
    for (size_t p = 0; od_protocol_at(p) != NULL; p++) {
        struct od_rng rng;
        od_rng_init(&rng, 3, p);
        for (int i = 0; i < ROUNDS; i++) {
            struct od_request asked = {.kind = OD_PREDICT,
                                       .model = {.name = "m"},
                                       .form = i % 2 == 0 ? OD_FORM_ROW : OD_FORM_COLUMN,
                                       .picture_count = 1 + od_rng_below(&rng, 4)};
            struct od_answer answer;
            struct od_answer decoded;
            random_answer(&rng, asked.picture_count, &answer);
            answer_there_and_back(od_protocol_at(p), &asked, &answer, &decoded);
            same_boxes(&answer, &decoded);
            same_facts(&answer.server, &decoded.server);
            od_answer_release(&answer);
            od_answer_release(&decoded);
        }
    }
}

static void random_info(struct od_rng *rng, size_t i, struct od_tensor_info *out)
{
    *out = (struct od_tensor_info){.dtype = 1 + (int)od_rng_below(rng, 23),
                                   .rank = (int)od_rng_below(rng, 10) - 1};
    random_name(rng, out->name, "x");
    out->name[0] = (char)('a' + i);
    random_name(rng, out->graph, "");
    for (int k = 0; k < out->rank; k++) {
        out->shape[k] = (int64_t)od_rng_below(rng, 1000) - 1;
    }
}

static void random_model_facts(struct od_rng *rng, struct od_model_facts *out)
{
    *out = (struct od_model_facts){.version = 1 + (int64_t)(od_rng_next(rng) >> 2)};
    random_name(rng, out->name, "m");
    out->signature_count = od_rng_below(rng, OD_MODEL_SIGNATURES + 1);
    for (size_t i = 0; i < out->signature_count; i++) {
        struct od_signature *signature = &out->signatures[i];
        random_name(rng, signature->name, "s");
        signature->name[0] = (char)('a' + i);
        signature->input_count = od_rng_below(rng, OD_SIGNATURE_INPUTS + 1);
        signature->output_count = od_rng_below(rng, OD_SIGNATURE_OUTPUTS + 1);
        for (size_t k = 0; k < signature->input_count; k++) {
            random_info(rng, k, &signature->inputs[k]);
        }
        for (size_t k = 0; k < signature->output_count; k++) {
            random_info(rng, k, &signature->outputs[k]);
        }
    }
}

static void same_info(const struct od_tensor_info *a, const struct od_tensor_info *b)
{
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->graph, b->graph);
    assert_int_equal(a->dtype, b->dtype);
    assert_int_equal(a->rank, b->rank);
    assert_memory_equal(a->shape, b->shape, sizeof a->shape);
}

static void same_model_facts(const struct od_model_facts *a,
                             const struct od_model_facts *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->version, b->version);
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->signature_count, b->signature_count);
    for (size_t i = 0; i < a->signature_count; i++) {
        const struct od_signature *x = &a->signatures[i];
        const struct od_signature *y = &b->signatures[i];
        assert_string_equal(x->name, y->name);
        assert_int_equal(x->input_count, y->input_count);
        assert_int_equal(x->output_count, y->output_count);
        for (size_t k = 0; k < x->input_count; k++) {
            same_info(&x->inputs[k], &y->inputs[k]);
        }
        for (size_t k = 0; k < x->output_count; k++) {
            same_info(&x->outputs[k], &y->outputs[k]);
        }
    }
}

static void facts(void **state)
{
    (void)state;
    static const int states[] = {0, 10, 20, 30, 40, 50};
    struct od_answer *answer = od_xmalloc(sizeof *answer);
    struct od_answer *decoded = od_xmalloc(sizeof *decoded);
    for (size_t p = 0; od_protocol_at(p) != NULL; p++) {
        struct od_rng rng;
        od_rng_init(&rng, 4, p);
        for (int i = 0; i < ROUNDS; i++) {
            struct od_request asked = {.kind = i % 2 == 0 ? OD_METADATA : OD_STATUS};
            od_answer_init(answer);
            random_facts(&rng, &answer->server);
            random_model_facts(&rng, &answer->model);
            memcpy(asked.model.name, answer->model.name, OD_NAME_MAX);
            if (asked.kind == OD_STATUS) {
                answer->model.state = states[od_rng_below(&rng, 6)];
                answer->model.signature_count = 0;
            }
            answer_there_and_back(od_protocol_at(p), &asked, answer, decoded);
            same_model_facts(&answer->model, &decoded->model);
            same_facts(&answer->server, &decoded->server);
            od_answer_release(answer);
            od_answer_release(decoded);
        }
    }
    free(answer);
    free(decoded);
}

/* Error answers keep code (as far as HTTP tells codes apart), text and times. */
static void errors(void **state)
{
    (void)state;
    static const enum od_canonical codes[] = {
        OD_CODE_CANCELLED,       OD_CODE_INVALID_ARGUMENT,  OD_CODE_DEADLINE_EXCEEDED,
        OD_CODE_NOT_FOUND,       OD_CODE_PERMISSION_DENIED, OD_CODE_RESOURCE_EXHAUSTED,
        OD_CODE_UNIMPLEMENTED,   OD_CODE_INTERNAL,          OD_CODE_UNAVAILABLE,
        OD_CODE_UNAUTHENTICATED,
    };
    for (size_t p = 0; od_protocol_at(p) != NULL; p++) {
        struct od_rng rng;
        od_rng_init(&rng, 5, p);
        for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
            struct od_answer answer;
            struct od_answer decoded;
            struct od_request asked = {.kind = OD_PREDICT};
            od_answer_init(&answer);
            random_facts(&rng, &answer.server);
            od_answer_fail(&answer, codes[i], "no \"%s\" \\ \t here", "x");
            answer_there_and_back(od_protocol_at(p), &asked, &answer, &decoded);
            assert_int_equal(decoded.code, codes[i]);
            assert_string_equal(decoded.text, "no \"x\" \\ \t here");
            same_facts(&answer.server, &decoded.server);
            od_answer_release(&answer);
            od_answer_release(&decoded);
        }
    }
}

static void names(void **state)
{
    (void)state;
    static const char *const same[][2] = {{"grpc", "tfs-grpc"}, {"rest", "tfs-rest"}};
    for (size_t i = 0; i < 2; i++) {
        assert_non_null(od_protocol_find(same[i][0]));
        assert_ptr_equal(od_protocol_find(same[i][0]), od_protocol_find(same[i][1]));
    }
    assert_null(od_protocol_find("tfs"));
    for (size_t k = 0; k < sizeof payloads / sizeof payloads[0]; k++) {
        assert_int_equal(od_payload_of(od_payload_name(payloads[k])), payloads[k]);
    }
    assert_int_equal(od_payload_of("png"), OD_PAYLOAD_NONE);
    assert_int_equal(od_payload_of(""), OD_PAYLOAD_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests), cmocka_unit_test(questions),
        cmocka_unit_test(answers),  cmocka_unit_test(facts),
        cmocka_unit_test(errors),   cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
