/*
 * The Open Inference Protocol over gRPC: requests (odbench-wire(7), OIP over gRPC). It
 * carries everything of a request but: the signature, the REST form, spaced, the
 * pictures' sizes of a jpeg, and an empty input name, which comes back as the default it
 * stands for. A planar picture 3 wide comes back as one that is not planar. Of an answer
 * it carries everything but: labels beyond 2^24; of metadata all signatures but the
 * first, its name, names of graph nodes, types that it has no name for, and a rank that
 * is not known (0 comes back); of a status all but whether the model can be asked.
 */
#include "protocol/oip_grpc.h"

#include "base/alloc.h"
#include "protocol/oip_elements.h"
#include "service/storage.h"
#include "wire/infer.h"
#include "wire/pb_write.h"

#include <stdlib.h>
#include <string.h>

/* The same service has another package in TorchServe, which looks at typed contents alone
 * and has no list of models. */
#define PACKAGE            "/inference"
#define PACKAGE_TORCHSERVE "/org.pytorch.serve.grpc.openinference"
#define SERVICE            ".GRPCInferenceService/"

/* bytes_contents of InferTensorContents: field number * 8 + 2. */
enum { TAG_BYTES_CONTENTS = 0x42 };

struct method {
    const char *name;
    enum od_kind kind;
};
static const struct method methods[] = {
    {"ModelInfer", OD_PREDICT},    {"ModelMetadata", OD_METADATA},
    {"ModelReady", OD_STATUS},     {"ServerReady", OD_READY},
    {"ServerLive", OD_READY},      {"RepositoryIndex", OD_LIST},
    {"ServerMetadata", OD_SERVER},
};
enum { METHOD_COUNT = sizeof methods / sizeof methods[0] };

static const char *name_of(enum od_kind kind)
{
    size_t i = 0;
    while (methods[i].kind != kind) {
        i++;
    }
    return methods[i].name;
}

/* Takes what *part holds as a segment of its own and leaves it empty. */
static void own(struct od_message *out, struct od_buf *part)
{
    size_t len = part->len;
    od_message_own(out, od_buf_steal(part), len);
}

static void put_length(uint32_t len, struct od_buf *out)
{
    const unsigned char bytes[] = {(unsigned char)len, (unsigned char)(len >> 8),
                                   (unsigned char)(len >> 16),
                                   (unsigned char)(len >> 24)};
    od_buf_add(out, bytes, sizeof bytes);
}

/* One raw_input_contents: pixels as they are, files each behind its length. */
static void put_raw(const struct od_request *in, struct od_buf *head,
                    struct od_message *out)
{
    bool files = in->payload == OD_PAYLOAD_JPEG;
    size_t len = 0;
    for (size_t i = 0; i < in->picture_count; i++) {
        len += in->pictures[i].len + (files ? 4 : 0);
    }
    od_infer_raw_write(len, head);
    for (size_t i = 0; i < in->picture_count; i++) {
        if (files) {
            put_length((uint32_t)in->pictures[i].len, head);
        }
        if (head->len > 0) {
            own(out, head);
        }
        od_message_borrow(out, in->pictures[i].data, in->pictures[i].len);
    }
}

/* The typed contents of all pictures, which are one list; files are elements of it. */
static void make_contents(const struct od_request *in, enum od_dtype dtype,
                          struct od_buf *out)
{
    struct od_buf own_bytes;
    size_t len = 0;
    for (size_t i = 0; dtype == OD_DTYPE_BYTES && i < in->picture_count; i++) {
        od_pb_put_tag(out, TAG_BYTES_CONTENTS, in->pictures[i].len);
        od_buf_add(out, in->pictures[i].data, in->pictures[i].len);
    }
    if (dtype != OD_DTYPE_BYTES) {
        const uint8_t *bytes = od_oip_whole(in, &own_bytes, &len);
        od_oip_contents_put(dtype, bytes, len / od_dtype_size((int)dtype), out);
        od_buf_release(&own_bytes);
    }
}

static void put_infer(const struct od_request *in, bool typed, struct od_message *out)
{
    struct od_oip_tensor tensor;
    char version[OD_OIP_VERSION_MAX];
    const char *outputs[4];
    od_oip_tensor_of(in, &tensor);
    od_oip_version_of(&in->model, version);
    const struct od_infer_head head = {
        .model = in->model.name,
        .version = version,
        .id = in->id,
        .input = od_model_input(&in->model),
        .datatype = od_dtype_name((int)tensor.dtype),
        .dims = tensor.dims,
        .rank = tensor.rank,
        .outputs = outputs,
        .output_count = od_oip_outputs(in->outputs, outputs),
    };
    struct od_buf part;
    od_buf_init(&part, 0);
    if (typed) {
        struct od_buf contents;
        od_buf_init(&contents, 0);
        make_contents(in, tensor.dtype, &contents);
        od_infer_head_write(&head, &contents, &part);
        od_buf_release(&contents);
        own(out, &part);
    } else {
        od_infer_head_write(&head, NULL, &part);
        put_raw(in, &part, out);
    }
    od_buf_release(&part);
}

