/*
 * TensorFlow Serving over gRPC: requests (odbench-wire(7), GRPC). It carries everything
 * of a request but: the REST form, the pictures' sizes of a jpeg, and empty names, which
 * come back as the defaults they stand for. Of an answer it carries everything but the
 * places of a box's floats beyond float32 (there are none), and labels beyond 2^24.
 */
#include "protocol/tfs.h"

#include "base/alloc.h"
#include "protocol/tfs_grpc.h"
#include "protocol/tfs_spec.h"
#include "service/storage.h"
#include "wire/predict.h"

#include <string.h>

#define SERVICE "/tensorflow.serving."

struct method {
    const char *path;
    enum od_kind kind;
};
static const struct method methods[] = {
    {SERVICE "PredictionService/Predict", OD_PREDICT},
    {SERVICE "PredictionService/GetModelMetadata", OD_METADATA},
    {SERVICE "ModelService/GetModelStatus", OD_STATUS},
};
enum { METHOD_COUNT = sizeof methods / sizeof methods[0] };

static const char *path_of(enum od_kind kind)
{
    size_t i = 0;
    while (methods[i].kind != kind) {
        i++;
    }
    return methods[i].path;
}

/* The names of the outputs in the set; returns how many. */
static size_t filter_of(unsigned outputs, const char *names[OD_TFS_OUTPUTS])
{
    size_t count = 0;
    if (outputs == 0 || outputs == OD_OUTPUT_ALL) {
        return 0;
    }
    for (size_t i = 0; i < OD_TFS_OUTPUTS; i++) {
        if ((outputs & od_tfs_outputs[i].output) != 0) {
            names[count++] = od_output_name(od_tfs_outputs[i].output);
        }
    }
    return count;
}

/* Takes what *part holds as a segment of its own and leaves it empty. */
static void own(struct od_message *out, struct od_buf *part)
{
    size_t len = part->len;
    od_message_own(out, od_buf_steal(part), len);
}

/* Pixels are one tensor_content, files one string_val each: head and values in turn. */
static void put_pictures(const struct od_request *in, const struct od_predict_head *front,
                         struct od_message *out)
{
    const struct od_picture *first = &in->pictures[0];
    bool raw = in->payload == OD_PAYLOAD_TENSOR;
    int64_t count = (int64_t)in->picture_count;
    const int64_t pixels[] = {count, first->height, first->width, 3};
    const int64_t planes[] = {count, 3, first->height, first->width};
    bool bare = raw && in->model.in.no_batch && count == 1;
    struct od_predict_head head = *front;
    head.dims = (first->planar ? planes : pixels) + (bare ? 1 : 0);
    head.rank = !raw ? 1 : bare ? 3 : 4;
    head.dtype = !raw                            ? OD_TFS_STRING
                 : first->dtype != OD_DTYPE_NONE ? (int)first->dtype
                                                 : OD_TFS_UINT8;

    size_t values = 0;
    for (size_t i = 0; i < in->picture_count; i++) {
        values += raw ? in->pictures[i].len : od_predict_value_bytes(in->pictures[i].len);
    }
    struct od_buf part;
    od_buf_init(&part, 0);
    od_predict_head_write(&head, raw ? od_predict_value_bytes(values) : values, &part);
    if (raw) {
        od_predict_content_write(values, &part);
    }
    for (size_t i = 0; i < in->picture_count; i++) {
        if (!raw) {
            od_predict_string_write(in->pictures[i].len, &part);
        }
        if (part.len > 0) {
            own(out, &part);
        }
        od_message_borrow(out, in->pictures[i].data, in->pictures[i].len);
    }
    od_buf_release(&part);
}

static int encode(const struct od_request *in, struct od_message *out, struct od_err *err)
{
    *out = (struct od_message){.verb = "POST"};
    if (od_tfs_check(&od_tfs_grpc, in, err) != 0) {
        *out = (struct od_message){0};
        return -1;
    }
    out->path = od_xstrdup(path_of(in->kind));
    if (in->kind != OD_PREDICT) {
        od_tfs_pb_ask(in, out);
        return 0;
    }
    const char *filter[OD_TFS_OUTPUTS];
    struct od_predict_head head = {
        .model = in->model.name,
        .version = in->model.version,
        .label = in->model.version_label,
        .signature = od_model_signature(&in->model),
        .filter = filter,
        .filter_count = filter_of(in->outputs, filter),
        .input = od_model_input(&in->model),
    };
    put_pictures(in, &head, out);
    return 0;
}

static bool route(const struct od_style *style, const struct od_message *in,
                  enum od_kind *kind)
{
    (void)style;
    for (size_t i = 0; in->path != NULL && i < METHOD_COUNT; i++) {
        if (strcmp(in->path, methods[i].path) == 0) {
            *kind = methods[i].kind;
            return true;
        }
    }
    return false;
}

static int parse(const struct od_style *style, const struct od_message *in,
                 struct od_request *out, struct od_err *err)
{
    *out = (struct od_request){.outputs = OD_OUTPUT_ALL};
    if (!route(style, in, &out->kind)) {
        return od_fail(err, OD_EUNSUPPORTED, "no method %s",
                       in->path != NULL ? in->path : "");
    }
    struct od_segment body = od_request_body(out, in);
    return out->kind == OD_PREDICT
               ? od_tfs_pb_predict(body.data, body.len, out, err)
               : od_tfs_pb_asked(out->kind, body.data, body.len, out, err);
}

const struct od_protocol od_tfs_grpc = {
    .name = "tfs-grpc",
    .alias = "grpc",
    .summary = "TensorFlow Serving over gRPC: PredictionService and ModelService",
    .transport = OD_GRPC,
    .payloads = OD_PAYLOAD_TENSOR | OD_PAYLOAD_JPEG,
    .default_payload = OD_PAYLOAD_TENSOR,
    .encode = encode,
    .decode = od_tfs_grpc_decode,
    .route = route,
    .parse = parse,
    .render = od_tfs_grpc_render,
};
