/* Which requests the catalog lets through, and the texts of those it does not. The texts
 * are those of TensorFlow Serving's sources (odbench-wire(7), Errors over gRPC). */
#include "server/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct od_catalog_form form;
static const struct od_picture picture = {.data = NULL, .width = 1, .height = 1};

struct refusal {
    enum od_kind kind;
    enum od_payload payload;
    enum od_transport transport;
    bool known;
    struct od_model model;
    size_t pictures;
    enum od_canonical code; /* OK: it is let through */
    const char *text;
};

static const struct refusal cases[] = {
    {.known = true, .model = {.name = "m"}, .pictures = 1},
    {.known = true, .model = {.name = "m", .version = 1}, .pictures = 1},
    {.known = true,
     .model = {.name = "m", .signature = "serving_default", .input = "inputs"},
     .pictures = 4096},
    {.known = true,
     .payload = OD_PAYLOAD_JPEG,
     .model = {.name = "m", .signature = "serving_encoded"},
     .pictures = 1},
    {.known = true,
     .payload = OD_PAYLOAD_B64,
     .model = {.name = "m", .signature = "serving_default"},
     .pictures = 1},
    {.kind = OD_STATUS, .known = true, .model = {.name = "m", .version_label = "x"}},
    {.kind = OD_METADATA, .known = true, .model = {.name = "m", .signature = "x"}},
    {.code = OD_CODE_INVALID_ARGUMENT, .text = "ModelSpec has no name specified."},
    {.model = {.name = "half"},
     .code = OD_CODE_NOT_FOUND,
     .text = "Servable not found for request: Latest(half)"},
    {.known = true,
     .model = {.name = "m", .version = 7},
     .code = OD_CODE_NOT_FOUND,
     .text = "Servable not found for request: Specific(m, 7)"},
    {.kind = OD_METADATA,
     .model = {.name = "half"},
     .code = OD_CODE_NOT_FOUND,
     .text = "Servable not found for request: Latest(half)"},
    {.kind = OD_STATUS,
     .model = {.name = "half"},
     .code = OD_CODE_NOT_FOUND,
     .text = "Could not find any versions of model half"},
    {.kind = OD_STATUS,
     .known = true,
     .model = {.name = "m", .version = 2},
     .code = OD_CODE_NOT_FOUND,
     .text = "Could not find version 2 of model m"},
    {.known = true,
     .model = {.name = "m", .version_label = "canary"},
     .code = OD_CODE_INVALID_ARGUMENT,
     .text = "Unrecognized servable version label: canary"},
    {.known = true,
     .transport = OD_GRPC,
     .model = {.name = "m", .signature = "other"},
     .pictures = 1,
     .code = OD_CODE_FAILED_PRECONDITION,
     .text = "Serving signature key \"other\" not found."},
    {.known = true,
     .transport = OD_HTTP,
     .model = {.name = "m", .signature = "other"},
     .pictures = 1,
     .code = OD_CODE_INVALID_ARGUMENT,
     .text = "Serving signature name: \"other\" not found in signature def"},
    {.known = true,
     .model = {.name = "m", .input = "image"},
     .pictures = 1,
     .code = OD_CODE_INVALID_ARGUMENT,
     .text = "input tensor alias not found in signature: image. "
             "Inputs expected to be in the set {inputs}."},
    {.known = true,
     .payload = OD_PAYLOAD_TENSOR,
     .model = {.name = "m", .signature = "serving_encoded"},
     .pictures = 1,
     .code = OD_CODE_INVALID_ARGUMENT,
     .text = "Expects arg[0] to be string but uint8 is provided"},
    {.known = true,
     .model = {.name = "m"},
     .code = OD_CODE_INVALID_ARGUMENT,
     .text = "the batch holds no image"},
    {.known = true,
     .model = {.name = "m"},
     .pictures = 4097,
     .code = OD_CODE_INVALID_ARGUMENT,
     .text = "a batch of 4097 images is larger than 4096"},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct refusal *c = &cases[i];
        const struct od_request request = {.kind = c->kind,
                                           .payload = c->payload,
                                           .model = c->model,
                                           .pictures = &picture,
                                           .picture_count = c->pictures};
        struct od_answer answer;
        od_answer_init(&answer);
        bool fits = od_catalog_check(&request, c->transport, c->known, &form, &answer);
        print_message("case %zu\n", i);
        assert_int_equal(fits, c->code == OD_CODE_OK);
        assert_int_equal(answer.code, c->code);
        if (!fits) {
            assert_string_equal(answer.text, c->text);
        }
        od_answer_release(&answer);
    }
}

