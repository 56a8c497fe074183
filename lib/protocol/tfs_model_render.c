/* Replies of GetModelMetadata and GetModelStatus over gRPC, as the server writes them. */
#include "protocol/tfs.h"

#include "base/alloc.h"
#include "protocol/tfs_spec.h"

#include <stdlib.h>
#include <string.h>

/* A TensorInfo with all that hangs on it. */
struct info {
    Tensorflow__TensorInfo info;
    Tensorflow__TensorShapeProto shape;
    Tensorflow__TensorShapeProto__Dim dims[8];
    Tensorflow__TensorShapeProto__Dim *dim_list[8];
};

static void fill_info(const struct od_tensor_info *in, struct info *out)
{
    tensorflow__tensor_info__init(&out->info);
    tensorflow__tensor_shape_proto__init(&out->shape);
    for (int i = 0; i < in->rank && i < 8; i++) {
        tensorflow__tensor_shape_proto__dim__init(&out->dims[i]);
        out->dims[i].size = in->shape[i];
        out->dim_list[i] = &out->dims[i];
        out->shape.n_dim++;
    }
    out->shape.dim = out->dim_list;
    out->shape.unknown_rank = in->rank < 0;
    out->info.name = od_tfs_unconst(in->graph);
    out->info.dtype = (Tensorflow__DataType)in->dtype;
    out->info.tensor_shape = &out->shape;
}

/* A SignatureDef with all that hangs on it; about 15 kB, so it lives on the heap. */
struct signature {
    Tensorflow__SignatureDef def;
    struct info infos[OD_SIGNATURE_INPUTS + OD_SIGNATURE_OUTPUTS];
    Tensorflow__SignatureDef__InputsEntry inputs[OD_SIGNATURE_INPUTS];
    Tensorflow__SignatureDef__InputsEntry *input_list[OD_SIGNATURE_INPUTS];
    Tensorflow__SignatureDef__OutputsEntry outputs[OD_SIGNATURE_OUTPUTS];
    Tensorflow__SignatureDef__OutputsEntry *output_list[OD_SIGNATURE_OUTPUTS];
};

static void fill_signature(const struct od_signature *in, struct signature *out)
{
    tensorflow__signature_def__init(&out->def);
    for (size_t i = 0; i < in->input_count; i++) {
        fill_info(&in->inputs[i], &out->infos[i]);
        tensorflow__signature_def__inputs_entry__init(&out->inputs[i]);
        out->inputs[i].key = od_tfs_unconst(in->inputs[i].name);
        out->inputs[i].value = &out->infos[i].info;
        out->input_list[i] = &out->inputs[i];
    }
    for (size_t i = 0; i < in->output_count; i++) {
        struct info *info = &out->infos[OD_SIGNATURE_INPUTS + i];
        fill_info(&in->outputs[i], info);
        tensorflow__signature_def__outputs_entry__init(&out->outputs[i]);
        out->outputs[i].key = od_tfs_unconst(in->outputs[i].name);
        out->outputs[i].value = &info->info;
        out->output_list[i] = &out->outputs[i];
    }
    out->def.n_inputs = in->input_count;
    out->def.inputs = out->input_list;
    out->def.n_outputs = in->output_count;
    out->def.outputs = out->output_list;
    out->def.method_name = od_tfs_unconst("tensorflow/serving/predict");
}

/* The SignatureDefMap of a model, packed. */
static void pack_signatures(const struct od_model_facts *model, struct od_buf *out)
{
    Tensorflow__Serving__SignatureDefMap map;
    tensorflow__serving__signature_def_map__init(&map);
    Tensorflow__Serving__SignatureDefMap__SignatureDefEntry entries[OD_MODEL_SIGNATURES];
    Tensorflow__Serving__SignatureDefMap__SignatureDefEntry *list[OD_MODEL_SIGNATURES];
    struct signature *all = od_xcalloc(OD_MODEL_SIGNATURES, sizeof *all);
    for (size_t i = 0; i < model->signature_count; i++) {
        fill_signature(&model->signatures[i], &all[i]);
        tensorflow__serving__signature_def_map__signature_def_entry__init(&entries[i]);
        entries[i].key = od_tfs_unconst(model->signatures[i].name);
        entries[i].value = &all[i].def;
        list[i] = &entries[i];
    }
    map.n_signature_def = model->signature_count;
    map.signature_def = list;
    od_tfs_pack(&map.base, out);
    free(all);
}

static void render_metadata(const struct od_model_facts *model, struct od_buf *out)
{
    struct od_model named = {.version = model->version};
    memcpy(named.name, model->name, sizeof named.name);
    struct od_tfs_spec spec;
    od_tfs_spec_make(&named, NULL, &spec);
    struct od_buf map;
    od_buf_init(&map, 0);
    pack_signatures(model, &map);

    Tensorflow__Serving__Any any;
    tensorflow__serving__any__init(&any);
    any.type_url =
        od_tfs_unconst("type.googleapis.com/tensorflow.serving.SignatureDefMap");
    any.value = (ProtobufCBinaryData){.len = map.len, .data = (uint8_t *)map.data};
    Tensorflow__Serving__GetModelMetadataResponse__MetadataEntry entry;
    tensorflow__serving__get_model_metadata_response__metadata_entry__init(&entry);
    entry.key = od_tfs_unconst("signature_def");
    entry.value = &any;
    Tensorflow__Serving__GetModelMetadataResponse__MetadataEntry *entries[] = {&entry};
    Tensorflow__Serving__GetModelMetadataResponse reply;
    tensorflow__serving__get_model_metadata_response__init(&reply);
    reply.model_spec = &spec.spec;
    reply.n_metadata = 1;
    reply.metadata = entries;
    od_tfs_pack(&reply.base, out);
    od_buf_release(&map);
}

static void render_status(const struct od_model_facts *model, struct od_buf *out)
{
    Tensorflow__Serving__StatusProto ok;
    tensorflow__serving__status_proto__init(&ok);
    Tensorflow__Serving__ModelVersionStatus status;
    tensorflow__serving__model_version_status__init(&status);
    status.version = model->version;
    status.state = (Tensorflow__Serving__ModelVersionStatus__State)model->state;
    status.status = &ok;
    Tensorflow__Serving__ModelVersionStatus *list[] = {&status};
    Tensorflow__Serving__GetModelStatusResponse reply;
    tensorflow__serving__get_model_status_response__init(&reply);
    reply.n_model_version_status = 1;
    reply.model_version_status = list;
    od_tfs_pack(&reply.base, out);
}

void od_tfs_pb_render(enum od_kind kind, const struct od_answer *in, struct od_buf *out)
{
    if (kind == OD_STATUS) {
        render_status(&in->model, out);
    } else {
        render_metadata(&in->model, out);
    }
}
