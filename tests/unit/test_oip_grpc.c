/* What a server of the Open Inference Protocol must refuse over gRPC, and what its client
 * must take and must refuse. */
#include "protocol/oip.h"

#include "base/alloc.h"
#include "protocol/tfs_spec.h"

#include "oip.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SERVICE "/inference.GRPCInferenceService/"

typedef Inference__ModelInferRequest pb_request;
typedef Inference__ModelInferRequest__InferInputTensor pb_input;
typedef Inference__ModelInferResponse pb_reply;
typedef Inference__ModelInferResponse__InferOutputTensor pb_output;

static char *text(const char *constant)
{
    return od_tfs_unconst(constant);
}

/* A request with one tensor of 1 x 2 pixels, whose parts tests change. */
struct parts {
    pb_request request;
    pb_input input;
    pb_input *inputs[2];
    int64_t shape[9];
    uint8_t bytes[32];
    ProtobufCBinaryData raw[2];
    uint32_t list[8];
    Inference__InferTensorContents contents;
    Inference__ModelInferRequest__InferRequestedOutputTensor output;
    Inference__ModelInferRequest__InferRequestedOutputTensor *outputs[2];
};

static void parts_init(struct parts *parts)
{
    *parts = (struct parts){.shape = {1, 1, 2, 3}, .bytes = {1, 2, 3, 4, 5, 6}};
    inference__model_infer_request__init(&parts->request);
    inference__model_infer_request__infer_input_tensor__init(&parts->input);
    inference__infer_tensor_contents__init(&parts->contents);
    inference__model_infer_request__infer_requested_output_tensor__init(&parts->output);
    parts->request.model_name = text("m");
    parts->request.inputs = parts->inputs;
    parts->request.n_inputs = 1;
    parts->inputs[0] = &parts->input;
    parts->inputs[1] = &parts->input;
    parts->request.raw_input_contents = parts->raw;
    parts->request.n_raw_input_contents = 1;
    parts->raw[0] = (ProtobufCBinaryData){.data = parts->bytes, .len = 6};
    parts->raw[1] = parts->raw[0];
    parts->input.name = text("x");
    parts->input.datatype = text("UINT8");
    parts->input.shape = parts->shape;
    parts->input.n_shape = 4;
    parts->contents.uint_contents = parts->list;
    parts->contents.n_uint_contents = 6;
    parts->request.outputs = parts->outputs;
    parts->outputs[0] = &parts->output;
    parts->outputs[1] = &parts->output;
}

static int parse(const struct parts *parts, enum od_dialect dialect,
                 struct od_request *out, struct od_err *err)
{
    const struct od_style style = {.dialect = dialect};
    struct od_message message = {.verb = "POST",
                                 .path = od_xstrdup(SERVICE "ModelInfer")};
    od_tfs_pack_segment(&parts->request.base, &message);
    int rc = od_oip_grpc.parse(&style, &message, out, err);
    od_message_release(&message);
    return rc;
}

static void refused(const struct parts *parts, const char *what)
{
    struct od_request got;
    struct od_err err = {0};
    assert_int_equal(parse(parts, OD_DIALECT_TRITON, &got, &err), -1);
    if (strstr(err.msg, what) == NULL) {
        fail_msg("'%s' is not in '%s'", what, err.msg);
    }
    od_request_release(&got);
}

static void refused_tensors(void **state)
{
    (void)state;
    struct parts parts;
    parts_init(&parts);
    parts.raw[0].len = 5;
    refused(&parts, "model m, input x: the tensor has 5 bytes, not 6");
    parts_init(&parts);
    parts.shape[3] = 4;
    refused(&parts, "have the shape");
    parts_init(&parts);
    parts.shape[0] = 0;
    refused(&parts, "have the shape");
    parts_init(&parts);
    parts.shape[1] = INT64_MAX;
    refused(&parts, "more than");
    parts_init(&parts);
    parts.shape[2] = -1;
    refused(&parts, "dimension of -1");
    parts_init(&parts);
    parts.input.n_shape = 9;
    refused(&parts, "9 dimensions");
    parts_init(&parts);
    parts.input.datatype = text("STRING");
    refused(&parts, "datatype 'STRING'");
    parts_init(&parts);
    parts.input.datatype = text("BYTES");
    parts.input.n_shape = 1;
    refused(&parts, "BYTES end within an element");
    parts_init(&parts);
    parts.input.datatype = text("BYTES");
    parts.input.n_shape = 3;
    refused(&parts, "BYTES have the shape");
}