static void test_facts(void **state)
{
    (void)state;
    struct od_model_facts facts;
    od_catalog_facts("ssd", &(struct od_catalog_form){0}, &facts);
    assert_string_equal(facts.name, "ssd");
    assert_int_equal(facts.version, 1);
    assert_int_equal(facts.state, 30); /* AVAILABLE */
    assert_int_equal(facts.signature_count, 2);
    const struct od_signature *pixels = &facts.signatures[0];
    const struct od_signature *files = &facts.signatures[1];
    assert_string_equal(pixels->name, "serving_default");
    assert_string_equal(files->name, "serving_encoded");
    assert_int_equal(pixels->inputs[0].dtype, 4); /* DT_UINT8 */
    assert_int_equal(pixels->inputs[0].rank, 4);
    assert_int_equal(pixels->inputs[0].shape[3], 3);
    assert_int_equal(files->inputs[0].dtype, 7); /* DT_STRING */
    assert_int_equal(files->inputs[0].rank, 1);
    for (size_t i = 0; i < facts.signature_count; i++) {
        assert_string_equal(facts.signatures[i].inputs[0].name, "inputs");
        assert_int_equal(facts.signatures[i].output_count, 4);
        for (size_t k = 0; k < 4; k++) {
            assert_int_equal(facts.signatures[i].outputs[k].dtype, 1); /* DT_FLOAT */
        }
    }
}

/* A model that wants floats, planes and a size: its facts, and what it refuses. */
static void test_forms(void **state)
{
    (void)state;
    static const struct od_style rows = {.layout = OD_LAYOUT_ROWS7};
    const struct od_catalog_form wants = {
        .input = "images",
        .in = {.dtype = OD_DTYPE_FP32, .planar = true, .width = 320, .height = 240},
        .style = &rows};
    struct od_model_facts facts;
    od_catalog_facts("m", &wants, &facts);
    const struct od_tensor_info *input = &facts.signatures[0].inputs[0];
    const int64_t shape[] = {-1, 3, 240, 320};
    assert_string_equal(input->name, "images");
    assert_int_equal(input->dtype, OD_DTYPE_FP32);
    assert_memory_equal(input->shape, shape, sizeof shape);
    assert_int_equal(facts.signatures[0].output_count, 1);
    assert_string_equal(facts.signatures[0].outputs[0].name, "detection_out");
    static const struct {
        struct od_picture picture;
        enum od_payload payload;
        const char *text; /* NULL: it is taken */
    } rows_of[] = {
        {{.width = 320, .height = 240, .dtype = OD_DTYPE_FP32, .planar = true},
         OD_PAYLOAD_TENSOR,
         NULL},
        {{.width = 320, .height = 240, .planar = true}, OD_PAYLOAD_JSON, NULL},
        {{.data = NULL}, OD_PAYLOAD_JPEG, NULL},
        {{.width = 320, .height = 240, .planar = true},
         OD_PAYLOAD_TENSOR,
         "Expects arg[0] to be float but uint8 is provided"},
        {{.width = 320, .height = 240, .dtype = OD_DTYPE_FP32},
         OD_PAYLOAD_TENSOR,
         "unexpected shape for input 'images' for model 'm'. Expected [-1,3,240,320], "
         "got [-1,240,320,3]"},
        {{.width = 240, .height = 320, .dtype = OD_DTYPE_FP32, .planar = true},
         OD_PAYLOAD_TENSOR,
         "unexpected shape for input 'images' for model 'm'. Expected [-1,3,240,320], "
         "got [-1,3,320,240]"},
    };
    for (size_t i = 0; i < sizeof rows_of / sizeof *rows_of; i++) {
        const struct od_request request = {.kind = OD_PREDICT,
                                           .payload = rows_of[i].payload,
                                           .model = {.name = "m"},
                                           .pictures = &rows_of[i].picture,
                                           .picture_count = 1};
        struct od_answer answer;
        od_answer_init(&answer);
        bool fits = od_catalog_check(&request, OD_GRPC, true, &wants, &answer);
        assert_int_equal(fits, rows_of[i].text == NULL);
        if (!fits) {
            assert_string_equal(answer.text, rows_of[i].text);
        }
        od_answer_release(&answer);
    }
    /* Exports for encoded images have one signature, of strings. */
    const struct od_catalog_form encoded = {.in = {.dtype = OD_DTYPE_BYTES}};
    od_catalog_facts("m", &encoded, &facts);
    assert_int_equal(facts.signature_count, 1);
    assert_int_equal(facts.signatures[0].inputs[0].dtype, OD_DTYPE_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
