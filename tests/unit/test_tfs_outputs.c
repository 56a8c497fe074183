/* TensorFlow Serving's replies with outputs of any layout, requests of floats and planes:
 * rendered by the server's side and by hand. */
#include "protocol/protocol.h"

#include "base/alloc.h"
#include "tensor.pb-c.h"
#include "tfs.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct od_picture picture = {.width = 10, .height = 20};

static struct od_request asked_for(enum od_output_layout layout)
{
    struct od_request asked = {.kind = OD_PREDICT,
                               .payload = OD_PAYLOAD_TENSOR,
                               .model = {.name = "m"},
                               .outputs = OD_OUTPUT_ALL,
                               .pictures = &picture,
                               .picture_count = 1};
    asked.model.out.layout = layout;
    return asked;
}

/* Decodes a reply's text; expects one box or the error. */
static void check_json(const char *text, enum od_output_layout layout,
                       const struct od_box *box, const char *error)
{
    const struct od_protocol *rest = od_protocol_find("tfs-rest");
    struct od_request asked = asked_for(layout);
    struct od_reply reply;
    struct od_answer answer;
    struct od_err err = {0};
    od_reply_init(&reply, 0);
    reply.code = 200;
    od_buf_puts(&reply.body, text);
    int rc = rest->decode(&asked, &reply, &answer, &err);
    if (box != NULL) {
        if (rc != 0) {
            fail_msg("%s: %s", text, err.msg);
        }
        assert_int_equal(answer.images[0].count, 1);
        assert_memory_equal(&answer.images[0].items[0], box, sizeof *box);
    } else if (rc == 0 || strstr(err.msg, error) == NULL) {
        fail_msg("%s: \"%s\" does not say \"%s\"", text, err.msg, error);
    }
    od_answer_release(&answer);
    od_reply_release(&reply);
}

static void rest_replies(void **state)
{
    (void)state;
    static const struct od_box box = {0.25F, 0.5F, 0.75F, 1, 0.5F, 3};
    /* By row the batch dimension is the predictions array; one output is bare. */
    check_json("{\"predictions\":[[[[0,3,0.5,0.25,0.5,0.75,1],[-1,0,0,0,0,0,0]]]]}",
               OD_LAYOUT_AUTO, &box, NULL);
    check_json("{\"outputs\":[[[[0,3,0.5,0.25,0.5,0.75,1],[-1,0,0,0,0,0,0]]]]}",
               OD_LAYOUT_AUTO, &box, NULL);
    check_json("{\"outputs\":{\"boxes\":[[[2.5,10,7.5,20]]],\"labels\":[[3]],"
               "\"scores\":[[0.5]],\"note\":[\"x\"]}}",
               OD_LAYOUT_AUTO, &box, NULL);
    check_json("{\"predictions\":[{\"boxes\":[[2.5,10,7.5,20]],\"labels\":[3],"
               "\"scores\":[0.5]}]}",
               OD_LAYOUT_LABELS, &box, NULL);
    check_json("{\"predictions\":[{\"output0\":[[5,15,5,10,1,0,0,0.5],[0,0,0,0,0,0,0,0]]}"
               "]}",
               OD_LAYOUT_YOLO5, &box, NULL);
    check_json(
        "{\"predictions\":[{\"logits\":[1,2,3]}]}", OD_LAYOUT_AUTO, NULL,
        "cannot tell what the outputs mean, see --output-format: logits FP32[1,3]");
    /* No box stands in [[]], whatever the other outputs hold. */
    check_json("{\"outputs\":{\"boxes\":[[]],\"labels\":[[3]],\"scores\":[[0.5]]}}",
               OD_LAYOUT_AUTO, NULL, "scores holds 1 boxes, not 0");
    check_json("{\"outputs\":{\"a\":[[1,2],[3]]}}", OD_LAYOUT_AUTO, NULL,
               ": there are none");
    check_json("{\"predictions\":[[[[0,3,0.5,0.25,0.5,0.75,1]]]]}", OD_LAYOUT_YOLO8, NULL,
               "do not fit --output-format layout=yolo8: output FP32[1,1,1,7]");
}

