/* Replies of TensorFlow Serving over gRPC, both ways. */
#include "protocol/tfs_grpc.h"

#include "base/alloc.h"
#include "protocol/tensor_pb.h"
#include "protocol/tfs.h"
#include "protocol/tfs_spec.h"

#include <stdlib.h>
#include <string.h>

typedef Tensorflow__Serving__PredictResponse pb_reply;
typedef Tensorflow__Serving__PredictResponse__OutputsEntry pb_entry;

/* Longest grpc-message that TensorFlow Serving sends (odbench-wire(7), Errors over gRPC).
 */
#define TEXT_MAX 1024
#define CUT      "... (truncated)"

/* The value of a key; of equal keys the last one holds. NULL: none. */
static const pb_entry *find(const pb_reply *reply, const char *name)
{
    for (size_t i = reply->n_outputs; i-- > 0;) {
        if (strcmp(reply->outputs[i]->key, name) == 0) {
            return reply->outputs[i];
        }
    }
    return NULL;
}

static int read_output(const pb_reply *reply, const struct od_tfs_output *output,
                       struct od_detections *out, struct od_err *err)
{
    const char *name = od_output_name(output->output);
    const pb_entry *entry = find(reply, name);
    if (entry == NULL || entry->value == NULL) {
        return od_fail(err, OD_EDECODE, "reply has no output %s", name);
    }
    struct od_tensor_shape shape;
    if (od_tensor_shape_read(entry->value, (size_t)OD_DETECTIONS_MAX * 4, &shape, err) !=
        0) {
        od_err_context(err, "%s", name);
        return -1;
    }
    if (shape.rank != output->rank) {
        return od_fail(err, OD_EDECODE, "%s has %zu dimensions, not %zu", name,
                       shape.rank, output->rank);
    }
    if (od_tfs_agree(out, output, shape.dims, err) != 0) {
        return -1;
    }
    float **values = od_tfs_values(out, output->output);
    if (od_tensor_floats(entry->value, &shape, values, err) != 0) {
        od_err_context(err, "%s", name);
        return -1;
    }
    return 0;
}

static int read_predict(const struct od_request *asked, const pb_reply *reply,
                        struct od_answer *out, struct od_err *err)
{
    struct od_detections all = {.images = SIZE_MAX, .each = SIZE_MAX};
    unsigned set = asked->outputs == 0 ? OD_OUTPUT_ALL : asked->outputs;
    int rc = -1;
    for (size_t i = 0; i < OD_TFS_OUTPUTS; i++) {
        if ((set & od_tfs_outputs[i].output) != 0 &&
            read_output(reply, &od_tfs_outputs[i], &all, err) != 0) {
            goto out;
        }
    }
    rc = od_detections_to_answer(&all, asked->picture_count, out, err);
out:
    od_detections_release(&all);
    return rc;
}

static void read_spec(const Tensorflow__Serving__ModelSpec *spec,
                      struct od_model_facts *out)
{
    size_t len = strnlen(spec->name, OD_NAME_MAX - 1);
    memcpy(out->name, spec->name, len);
    out->name[len] = '\0';
    if (spec->version_choice_case ==
        TENSORFLOW__SERVING__MODEL_SPEC__VERSION_CHOICE_VERSION) {
        out->version = spec->version->value;
    }
}

int od_tfs_grpc_decode(const struct od_request *asked, const struct od_reply *in,
                       struct od_answer *out, struct od_err *err)
{
    od_answer_init(out);
    od_server_facts_read(&in->headers, &out->server);
    if (in->code != 0) {
        enum od_canonical code = in->code > 0 && in->code <= OD_CODE_UNAUTHENTICATED
                                     ? (enum od_canonical)in->code
                                     : OD_CODE_UNKNOWN;
        const char *text = in->text != NULL ? in->text : "";
        od_answer_fail(out, code, "%s", text);
        return od_fail(err, OD_ESERVER, "%s: %s", od_canonical_name(code), text);
    }
    if (asked->kind != OD_PREDICT) {
        return od_tfs_pb_facts(asked, in, out, err);
    }
    pb_reply *reply = tensorflow__serving__predict_response__unpack(
        NULL, in->body.len, (const uint8_t *)in->body.data);
    if (reply == NULL) {
        return od_fail(err, OD_EDECODE, "reply is no PredictResponse");
    }
    if (reply->model_spec != NULL) {
        read_spec(reply->model_spec, &out->model);
    }
    int rc = read_predict(asked, reply, out, err);
    tensorflow__serving__predict_response__free_unpacked(reply, NULL);
    return rc;
}

