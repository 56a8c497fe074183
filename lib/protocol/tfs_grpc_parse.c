/* PredictRequests as the server reads them. */
#include "protocol/tfs_grpc.h"

#include "base/alloc.h"
#include "image/image.h"
#include "protocol/tensor_pb.h"
#include "protocol/tfs.h"
#include "protocol/tfs_spec.h"
#include "service/dtype.h"
#include "service/storage.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

typedef Tensorflow__Serving__PredictRequest pb_request;
typedef Tensorflow__TensorProto pb_tensor;

/* A tensor whose list is shorter than its shape is filled up to at most this. */
#define FILL_MAX  ((size_t)64 << 20)
#define PIXEL_MAX ((size_t)OD_IMAGE_MAX_PIXELS * 3)

static void free_request(void *message)
{
    tensorflow__serving__predict_request__free_unpacked(message, NULL);
}

/* The output of that name; 0: none. */
static unsigned output_of(const char *name)
{
    for (size_t i = 0; i < OD_TFS_OUTPUTS; i++) {
        if (strcmp(name, od_output_name(od_tfs_outputs[i].output)) == 0) {
            return od_tfs_outputs[i].output;
        }
    }
    return 0;
}

static int read_filter(const pb_request *in, struct od_request *out, struct od_err *err)
{
    unsigned set = 0;
    for (size_t i = 0; i < in->n_output_filter; i++) {
        unsigned output = output_of(in->output_filter[i]);
        if (output == 0 || (set & output) != 0) {
            return od_fail(err, OD_EINPUT, "output tensor alias %s: %.100s",
                           output == 0 ? "not found in signature" : "given twice",
                           in->output_filter[i]);
        }
        set |= output;
    }
    out->outputs = set == 0 ? OD_OUTPUT_ALL : set;
    return 0;
}

/* The only input, NULL on failure; of equal keys the last one holds, as protobuf says for
 * maps. */
static const pb_tensor *find_input(const pb_request *in, struct od_request *out,
                                   struct od_err *err)
{
    if (in->n_inputs == 0) {
        (void)od_fail(err, OD_EINPUT, "request has no input tensor");
        return NULL;
    }
    const char *key = in->inputs[in->n_inputs - 1]->key;
    for (size_t i = 0; i < in->n_inputs; i++) {
        if (strcmp(in->inputs[i]->key, key) != 0) {
            (void)od_fail(
                err, OD_EINPUT,
                "request has several inputs: %.60s, %.60s; the signature has one",
                in->inputs[i]->key, key);
            return NULL;
        }
    }
    const pb_tensor *tensor = in->inputs[in->n_inputs - 1]->value;
    if (tensor == NULL || tensor->dtype == TENSORFLOW__DATA_TYPE__DT_INVALID) {
        (void)od_fail(err, OD_EINPUT, "input %.60s is a tensor without type", key);
        return NULL;
    }
    return od_tfs_name(out->model.input, key, strlen(key), "input", err) == 0 ? tensor
                                                                              : NULL;
}

/* The pixels: tensor_content as it is, or int_val with the rules of odbench-wire(7),
 * Tensors. */
static int pixels_of(const pb_tensor *tensor, size_t elements, struct od_request *out,
                     const uint8_t **pixels, struct od_err *err)
{
    if (tensor->tensor_content.len > 0) {
        if (tensor->tensor_content.len != elements) {
            return od_fail(err, OD_EINPUT, "tensor_content has %zu bytes, not %zu",
                           tensor->tensor_content.len, elements);
        }
        *pixels = tensor->tensor_content.data;
        return 0;
    }
    if (elements > FILL_MAX && elements > tensor->n_int_val) {
        return od_fail(err, OD_ELIMIT, "a tensor of %zu elements given by %zu", elements,
                       tensor->n_int_val);
    }
    uint8_t *bytes = od_xcalloc(elements, 1);
    od_request_keep(out, bytes);
    for (size_t i = 0; i < elements && tensor->n_int_val > 0; i++) {
        size_t at = i < tensor->n_int_val ? i : tensor->n_int_val - 1;
        bytes[i] = (uint8_t)(tensor->int_val[at] & 0xFF);
    }
    *pixels = bytes;
    return 0;
}

/* Numbers that are no bytes: tensor_content as it is, or made from a typed list. */
static int numbers_of(const pb_tensor *tensor, const struct od_tensor_shape *shape,
                      struct od_request *out, const uint8_t **numbers, struct od_err *err)
{
    struct od_err why = {0};
    float *values = NULL;
    size_t size = od_dtype_size((int)tensor->dtype);
    if (tensor->tensor_content.len > 0 &&
        tensor->tensor_content.len == shape->elements * size) {
        *numbers = tensor->tensor_content.data;
        return 0;
    }
    if (shape->elements > FILL_MAX) {
        return od_fail(err, OD_ELIMIT, "a typed list of %zu elements", shape->elements);
    }
    if (od_tensor_floats(tensor, shape, &values, &why) != 0) {
        return od_fail(err, OD_EINPUT, "%s", why.msg);
    }
    uint8_t *bytes = od_xmalloc(shape->elements * size);
    od_request_keep(out, bytes);
    (void)od_dtype_bytes((int)tensor->dtype, values, shape->elements, bytes);
    free(values);
    *numbers = bytes;
    return 0;
}

