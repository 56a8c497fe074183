/* GetModelMetadata and GetModelStatus of TensorFlow Serving over gRPC, both ways. */
#include "protocol/tfs.h"

#include "base/alloc.h"
#include "protocol/tfs_spec.h"

#include <stdlib.h>
#include <string.h>

/* Names of protobuf-c, short enough to read. */
typedef Tensorflow__Serving__GetModelMetadataRequest pb_ask;
typedef Tensorflow__Serving__GetModelMetadataResponse pb_metadata;
typedef Tensorflow__Serving__GetModelMetadataResponse__MetadataEntry pb_metadata_entry;
typedef Tensorflow__Serving__SignatureDefMap pb_map;
typedef Tensorflow__Serving__GetModelStatusRequest pb_status_ask;
typedef Tensorflow__Serving__GetModelStatusResponse pb_status;

#define FIELD    "signature_def"
#define TYPE_URL "type.googleapis.com/tensorflow.serving.SignatureDefMap"

void od_tfs_pb_ask(const struct od_request *in, struct od_message *out)
{
    struct od_tfs_spec spec;
    od_tfs_spec_make(&in->model, NULL, &spec);
    if (in->kind == OD_STATUS) {
        pb_status_ask ask;
        tensorflow__serving__get_model_status_request__init(&ask);
        ask.model_spec = &spec.spec;
        od_tfs_pack_segment(&ask.base, out);
        return;
    }
    pb_ask ask;
    tensorflow__serving__get_model_metadata_request__init(&ask);
    char *fields[] = {od_tfs_unconst(FIELD)};
    ask.model_spec = &spec.spec;
    ask.n_metadata_field = 1;
    ask.metadata_field = fields;
    od_tfs_pack_segment(&ask.base, out);
}

static int read_metadata_ask(const pb_ask *ask, struct od_request *out,
                             struct od_err *err)
{
    if (od_tfs_spec_read(ask->model_spec, &out->model, err) != 0) {
        return -1;
    }
    if (ask->n_metadata_field == 0) {
        return od_fail(
            err, OD_EINPUT,
            "GetModelMetadataRequest must specify at least one metadata_field");
    }
    for (size_t i = 0; i < ask->n_metadata_field; i++) {
        if (strcmp(ask->metadata_field[i], FIELD) != 0) {
            return od_fail(err, OD_EINPUT, "Metadata field %.100s is not supported",
                           ask->metadata_field[i]);
        }
    }
    return 0;
}

int od_tfs_pb_asked(enum od_kind kind, const void *body, size_t len,
                    struct od_request *out, struct od_err *err)
{
    int rc = -1;
    if (kind == OD_STATUS) {
        pb_status_ask *ask =
            tensorflow__serving__get_model_status_request__unpack(NULL, len, body);
        if (ask == NULL) {
            return od_fail(err, OD_EINPUT, "body is no GetModelStatusRequest");
        }
        rc = od_tfs_spec_read(ask->model_spec, &out->model, err);
        out->model.version_label[0] = '\0'; /* ignored: odbench-wire(7), Messages */
        tensorflow__serving__get_model_status_request__free_unpacked(ask, NULL);
        return rc;
    }
    pb_ask *ask =
        tensorflow__serving__get_model_metadata_request__unpack(NULL, len, body);
    if (ask == NULL) {
        return od_fail(err, OD_EINPUT, "body is no GetModelMetadataRequest");
    }
    rc = read_metadata_ask(ask, out, err);
    tensorflow__serving__get_model_metadata_request__free_unpacked(ask, NULL);
    return rc;
}

static void read_info(const char *key, const Tensorflow__TensorInfo *in,
                      struct od_tensor_info *out)
{
    *out = (struct od_tensor_info){.rank = -1};
    od_name_set(out->name, key);
    if (in == NULL) {
        return;
    }
    od_name_set(out->graph, in->name);
    out->dtype = (int)in->dtype;
    const Tensorflow__TensorShapeProto *shape = in->tensor_shape;
    if (shape == NULL) {
        out->rank = 0;
    } else if (!shape->unknown_rank && shape->n_dim <= 8) {
        out->rank = (int)shape->n_dim;
        for (size_t i = 0; i < shape->n_dim; i++) {
            out->shape[i] = shape->dim[i]->size;
        }
    }
}

