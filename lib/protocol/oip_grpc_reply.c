/* Replies of the Open Inference Protocol over gRPC, both ways. */
#include "protocol/oip_grpc.h"

#include "base/alloc.h"
#include "protocol/oip_elements.h"
#include "protocol/tfs_spec.h"
#include "wire/pb_arena.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef Inference__ModelInferResponse pb_reply;
typedef Inference__ModelInferResponse__InferOutputTensor pb_output;

/* Elements of one output that we decode. */
#define ELEMENTS_MAX ((size_t)64 << 20)

/* Name, type and shape of an output; false: the type is none that holds numbers. */
static int read_front(const pb_output *output, struct od_output_tensor *out,
                      struct od_err *err)
{
    struct od_oip_tensor tensor = {
        .dtype = od_dtype_of(output->datatype, strlen(output->datatype)),
        .rank = output->n_shape};
    if (output->n_shape > OD_OUTPUT_RANK_MAX) {
        return od_fail(err, OD_EDECODE, "%zu dimensions", output->n_shape);
    }
    for (size_t i = 0; i < tensor.rank; i++) {
        tensor.dims[i] = output->shape[i];
    }
    struct od_err why = {0};
    if (od_oip_tensor_count(&tensor, ELEMENTS_MAX, &why) != 0) {
        return od_fail(err, OD_EDECODE, "%s", why.msg);
    }
    *out = (struct od_output_tensor){
        .dtype = tensor.dtype, .rank = tensor.rank, .count = tensor.elements};
    for (size_t i = 0; i < tensor.rank; i++) {
        out->dims[i] = (size_t)tensor.dims[i];
    }
    od_name_set(out->name, output->name);
    return 0;
}

/* The values of an output: raw bytes, or its typed contents. */
static int read_values(const pb_output *output, const ProtobufCBinaryData *raw,
                       struct od_output_tensor *out, struct od_err *err)
{
    size_t size = od_dtype_size((int)out->dtype);
    const uint8_t *bytes = raw != NULL ? raw->data : NULL;
    uint8_t *own = NULL;
    int rc = 0;
    if (raw != NULL && raw->len != out->count * size) {
        return od_fail(err, OD_EDECODE, "%zu bytes, not %zu", raw->len,
                       out->count * size);
    }
    if (raw == NULL) {
        static const Inference__InferTensorContents none =
            INFERENCE__INFER_TENSOR_CONTENTS__INIT;
        struct od_err why = {0};
        own = od_xmalloc(out->count * size);
        bytes = own;
        if (od_oip_contents_bytes(output->contents != NULL ? output->contents : &none,
                                  out->dtype, out->count, own, &why) != 0) {
            rc = od_fail(err, OD_EDECODE, "%s", why.msg);
        }
    }
    if (rc == 0 && out->count > 0) {
        out->values = od_xmalloc(out->count * sizeof *out->values);
        (void)od_dtype_floats((int)out->dtype, bytes, out->count, out->values);
    }
    free(own);
    return rc;
}

/* Texts, and types that nobody knows, hold no boxes: such an output is passed. */
static int read_outputs(const pb_reply *reply, struct od_outputs_list *list,
                        struct od_err *err)
{
    bool raw = reply->n_raw_output_contents > 0;
    if (raw && reply->n_raw_output_contents != reply->n_outputs) {
        return od_fail(err, OD_EDECODE, "%zu raw_output_contents for %zu outputs",
                       reply->n_raw_output_contents, reply->n_outputs);
    }
    for (size_t i = 0; i < reply->n_outputs; i++) {
        const pb_output *output = reply->outputs[i];
        if (od_dtype_size((int)od_dtype_of(output->datatype, strlen(output->datatype))) ==
            0) {
            continue;
        }
        if (list->count == OD_OUTPUTS_MAX) {
            return od_fail(err, OD_EDECODE, "more than %d outputs", OD_OUTPUTS_MAX);
        }
        struct od_output_tensor *item = &list->items[list->count];
        if (read_front(output, item, err) != 0 ||
            read_values(output, raw ? &reply->raw_output_contents[i] : NULL, item, err) !=
                0) {
            od_err_context(err, "output %.60s", output->name);
            return -1;
        }
        list->count++;
    }
    return 0;
}

static int read_infer(const struct od_request *asked, const pb_reply *reply,
                      struct od_answer *out, struct od_err *err)
{
    struct od_outputs_list *list = od_xmalloc(sizeof *list);
    list->count = 0;
    od_name_set(out->model.name, reply->model_name);
    od_oip_version_add(&out->model, reply->model_version);
    int rc = -1;
    if (od_oip_id_check(asked, reply->id, err) == 0 &&
        read_outputs(reply, list, err) == 0) {
        rc = od_outputs_to_answer(asked, list, out, err);
    }
    od_outputs_release(list);
    free(list);
    return rc;
}

int od_oip_grpc_decode(const struct od_request *asked, const struct od_reply *in,
                       struct od_answer *out, struct od_err *err)
{
    od_answer_init(out);
    od_server_facts_read(&in->headers, &out->server);
    if (in->code != 0) {
        enum od_canonical code = od_canonical_of_grpc(in->code);
        return od_oip_refused(
            asked, od_canonical_name(code), code,
            in->text != NULL && in->text[0] != '\0' ? in->text : "no text", out, err);
    }
    if (asked->kind != OD_PREDICT) {
        return od_oip_pb_facts(asked, in, out, err);
    }
    struct od_pb_arena arena;
    od_pb_arena_init(&arena, in->body.len);
    const pb_reply *reply = inference__model_infer_response__unpack(
        &arena.allocator, in->body.len, (const uint8_t *)in->body.data);
    int rc = reply != NULL ? read_infer(asked, reply, out, err)
                           : od_fail(err, OD_EDECODE, "reply is no ModelInferResponse");
    od_pb_arena_release(&arena);
    return rc;
}

