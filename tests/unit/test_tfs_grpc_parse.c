/* PredictRequests that a server must take, and those that it must refuse. */
#include "protocol/protocol.h"

#include "base/alloc.h"

#include "tfs.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* odbench-wire(7), Predict, made by protoc 3.21: the good request that the tests change.
 */
static const char golden_request[] =
    "0a140a016d1a0f73657276696e675f64656661756c7412260a06696e70757473121c08041210120208"
    "011202080112020802120208032206010203040506";

static const struct od_protocol *grpc(void)
{
    return od_protocol_find("grpc");
}

static void bytes_of(const char *hex, struct od_buf *out)
{
    for (size_t i = 0; hex[i] != '\0'; i += 2) {
        char pair[] = {hex[i], hex[i + 1], '\0'};
        od_buf_putc(out, (char)strtol(pair, NULL, 16));
    }
}

static char *own(const char *text)
{
    return od_xstrdup(text);
}

/* What a test changes in a good request before it is packed again. */
struct change {
    const char *text; /* of the error; NULL: fine */
    enum od_canonical code;
    void (*apply)(Tensorflow__Serving__PredictRequest *request);
};

static void keep(Tensorflow__Serving__PredictRequest *request)
{
    (void)request;
}

static void no_spec(Tensorflow__Serving__PredictRequest *request)
{
    tensorflow__serving__model_spec__free_unpacked(request->model_spec, NULL);
    request->model_spec = NULL;
}

static void no_name(Tensorflow__Serving__PredictRequest *request)
{
    request->model_spec->name[0] = '\0';
}

static void long_name(Tensorflow__Serving__PredictRequest *request)
{
    free(request->model_spec->name);
    request->model_spec->name = od_xcalloc(201, 1);
    memset(request->model_spec->name, 'x', 200);
}

static void no_type(Tensorflow__Serving__PredictRequest *request)
{
    request->inputs[0]->value->dtype = 0;
}

static void int_type(Tensorflow__Serving__PredictRequest *request)
{
    request->inputs[0]->value->dtype = 3; /* DT_INT32 */
}

static void no_value(Tensorflow__Serving__PredictRequest *request)
{
    tensorflow__tensor_proto__free_unpacked(request->inputs[0]->value, NULL);
    request->inputs[0]->value = NULL;
}

static void short_content(Tensorflow__Serving__PredictRequest *request)
{
    request->inputs[0]->value->tensor_content.len = 5;
}

static void typed_list(Tensorflow__Serving__PredictRequest *request)
{
    static const int32_t list[] = {1, 2, 3, 4, 5, 6, 7};
    Tensorflow__TensorProto *tensor = request->inputs[0]->value;
    tensor->tensor_content.len = 0;
    tensor->n_int_val = 7;
    tensor->int_val = od_xcalloc(7, sizeof *tensor->int_val);
    memcpy(tensor->int_val, list, sizeof list);
}

static void huge_shape(Tensorflow__Serving__PredictRequest *request)
{
    Tensorflow__TensorProto *tensor = request->inputs[0]->value;
    tensor->tensor_content.len = 0;
    tensor->tensor_shape->dim[1]->size = 9000;
    tensor->tensor_shape->dim[2]->size = 9000;
}

static void overflowing_shape(Tensorflow__Serving__PredictRequest *request)
{
    request->inputs[0]->value->tensor_shape->dim[1]->size = INT64_MAX;
    request->inputs[0]->value->tensor_shape->dim[2]->size = INT64_MAX;
}

static void wrong_shape(Tensorflow__Serving__PredictRequest *request)
{
    request->inputs[0]->value->tensor_shape->dim[3]->size = 1;
    request->inputs[0]->value->tensor_shape->dim[2]->size = 6;
}

static void many_images(Tensorflow__Serving__PredictRequest *request)
{
    request->inputs[0]->value->tensor_content.len = 0;
    request->inputs[0]->value->tensor_shape->dim[0]->size = 5000;
}

static void unknown_filter(Tensorflow__Serving__PredictRequest *request)
{
    request->n_output_filter = 1;
    request->output_filter = od_xcalloc(1, sizeof(char *));
    request->output_filter[0] = own("masks");
}

static void double_filter(Tensorflow__Serving__PredictRequest *request)
{
    request->n_output_filter = 2;
    request->output_filter = od_xcalloc(2, sizeof(char *));
    request->output_filter[0] = own("detection_boxes");
    request->output_filter[1] = own("detection_boxes");
}

static void bad_version(Tensorflow__Serving__PredictRequest *request)
{
    Tensorflow__Serving__ModelSpec *spec = request->model_spec;
    spec->version = od_xmalloc(sizeof *spec->version);
    tensorflow__serving__int64_value__init(spec->version);
    spec->version->value = -3;
    spec->version_choice_case = TENSORFLOW__SERVING__MODEL_SPEC__VERSION_CHOICE_VERSION;
}

/* Appends an entry under that key, without value. */
static void add_entry(Tensorflow__Serving__PredictRequest *request, const char *key)
{
    Tensorflow__Serving__PredictRequest__InputsEntry *entry = od_xmalloc(sizeof *entry);
    tensorflow__serving__predict_request__inputs_entry__init(entry);
    entry->key = own(key);
    request->inputs = od_xrealloc(request->inputs, request->n_inputs + 1, sizeof entry);
    request->inputs[request->n_inputs++] = entry;
}

static void second_input(Tensorflow__Serving__PredictRequest *request)
{
    add_entry(request, "more");
}

