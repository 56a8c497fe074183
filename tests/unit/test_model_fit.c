/* What a model wants, from its server's metadata. */
#include "service/model_format.h"

#include "base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void set_info(struct od_tensor_info *info, const char *name, int dtype,
                     const int *shape)
{
    *info = (struct od_tensor_info){.dtype = dtype};
    (void)snprintf(info->name, sizeof info->name, "%s", name);
    for (; shape[info->rank] != -9; info->rank++) {
        info->shape[info->rank] = shape[info->rank];
    }
}
#define SHAPE(...) ((const int[]){__VA_ARGS__, -9})

/* Facts of one signature with one input. */
static struct od_model_facts *facts_of(const char *name, int dtype, const int *shape)
{
    struct od_model_facts *facts = od_xcalloc(1, sizeof *facts);
    facts->signature_count = 1;
    (void)snprintf(facts->signatures[0].name, OD_NAME_MAX, "serving_default");
    facts->signatures[0].input_count = 1;
    set_info(&facts->signatures[0].inputs[0], name, dtype, shape);
    return facts;
}

struct row {
    const char *input; /* name of the model's */
    int dtype;
    const int *shape;
    const char *given; /* --input-format, or NULL */
    enum od_payload payload;
    const char *expected; /* format, or the error's text */
};

static void check(const struct row *row)
{
    struct od_model_facts *facts = facts_of(row->input, row->dtype, row->shape);
    struct od_model model = {.name = "m"};
    struct od_err err = {0};
    char text[OD_FORMAT_TEXT_MAX];
    if (row->given != NULL) {
        assert_int_equal(od_input_format_read(row->given, &model.in, NULL), 0);
    }
    if (od_model_fit(facts, row->payload, &model, &err) == 0) {
        assert_string_equal(od_model_input(&model), row->input);
        od_input_format_text(&model.in, text);
        assert_string_equal(text, row->expected);
    } else {
        assert_int_equal(err.code, OD_EINPUT);
        if (strstr(err.msg, row->expected) == NULL) {
            fail_msg("\"%s\" does not say \"%s\"", err.msg, row->expected);
        }
    }
    free(facts);
}