/* All outputs with what hangs on them. */
struct parts {
    struct od_outputs_list outputs;
    pb_output items[OD_OUTPUTS_MAX];
    pb_output *list[OD_OUTPUTS_MAX];
    int64_t dims[OD_OUTPUTS_MAX][OD_OUTPUT_RANK_MAX];
    Inference__InferTensorContents contents[OD_OUTPUTS_MAX];
    ProtobufCBinaryData raw[OD_OUTPUTS_MAX];
    uint8_t *bytes[OD_OUTPUTS_MAX];
};

static void fill_front(struct parts *parts, size_t i)
{
    struct od_output_tensor *from = &parts->outputs.items[i];
    pb_output *to = &parts->items[i];
    inference__model_infer_response__infer_output_tensor__init(to);
    parts->list[i] = to;
    to->name = from->name;
    to->datatype = od_tfs_unconst(od_dtype_name((int)from->dtype));
    to->n_shape = from->rank;
    to->shape = parts->dims[i];
    for (size_t k = 0; k < from->rank; k++) {
        parts->dims[i][k] = (int64_t)from->dims[k];
    }
}

static void fill_raw(struct parts *parts, size_t i)
{
    const struct od_output_tensor *from = &parts->outputs.items[i];
    size_t len = from->count * od_dtype_size((int)from->dtype);
    parts->bytes[i] = od_xcalloc(len, 1);
    od_oip_of_floats(from->dtype, from->values, from->count, parts->bytes[i]);
    parts->raw[i] = (ProtobufCBinaryData){.data = parts->bytes[i], .len = len};
}

/* Outputs of models are floats, or whole numbers as labels: INT64. */
static void fill_typed(struct parts *parts, size_t i)
{
    struct od_output_tensor *from = &parts->outputs.items[i];
    Inference__InferTensorContents *to = &parts->contents[i];
    inference__infer_tensor_contents__init(to);
    parts->items[i].contents = to;
    fill_raw(parts, i);
    if (from->dtype == OD_DTYPE_INT64) {
        to->n_int64_contents = from->count;
        to->int64_contents = (int64_t *)(void *)parts->bytes[i];
    } else {
        parts->items[i].datatype = od_tfs_unconst("FP32");
        to->n_fp32_contents = from->count;
        to->fp32_contents = from->values;
    }
}

/* Whether a dialect answers with raw_output_contents (odbench-wire(7), OIP dialects). */
static bool answers_raw(enum od_dialect dialect, const struct od_oip_asked *asked)
{
    switch (dialect) {
    case OD_DIALECT_TRITON:
    case OD_DIALECT_OVMS:
        return true;
    case OD_DIALECT_MLSERVER:
        return asked->raw;
    case OD_DIALECT_KSERVE:
        return asked->binary;
    case OD_DIALECT_TORCHSERVE:
        return false;
    }
    return false;
}

static int render_infer(const struct od_style *style, const struct od_request *asked,
                        const struct od_answer *in, struct od_buf *out,
                        struct od_err *err)
{
    struct parts *parts = od_xcalloc(1, sizeof *parts);
    int rc = od_oip_outputs_from_answer(style, asked, in, &parts->outputs, err);
    bool raw = answers_raw(style->dialect, od_oip_asked_of(asked));
    char version[32];
    pb_reply reply;
    inference__model_infer_response__init(&reply);
    (void)snprintf(version, sizeof version, "%" PRId64, in->model.version);
    reply.model_name =
        od_tfs_unconst(in->model.name[0] != '\0' ? in->model.name : asked->model.name);
    reply.model_version = in->model.version > 0 ? version : od_tfs_unconst("");
    reply.id = od_tfs_unconst(asked->id);
    reply.outputs = parts->list;
    reply.n_outputs = rc == 0 ? parts->outputs.count : 0;
    reply.raw_output_contents = parts->raw;
    reply.n_raw_output_contents = raw ? reply.n_outputs : 0;
    for (size_t i = 0; i < reply.n_outputs; i++) {
        fill_front(parts, i);
        (raw ? fill_raw : fill_typed)(parts, i);
    }
    if (rc == 0) {
        od_tfs_pack(&reply.base, out);
    }
    for (size_t i = 0; i < OD_OUTPUTS_MAX; i++) {
        free(parts->bytes[i]);
    }
    od_outputs_release(&parts->outputs);
    free(parts);
    return rc;
}

int od_oip_grpc_render(const struct od_style *style, const struct od_request *asked,
                       const struct od_answer *in, struct od_reply *out,
                       struct od_err *err)
{
    od_reply_reset(out);
    od_server_facts_write(&in->server, &out->headers);
    out->code = (int)od_oip_code(style->dialect, in);
    if (in->code != OD_CODE_OK) {
        out->text = od_xstrdup(in->text != NULL ? in->text : "");
        return 0;
    }
    struct od_err why = {0};
    if (asked->kind != OD_PREDICT) {
        od_oip_pb_render(style, asked->kind, in, &out->body);
    } else if (render_infer(style, asked, in, &out->body, &why) != 0) {
        out->code = OD_CODE_INVALID_ARGUMENT;
        out->text = od_xstrdup(why.msg);
        return 0;
    }
    return od_buf_check(&out->body, "reply", err);
}