static void refused_requests(void **state)
{
    (void)state;
    struct parts parts;
    parts_init(&parts);
    parts.request.model_name = text("");
    refused(&parts, "no model_name");
    parts_init(&parts);
    parts.request.n_inputs = 0;
    refused(&parts, "has 1 input, the request 0");
    parts_init(&parts);
    parts.request.n_inputs = 2;
    refused(&parts, "has 1 input, the request 2");
    parts_init(&parts);
    parts.request.n_raw_input_contents = 2;
    refused(&parts, "2 raw_input_contents");
    parts_init(&parts);
    parts.input.contents = &parts.contents;
    refused(&parts, "which has contents too");
    parts_init(&parts);
    parts.request.n_raw_input_contents = 0;
    refused(&parts, "neither contents nor");
    parts.input.contents = &parts.contents;
    parts.contents.n_uint_contents = 5;
    refused(&parts, "typed contents of 5 elements, not 6");
    parts.contents.n_uint_contents = 6;
    parts.list[3] = 256;
    refused(&parts, "hold what UINT8 cannot");
    parts.input.datatype = text("FP16");
    refused(&parts, "FP16 has no typed contents");
    parts_init(&parts);
    parts.output.name = text("boxes");
    parts.request.n_outputs = 1;
    refused(&parts, "model m has no output 'boxes'");
    parts_init(&parts);
    parts.output.name = text("num_detections");
    parts.request.n_outputs = 2;
    refused(&parts, "asked twice");
}

/* TorchServe looks at typed contents alone. */
static void torchserve(void **state)
{
    (void)state;
    struct parts parts;
    struct od_request got;
    struct od_err err = {0};
    parts_init(&parts);
    assert_int_equal(parse(&parts, OD_DIALECT_TORCHSERVE, &got, &err), -1);
    assert_non_null(strstr(err.msg, "neither contents nor"));
    od_request_release(&got);
    parts.input.contents = &parts.contents;
    parts.list[5] = 255;
    assert_int_equal(parse(&parts, OD_DIALECT_TORCHSERVE, &got, NULL), 0);
    assert_int_equal(got.payload, OD_PAYLOAD_JSON);
    assert_int_equal(got.pictures[0].data[5], 255);
    od_request_release(&got);
}

static void methods(void **state)
{
    (void)state;
    struct od_message message = {.verb = "POST", .path = text(SERVICE "ModelConfig")};
    struct od_request got;
    struct od_err err = {0};
    enum od_kind kind;
    assert_false(od_oip_grpc.route(&od_style_default, &message, &kind));
    message.path = text(SERVICE "RepositoryIndex");
    const struct od_style ovms = {.dialect = OD_DIALECT_OVMS};
    assert_int_equal(od_oip_grpc.parse(&ovms, &message, &got, &err), -1);
    assert_int_equal(err.code, OD_EUNSUPPORTED);
    od_request_release(&got);
    message.path = text(SERVICE "ModelReady");
    err = (struct od_err){0};
    assert_int_equal(od_oip_grpc.parse(&ovms, &message, &got, &err), -1);
    assert_string_equal(err.msg, "the request has no name");
    od_request_release(&got);
}