static void inputs(void **state)
{
    (void)state;
    const enum od_payload tensor = OD_PAYLOAD_TENSOR;
    const enum od_payload jpeg = OD_PAYLOAD_JPEG;
    const struct row rows[] = {
        {"inputs", OD_DTYPE_UINT8, SHAPE(-1, -1, -1, 3), NULL, tensor, "type=uint8"},
        {"input_tensor", OD_DTYPE_UINT8, SHAPE(1, -1, -1, 3), NULL, tensor, "type=uint8"},
        {"images", OD_DTYPE_FP32, SHAPE(1, 3, 640, 480), "fit=letterbox,scale=0.5",
         tensor, "type=fp32,layout=nchw,size=480x640,fit=letterbox,scale=0.5"},
        {"images", OD_DTYPE_FP16, SHAPE(-1, 3, -1, -1), "size=320x256", tensor,
         "type=fp16,layout=nchw,size=320x256"},
        {"images", OD_DTYPE_FP32, SHAPE(3, 300, 300), NULL, tensor,
         "type=fp32,layout=nchw,size=300x300"},
        {"images", OD_DTYPE_FP32, SHAPE(300, 300, 3), NULL, tensor,
         "type=fp32,size=300x300"},
        {"x", OD_DTYPE_FP32, SHAPE(-1, -1, -1, -1), "layout=nchw", tensor,
         "type=fp32,layout=nchw"},
        {"x", OD_DTYPE_NONE, SHAPE(-1, -1, -1, -1), NULL, tensor, ""},
        {"x", OD_DTYPE_UINT8, SHAPE(-1), NULL, tensor, "type=uint8"},
        {"x", OD_DTYPE_UINT8, (const int[]){-9}, "size=7x8", tensor,
         "type=uint8,size=7x8"},
        {"s", OD_DTYPE_BYTES, SHAPE(-1), NULL, jpeg, ""},
        {"x", OD_DTYPE_FP32, SHAPE(1, 3, 300, 200), NULL, jpeg,
         "layout=nchw,size=200x300"},
        {"s", OD_DTYPE_BYTES, SHAPE(-1), NULL, tensor,
         "input s is BYTES [-1], not pixels; see --payload"},
        {"x", OD_DTYPE_FP32, SHAPE(1, 3, 640, 640), "size=320x320", tensor,
         "input x is FP32 [1,3,640,640], not 320 pixels high; see --input-format size"},
        {"x", OD_DTYPE_FP32, SHAPE(1, 3, 640, 640), "type=uint8", tensor,
         "not UINT8; see --input-format type"},
        {"x", OD_DTYPE_UINT8, SHAPE(1, 640, 640, 3), "layout=nchw", tensor,
         "not NCHW; see --input-format layout"},
        {"x", OD_DTYPE_FP32, SHAPE(1, 3, 640, 640), "layout=nhwc", tensor,
         "input x is FP32 [1,3,640,640], not NHWC; see --input-format layout"},
        {"x", OD_DTYPE_FP32, SHAPE(1, -1, -1, -1), "layout=nhwc", tensor, "type=fp32"},
        {"x", OD_DTYPE_FP32, SHAPE(1, -1, -1, 3), "layout=nhwc", tensor, "type=fp32"},
        {"x", OD_DTYPE_UINT8, SHAPE(1, 640, 640, 1), NULL, tensor, "not of 3 channels"},
        {"x", OD_DTYPE_INT64, SHAPE(1, 640, 640, 3), NULL, tensor,
         "not of a type that a picture can have"},
        {"x", OD_DTYPE_FP32, SHAPE(1, 10), NULL, tensor, "not of the shape of a picture"},
        {"x", OD_DTYPE_UINT8, SHAPE(8, 640, 640, 3), NULL, tensor, "not for one picture"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check(&rows[i]);
    }
}

static void signatures(void **state)
{
    (void)state;
    struct od_model_facts *facts =
        facts_of("inputs", OD_DTYPE_UINT8, SHAPE(-1, -1, -1, 3));
    struct od_model model = {.name = "m"};
    struct od_err err = {0};
    facts->signature_count = 2;
    facts->signatures[1] = facts->signatures[0];
    (void)snprintf(facts->signatures[0].inputs[0].graph, OD_NAME_MAX, "image_tensor:0");
    (void)snprintf(facts->signatures[1].name, OD_NAME_MAX, "serving_encoded");
    set_info(&facts->signatures[1].inputs[0], "bytes", OD_DTYPE_BYTES, SHAPE(-1));
    assert_int_equal(od_model_fit(facts, OD_PAYLOAD_TENSOR, &model, NULL), 0);
    assert_string_equal(model.signature, "");
    assert_int_equal(od_model_fit(facts, OD_PAYLOAD_B64, &model, NULL), 0);
    assert_string_equal(model.signature, "serving_encoded");
    assert_string_equal(model.input, "bytes");
    /* What is given stays. */
    model = (struct od_model){.signature = "serving_default"};
    assert_int_equal(od_model_fit(facts, OD_PAYLOAD_JPEG, &model, &err), -1);
    assert_non_null(
        strstr(err.msg, "not the bytes of files; see --payload, --signature"));
    od_err_clear(&err);
    model = (struct od_model){.signature = "other"};
    assert_int_equal(od_model_fit(facts, OD_PAYLOAD_JPEG, &model, &err), -1);
    assert_non_null(strstr(err.msg, "has no signature other, but serving_default"));
    od_err_clear(&err);
    model = (struct od_model){.input = "image"};
    assert_int_equal(od_model_fit(facts, OD_PAYLOAD_TENSOR, &model, &err), -1);
    assert_non_null(strstr(err.msg, "has no input image, but inputs UINT8 [-1,-1,-1,3]"));
    od_err_clear(&err);
    /* More than a picture is wanted. */
    facts->signature_count = 1;
    facts->signatures[0].input_count = 2;
    set_info(&facts->signatures[0].inputs[1], "shape", OD_DTYPE_FP32, SHAPE(-1, 2));
    model = (struct od_model){0};
    assert_int_equal(od_model_fit(facts, OD_PAYLOAD_TENSOR, &model, &err), -1);
    assert_non_null(strstr(err.msg, "takes 2 inputs, not one picture"));
    (void)snprintf(model.input, OD_NAME_MAX, "inputs");
    assert_int_equal(od_model_fit(facts, OD_PAYLOAD_TENSOR, &model, NULL), 0);
    /* Nothing is known: everything stays. */
    *facts = (struct od_model_facts){0};
    assert_int_equal(od_model_fit(facts, OD_PAYLOAD_TENSOR, &model, NULL), 0);
    free(facts);
}

static void outputs(void **state)
{
    (void)state;
    struct od_model_facts *facts = facts_of("x", OD_DTYPE_FP32, SHAPE(1, 3, 64, 64));
    struct od_signature *s = &facts->signatures[0];
    struct od_model model = {0};
    struct od_err err = {0};
    s->output_count = 1;
    set_info(&s->outputs[0], "logits", OD_DTYPE_FP32, SHAPE(-1, 1000));
    assert_int_equal(od_model_fit(facts, OD_PAYLOAD_TENSOR, &model, &err), -1);
    assert_non_null(strstr(err.msg, "see --output-format: logits FP32[1,1000]"));
    od_err_clear(&err);
    set_info(&s->outputs[0], "out", OD_DTYPE_FP32, SHAPE(-1, 84, 8400));
    assert_int_equal(od_model_fit(facts, OD_PAYLOAD_TENSOR, &model, NULL), 0);
    model = (struct od_model){.out = {.layout = OD_LAYOUT_ROWS7}};
    assert_int_equal(od_model_fit(facts, OD_PAYLOAD_TENSOR, &model, &err), -1);
    assert_non_null(strstr(err.msg, "do not fit --output-format layout=rows7"));
    /* A shape that is not told may fit. */
    model = (struct od_model){0};
    set_info(&s->outputs[0], "out", OD_DTYPE_FP32, (const int[]){-9});
    assert_int_equal(od_model_fit(facts, OD_PAYLOAD_TENSOR, &model, NULL), 0);
    model.out.layout = OD_LAYOUT_ROWS7;
    set_info(&s->outputs[0], "out", OD_DTYPE_FP32, SHAPE(-1, -1, -1));
    assert_int_equal(od_model_fit(facts, OD_PAYLOAD_TENSOR, &model, NULL), 0);
    free(facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs),
        cmocka_unit_test(signatures),
        cmocka_unit_test(outputs),
    };
    return cmocka_run_group_tests_name("model fit", tests, NULL, NULL);
}