static void read_signature(const char *key, const Tensorflow__SignatureDef *in,
                           struct od_signature *out)
{
    od_name_set(out->name, key);
    for (size_t i = 0; in != NULL && i < in->n_inputs && i < OD_SIGNATURE_INPUTS; i++) {
        read_info(in->inputs[i]->key, in->inputs[i]->value, &out->inputs[i]);
        out->input_count = i + 1;
    }
    for (size_t i = 0; in != NULL && i < in->n_outputs && i < OD_SIGNATURE_OUTPUTS; i++) {
        read_info(in->outputs[i]->key, in->outputs[i]->value, &out->outputs[i]);
        out->output_count = i + 1;
    }
}

static int read_signatures(const Tensorflow__Serving__Any *any,
                           struct od_model_facts *out, struct od_err *err)
{
    if (any == NULL) {
        return od_fail(err, OD_EDECODE, "metadata '%s' is empty", FIELD);
    }
    pb_map *map = tensorflow__serving__signature_def_map__unpack(NULL, any->value.len,
                                                                 any->value.data);
    if (map == NULL) {
        return od_fail(err, OD_EDECODE, "metadata '%s' is no SignatureDefMap", FIELD);
    }
    for (size_t i = 0; i < map->n_signature_def && i < OD_MODEL_SIGNATURES; i++) {
        read_signature(map->signature_def[i]->key, map->signature_def[i]->value,
                       od_model_add_signature(out));
    }
    tensorflow__serving__signature_def_map__free_unpacked(map, NULL);
    return 0;
}

static int read_metadata(const struct od_reply *in, struct od_model_facts *out,
                         struct od_err *err)
{
    int rc = -1;
    pb_metadata *reply = tensorflow__serving__get_model_metadata_response__unpack(
        NULL, in->body.len, (const uint8_t *)in->body.data);
    if (reply == NULL) {
        return od_fail(err, OD_EDECODE, "reply is no GetModelMetadataResponse");
    }
    if (reply->model_spec != NULL) {
        od_name_set(out->name, reply->model_spec->name);
        if (reply->model_spec->version_choice_case ==
            TENSORFLOW__SERVING__MODEL_SPEC__VERSION_CHOICE_VERSION) {
            out->version = reply->model_spec->version->value;
        }
    }
    /* Of equal keys the last one holds. */
    for (size_t i = reply->n_metadata; i-- > 0;) {
        if (strcmp(reply->metadata[i]->key, FIELD) == 0) {
            rc = read_signatures(reply->metadata[i]->value, out, err);
            goto out;
        }
    }
    (void)od_fail(err, OD_EDECODE, "reply has no metadata '%s'", FIELD);
out:
    tensorflow__serving__get_model_metadata_response__free_unpacked(reply, NULL);
    return rc;
}

/* Of several versions the newest that is available, else the newest. */
static int read_status(const struct od_request *asked, const struct od_reply *in,
                       struct od_model_facts *out, struct od_err *err)
{
    pb_status *reply = tensorflow__serving__get_model_status_response__unpack(
        NULL, in->body.len, (const uint8_t *)in->body.data);
    if (reply == NULL || reply->n_model_version_status == 0) {
        tensorflow__serving__get_model_status_response__free_unpacked(reply, NULL);
        return od_fail(err, OD_EDECODE, "reply holds no model_version_status");
    }
    od_name_set(out->name, asked->model.name);
    for (size_t i = 0; i < reply->n_model_version_status; i++) {
        const Tensorflow__Serving__ModelVersionStatus *status =
            reply->model_version_status[i];
        od_tfs_status_add(out, i == 0, status->version, (int)status->state);
    }
    tensorflow__serving__get_model_status_response__free_unpacked(reply, NULL);
    return 0;
}

int od_tfs_pb_facts(const struct od_request *asked, const struct od_reply *in,
                    struct od_answer *out, struct od_err *err)
{
    return asked->kind == OD_STATUS ? read_status(asked, in, &out->model, err)
                                    : read_metadata(in, &out->model, err);
}
