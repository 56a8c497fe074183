/* Questions of the Open Inference Protocol about model and server over gRPC, both ways.
 */
#include "protocol/oip_grpc.h"

#include "base/alloc.h"
#include "protocol/tfs_spec.h"

#include "oip.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names of protobuf-c, short enough to read. */
typedef Inference__ModelMetadataResponse pb_metadata;
typedef Inference__ModelMetadataResponse__TensorMetadata pb_tensor;
typedef Inference__ServerMetadataResponse pb_server;
typedef Inference__RepositoryIndexResponse pb_index;
typedef Inference__RepositoryIndexResponse__ModelIndex pb_model;

/* ModelVersionStatus says AVAILABLE with this number. */
enum { STATE_AVAILABLE = 30 };

void od_oip_pb_ask(const struct od_request *in, struct od_message *out)
{
    char version[OD_OIP_VERSION_MAX];
    /* ModelReadyRequest and ModelMetadataRequest are the same bytes, and what asks about
     * the server has none. */
    Inference__ModelReadyRequest ask;
    inference__model_ready_request__init(&ask);
    if (in->kind == OD_METADATA || in->kind == OD_STATUS) {
        od_oip_version_of(&in->model, version);
        ask.name = od_tfs_unconst(in->model.name);
        ask.version = version;
    }
    od_tfs_pack_segment(&ask.base, out);
}

int od_oip_pb_asked(const void *body, size_t len, struct od_request *out,
                    struct od_err *err)
{
    /* The messages that ask about the server hold nothing that matters here. */
    if (out->kind != OD_METADATA && out->kind != OD_STATUS) {
        return 0;
    }
    Inference__ModelReadyRequest *ask =
        inference__model_ready_request__unpack(NULL, len, body);
    if (ask == NULL) {
        return od_fail(err, OD_EINPUT, "body is no %s",
                       out->kind == OD_STATUS ? "ModelReadyRequest"
                                              : "ModelMetadataRequest");
    }
    int rc = ask->name[0] == '\0' ? od_fail(err, OD_EINPUT, "the request has no name")
                                  : od_oip_text(out->model.name, OD_NAME_MAX, ask->name,
                                                strlen(ask->name), "name", err);
    if (rc == 0) {
        rc = od_oip_version_read(&out->model, ask->version, strlen(ask->version), err);
    }
    inference__model_ready_request__free_unpacked(ask, NULL);
    return rc;
}

static int no_message(const char *name, struct od_err *err)
{
    return od_fail(err, OD_EDECODE, "reply is no %s", name);
}

static void read_tensor(const pb_tensor *in, struct od_tensor_info *out)
{
    *out = (struct od_tensor_info){
        .dtype = (int)od_dtype_of(in->datatype, strlen(in->datatype)), .rank = -1};
    od_name_set(out->name, in->name);
    if (in->n_shape <= 8) {
        out->rank = (int)in->n_shape;
        for (size_t i = 0; i < in->n_shape; i++) {
            out->shape[i] = in->shape[i];
        }
    }
}

static int read_metadata(const struct od_reply *in, struct od_model_facts *out,
                         struct od_err *err)
{
    pb_metadata *reply = inference__model_metadata_response__unpack(
        NULL, in->body.len, (const uint8_t *)in->body.data);
    if (reply == NULL) {
        return no_message("ModelMetadataResponse", err);
    }
    od_name_set(out->name, reply->name);
    for (size_t i = 0; i < reply->n_versions; i++) {
        od_oip_version_add(out, reply->versions[i]);
    }
    struct od_signature *signature = od_model_add_signature(out);
    for (size_t i = 0; i < reply->n_inputs && i < OD_SIGNATURE_INPUTS; i++) {
        read_tensor(reply->inputs[i], &signature->inputs[i]);
        signature->input_count = i + 1;
    }
    for (size_t i = 0; i < reply->n_outputs && i < OD_SIGNATURE_OUTPUTS; i++) {
        read_tensor(reply->outputs[i], &signature->outputs[i]);
        signature->output_count = i + 1;
    }
    inference__model_metadata_response__free_unpacked(reply, NULL);
    return 0;
}

/* ModelReadyResponse, ServerReadyResponse and ServerLiveResponse are the same bytes. */
static int read_ready(const struct od_reply *in, bool *ready, struct od_err *err)
{
    Inference__ServerReadyResponse *reply = inference__server_ready_response__unpack(
        NULL, in->body.len, (const uint8_t *)in->body.data);
    if (reply == NULL) {
        return no_message("ServerReadyResponse", err);
    }
    *ready = reply->ready != 0;
    inference__server_ready_response__free_unpacked(reply, NULL);
    return 0;
}

static int read_status(const struct od_request *asked, const struct od_reply *in,
                       struct od_model_facts *out, struct od_err *err)
{
    bool ready = false;
    int rc = read_ready(in, &ready, err);
    if (rc == 0) {
        memcpy(out->name, asked->model.name, sizeof out->name);
        out->version = asked->model.version;
        out->state = ready ? STATE_AVAILABLE : 0;
    }
    return rc;
}

static int read_list(const struct od_reply *in, struct od_answer *out, struct od_err *err)
{
    pb_index *reply = inference__repository_index_response__unpack(
        NULL, in->body.len, (const uint8_t *)in->body.data);
    size_t capacity = 0;
    if (reply == NULL) {
        return no_message("RepositoryIndexResponse", err);
    }
    for (size_t i = 0; i < reply->n_models; i++) {
        od_oip_name_add(out, reply->models[i]->name, &capacity);
    }
    inference__repository_index_response__free_unpacked(reply, NULL);
    return 0;
}