/* A PredictResponse of one output of seven halves or floats, typed or as content. */
static void pack_rows7(int dtype, bool content, struct od_buf *out)
{
    static int64_t sizes[4] = {1, 1, 1, 7};
    /* 0, 3, 0.5, 0.25, 0.5, 0.75, 1 */
    static int32_t halves[7] = {0, 0x4200, 0x3800, 0x3400, 0x3800, 0x3A00, 0x3C00};
    static uint16_t bytes[7] = {0, 0x4200, 0x3800, 0x3400, 0x3800, 0x3A00, 0x3C00};
    static float floats[7] = {0, 3, 0.5F, 0.25F, 0.5F, 0.75F, 1};
    Tensorflow__TensorProto tensor;
    Tensorflow__TensorShapeProto shape;
    Tensorflow__TensorShapeProto__Dim dims[4];
    Tensorflow__TensorShapeProto__Dim *list[4];
    Tensorflow__Serving__PredictResponse__OutputsEntry entry;
    Tensorflow__Serving__PredictResponse__OutputsEntry *entries[1] = {&entry};
    Tensorflow__Serving__PredictResponse reply;
    tensorflow__tensor_proto__init(&tensor);
    tensorflow__tensor_shape_proto__init(&shape);
    tensorflow__serving__predict_response__outputs_entry__init(&entry);
    tensorflow__serving__predict_response__init(&reply);
    for (size_t i = 0; i < 4; i++) {
        tensorflow__tensor_shape_proto__dim__init(&dims[i]);
        dims[i].size = sizes[i];
        list[i] = &dims[i];
    }
    shape.n_dim = 4;
    shape.dim = list;
    tensor.dtype = (Tensorflow__DataType)dtype;
    tensor.tensor_shape = &shape;
    if (content) {
        tensor.tensor_content.data =
            dtype == OD_DTYPE_FP16 ? (uint8_t *)bytes : (uint8_t *)floats;
        tensor.tensor_content.len = dtype == OD_DTYPE_FP16 ? sizeof bytes : sizeof floats;
    } else if (dtype == OD_DTYPE_FP16) {
        tensor.n_half_val = 7;
        tensor.half_val = halves;
    } else {
        tensor.n_float_val = 7;
        tensor.float_val = floats;
    }
    entry.key = (char[]){"detection_out"};
    entry.value = &tensor;
    reply.n_outputs = 1;
    reply.outputs = entries;
    size_t len = tensorflow__serving__predict_response__get_packed_size(&reply);
    char *to = od_buf_reserve(out, len);
    od_buf_advance(out,
                   tensorflow__serving__predict_response__pack(&reply, (uint8_t *)to));
}

static void grpc_replies(void **state)
{
    (void)state;
    const struct od_protocol *grpc = od_protocol_find("tfs-grpc");
    static const int dtypes[] = {OD_DTYPE_FP32, OD_DTYPE_FP16};
    static const struct od_box box = {0.25F, 0.5F, 0.75F, 1, 0.5F, 3};
    for (size_t i = 0; i < 4; i++) {
        struct od_request asked = asked_for(OD_LAYOUT_AUTO);
        struct od_reply reply;
        struct od_answer answer;
        od_reply_init(&reply, 0);
        pack_rows7(dtypes[i / 2], i % 2 == 1, &reply.body);
        assert_int_equal(grpc->decode(&asked, &reply, &answer, NULL), 0);
        assert_int_equal(answer.images[0].count, 1);
        assert_memory_equal(&answer.images[0].items[0], &box, sizeof box);
        od_answer_release(&answer);
        od_reply_release(&reply);
    }
}

