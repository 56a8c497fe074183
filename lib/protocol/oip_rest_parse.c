/* Inference bodies of the Open Inference Protocol over REST, as the server reads them
 * (odbench-wire(7), OIP bodies). */
#include "protocol/oip_rest.h"

#include "base/parse.h"
#include "protocol/oip_elements.h"
#include "service/storage.h"

#include <string.h>

/* A body while it is read. */
struct body {
    struct od_json_cursor at;
    const struct od_style *style;
    struct od_request *out;
    struct od_oip_input input;
    size_t input_count;
};

/* The members of the object at the cursor, each given to one function. */
static int members(struct body *body, void *user,
                   int (*member)(struct body *body, void *user,
                                 const struct od_json_string *name, struct od_err *err),
                   struct od_err *err)
{
    if (!od_json_take(&body->at, '{')) {
        struct od_json_cursor probe = body->at;
        return od_json_skip(&probe, err) != 0
                   ? -1
                   : od_oip_schema(body->style, body->out,
                                   "a value where an object belongs", err);
    }
    if (od_json_take(&body->at, '}')) {
        return 0;
    }
    do {
        struct od_json_string name = {0};
        if (od_json_key(&body->at, &name, err) != 0 ||
            member(body, user, &name, err) != 0) {
            return -1;
        }
    } while (od_json_take(&body->at, ','));
    return od_json_need(&body->at, '}', "Missing a comma or } after an object member.",
                        err);
}

static int text(struct body *body, const char *what, char *to, size_t size,
                struct od_err *err)
{
    struct od_json_string string = {0};
    char plain[6 * OD_NAME_MAX];
    if (od_json_peek(&body->at) != '"') {
        return od_oip_schema(body->style, body->out, "a name that is no string", err);
    }
    if (od_json_string(&body->at, &string, err) != 0) {
        return -1;
    }
    if (string.len > sizeof plain) {
        return od_fail(err, OD_EINPUT, "%s has %zu bytes", what, string.len);
    }
    size_t len = od_json_unescape(&string, plain);
    return od_oip_text(to, size, plain, len, what, err);
}

/* A whole number; it is taken only if it is one. */
static bool whole(struct body *body, int64_t *out)
{
    char digits[24];
    struct od_flat flat = {.at = body->at};
    (void)od_json_peek(&flat.at);
    if (!od_flat_word(&flat, digits, sizeof digits) ||
        od_parse_i64(digits, INT64_MIN, INT64_MAX, out, NULL) != 0) {
        return false;
    }
    body->at = flat.at;
    return true;
}

/* A boolean; anything else is passed. True: it was one. */
static int boolean(struct body *body, bool *was, bool *out, struct od_err *err)
{
    char c = od_json_peek(&body->at);
    *was = c == 't' || c == 'f';
    *out = *was ? c == 't' : *out;
    return od_json_skip(&body->at, err);
}

static int shape(struct body *body, struct od_oip_input *input, struct od_err *err)
{
    struct od_oip_tensor *tensor = &input->tensor;
    input->has_shape = true;
    tensor->rank = 0;
    if (!od_json_take(&body->at, '[')) {
        return od_oip_schema(body->style, body->out, "a shape that is no array", err);
    }
    if (od_json_take(&body->at, ']')) {
        return 0;
    }
    do {
        if (tensor->rank == OD_OUTPUT_RANK_MAX) {
            return od_oip_schema(body->style, body->out,
                                 "a shape of more than 8 dimensions", err);
        }
        if (!whole(body, &tensor->dims[tensor->rank++])) {
            return od_oip_schema(body->style, body->out,
                                 "a dimension that is no whole number", err);
        }
    } while (od_json_take(&body->at, ','));
    return od_json_need(&body->at, ']', "Missing a comma or ] after an array element.",
                        err);
}

static int input_parameter(struct body *body, void *user,
                           const struct od_json_string *name, struct od_err *err)
{
    struct od_oip_input *input = user;
    if (!od_json_equals(name, "binary_data_size")) {
        return od_json_skip(&body->at, err);
    }
    if (!whole(body, &input->binary_size) || input->binary_size < 0) {
        return od_oip_schema(body->style, body->out,
                             "binary_data_size is no whole number", err);
    }
    return 0;
}

