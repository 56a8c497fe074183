/* Replies of the Open Inference Protocol over REST, as the client reads them. */
#include "protocol/oip_rest.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "protocol/oip_elements.h"
#include "protocol/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct od_json_node node;

/* Elements of one output that we decode. */
#define ELEMENTS_MAX ((size_t)64 << 20)

/* A reply in its two parts. */
struct parts {
    struct od_json json;
    const uint8_t *tail; /* binary tensors, one behind the other */
    size_t tail_len;
    size_t taken;
};

/* Type and shape; a type that holds no numbers is NONE or BYTES. */
static int read_front(const struct od_json *json, const node *output,
                      struct od_output_tensor *out, struct od_err *err)
{
    char datatype[32];
    struct od_oip_tensor tensor = {0};
    const node *shape = od_json_member(json, output, "shape");
    *out = (struct od_output_tensor){0};
    (void)od_json_text(json, od_json_member(json, output, "name"), out->name,
                       sizeof out->name);
    (void)od_json_text(json, od_json_member(json, output, "datatype"), datatype,
                       sizeof datatype);
    out->dtype = od_dtype_of(datatype, strlen(datatype));
    if (shape == NULL || shape->type != OD_JSON_ARRAY ||
        shape->count > OD_OUTPUT_RANK_MAX) {
        return od_fail(err, OD_EDECODE, "an output without a shape");
    }
    const node *size = od_json_first(json, shape);
    for (; tensor.rank < shape->count; tensor.rank++, size = json->nodes + size->next) {
        if (!od_json_whole(json, size, &tensor.dims[tensor.rank])) {
            return od_fail(err, OD_EDECODE, "a dimension that is no whole number");
        }
    }
    struct od_err why = {0};
    if (od_oip_tensor_count(&tensor, ELEMENTS_MAX, &why) != 0) {
        return od_fail(err, OD_EDECODE, "%s", why.msg);
    }
    out->rank = tensor.rank;
    out->count = tensor.elements;
    for (size_t i = 0; i < tensor.rank; i++) {
        out->dims[i] = (size_t)tensor.dims[i];
    }
    return 0;
}

/* The next len bytes of the binary part. */
static int take_binary(struct parts *parts, int64_t len, const uint8_t **out,
                       struct od_err *err)
{
    if (len < 0 || (uint64_t)len > parts->tail_len - parts->taken) {
        return od_fail(err, OD_EDECODE, "binary_data_size is %lld, %zu bytes are left",
                       (long long)len, parts->tail_len - parts->taken);
    }
    *out = parts->tail + parts->taken;
    parts->taken += (size_t)len;
    return 0;
}

static int read_binary(const uint8_t *bytes, int64_t len, struct od_output_tensor *out,
                       struct od_err *err)
{
    size_t size = od_dtype_size((int)out->dtype);
    if ((uint64_t)len != out->count * size) {
        return od_fail(err, OD_EDECODE, "%lld bytes, not %zu", (long long)len,
                       out->count * size);
    }
    if (out->count > 0) {
        out->values = od_xmalloc(out->count * sizeof *out->values);
        (void)od_dtype_floats((int)out->dtype, bytes, out->count, out->values);
    }
    return 0;
}

/* data, flat or nested: its leaves in the order of the text. */
static int read_data(const struct od_json *json, const node *data,
                     struct od_output_tensor *out, struct od_err *err)
{
    size_t count = 0;
    if (data == NULL || data->type != OD_JSON_ARRAY) {
        return od_fail(err, OD_EDECODE, "neither data nor binary_data_size");
    }
    size_t end = data->next;
    size_t at = (size_t)(data - json->nodes) + 1;
    /* Every number is a node, so a larger tensor is none. */
    if (out->count > end - at) {
        return od_fail(err, OD_EDECODE, "data hold fewer than %zu numbers", out->count);
    }
    out->values = od_xcalloc(out->count, sizeof *out->values);
    for (; at < end; at++) {
        const node *value = &json->nodes[at];
        bool truth = value->type == OD_JSON_TRUE;
        float number = truth ? 1 : 0;
        if (value->type == OD_JSON_ARRAY) {
            continue;
        }
        if (!truth && value->type != OD_JSON_FALSE &&
            !od_json_float(json, value, &number)) {
            return od_fail(err, OD_EDECODE, "data hold something that is no number");
        }
        if (count == out->count) {
            return od_fail(err, OD_EDECODE, "data hold more than %zu numbers", count);
        }
        out->values[count++] = number;
    }
    return count == out->count
               ? 0
               : od_fail(err, OD_EDECODE, "data hold %zu numbers, not %zu", count,
                         out->count);
}

/* One output; what holds no numbers is passed and leaves *out without a type. */
static int read_output(struct parts *parts, const node *output,
                       struct od_output_tensor *out, struct od_err *err)
{
    const struct od_json *json = &parts->json;
    const node *parameters = od_json_member(json, output, "parameters");
    const node *size = od_json_member(json, parameters, "binary_data_size");
    const uint8_t *bytes = NULL;
    int64_t len = -1;
    if (read_front(json, output, out, err) != 0) {
        return -1;
    }
    if (size != NULL &&
        (!od_json_whole(json, size, &len) || take_binary(parts, len, &bytes, err) != 0)) {
        return od_fail(err, OD_EDECODE, "binary_data_size is no whole number");
    }
    if (od_dtype_size((int)out->dtype) == 0) {
        out->dtype = OD_DTYPE_NONE;
        return 0;
    }
    return size != NULL ? read_binary(bytes, len, out, err)
                        : read_data(json, od_json_member(json, output, "data"), out, err);
}