static int read_server(const struct od_reply *in, struct od_answer *out,
                       struct od_err *err)
{
    pb_server *reply = inference__server_metadata_response__unpack(
        NULL, in->body.len, (const uint8_t *)in->body.data);
    if (reply == NULL) {
        return no_message("ServerMetadataResponse", err);
    }
    od_name_set(out->server_name, reply->name);
    od_name_set(out->server_version, reply->version);
    inference__server_metadata_response__free_unpacked(reply, NULL);
    return 0;
}

int od_oip_pb_facts(const struct od_request *asked, const struct od_reply *in,
                    struct od_answer *out, struct od_err *err)
{
    switch (asked->kind) {
    case OD_METADATA:
        return read_metadata(in, &out->model, err);
    case OD_STATUS:
        return read_status(asked, in, &out->model, err);
    case OD_READY:
        return read_ready(in, &out->ready, err);
    case OD_LIST:
        return read_list(in, out, err);
    case OD_SERVER:
        return read_server(in, out, err);
    case OD_PREDICT:
        break;
    }
    return od_fail(err, OD_EBUG, "a prediction has no facts");
}

static void fill_tensor(struct od_tensor_info *in, pb_tensor *out)
{
    inference__model_metadata_response__tensor_metadata__init(out);
    out->name = in->name;
    out->datatype = od_tfs_unconst(od_dtype_name(in->dtype));
    out->n_shape = in->rank > 0 ? (size_t)in->rank : 0;
    out->shape = in->shape;
}

static void render_metadata(const struct od_style *style, const struct od_model_facts *in,
                            struct od_buf *out)
{
    struct od_model_facts *facts = od_xmalloc(sizeof *facts);
    *facts = *in; /* protobuf-c wants what it may write */
    pb_tensor tensors[OD_SIGNATURE_INPUTS + OD_SIGNATURE_OUTPUTS];
    pb_tensor *list[OD_SIGNATURE_INPUTS + OD_SIGNATURE_OUTPUTS];
    struct od_signature *signature = &facts->signatures[0];
    char number[32];
    char *versions[] = {number};
    pb_metadata reply;
    inference__model_metadata_response__init(&reply);
    (void)snprintf(number, sizeof number, "%" PRId64, facts->version);
    reply.name = facts->name;
    reply.versions = versions;
    reply.n_versions = 1;
    reply.platform =
        od_tfs_unconst(style->dialect == OD_DIALECT_OVMS ? "OpenVINO" : "odbench");
    reply.n_inputs = facts->signature_count > 0 ? signature->input_count : 0;
    reply.n_outputs = facts->signature_count > 0 ? signature->output_count : 0;
    reply.inputs = list;
    reply.outputs = list + OD_SIGNATURE_INPUTS;
    for (size_t i = 0; i < reply.n_inputs; i++) {
        list[i] = &tensors[i];
        fill_tensor(&signature->inputs[i], list[i]);
    }
    for (size_t i = 0; i < reply.n_outputs; i++) {
        size_t at = OD_SIGNATURE_INPUTS + i;
        list[at] = &tensors[at];
        fill_tensor(&signature->outputs[i], list[at]);
    }
    od_tfs_pack(&reply.base, out);
    free(facts);
}

static void render_ready(bool ready, struct od_buf *out)
{
    Inference__ServerReadyResponse reply;
    inference__server_ready_response__init(&reply);
    reply.ready = ready;
    od_tfs_pack(&reply.base, out);
}

static void render_list(const struct od_answer *in, struct od_buf *out)
{
    pb_model *models = od_xcalloc(in->name_count, sizeof *models);
    pb_model **list = od_xcalloc(in->name_count, sizeof *list);
    pb_index reply;
    inference__repository_index_response__init(&reply);
    for (size_t i = 0; i < in->name_count; i++) {
        inference__repository_index_response__model_index__init(&models[i]);
        models[i].name = in->names[i];
        models[i].version = od_tfs_unconst("1");
        models[i].state = od_tfs_unconst("READY");
        list[i] = &models[i];
    }
    reply.models = list;
    reply.n_models = in->name_count;
    od_tfs_pack(&reply.base, out);
    free(list);
    free(models);
}

static void render_server(const struct od_style *style, const struct od_answer *in,
                          struct od_buf *out)
{
    char *extensions[8];
    pb_server reply;
    inference__server_metadata_response__init(&reply);
    reply.name = od_tfs_unconst(in->server_name);
    reply.version = od_tfs_unconst(in->server_version);
    reply.extensions = extensions;
    while (od_oip_extension(style->dialect, reply.n_extensions) != NULL) {
        extensions[reply.n_extensions] =
            od_tfs_unconst(od_oip_extension(style->dialect, reply.n_extensions));
        reply.n_extensions++;
    }
    od_tfs_pack(&reply.base, out);
}

void od_oip_pb_render(const struct od_style *style, enum od_kind kind,
                      const struct od_answer *in, struct od_buf *out)
{
    switch (kind) {
    case OD_METADATA:
        render_metadata(style, &in->model, out);
        break;
    case OD_STATUS:
        render_ready(in->model.state == STATE_AVAILABLE, out);
        break;
    case OD_READY:
        render_ready(in->ready, out);
        break;
    case OD_LIST:
        render_list(in, out);
        break;
    case OD_SERVER:
        render_server(style, in, out);
        break;
    case OD_PREDICT:
        break;
    }
}