/* A reply of torchvision's kind: boxes in pixels, INT64 labels, texts beside them. */
static void labels_reply(bool raw, const char *id, struct od_reply *out)
{
    static const float boxes[] = {64, 48, 320, 240, 0, 0, 640, 480};
    static const float scores[] = {0.75F, 0.25F};
    static const int64_t labels[] = {1, 90};
    static int64_t shapes[2] = {2, 4};
    static const char *const names[] = {"boxes", "scores", "labels", "texts"};
    static const char *const types[] = {"FP32", "FP32", "INT64", "BYTES"};
    pb_output outputs[4];
    pb_output *list[4];
    Inference__InferTensorContents contents[4];
    ProtobufCBinaryData raws[4] = {
        {sizeof boxes, (uint8_t *)(uintptr_t)boxes},
        {sizeof scores, (uint8_t *)(uintptr_t)scores},
        {sizeof labels, (uint8_t *)(uintptr_t)labels},
        {7, (uint8_t *)(uintptr_t) "\3\0\0\0cat"},
    };
    pb_reply reply;
    inference__model_infer_response__init(&reply);
    for (size_t i = 0; i < 4; i++) {
        inference__model_infer_response__infer_output_tensor__init(&outputs[i]);
        inference__infer_tensor_contents__init(&contents[i]);
        outputs[i].name = text(names[i]);
        outputs[i].datatype = text(types[i]);
        outputs[i].shape = shapes;
        outputs[i].n_shape = i == 0 ? 2 : 1;
        outputs[i].contents = raw ? NULL : &contents[i];
        list[i] = &outputs[i];
    }
    contents[0].n_fp32_contents = 8;
    contents[0].fp32_contents = (float *)(uintptr_t)boxes;
    contents[1].n_fp32_contents = 2;
    contents[1].fp32_contents = (float *)(uintptr_t)scores;
    contents[2].n_int64_contents = 2;
    contents[2].int64_contents = (int64_t *)(uintptr_t)labels;
    reply.outputs = list;
    reply.n_outputs = 4;
    reply.raw_output_contents = raws;
    reply.n_raw_output_contents = raw ? 4 : 0;
    reply.id = text(id);
    od_reply_init(out, 0);
    od_tfs_pack(&reply.base, &out->body);
}

static void other_outputs(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct od_picture picture = {.width = 640, .height = 480};
        struct od_request asked = {.kind = OD_PREDICT,
                                   .model = {.name = "m"},
                                   .id = "7",
                                   .pictures = &picture,
                                   .picture_count = 1};
        struct od_reply reply;
        struct od_answer got;
        struct od_err err = {0};
        labels_reply(i == 0, i == 0 ? "7" : "", &reply);
        int rc = od_oip_grpc.decode(&asked, &reply, &got, &err);
        assert_string_equal(err.msg, "");
        assert_int_equal(rc, 0);
        assert_int_equal(got.images[0].count, 2);
        const struct od_box *box = &got.images[0].items[0];
        assert_float_equal(box->x0, 0.1F, 1e-6);
        assert_float_equal(box->y0, 0.1F, 1e-6);
        assert_float_equal(box->x1, 0.5F, 1e-6);
        assert_float_equal(box->y1, 0.5F, 1e-6);
        assert_float_equal(box->score, 0.75F, 0);
        assert_int_equal(box->label, 1);
        assert_int_equal(got.images[0].items[1].label, 90);
        od_answer_release(&got);
        od_reply_release(&reply);
    }
}

static void foreign_id(void **state)
{
    (void)state;
    struct od_request asked = {.kind = OD_PREDICT, .picture_count = 1, .id = "7"};
    struct od_reply reply;
    struct od_answer got;
    struct od_err err = {0};
    labels_reply(true, "8", &reply);
    assert_int_equal(od_oip_grpc.decode(&asked, &reply, &got, &err), -1);
    assert_int_equal(err.code, OD_EDECODE);
    assert_string_equal(err.msg, "the reply is for the request '8', not '7'");
    od_answer_release(&got);
    od_reply_release(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_tensors), cmocka_unit_test(refused_requests),
        cmocka_unit_test(torchserve),      cmocka_unit_test(methods),
        cmocka_unit_test(other_outputs),   cmocka_unit_test(foreign_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
