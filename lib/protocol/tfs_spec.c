/* Protobuf helpers of the gRPC protocol. */
#include "protocol/tfs_spec.h"

#include "base/alloc.h"
#include "protocol/tfs.h"

#include <string.h>

char *od_tfs_unconst(const char *text)
{
    union {
        const char *in;
        char *out;
    } pointer = {.in = text};
    return pointer.out;
}

void od_tfs_spec_make(const struct od_model *model, const char *signature,
                      struct od_tfs_spec *out)
{
    tensorflow__serving__model_spec__init(&out->spec);
    tensorflow__serving__int64_value__init(&out->version);
    out->spec.name = od_tfs_unconst(model->name);
    if (signature != NULL) {
        out->spec.signature_name = od_tfs_unconst(signature);
    }
    if (model->version != 0) {
        out->version.value = model->version;
        out->spec.version = &out->version;
        out->spec.version_choice_case =
            TENSORFLOW__SERVING__MODEL_SPEC__VERSION_CHOICE_VERSION;
    } else if (model->version_label[0] != '\0') {
        out->spec.version_label = od_tfs_unconst(model->version_label);
        out->spec.version_choice_case =
            TENSORFLOW__SERVING__MODEL_SPEC__VERSION_CHOICE_VERSION_LABEL;
    }
}

int od_tfs_spec_read(const Tensorflow__Serving__ModelSpec *spec, struct od_model *out,
                     struct od_err *err)
{
    if (spec == NULL) {
        return od_fail(err, OD_EINPUT, "Missing ModelSpec");
    }
    if (spec->name[0] == '\0') {
        return od_fail(err, OD_EINPUT, "ModelSpec has no name specified.");
    }
    if (od_tfs_model_name(out, spec->name, strlen(spec->name), err) != 0 ||
        od_tfs_name(out->signature, spec->signature_name, strlen(spec->signature_name),
                    "signature", err) != 0) {
        return -1;
    }
    switch ((int)spec->version_choice_case) {
    case TENSORFLOW__SERVING__MODEL_SPEC__VERSION_CHOICE_VERSION:
        return od_tfs_version(out, spec->version->value, err);
    case TENSORFLOW__SERVING__MODEL_SPEC__VERSION_CHOICE_VERSION_LABEL:
        return od_tfs_name(out->version_label, spec->version_label,
                           strlen(spec->version_label), "version label", err);
    default:
        return 0;
    }
}

void od_tfs_pack(const ProtobufCMessage *message, struct od_buf *out)
{
    size_t len = protobuf_c_message_get_packed_size(message);
    char *to = od_buf_reserve(out, len);
    if (to != NULL) {
        od_buf_advance(out, protobuf_c_message_pack(message, (uint8_t *)to));
    }
}

void od_tfs_pack_segment(const ProtobufCMessage *message, struct od_message *out)
{
    size_t len = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = od_xmalloc(len);
    od_message_own(out, bytes, protobuf_c_message_pack(message, bytes));
}
