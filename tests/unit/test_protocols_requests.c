/* Every protocol of the registry reads back the requests that it writes. */
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
    char id[OD_NAME_MAX];
    random_model(rng, &out->request.model);
    out->request.form = od_rng_below(rng, 2) == 0 ? OD_FORM_ROW : OD_FORM_COLUMN;
    out->request.spaced = od_rng_below(rng, 2) == 0;
    out->request.outputs = (unsigned)od_rng_below(rng, 16);
    out->request.pictures = out->pictures;
    random_name(rng, id, "");
    (void)strcpy(out->request.id, id);
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

/* The losses that oip_grpc.c and oip_rest.c name. */
static void expect_oip(const struct od_request *in, struct od_request *out)
{
    struct od_model *model = &out->model;
    model->signature[0] = '\0';
    (void)strcpy(model->input, in->kind == OD_PREDICT ? od_model_input(&in->model) : "");
    out->form = OD_FORM_ROW;
    out->outputs = in->outputs == 0 ? OD_OUTPUT_ALL : in->outputs;
    if (model->version != 0) {
        model->version_label[0] = '\0';
    } else if (model->version_label[0] != '0' && model->version_label[0] != '\0' &&
               strspn(model->version_label, "0123456789") ==
                   strlen(model->version_label)) {
        /* Labels and versions are both texts here. */
        model->version = atoll(model->version_label);
        model->version_label[0] = '\0';
    }
}

/* What of *in comes back over gRPC and REST: the losses that their files name. */
static void expect(const struct od_protocol *protocol, const struct od_request *in,
                   struct od_request *out)
{
    *out = *in;
    out->storage = NULL;
    out->spaced = false;
    if (strncmp(protocol->name, "oip-", 4) == 0) {
        expect_oip(in, out);
        return;
    }
    out->id[0] = '\0';
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
    assert_string_equal(a->id, b->id);
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
    assert_true(protocol->route(&od_style_default, &message, &kind));
    assert_int_equal(kind, request->kind);
    rc = protocol->parse(&od_style_default, &message, &parsed, &err);
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
    for (size_t p = 0; whole_at(p) != NULL; p++) {
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
    for (size_t p = 0; whole_at(p) != NULL; p++) {
        struct od_rng rng;
        od_rng_init(&rng, 2, p);
        for (int i = 0; i < ROUNDS; i++) {
            struct od_request request = {.kind = kinds[i % 2]};
            random_model(&rng, &request.model);
            there_and_back(od_protocol_at(p), &request);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests),
        cmocka_unit_test(questions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
