/* Every protocol of the registry reads back the answers that it writes. */
#include "protocol/protocol.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "random_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 400 };

/* Those that carry all that these tests make: TorchServe and web services have tests of
 * their own. */
static const struct od_protocol *whole_at(size_t i)
{
    const struct od_protocol *protocol = od_protocol_at(i);
    return protocol != NULL && strncmp(protocol->name, "torchserve-", 11) != 0 &&
                   strcmp(protocol->name, "web") != 0
               ? protocol
               : NULL;
}

static const enum od_payload payloads[] = {OD_PAYLOAD_TENSOR, OD_PAYLOAD_JSON,
                                           OD_PAYLOAD_JPEG, OD_PAYLOAD_B64};

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
    assert_int_equal(protocol->render(&od_style_default, asked, answer, &reply, &err), 0);
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

/* The protocols of the Open Inference Protocol lose more than the others. */
static bool is_oip(const struct od_protocol *protocol)
{
    return strncmp(protocol->name, "oip-", 4) == 0;
}

static void answers(void **state)
{
    (void)state;
    for (size_t p = 0; whole_at(p) != NULL; p++) {
        struct od_rng rng;
        od_rng_init(&rng, 3, p);
        for (int i = 0; i < ROUNDS; i++) {
            struct od_request asked = {.kind = OD_PREDICT,
                                       .model = {.name = "m"},
                                       .form = i % 2 == 0 ? OD_FORM_ROW : OD_FORM_COLUMN,
                                       .picture_count = 1 + od_rng_below(&rng, 4)};
            struct od_answer answer;
            struct od_answer decoded;
            (void)strcpy(asked.id, i % 3 == 0 ? "" : "run \"7\"");
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

/* What of *facts comes back: the losses that oip_grpc.c names. */
static void expect_facts(const struct od_protocol *protocol,
                         const struct od_request *asked, struct od_model_facts *facts)
{
    if (!is_oip(protocol)) {
        return;
    }
    if (asked->kind == OD_STATUS) {
        facts->version = asked->model.version;
        facts->state = facts->state == 30 ? 30 : 0;
        return;
    }
    struct od_signature *signature = &facts->signatures[0];
    if (facts->signature_count == 0) {
        *signature = (struct od_signature){0};
    }
    facts->signature_count = 1;
    signature->name[0] = '\0';
    for (size_t i = 0; i < signature->input_count + signature->output_count; i++) {
        struct od_tensor_info *info =
            i < signature->input_count ? &signature->inputs[i]
                                       : &signature->outputs[i - signature->input_count];
        const char *name = od_dtype_name(info->dtype);
        info->graph[0] = '\0';
        info->dtype = (int)od_dtype_of(name, strlen(name));
        info->rank = info->rank < 0 ? 0 : info->rank;
    }
}

static void facts(void **state)
{
    (void)state;
    static const int states[] = {0, 10, 20, 30, 40, 50};
    struct od_answer *answer = od_xmalloc(sizeof *answer);
    struct od_answer *decoded = od_xmalloc(sizeof *decoded);
    for (size_t p = 0; whole_at(p) != NULL; p++) {
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
            expect_facts(od_protocol_at(p), &asked, &answer->model);
            same_model_facts(&answer->model, &decoded->model);
            same_facts(&answer->server, &decoded->server);
            od_answer_release(answer);
            od_answer_release(decoded);
        }
    }
    free(answer);
    free(decoded);
}

/* What is asked about a server, where a protocol has it. */
static void servers(void **state)
{
    (void)state;
    static const enum od_kind kinds[] = {OD_READY, OD_LIST, OD_SERVER};
    for (size_t p = 0; od_protocol_at(p) != NULL; p++) {
        const struct od_protocol *protocol = od_protocol_at(p);
        struct od_rng rng;
        od_rng_init(&rng, 6, p);
        for (int i = 0; i < ROUNDS && is_oip(protocol); i++) {
            struct od_request asked = {.kind = kinds[i % 3]};
            struct od_answer answer;
            struct od_answer decoded;
            od_answer_init(&answer);
            random_facts(&rng, &answer.server);
            if (asked.kind == OD_SERVER) {
                random_name(&rng, answer.server_name, "s");
                random_name(&rng, answer.server_version, "");
            } else if (asked.kind == OD_READY) {
                answer.ready = od_rng_below(&rng, 2) == 0;
            } else {
                answer.name_count = od_rng_below(&rng, 4);
                answer.names = od_xcalloc(4, sizeof *answer.names);
            }
            for (size_t k = 0; k < answer.name_count; k++) {
                random_name(&rng, answer.names[k], "m");
                answer.names[k][0] = (char)('a' + k);
            }
            answer_there_and_back(protocol, &asked, &answer, &decoded);
            assert_int_equal(decoded.ready, answer.ready);
            assert_string_equal(decoded.server_name, answer.server_name);
            assert_string_equal(decoded.server_version, answer.server_version);
            assert_int_equal(decoded.name_count, answer.name_count);
            for (size_t k = 0; k < answer.name_count; k++) {
                assert_string_equal(decoded.names[k], answer.names[k]);
            }
            same_facts(&answer.server, &decoded.server);
            od_answer_release(&answer);
            od_answer_release(&decoded);
        }
    }
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
    for (size_t p = 0; whole_at(p) != NULL; p++) {
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
            /* Triton says 400 for what was cancelled. */
            bool lost = codes[i] == OD_CODE_CANCELLED &&
                        strcmp(od_protocol_at(p)->name, "oip-rest") == 0;
            assert_int_equal(decoded.code, lost ? OD_CODE_INVALID_ARGUMENT : codes[i]);
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
        cmocka_unit_test(answers), cmocka_unit_test(facts), cmocka_unit_test(servers),
        cmocka_unit_test(errors),  cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