/* A body that is something else, with what it says. */
static int foreign(const struct od_reply *in, const char *why, struct od_err *err)
{
    char text[OD_WEB_TEXT_MAX];
    od_web_error_text(NULL, in, text);
    return od_fail(err, OD_EDECODE, "%s: %.100s", why, text);
}

static int read_outputs(const struct od_reply *in, struct parts *parts,
                        struct od_outputs_list *list, struct od_err *err)
{
    const struct od_json *json = &parts->json;
    const node *outputs = od_json_member(json, json->nodes, "outputs");
    if (outputs == NULL || outputs->type != OD_JSON_ARRAY) {
        return foreign(in, "reply has no outputs", err);
    }
    const node *output = od_json_first(json, outputs);
    for (size_t i = 0; i < outputs->count; i++, output = json->nodes + output->next) {
        if (list->count == OD_OUTPUTS_MAX) {
            return od_fail(err, OD_EDECODE, "more than %d outputs", OD_OUTPUTS_MAX);
        }
        struct od_output_tensor *item = &list->items[list->count];
        int rc = read_output(parts, output, item, err);
        if (rc != 0) {
            od_err_context(err, "output %.60s", item->name);
            free(item->values);
            item->values = NULL;
            return -1;
        }
        list->count += item->dtype != OD_DTYPE_NONE;
    }
    return parts->taken == parts->tail_len
               ? 0
               : od_fail(err, OD_EDECODE,
                         "%zu bytes of binary tensors belong to no output",
                         parts->tail_len - parts->taken);
}

static int read_infer(const struct od_request *asked, const struct od_reply *in,
                      struct parts *parts, struct od_answer *out, struct od_err *err)
{
    const struct od_json *json = &parts->json;
    struct od_outputs_list *list = od_xmalloc(sizeof *list);
    list->count = 0;
    char text[OD_NAME_MAX];
    (void)od_json_text(json, od_json_member(json, json->nodes, "model_name"),
                       out->model.name, sizeof out->model.name);
    (void)od_json_text(json, od_json_member(json, json->nodes, "model_version"), text,
                       sizeof text);
    od_oip_version_add(&out->model, text);
    (void)od_json_text(json, od_json_member(json, json->nodes, "id"), text, OD_ID_MAX);
    int rc = -1;
    if (od_oip_id_check(asked, text, err) == 0 &&
        read_outputs(in, parts, list, err) == 0) {
        rc = od_outputs_to_answer(asked, list, out, err);
    }
    od_outputs_release(list);
    free(list);
    return rc;
}

/* Where the JSON of a reply ends: what the header says, compared without regard to case,
 * or the whole body. */
static int split(const struct od_reply *in, struct parts *out, struct od_err *err)
{
    const char *text = od_headers_get(&in->headers, OD_OIP_LENGTH_HEADER);
    int64_t len = (int64_t)in->body.len;
    struct od_err why = {0};
    if (text != NULL && (od_parse_i64(text, 0, INT64_MAX, &len, NULL) != 0 ||
                         (uint64_t)len > in->body.len)) {
        return od_fail(err, OD_EDECODE,
                       OD_OIP_LENGTH_HEADER " is %.40s, the body has %zu", text,
                       in->body.len);
    }
    out->tail = (const uint8_t *)in->body.data + len;
    out->tail_len = in->body.len - (size_t)len;
    if (od_json_parse(&out->json, in->body.data, (size_t)len, &why) != 0) {
        return text != NULL ? od_fail(err, OD_EDECODE, "%s", why.msg)
                            : foreign(in, why.msg, err);
    }
    return 0;
}

/* The code of a status: the protocol's servers have some that others have not. */
static enum od_canonical code_of(int status)
{
    switch (status) {
    case 405:
    case 406:
        return OD_CODE_UNIMPLEMENTED;
    case 412:
    case 422:
        return OD_CODE_FAILED_PRECONDITION;
    default:
        return od_canonical_of_http(status);
    }
}

/* The server's text, or that of a proxy before it. */
static int read_error(const struct od_request *asked, const struct od_reply *in,
                      struct od_answer *out, struct od_err *err)
{
    char status[32];
    char text[OD_WEB_TEXT_MAX];
    od_web_error_text(NULL, in, text);
    (void)snprintf(status, sizeof status, "HTTP %d", in->code);
    return od_oip_refused(asked, status, code_of(in->code), text, out, err);
}

/* What only the status tells: whether server or model take requests. */
static bool read_ready(const struct od_request *asked, int code, struct od_answer *out)
{
    bool ready = code == 200;
    if ((asked->kind != OD_READY && asked->kind != OD_STATUS) ||
        (!ready && code != 400 && code != 503)) {
        return false;
    }
    if (asked->kind == OD_READY) {
        out->ready = ready;
        return true;
    }
    memcpy(out->model.name, asked->model.name, OD_NAME_MAX);
    out->model.version = asked->model.version;
    out->model.state = ready ? 30 : 0; /* AVAILABLE of ModelVersionStatus */
    return true;
}

int od_oip_rest_decode(const struct od_request *asked, const struct od_reply *in,
                       struct od_answer *out, struct od_err *err)
{
    struct parts parts = {0};
    int rc = -1;
    od_answer_init(out);
    od_server_facts_read(&in->headers, &out->server);
    if (read_ready(asked, in->code, out)) {
        return 0;
    }
    if (in->code != 200) {
        return read_error(asked, in, out, err);
    }
    if (split(in, &parts, err) == 0) {
        rc = asked->kind == OD_PREDICT ? read_infer(asked, in, &parts, out, err)
                                       : od_oip_json_facts(asked, &parts.json, out, err);
    }
    od_json_release(&parts.json);
    return rc;
}
