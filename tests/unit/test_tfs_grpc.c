/* TensorFlow Serving over gRPC: golden bytes, and both directions of its messages. */
#include "protocol/protocol.h"

#include "base/alloc.h"
#include "wire/predict.h"

#include "tfs.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The request of odbench-wire(7), Predict, made by protoc 3.21 from the messages stated
 * there. */
static const char golden_request[] =
    "0a140a016d1a0f73657276696e675f64656661756c7412260a06696e70757473121c08041210120208"
    "011202080112020802120208032206010203040506";
static const char golden_reply[] =
    "0a200a0e6e756d5f646574656374696f6e73120e08011204120208012a040000c84212180a016d120208"
    "011a0f73657276696e675f64656661756c74";

static const struct od_protocol *grpc(void)
{
    return od_protocol_find("grpc");
}

static char *hex_of(const char *data, size_t len)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t i = 0; i < len; i++) {
        od_buf_printf(&text, "%02x", (unsigned)(unsigned char)data[i]);
    }
    char *hex = od_buf_steal(&text);
    od_buf_release(&text);
    return hex;
}

static void bytes_of(const char *hex, struct od_buf *out)
{
    for (size_t i = 0; hex[i] != '\0'; i += 2) {
        char pair[] = {hex[i], hex[i + 1], '\0'};
        od_buf_putc(out, (char)strtol(pair, NULL, 16));
    }
}

static void golden_request_bytes(void **state)
{
    (void)state;
    const uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
    struct od_picture picture = {.data = pixels, .len = 6, .width = 2, .height = 1};
    struct od_request request = {.kind = OD_PREDICT,
                                 .payload = OD_PAYLOAD_TENSOR,
                                 .model = {.name = "m"},
                                 .pictures = &picture,
                                 .picture_count = 1};
    struct od_message message;
    struct od_err err = {0};
    assert_int_equal(grpc()->encode(&request, &message, &err), 0);
    assert_string_equal(message.path, "/tensorflow.serving.PredictionService/Predict");
    assert_int_equal(message.segment_count, 2);
    assert_ptr_equal(message.segments[1].data, pixels);
    assert_null(message.segments[1].owned);
    struct od_buf body;
    od_buf_init(&body, 0);
    od_message_flatten(&message, &body);
    char *hex = hex_of(body.data, body.len);
    assert_string_equal(hex, golden_request);
    free(hex);
    od_buf_release(&body);
    od_message_release(&message);
}

static void golden_reply_bytes(void **state)
{
    (void)state;
    struct od_request asked = {.kind = OD_PREDICT,
                               .model = {.name = "m"},
                               .outputs = OD_OUTPUT_COUNT,
                               .picture_count = 1};
    struct od_answer answer;
    od_answer_init(&answer);
    answer.images = od_xcalloc(1, sizeof *answer.images);
    answer.image_count = 1;
    answer.model.version = 1;
    for (int i = 0; i < 100; i++) {
        od_boxes_add(&answer.images[0], &(struct od_box){0});
    }
    struct od_reply reply;
    od_reply_init(&reply, 0);
    assert_int_equal(grpc()->render(&od_style_default, &asked, &answer, &reply, NULL), 0);
    char *hex = hex_of(reply.body.data, reply.body.len);
    assert_string_equal(hex, golden_reply);
    free(hex);
    od_reply_release(&reply);
    od_answer_release(&answer);
}

/* The header of a request and its tensor are what protobuf-c packs. */
static void header_is_what_protobuf_packs(void **state)
{
    (void)state;
    struct od_buf golden;
    od_buf_init(&golden, 0);
    bytes_of(golden_request, &golden);
    Tensorflow__Serving__PredictRequest *request =
        tensorflow__serving__predict_request__unpack(NULL, golden.len,
                                                     (const uint8_t *)golden.data);
    assert_non_null(request);
    static const size_t sizes[] = {0, 1, 127, 128, 300, 16384, 70000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        Tensorflow__TensorProto *tensor = request->inputs[0]->value;
        free(tensor->tensor_content.data);
        tensor->tensor_content.data = od_xcalloc(sizes[i], 1);
        tensor->tensor_content.len = sizes[i];
        int64_t dims[] = {1, 1, (int64_t)sizes[i], 1};
        for (size_t k = 0; k < 4; k++) {
            tensor->tensor_shape->dim[k]->size = dims[k];
        }
        struct od_predict_head head = {.model = "m",
                                       .label = "",
                                       .signature = "serving_default",
                                       .input = "inputs",
                                       .dtype = 4,
                                       .dims = dims,
                                       .rank = 4};
        struct od_buf ours;
        od_buf_init(&ours, 0);
        size_t value = sizes[i] > 0 ? od_predict_value_bytes(sizes[i]) : 0;
        od_predict_head_write(&head, value, &ours);
        if (sizes[i] > 0) {
            od_predict_content_write(sizes[i], &ours);
            od_buf_add(&ours, tensor->tensor_content.data, sizes[i]);
        }
        size_t len = tensorflow__serving__predict_request__get_packed_size(request);
        uint8_t *packed = od_xmalloc(len);
        (void)tensorflow__serving__predict_request__pack(request, packed);
        assert_int_equal(ours.len, len);
        assert_memory_equal(ours.data, packed, len);
        free(packed);
        od_buf_release(&ours);
    }
    tensorflow__serving__predict_request__free_unpacked(request, NULL);
    od_buf_release(&golden);
}