/* One output with all that hangs on it. */
struct item {
    pb_entry entry;
    Tensorflow__TensorProto tensor;
    Tensorflow__TensorShapeProto shape;
    Tensorflow__TensorShapeProto__Dim dims[3];
    Tensorflow__TensorShapeProto__Dim *dim_list[3];
};

static void fill_item(const struct od_detections *all, const struct od_tfs_output *output,
                      float *values, struct item *out)
{
    const size_t sizes[] = {all->images, all->each, 4};
    tensorflow__serving__predict_response__outputs_entry__init(&out->entry);
    tensorflow__tensor_proto__init(&out->tensor);
    tensorflow__tensor_shape_proto__init(&out->shape);
    size_t elements = 1;
    for (size_t i = 0; i < output->rank && i < 3; i++) {
        tensorflow__tensor_shape_proto__dim__init(&out->dims[i]);
        out->dims[i].size = (int64_t)sizes[i];
        out->dim_list[i] = &out->dims[i];
        elements *= sizes[i];
    }
    out->shape.n_dim = output->rank;
    out->shape.dim = out->dim_list;
    out->tensor.dtype = TENSORFLOW__DATA_TYPE__DT_FLOAT;
    out->tensor.tensor_shape = &out->shape;
    out->tensor.n_float_val = elements;
    out->tensor.float_val = values;
    out->entry.key = od_tfs_unconst(od_output_name(output->output));
    out->entry.value = &out->tensor;
}

static void render_predict(const struct od_request *asked, const struct od_answer *in,
                           struct od_buf *out)
{
    struct od_detections all;
    od_detections_from_answer(in, asked->outputs, &all);
    struct item items[OD_TFS_OUTPUTS];
    pb_entry *list[OD_TFS_OUTPUTS];
    pb_reply reply;
    tensorflow__serving__predict_response__init(&reply);
    reply.outputs = list;
    for (size_t i = 0; i < OD_TFS_OUTPUTS; i++) {
        float *values = *od_tfs_values(&all, od_tfs_outputs[i].output);
        if (values != NULL) {
            fill_item(&all, &od_tfs_outputs[i], values, &items[i]);
            list[reply.n_outputs++] = &items[i].entry;
        }
    }
    struct od_model model = {.version = in->model.version};
    const char *name = in->model.name[0] != '\0' ? in->model.name : asked->model.name;
    memcpy(model.name, name, OD_NAME_MAX);
    struct od_tfs_spec spec;
    od_tfs_spec_make(&model, od_model_signature(&asked->model), &spec);
    reply.model_spec = &spec.spec;
    od_tfs_pack(&reply.base, out);
    od_detections_release(&all);
}

/* The status text, cut where the field is longer than a server sends. */
static char *error_text(const char *text)
{
    size_t len = strlen(text);
    if (len <= TEXT_MAX) {
        return od_xstrdup(text);
    }
    return od_xasprintf("%.*s%s", (int)(TEXT_MAX - strlen(CUT)), text, CUT);
}

int od_tfs_grpc_render(const struct od_style *style, const struct od_request *asked,
                       const struct od_answer *in, struct od_reply *out,
                       struct od_err *err)
{
    (void)style;
    od_reply_reset(out);
    od_server_facts_write(&in->server, &out->headers);
    out->code = (int)in->code;
    if (in->code != OD_CODE_OK) {
        out->text = error_text(in->text != NULL ? in->text : "");
        return 0;
    }
    if (asked->kind == OD_PREDICT) {
        render_predict(asked, in, &out->body);
    } else {
        od_tfs_pb_render(asked->kind, in, &out->body);
    }
    return od_buf_check(&out->body, "reply", err);
}
