/* Replies of TensorFlow Serving over gRPC, as the server writes them. */
#include "protocol/tfs_grpc.h"

#include "base/alloc.h"
#include "protocol/tfs.h"
#include "protocol/tfs_spec.h"
#include "service/outputs.h"

#include <stdlib.h>
#include <string.h>

typedef Tensorflow__Serving__PredictResponse pb_reply;
typedef Tensorflow__Serving__PredictResponse__OutputsEntry pb_entry;

/* Longest grpc-message that TensorFlow Serving sends (odbench-wire(7), Errors over gRPC).
 */
#define TEXT_MAX 1024
#define CUT      "... (truncated)"

/* One output with all that hangs on it. */
struct item {
    pb_entry entry;
    Tensorflow__TensorProto tensor;
    Tensorflow__TensorShapeProto shape;
    Tensorflow__TensorShapeProto__Dim dims[OD_OUTPUT_RANK_MAX];
    Tensorflow__TensorShapeProto__Dim *dim_list[OD_OUTPUT_RANK_MAX];
};

static void fill_item(struct od_output_tensor *output, bool content, struct item *out)
{
    tensorflow__serving__predict_response__outputs_entry__init(&out->entry);
    tensorflow__tensor_proto__init(&out->tensor);
    tensorflow__tensor_shape_proto__init(&out->shape);
    for (size_t i = 0; i < output->rank; i++) {
        tensorflow__tensor_shape_proto__dim__init(&out->dims[i]);
        out->dims[i].size = (int64_t)output->dims[i];
        out->dim_list[i] = &out->dims[i];
    }
    out->shape.n_dim = output->rank;
    out->shape.dim = out->dim_list;
    out->tensor.dtype = TENSORFLOW__DATA_TYPE__DT_FLOAT;
    out->tensor.tensor_shape = &out->shape;
    if (content) {
        /* Floats lie in memory as they go over the wire: the hosts are little-endian. */
        out->tensor.tensor_content.data = (uint8_t *)output->values;
        out->tensor.tensor_content.len = output->count * sizeof *output->values;
    } else {
        out->tensor.n_float_val = output->count;
        out->tensor.float_val = output->values;
    }
    out->entry.key = output->name;
    out->entry.value = &out->tensor;
}

/* TensorFlow Serving's map has no order; ours is that of od_tfs_outputs. */
static size_t place_of(const char *name)
{
    size_t i = 0;
    while (i < OD_TFS_OUTPUTS &&
           strcmp(od_output_name(od_tfs_outputs[i].output), name) != 0) {
        i++;
    }
    return i;
}

static size_t put_items(struct od_outputs_list *outputs, bool content, struct item *items,
                        pb_entry **list)
{
    size_t count = 0;
    for (size_t place = 0; place <= OD_TFS_OUTPUTS; place++) {
        for (size_t i = 0; i < outputs->count; i++) {
            if (place_of(outputs->items[i].name) == place) {
                fill_item(&outputs->items[i], content, &items[count]);
                list[count] = &items[count].entry;
                count++;
            }
        }
    }
    return count;
}

static void render_predict(const struct od_style *style, const struct od_request *asked,
                           const struct od_answer *in, struct od_buf *out)
{
    struct od_outputs_list *outputs = od_xcalloc(1, sizeof *outputs);
    struct item items[OD_OUTPUTS_MAX];
    pb_entry *list[OD_OUTPUTS_MAX];
    pb_reply reply;
    od_outputs_from_answer(asked, in, style, outputs);
    tensorflow__serving__predict_response__init(&reply);
    reply.n_outputs = put_items(outputs, style->tensor_content, items, list);
    reply.outputs = list;
    struct od_model model = {.version = in->model.version};
    const char *name = in->model.name[0] != '\0' ? in->model.name : asked->model.name;
    memcpy(model.name, name, OD_NAME_MAX);
    struct od_tfs_spec spec;
    od_tfs_spec_make(&model, od_model_signature(&asked->model), &spec);
    reply.model_spec = &spec.spec;
    od_tfs_pack(&reply.base, out);
    od_outputs_release(outputs);
    free(outputs);
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
    od_reply_reset(out);
    od_server_facts_write(&in->server, &out->headers);
    out->code = (int)in->code;
    if (in->code != OD_CODE_OK) {
        out->text = error_text(in->text != NULL ? in->text : "");
        return 0;
    }
    if (asked->kind == OD_PREDICT) {
        render_predict(style, asked, in, &out->body);
    } else {
        od_tfs_pb_render(asked->kind, in, &out->body);
    }
    return od_buf_check(&out->body, "reply", err);
}