/* What every style renders is read back, over both protocols and in both REST forms. */
static void styles(void **state)
{
    (void)state;
    static const struct od_box box = {0.1F, 0.2F, 0.3F, 0.4F, 0.5F, 3};
    static const char *const names[] = {"tfs-grpc", "tfs-rest"};
    for (int i = 0; i < 16; i++) {
        const struct od_protocol *protocol = od_protocol_find(names[i & 1]);
        const struct od_style style = {.layout = (i & 2) != 0 ? OD_LAYOUT_ROWS7
                                                              : OD_LAYOUT_AUTO,
                                       .tensor_content = (i & 4) != 0};
        struct od_request asked = asked_for(OD_LAYOUT_AUTO);
        struct od_reply reply;
        struct od_answer in;
        struct od_answer out;
        asked.form = (i & 8) != 0 ? OD_FORM_COLUMN : OD_FORM_ROW;
        od_reply_init(&reply, 0);
        od_answer_init(&in);
        in.images = od_xcalloc(1, sizeof *in.images);
        in.image_count = 1;
        od_boxes_add(&in.images[0], &box);
        assert_int_equal(protocol->render(&style, &asked, &in, &reply, NULL), 0);
        assert_int_equal(protocol->decode(&asked, &reply, &out, NULL), 0);
        assert_int_equal(out.images[0].count, 1);
        assert_memory_equal(&out.images[0].items[0], &box, sizeof box);
        od_answer_release(&in);
        od_answer_release(&out);
        od_reply_release(&reply);
    }
}

/* Requests of floats and planes come out as they went in. */
static void requests(void **state)
{
    (void)state;
    static const char *const names[] = {"tfs-grpc", "tfs-rest"};
    static const enum od_dtype dtypes[] = {OD_DTYPE_FP32, OD_DTYPE_NONE};
    static const float values[2 * 4 * 3] = {0.5F, -1,   2,    0.1F, 1e-9F, 255, 3,  4,
                                            5,    6,    7,    8,    9,     10,  11, 12,
                                            13,   1e9F, 1.5F, -2,   -3,    -4,  1,  0};
    static const uint8_t pixels[2 * 4 * 3] = {1, 2, 3, 255, 0, 9};
    for (int i = 0; i < 8; i++) {
        const struct od_protocol *protocol = od_protocol_find(names[i & 1]);
        bool floats = dtypes[(i & 2) / 2] == OD_DTYPE_FP32;
        struct od_picture one = {.data = floats ? (const uint8_t *)values : pixels,
                                 .len = floats ? sizeof values : sizeof pixels,
                                 .width = 4,
                                 .height = 2,
                                 .dtype = dtypes[(i & 2) / 2],
                                 .planar = (i & 4) != 0};
        const struct od_picture two[] = {one, one};
        struct od_request asked = asked_for(OD_LAYOUT_AUTO);
        struct od_request parsed;
        struct od_message message;
        struct od_err err = {0};
        bool rest = (i & 1) != 0;
        const struct od_style style = {.floats = rest && (floats || one.planar)};
        asked.payload = rest ? OD_PAYLOAD_JSON : OD_PAYLOAD_TENSOR;
        asked.pictures = two;
        asked.picture_count = 2;
        assert_int_equal(protocol->encode(&asked, &message, NULL), 0);
        if (protocol->parse(&style, &message, &parsed, &err) != 0) {
            fail_msg("%d: %s", i, err.msg);
        }
        assert_int_equal(parsed.picture_count, 2);
        for (size_t k = 0; k < 2; k++) {
            const struct od_picture *got = &parsed.pictures[k];
            assert_int_equal(got->width, 4);
            assert_int_equal(got->height, 2);
            assert_int_equal(got->planar, one.planar);
            float back[24] = {0};
            float sent[24] = {0};
            assert_true(od_dtype_floats(got->dtype == OD_DTYPE_NONE ? OD_DTYPE_UINT8
                                                                    : (int)got->dtype,
                                        got->data, 24, back));
            assert_true(od_dtype_floats(floats ? OD_DTYPE_FP32 : OD_DTYPE_UINT8, one.data,
                                        24, sent));
            assert_memory_equal(back, sent, sizeof back);
        }
        od_request_release(&parsed);
        od_message_release(&message);
    }
}

