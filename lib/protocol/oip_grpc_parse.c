/* ModelInferRequest of the Open Inference Protocol, as the server reads it. */
#include "protocol/oip_grpc.h"

#include "base/alloc.h"
#include "protocol/oip_elements.h"
#include "service/storage.h"

#include <string.h>

typedef Inference__ModelInferRequest pb_request;
typedef Inference__ModelInferRequest__InferInputTensor pb_input;
typedef Inference__ModelInferRequest__ParametersEntry pb_parameter;

/* A tensor whose list is decoded takes memory of its own: no more than this. */
#define TYPED_MAX ((size_t)128 << 20)

static void free_request(void *message)
{
    inference__model_infer_request__free_unpacked(message, NULL);
}

/* A bool of that name; of equal keys the last one holds. */
static bool flag(const Inference__InferParameter *value, bool *out)
{
    if (value == NULL || value->parameter_choice_case !=
                             INFERENCE__INFER_PARAMETER__PARAMETER_CHOICE_BOOL_PARAM) {
        return false;
    }
    *out = value->bool_param != 0;
    return true;
}

static int read_outputs(const struct od_style *style, const pb_request *in,
                        struct od_request *out, struct od_err *err)
{
    struct od_oip_asked *asked = od_oip_asked_make(out);
    for (size_t i = 0; i < in->n_parameters; i++) {
        if (strcmp(in->parameters[i]->key, "binary_data_output") == 0) {
            (void)flag(in->parameters[i]->value, &asked->binary);
        }
    }
    out->outputs = in->n_outputs > 0 ? 0 : OD_OUTPUT_ALL;
    for (size_t i = 0; i < in->n_outputs; i++) {
        struct od_oip_wanted wanted = {0};
        const char *name = in->outputs[i]->name;
        if (od_oip_text(wanted.name, sizeof wanted.name, name, strlen(name), "output",
                        err) != 0) {
            return -1;
        }
        for (size_t k = 0; k < in->outputs[i]->n_parameters; k++) {
            if (strcmp(in->outputs[i]->parameters[k]->key, "binary_data") == 0) {
                wanted.told = flag(in->outputs[i]->parameters[k]->value, &wanted.binary);
            }
        }
        if (od_oip_want(style, out, &wanted, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int read_names(const pb_request *in, struct od_request *out, struct od_err *err)
{
    if (in->model_name[0] == '\0') {
        return od_fail(err, OD_EINPUT, "the request has no model_name");
    }
    return od_oip_text(out->model.name, OD_NAME_MAX, in->model_name,
                       strlen(in->model_name), "model_name", err) == 0 &&
                   od_oip_version_read(&out->model, in->model_version,
                                       strlen(in->model_version), err) == 0 &&
                   od_oip_text(out->id, OD_ID_MAX, in->id, strlen(in->id), "id", err) == 0
               ? 0
               : -1;
}

static int read_shape(const pb_input *input, struct od_request *out,
                      struct od_oip_tensor *tensor, struct od_err *err)
{
    *tensor = (struct od_oip_tensor){
        .dtype = od_dtype_of(input->datatype, strlen(input->datatype))};
    if (od_oip_text(out->model.input, OD_NAME_MAX, input->name, strlen(input->name),
                    "input", err) != 0) {
        return -1;
    }
    if (tensor->dtype == OD_DTYPE_NONE) {
        return od_fail(err, OD_EINPUT, "model %.60s, input %.60s: datatype '%.40s'",
                       out->model.name, out->model.input, input->datatype);
    }
    if (input->n_shape > OD_OUTPUT_RANK_MAX) {
        return od_fail(err, OD_EINPUT, "model %.60s, input %.60s: %zu dimensions",
                       out->model.name, out->model.input, input->n_shape);
    }
    tensor->rank = input->n_shape;
    for (size_t i = 0; i < tensor->rank; i++) {
        tensor->dims[i] = input->shape[i];
    }
    if (od_oip_tensor_count(tensor, OD_OIP_ELEMENTS_MAX, err) != 0) {
        od_err_context(err, "model %.60s, input %.60s", out->model.name,
                       out->model.input);
        return -1;
    }
    return 0;
}

static int read_typed_files(const pb_input *input, const struct od_oip_tensor *tensor,
                            struct od_request *out, struct od_err *err)
{
    static const uint8_t nothing[1] = {0};
    const Inference__InferTensorContents *contents = input->contents;
    if (od_oip_files_check(tensor, out, err) != 0) {
        return -1;
    }
    if (contents->n_bytes_contents != tensor->elements) {
        return od_fail(err, OD_EINPUT, "model %.60s, input %.60s: %zu elements, not %zu",
                       out->model.name, out->model.input, contents->n_bytes_contents,
                       tensor->elements);
    }
    for (size_t i = 0; i < tensor->elements; i++) {
        const ProtobufCBinaryData *file = &contents->bytes_contents[i];
        struct od_picture picture = {.data = file->len > 0 ? file->data : nothing,
                                     .len = file->len};
        od_request_add_picture(out, &picture);
    }
    out->payload = OD_PAYLOAD_JPEG;
    return 0;
}

static int read_typed(const pb_input *input, const struct od_oip_tensor *tensor,
                      struct od_request *out, struct od_err *err)
{
    if (input->contents == NULL) {
        return od_fail(err, OD_EINPUT,
                       "model %.60s, input %.60s: neither contents nor "
                       "raw_input_contents",
                       out->model.name, out->model.input);
    }
    if (tensor->dtype == OD_DTYPE_BYTES) {
        return read_typed_files(input, tensor, out, err);
    }
    size_t size = od_dtype_size((int)tensor->dtype);
    if (tensor->elements > TYPED_MAX / size) {
        return od_fail(err, OD_ELIMIT, "typed contents of %zu elements",
                       tensor->elements);
    }
    uint8_t *bytes = od_xcalloc(tensor->elements, size);
    od_request_keep(out, bytes);
    if (od_oip_contents_bytes(input->contents, tensor->dtype, tensor->elements, bytes,
                              err) != 0) {
        od_err_context(err, "model %.60s, input %.60s", out->model.name,
                       out->model.input);
        return -1;
    }
    int rc = od_oip_pixels_read(tensor, bytes, tensor->elements * size, out, err);
    out->payload = OD_PAYLOAD_JSON;
    return rc;
}

static int read_input(const struct od_style *style, const pb_request *in,
                      struct od_request *out, struct od_err *err)
{
    struct od_oip_tensor tensor;
    struct od_oip_asked *asked = od_oip_asked_make(out);
    if (in->n_inputs != 1) {
        return od_fail(err, OD_EINPUT, "model %.60s has 1 input, the request %zu",
                       out->model.name, in->n_inputs);
    }
    const pb_input *input = in->inputs[0];
    if (read_shape(input, out, &tensor, err) != 0) {
        return -1;
    }
    asked->raw = in->n_raw_input_contents > 0 && style->dialect != OD_DIALECT_TORCHSERVE;
    if (!asked->raw) {
        return read_typed(input, &tensor, out, err);
    }
    if (in->n_raw_input_contents != 1 || input->contents != NULL) {
        return od_fail(err, OD_EINPUT,
                       "model %.60s: %zu raw_input_contents for 1 input%s",
                       out->model.name, in->n_raw_input_contents,
                       input->contents != NULL ? ", which has contents too" : "");
    }
    const ProtobufCBinaryData *raw = &in->raw_input_contents[0];
    return tensor.dtype == OD_DTYPE_BYTES
               ? od_oip_files_read(&tensor, raw->data, raw->len, out, err)
               : od_oip_pixels_read(&tensor, raw->data, raw->len, out, err);
}

int od_oip_pb_infer(const struct od_style *style, const void *body, size_t len,
                    struct od_request *out, struct od_err *err)
{
    pb_request *in = inference__model_infer_request__unpack(NULL, len, body);
    if (in == NULL) {
        return od_fail(err, OD_EINPUT, "body is no ModelInferRequest");
    }
    /* The request keeps the message, because its pictures borrow from it. */
    struct od_storage *storage = od_request_storage(out);
    storage->message = in;
    storage->free_message = free_request;
    return read_names(in, out, err) == 0 && read_outputs(style, in, out, err) == 0 &&
                   read_input(style, in, out, err) == 0
               ? 0
               : -1;
}