/* The last of equal keys holds: first an entry without value, then the good one. */
static void same_key_first(Tensorflow__Serving__PredictRequest *request)
{
    add_entry(request, "inputs");
    Tensorflow__Serving__PredictRequest__InputsEntry *good = request->inputs[0];
    request->inputs[0] = request->inputs[1];
    request->inputs[1] = good;
}

static void same_key_last(Tensorflow__Serving__PredictRequest *request)
{
    add_entry(request, "inputs");
}

static void no_inputs(Tensorflow__Serving__PredictRequest *request)
{
    protobuf_c_message_free_unpacked(&request->inputs[0]->base, NULL);
    request->n_inputs = 0;
}

static void check_change(const struct change *change)
{
    struct od_buf bytes;
    od_buf_init(&bytes, 0);
    bytes_of(golden_request, &bytes);
    Tensorflow__Serving__PredictRequest *request =
        tensorflow__serving__predict_request__unpack(NULL, bytes.len,
                                                     (const uint8_t *)bytes.data);
    assert_non_null(request);
    change->apply(request);
    size_t len = tensorflow__serving__predict_request__get_packed_size(request);
    uint8_t *packed = od_xmalloc(len);
    (void)tensorflow__serving__predict_request__pack(request, packed);

    struct od_message message = {
        .verb = "POST", .path = own("/tensorflow.serving.PredictionService/Predict")};
    od_message_own(&message, packed, len);
    struct od_request parsed;
    struct od_err err = {0};
    int rc = grpc()->parse(&od_style_default, &message, &parsed, &err);
    assert_int_equal(od_canonical_of(err.code), change->code);
    if (change->text == NULL) {
        static const uint8_t expected[] = {1, 2, 3, 4, 5, 6};
        assert_int_equal(rc, 0);
        assert_int_equal(parsed.picture_count, 1);
        assert_int_equal(parsed.pictures[0].width, 2);
        assert_memory_equal(parsed.pictures[0].data, expected, 6);
    } else {
        assert_int_equal(rc, -1);
        if (strstr(err.msg, change->text) == NULL) {
            fail_msg("\"%s\" lacks \"%s\"", err.msg, change->text);
        }
    }
    od_request_release(&parsed);
    od_message_release(&message);
    tensorflow__serving__predict_request__free_unpacked(request, NULL);
    od_buf_release(&bytes);
}

static void bad_requests(void **state)
{
    (void)state;
    static const struct change changes[] = {
        {NULL, OD_CODE_OK, keep},
        {NULL, OD_CODE_OK, typed_list},
        {NULL, OD_CODE_OK, same_key_first},
        {"without type", OD_CODE_INVALID_ARGUMENT, same_key_last},
        {"Missing ModelSpec", OD_CODE_INVALID_ARGUMENT, no_spec},
        {"no name", OD_CODE_INVALID_ARGUMENT, no_name},
        {"Servable not found for request: Latest(xxx", OD_CODE_NOT_FOUND, long_name},
        {"Servable not found for request: Specific(m, -3)", OD_CODE_NOT_FOUND,
         bad_version},
        {"no input tensor", OD_CODE_INVALID_ARGUMENT, no_inputs},
        {"several inputs", OD_CODE_INVALID_ARGUMENT, second_input},
        {"without type", OD_CODE_INVALID_ARGUMENT, no_type},
        {"without type", OD_CODE_INVALID_ARGUMENT, no_value},
        {"input is DT_INT32", OD_CODE_INVALID_ARGUMENT, int_type},
        {"5 bytes, not 6", OD_CODE_INVALID_ARGUMENT, short_content},
        {"243000000 elements given by 0", OD_CODE_RESOURCE_EXHAUSTED, huge_shape},
        {"more than", OD_CODE_INVALID_ARGUMENT, overflowing_shape},
        {"[images, height, width, 3]", OD_CODE_INVALID_ARGUMENT, wrong_shape},
        {"a batch of 5000", OD_CODE_RESOURCE_EXHAUSTED, many_images},
        {"not found in signature: masks", OD_CODE_INVALID_ARGUMENT, unknown_filter},
        {"given twice", OD_CODE_INVALID_ARGUMENT, double_filter},
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        check_change(&changes[i]);
    }
}

/* Cut anywhere, a message is an error or a shorter message, never a crash. */
static void cut_requests(void **state)
{
    (void)state;
    struct od_buf bytes;
    od_buf_init(&bytes, 0);
    bytes_of(golden_request, &bytes);
    for (size_t len = 0; len < bytes.len; len++) {
        struct od_message message = {
            .verb = "POST", .path = own("/tensorflow.serving.PredictionService/Predict")};
        od_message_borrow(&message, bytes.data, len);
        struct od_request parsed;
        struct od_err err = {0};
        assert_int_equal(grpc()->parse(&od_style_default, &message, &parsed, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        od_request_release(&parsed);
        od_message_release(&message);
    }
    od_buf_release(&bytes);
}

static void unknown_methods(void **state)
{
    (void)state;
    static const char *const paths[] = {"", "/", "/tensorflow.serving.PredictionService/",
                                        "/tensorflow.serving.PredictionService/Classify",
                                        "/tensorflow.serving.predictionservice/Predict"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct od_message message = {.verb = "POST", .path = own(paths[i])};
        struct od_request parsed;
        struct od_err err = {0};
        enum od_kind kind;
        assert_false(grpc()->route(&od_style_default, &message, &kind));
        assert_int_equal(grpc()->parse(&od_style_default, &message, &parsed, &err), -1);
        assert_int_equal(od_canonical_of(err.code), OD_CODE_UNIMPLEMENTED);
        od_request_release(&parsed);
        od_message_release(&message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_requests),
        cmocka_unit_test(cut_requests),
        cmocka_unit_test(unknown_methods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