static const struct {
    const char *tensor;
    const char *text; /* NULL: fine, no box either way */
} tensors[] = {
    {"08011204120208022a080000803f00000040", NULL},         /* packed */
    {"08011204120208022d0000803f2d00000040", NULL},         /* unpacked */
    {"08011204120208022a040000803f2d00000040", NULL},       /* split */
    {"08011204120208022a040000803f", NULL},                 /* filled up */
    {"0801120412020802", NULL},                             /* all zero */
    {"08011204120208022a0c000000000000000000000000", NULL}, /* cut */
    {"080112041202080222080000803f00000040", NULL},         /* content */
    {"08031204120208023a020102", NULL},                     /* INT32 */
    {"080912041202080252020102", NULL},                     /* INT64 */
    {"080412041202080222020102", NULL},                     /* UINT8 */
    {"080112041202080222040000803f", "tensor_content has 4 bytes, not 8"},
    {"08071204120208024200", "type 7"},
    {"120412020802", "type 0"},
    {"0801120412020803", "for 3 images, not 2"},
    {"0801", "0 dimensions, not 1"},
    {"080112021801", "unknown rank"},
    {"0801120d120b08ffffffffffffffffff01", "dimension of -1"},
    {"0801120a12080880808080808002", "more than"},
    {"08011204120208022a040000c0ff", "num_detections is"},
};

/* Hand-made replies; hex of the TensorProto that stands for num_detections, asked alone
 * for two images. Tags as in odbench-wire(7), Messages. */
static void tensor_spellings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tensors / sizeof tensors[0]; i++) {
        struct od_buf tensor;
        struct od_reply reply;
        od_buf_init(&tensor, 0);
        bytes_of(tensors[i].tensor, &tensor);
        od_reply_init(&reply, 0);
        od_buf_putc(&reply.body, 0x0a);
        od_buf_putc(&reply.body, (char)(18 + tensor.len));
        od_buf_puts(&reply.body, "\x0a\x0enum_detections\x12");
        od_buf_putc(&reply.body, (char)tensor.len);
        od_buf_add(&reply.body, tensor.data, tensor.len);
        struct od_request asked = {
            .kind = OD_PREDICT, .outputs = OD_OUTPUT_COUNT, .picture_count = 2};
        struct od_answer answer;
        struct od_err err = {0};
        int rc = grpc()->decode(&asked, &reply, &answer, &err);
        if (tensors[i].text == NULL) {
            assert_string_equal(err.msg, "");
            assert_int_equal(rc, 0);
            assert_int_equal(answer.image_count, 2);
        } else {
            assert_int_equal(rc, -1);
            assert_int_equal(err.code, OD_EDECODE);
            if (strstr(err.msg, tensors[i].text) == NULL) {
                fail_msg("\"%s\" lacks \"%s\"", err.msg, tensors[i].text);
            }
        }
        od_answer_release(&answer);
        od_reply_release(&reply);
        od_buf_release(&tensor);
    }
}

static void long_error_is_cut(void **state)
{
    (void)state;
    char text[3000];
    memset(text, 'e', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct od_answer answer;
    struct od_reply reply;
    od_answer_init(&answer);
    od_answer_fail(&answer, OD_CODE_INTERNAL, "%s", text);
    od_reply_init(&reply, 0);
    assert_int_equal(
        grpc()->render(&od_style_default, &(struct od_request){0}, &answer, &reply, NULL),
        0);
    assert_int_equal(strlen(reply.text), 1024);
    assert_string_equal(reply.text + 1009, "... (truncated)");
    assert_int_equal(reply.code, OD_CODE_INTERNAL);
    od_reply_release(&reply);
    od_answer_release(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_request_bytes),
        cmocka_unit_test(golden_reply_bytes),
        cmocka_unit_test(header_is_what_protobuf_packs),
        cmocka_unit_test(tensor_spellings),
        cmocka_unit_test(long_error_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