static int input_member(struct body *body, void *user, const struct od_json_string *name,
                        struct od_err *err)
{
    struct od_oip_input *input = user;
    char datatype[32];
    if (od_json_equals(name, "name")) {
        return text(body, "input", body->out->model.input, OD_NAME_MAX, err);
    }
    if (od_json_equals(name, "datatype")) {
        if (text(body, "datatype", datatype, sizeof datatype, err) != 0) {
            return -1;
        }
        input->tensor.dtype = od_dtype_of(datatype, strlen(datatype));
        return input->tensor.dtype != OD_DTYPE_NONE
                   ? 0
                   : od_fail(err, OD_EINPUT, "model %.60s: datatype '%s'",
                             body->out->model.name, datatype);
    }
    if (od_json_equals(name, "shape")) {
        return shape(body, input, err);
    }
    if (od_json_equals(name, "parameters")) {
        return members(body, input, input_parameter, err);
    }
    if (od_json_equals(name, "data")) {
        input->has_data = true;
        (void)od_json_peek(&body->at);
        input->data = body->at;
        return od_flat_skip(&body->at, err);
    }
    return od_json_skip(&body->at, err);
}

static int output_parameter(struct body *body, void *user,
                            const struct od_json_string *name, struct od_err *err)
{
    struct od_oip_wanted *wanted = user;
    return od_json_equals(name, "binary_data")
               ? boolean(body, &wanted->told, &wanted->binary, err)
               : od_json_skip(&body->at, err);
}

static int output_member(struct body *body, void *user, const struct od_json_string *name,
                         struct od_err *err)
{
    struct od_oip_wanted *wanted = user;
    if (od_json_equals(name, "name")) {
        return text(body, "output", wanted->name, sizeof wanted->name, err);
    }
    return od_json_equals(name, "parameters")
               ? members(body, wanted, output_parameter, err)
               : od_json_skip(&body->at, err);
}

/* One element of inputs or outputs. */
static int element(struct body *body, bool output, struct od_err *err)
{
    if (!output) {
        body->input = (struct od_oip_input){.binary_size = -1};
        body->input_count++;
        return members(body, &body->input, input_member, err);
    }
    struct od_oip_wanted wanted = {0};
    if (members(body, &wanted, output_member, err) != 0) {
        return -1;
    }
    return od_oip_want(body->style, body->out, &wanted, err);
}

static int elements(struct body *body, bool output, struct od_err *err)
{
    if (!od_json_take(&body->at, '[')) {
        return od_oip_schema(body->style, body->out, "inputs and outputs are arrays",
                             err);
    }
    if (od_json_take(&body->at, ']')) {
        return 0;
    }
    if (output) {
        body->out->outputs = 0;
    }
    do {
        if (element(body, output, err) != 0) {
            return -1;
        }
    } while (od_json_take(&body->at, ','));
    return od_json_need(&body->at, ']', "Missing a comma or ] after an array element.",
                        err);
}

static int request_parameter(struct body *body, void *user,
                             const struct od_json_string *name, struct od_err *err)
{
    (void)user;
    bool was = false;
    return od_json_equals(name, "binary_data_output")
               ? boolean(body, &was, &od_oip_asked_make(body->out)->binary, err)
               : od_json_skip(&body->at, err);
}

static int member(struct body *body, void *user, const struct od_json_string *name,
                  struct od_err *err)
{
    (void)user;
    if (od_json_equals(name, "id")) {
        return text(body, "id", body->out->id, OD_ID_MAX, err);
    }
    if (od_json_equals(name, "parameters")) {
        return members(body, NULL, request_parameter, err);
    }
    bool output = od_json_equals(name, "outputs");
    return output || od_json_equals(name, "inputs") ? elements(body, output, err)
                                                    : od_json_skip(&body->at, err);
}

/* Triton's raw form: no JSON, the body is one BYTES element (a file) for the only input;
 * all outputs come as binary. */
static int raw_form(const char *bytes, size_t len, struct od_request *out)
{
    struct od_oip_asked *asked = od_oip_asked_make(out);
    asked->raw = true;
    asked->binary = true;
    struct od_picture picture = {.data = (const uint8_t *)bytes, .len = len};
    od_request_add_picture(out, &picture);
    out->payload = OD_PAYLOAD_JPEG;
    return 0;
}

int od_oip_rest_body(const struct od_style *style, const char *body, size_t len,
                     size_t json_len, struct od_request *out, struct od_err *err)
{
    struct body read = {.style = style, .out = out};
    if (json_len == 0 && style->dialect == OD_DIALECT_TRITON) {
        return raw_form(body, len, out);
    }
    size_t head = json_len > len ? len : json_len;
    od_json_cursor_init(&read.at, body, head);
    if (members(&read, NULL, member, err) != 0) {
        return -1;
    }
    if (od_json_peek(&read.at) != '\0' || read.at.p != read.at.end) {
        return od_json_error(&read.at, "bytes behind the object", err);
    }
    if (read.input_count != 1) {
        return od_fail(err, OD_EINPUT, "model %.60s has 1 input, the request %zu",
                       out->model.name, read.input_count);
    }
    return od_oip_input_read(style, &read.input,
                             &(struct od_segment){.data = body + head, .len = len - head},
                             out, err);
}