static int read_pixels(const pb_tensor *tensor, const struct od_tensor_shape *shape,
                       struct od_request *out, struct od_err *err)
{
    const size_t *dims = shape->dims;
    bool bytes = (int)tensor->dtype == OD_TFS_UINT8;
    bool planar = shape->rank == 4 && dims[3] != 3 && dims[1] == 3;
    if (shape->rank != 4 || (dims[3] != 3 && !planar) || shape->elements == 0 ||
        dims[1] > INT_MAX || dims[2] > INT_MAX || dims[3] > INT_MAX) {
        return od_fail(err, OD_EINPUT,
                       "a %s input has the shape [images, height, width, 3]",
                       bytes ? "uint8" : "float");
    }
    if (dims[0] > OD_BATCH_MAX) {
        return od_fail(err, OD_ELIMIT, "a batch of %zu images, more than %d", dims[0],
                       OD_BATCH_MAX);
    }
    const uint8_t *pixels = NULL;
    if ((bytes ? pixels_of(tensor, shape->elements, out, &pixels, err)
               : numbers_of(tensor, shape, out, &pixels, err)) != 0) {
        return -1;
    }
    size_t each = dims[1] * dims[2] * dims[3] * od_dtype_size((int)tensor->dtype);
    for (size_t i = 0; i < dims[0]; i++) {
        struct od_picture picture = {.data = pixels + i * each,
                                     .len = each,
                                     .width = (int)(planar ? dims[3] : dims[2]),
                                     .height = (int)(planar ? dims[2] : dims[1]),
                                     .dtype = bytes ? OD_DTYPE_NONE
                                                    : (enum od_dtype)tensor->dtype,
                                     .planar = planar};
        od_request_add_picture(out, &picture);
    }
    out->payload = OD_PAYLOAD_TENSOR;
    return 0;
}

static int read_files(const pb_tensor *tensor, const struct od_tensor_shape *shape,
                      struct od_request *out, struct od_err *err)
{
    if (shape->rank != 1 || shape->elements == 0) {
        return od_fail(err, OD_EINPUT, "a string input has the shape [images]");
    }
    if (shape->elements > OD_BATCH_MAX) {
        return od_fail(err, OD_ELIMIT, "a batch of %zu images, more than %d",
                       shape->elements, OD_BATCH_MAX);
    }
    if (tensor->tensor_content.len > 0) {
        return od_fail(err, OD_EUNSUPPORTED, "strings in tensor_content");
    }
    static const uint8_t nothing[1] = {0};
    for (size_t i = 0; i < shape->elements; i++) {
        struct od_picture picture = {.data = nothing};
        if (tensor->n_string_val > 0) {
            size_t last = tensor->n_string_val - 1;
            const ProtobufCBinaryData *file = &tensor->string_val[i < last ? i : last];
            picture.data = file->len > 0 ? file->data : nothing;
            picture.len = file->len;
        }
        od_request_add_picture(out, &picture);
    }
    out->payload = OD_PAYLOAD_JPEG;
    return 0;
}

static int read_tensor(const pb_tensor *tensor, struct od_request *out,
                       struct od_err *err)
{
    struct od_tensor_shape shape;
    struct od_err why = {0};
    if (od_tensor_shape_read(tensor, PIXEL_MAX, &shape, &why) != 0) {
        return od_fail(err, OD_EINPUT, "%s", why.msg);
    }
    switch ((int)tensor->dtype) {
    case OD_TFS_UINT8:
    case OD_DTYPE_FP32:
    case OD_DTYPE_FP16:
    case OD_DTYPE_BF16:
    case OD_DTYPE_FP64:
        return read_pixels(tensor, &shape, out, err);
    case OD_TFS_STRING:
        return read_files(tensor, &shape, out, err);
    default:
        return od_fail(err, OD_EINPUT,
                       "input is %s; images are DT_UINT8, DT_STRING or floats",
                       od_tfs_dtype_name((int)tensor->dtype));
    }
}

int od_tfs_pb_predict(const void *body, size_t len, struct od_request *out,
                      struct od_err *err)
{
    pb_request *in = tensorflow__serving__predict_request__unpack(NULL, len, body);
    if (in == NULL) {
        return od_fail(err, OD_EINPUT, "body is no PredictRequest");
    }
    /* The request keeps the message, because its pictures borrow from it. */
    struct od_storage *storage = od_request_storage(out);
    storage->message = in;
    storage->free_message = free_request;
    if (od_tfs_spec_read(in->model_spec, &out->model, err) != 0 ||
        read_filter(in, out, err) != 0) {
        return -1;
    }
    const pb_tensor *tensor = find_input(in, out, err);
    return tensor != NULL ? read_tensor(tensor, out, err) : -1;
}