static int encode_for(const struct od_protocol *protocol, const struct od_request *in,
                      struct od_message *out, struct od_err *err)
{
    bool torchserve = protocol == &od_oip_torchserve;
    *out = (struct od_message){0};
    if (od_oip_check(protocol, in, err) != 0) {
        return -1;
    }
    if (torchserve && in->kind == OD_LIST) {
        return od_fail(err, OD_EUNSUPPORTED, "%s has no list of models", protocol->name);
    }
    out->verb = "POST";
    out->path = od_xasprintf("%s" SERVICE "%s", torchserve ? PACKAGE_TORCHSERVE : PACKAGE,
                             name_of(in->kind));
    if (in->kind == OD_PREDICT) {
        put_infer(in, torchserve || in->payload == OD_PAYLOAD_JSON, out);
    } else {
        od_oip_pb_ask(in, out);
    }
    return 0;
}

static int encode(const struct od_request *in, struct od_message *out, struct od_err *err)
{
    return encode_for(&od_oip_grpc, in, out, err);
}

static int encode_torchserve(const struct od_request *in, struct od_message *out,
                             struct od_err *err)
{
    return encode_for(&od_oip_torchserve, in, out, err);
}

/* The method of a path in a package; NULL: none. */
static const struct method *find(const char *path, const char *package)
{
    size_t len = strlen(package);
    if (path == NULL || strncmp(path, package, len) != 0 ||
        strncmp(path + len, SERVICE, strlen(SERVICE)) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < METHOD_COUNT; i++) {
        if (strcmp(path + len + strlen(SERVICE), methods[i].name) == 0) {
            return &methods[i];
        }
    }
    return NULL;
}

static bool found(const struct method *method, enum od_kind *kind)
{
    if (method != NULL) {
        *kind = method->kind;
    }
    return method != NULL;
}

static bool route(const struct od_style *style, const struct od_message *in,
                  enum od_kind *kind)
{
    (void)style;
    return found(find(in->path, PACKAGE), kind);
}

static bool route_torchserve(const struct od_style *style, const struct od_message *in,
                             enum od_kind *kind)
{
    (void)style;
    return found(find(in->path, PACKAGE_TORCHSERVE), kind);
}

/* Lists are an extension of Triton's that MLServer has too. */
static bool has_list(enum od_dialect dialect)
{
    return dialect == OD_DIALECT_TRITON || dialect == OD_DIALECT_MLSERVER;
}

static int parse_as(const struct od_style *style, const struct method *method,
                    const struct od_message *in, struct od_request *out,
                    struct od_err *err)
{
    *out = (struct od_request){.outputs = OD_OUTPUT_ALL};
    if (method == NULL || (method->kind == OD_LIST && !has_list(style->dialect))) {
        return od_fail(err, OD_EUNSUPPORTED, "no method %s",
                       in->path != NULL ? in->path : "");
    }
    out->kind = method->kind;
    struct od_segment body = od_request_body(out, in);
    return out->kind == OD_PREDICT ? od_oip_pb_infer(style, body.data, body.len, out, err)
                                   : od_oip_pb_asked(body.data, body.len, out, err);
}

static int parse(const struct od_style *style, const struct od_message *in,
                 struct od_request *out, struct od_err *err)
{
    return parse_as(style, find(in->path, PACKAGE), in, out, err);
}

/* The package says whose habits are meant. */
static struct od_style torchserve_of(const struct od_style *style)
{
    struct od_style own = *style;
    own.dialect = OD_DIALECT_TORCHSERVE;
    return own;
}

static int parse_torchserve(const struct od_style *style, const struct od_message *in,
                            struct od_request *out, struct od_err *err)
{
    const struct od_style torchserve = torchserve_of(style);
    return parse_as(&torchserve, find(in->path, PACKAGE_TORCHSERVE), in, out, err);
}

static int render_torchserve(const struct od_style *style, const struct od_request *asked,
                             const struct od_answer *in, struct od_reply *out,
                             struct od_err *err)
{
    const struct od_style torchserve = torchserve_of(style);
    return od_oip_grpc_render(&torchserve, asked, in, out, err);
}

const struct od_protocol od_oip_grpc = {
    .name = "oip-grpc",
    .summary = "Open Inference Protocol over gRPC: Triton, OpenVINO, MLServer, KServe",
    .transport = OD_GRPC,
    .payloads = OD_PAYLOAD_TENSOR | OD_PAYLOAD_JSON | OD_PAYLOAD_JPEG,
    .default_payload = OD_PAYLOAD_TENSOR,
    .encode = encode,
    .decode = od_oip_grpc_decode,
    .route = route,
    .parse = parse,
    .render = od_oip_grpc_render,
};

const struct od_protocol od_oip_torchserve = {
    .name = "oip-torchserve",
    .summary = "Open Inference Protocol over gRPC, as TorchServe has it",
    .transport = OD_GRPC,
    .payloads = OD_PAYLOAD_JSON | OD_PAYLOAD_JPEG,
    .default_payload = OD_PAYLOAD_JPEG,
    .encode = encode_torchserve,
    .decode = od_oip_grpc_decode,
    .route = route_torchserve,
    .parse = parse_torchserve,
    .render = render_torchserve,
};
