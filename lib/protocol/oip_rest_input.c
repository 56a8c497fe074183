/* The input tensor of an inference body over REST: JSON data or binary, to pictures. */
#include "protocol/oip_rest.h"

#include "base/alloc.h"
#include "protocol/oip_elements.h"
#include "service/storage.h"
#include "wire/base64.h"

#include <stdlib.h>

/* Decoded numbers take memory of their own: no more than this. */
#define NUMBERS_MAX ((size_t)1 << 30)

struct reading {
    const struct od_style *style;
    const struct od_oip_input *input;
    struct od_request *out;
};

int od_oip_schema(const struct od_style *style, struct od_request *out, const char *what,
                  struct od_err *err)
{
    if (style->dialect == OD_DIALECT_MLSERVER) {
        od_oip_asked_make(out)->http = 422;
    }
    return od_fail(err, OD_EINPUT, "model %.60s: %s", out->model.name, what);
}

/* One element of a BYTES tensor in JSON: a file in base64. */
static int file(const struct reading *in, struct od_flat *flat, struct od_err *err)
{
    struct od_json_string string = {0};
    if (od_json_peek(&flat->at) != '"') {
        return od_oip_schema(in->style, in->out, "an element of BYTES that is no string",
                             err);
    }
    if (od_json_string(&flat->at, &string, err) != 0) {
        return -1;
    }
    char *plain = od_xmalloc(string.len);
    size_t len = od_json_unescape(&string, plain);
    uint8_t *bytes = od_xmalloc(od_base64_bytes_max(len));
    od_request_keep(in->out, bytes);
    struct od_picture picture = {.data = bytes};
    int rc = od_base64_decode(plain, len, bytes, &picture.len);
    free(plain);
    if (rc != 0) {
        return od_fail(err, OD_EINPUT, "model %.60s, input %.60s: no base64",
                       in->out->model.name, in->out->model.input);
    }
    od_request_add_picture(in->out, &picture);
    return 0;
}

static int files(const struct reading *in, struct od_err *err)
{
    struct od_flat flat;
    size_t count = in->input->tensor.elements;
    int rc = 1;
    if (od_oip_files_check(&in->input->tensor, in->out, err) != 0 ||
        od_flat_begin(&flat, &in->input->data, err) != 0) {
        return -1;
    }
    for (rc = od_flat_next(&flat, err); rc == 1; rc = od_flat_next(&flat, err)) {
        if (in->out->picture_count == count || file(in, &flat, err) != 0) {
            return od_fail(err, OD_EINPUT, "model %.60s, input %.60s: too many elements",
                           in->out->model.name, in->out->model.input);
        }
    }
    if (rc == 0 && in->out->picture_count != count) {
        return od_fail(err, OD_EINPUT, "model %.60s, input %.60s: %zu elements, not %zu",
                       in->out->model.name, in->out->model.input, in->out->picture_count,
                       count);
    }
    in->out->payload = OD_PAYLOAD_B64;
    return rc;
}

static int numbers(const struct reading *in, struct od_err *err)
{
    const struct od_oip_tensor *tensor = &in->input->tensor;
    size_t size = od_dtype_size((int)tensor->dtype);
    size_t text_len = (size_t)(in->input->data.end - in->input->data.p);
    /* Every element takes at least two characters, itself and what ends it. */
    if (tensor->elements > text_len / 2 || tensor->elements > NUMBERS_MAX / size) {
        return od_fail(err, OD_EINPUT,
                       "model %.60s, input %.60s: data hold fewer than %zu elements",
                       in->out->model.name, in->out->model.input, tensor->elements);
    }
    uint8_t *bytes = od_xcalloc(tensor->elements, size);
    od_request_keep(in->out, bytes);
    if (od_oip_json_bytes(&in->input->data, tensor->dtype, tensor->elements, bytes,
                          err) != 0) {
        od_err_context(err, "model %.60s, input %.60s", in->out->model.name,
                       in->out->model.input);
        return -1;
    }
    int rc = od_oip_pixels_read(tensor, bytes, tensor->elements * size, in->out, err);
    in->out->payload = OD_PAYLOAD_JSON;
    return rc;
}

/* The tensor behind the JSON: all that is there must be its. */
static int binary(const struct reading *in, const char *tail, size_t len,
                  struct od_err *err)
{
    const struct od_oip_input *input = in->input;
    bool derived = input->binary_size < 0 && in->style->dialect == OD_DIALECT_OVMS;
    if (input->has_data) {
        return od_oip_schema(in->style, in->out, "an input has data and binary_data_size",
                             err);
    }
    if (!derived && (uint64_t)input->binary_size != len) {
        return od_fail(err, OD_EINPUT,
                       "model %.60s, input %.60s: binary_data_size is %lld, %zu bytes "
                       "follow the JSON",
                       in->out->model.name, in->out->model.input,
                       (long long)input->binary_size, len);
    }
    od_oip_asked_make(in->out)->raw = true;
    const uint8_t *bytes = (const uint8_t *)tail;
    return input->tensor.dtype == OD_DTYPE_BYTES
               ? od_oip_files_read(&input->tensor, bytes, len, in->out, err)
               : od_oip_pixels_read(&input->tensor, bytes, len, in->out, err);
}

int od_oip_input_read(const struct od_style *style, struct od_oip_input *input,
                      const struct od_segment *tail, struct od_request *out,
                      struct od_err *err)
{
    const struct reading in = {.style = style, .input = input, .out = out};
    if (input->tensor.dtype == OD_DTYPE_NONE || !input->has_shape ||
        out->model.input[0] == '\0') {
        return od_oip_schema(style, out, "an input needs name, shape and datatype", err);
    }
    if (od_oip_tensor_count(&input->tensor, OD_OIP_ELEMENTS_MAX, err) != 0) {
        od_err_context(err, "model %.60s, input %.60s", out->model.name,
                       out->model.input);
        return -1;
    }
    if (input->binary_size >= 0 || (tail->len > 0 && !input->has_data)) {
        return binary(&in, tail->data, tail->len, err);
    }
    if (tail->len > 0) {
        return od_fail(err, OD_EINPUT, "model %.60s: %zu bytes behind the JSON",
                       out->model.name, tail->len);
    }
    if (!input->has_data) {
        return od_oip_schema(style, out, "an input has neither data nor binary_data_size",
                             err);
    }
    return input->tensor.dtype == OD_DTYPE_BYTES ? files(&in, err) : numbers(&in, err);
}