static void bad_floats(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        const char *says;
    } rows[] = {
        {"{\"instances\":[[[[1,2]]]]}", "a picture has three channels"},
        {"{\"instances\":[[[[1,2,3],[1,2]]]]}", "Encountered list at unexpected size"},
        {"{\"instances\":[[[[1,2,3]],[]]]}", "an array was expected"},
        {"{\"instances\":[[[[1,2,\"3\"]]]]}", "a number was expected"},
        {"{\"instances\":[[[[1,2,nan]]]]}", "a number was expected"},
        {"{\"instances\":[[[[1,2,1e99]]]]}", "a number was expected"},
        {"{\"instances\":[[[[1,2,3", "Missing a comma or ]"},
        {"{\"instances\":[[]]}", "an array was expected"},
    };
    const struct od_style style = {.floats = true};
    const struct od_protocol *rest = od_protocol_find("tfs-rest");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_message message = {.verb = "POST",
                                     .path = od_xstrdup("/v1/models/m:predict")};
        struct od_request parsed;
        struct od_err err = {0};
        od_message_borrow(&message, rows[i].body, strlen(rows[i].body));
        assert_int_equal(rest->parse(&style, &message, &parsed, &err), -1);
        if (strstr(err.msg, rows[i].says) == NULL) {
            fail_msg("%s: %s", rows[i].body, err.msg);
        }
        od_request_release(&parsed);
        od_message_release(&message);
    }
}

/* Metadata as OpenVINO Model Server writes them. */
static void camel_metadata(void **state)
{
    (void)state;
    static const char text[] =
        "{\"modelSpec\":{\"name\":\"m\",\"signatureName\":\"\",\"version\":\"2\"},"
        "\"metadata\":{\"signature_def\":{\"@type\":\"type.googleapis.com/"
        "tensorflow.serving.SignatureDefMap\",\"signatureDef\":{\"serving_default\":{"
        "\"inputs\":{\"data\":{\"dtype\":\"DT_FLOAT\",\"tensorShape\":{\"dim\":[{"
        "\"size\":"
        "\"1\",\"name\":\"\"},{\"size\":\"3\"},{\"size\":\"300\"},{\"size\":\"200\"}],"
        "\"unknownRank\":false},\"name\":\"data\"}},\"outputs\":{},\"methodName\":\"\"}}}"
        "}}";
    const struct od_protocol *rest = od_protocol_find("tfs-rest");
    struct od_request asked = {.kind = OD_METADATA, .model = {.name = "m"}};
    struct od_reply reply;
    struct od_answer answer;
    od_reply_init(&reply, 0);
    reply.code = 200;
    od_buf_puts(&reply.body, text);
    assert_int_equal(rest->decode(&asked, &reply, &answer, NULL), 0);
    const struct od_tensor_info *input = &answer.model.signatures[0].inputs[0];
    const int64_t shape[] = {1, 3, 300, 200};
    assert_int_equal(answer.model.version, 2);
    assert_int_equal(answer.model.signature_count, 1);
    assert_string_equal(input->name, "data");
    assert_int_equal(input->dtype, OD_DTYPE_FP32);
    assert_int_equal(input->rank, 4);
    assert_memory_equal(input->shape, shape, sizeof shape);
    od_answer_release(&answer);
    od_reply_release(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rest_replies), cmocka_unit_test(grpc_replies),
        cmocka_unit_test(styles),       cmocka_unit_test(requests),
        cmocka_unit_test(bad_floats),   cmocka_unit_test(camel_metadata),
    };
    return cmocka_run_group_tests_name("tfs outputs", tests, NULL, NULL);
}
