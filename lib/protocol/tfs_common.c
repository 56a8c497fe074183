/* What TensorFlow Serving's two protocols share. */
#include "protocol/tfs.h"

#include "service/model_format.h"

#include "tensor.pb-c.h"
#include "tfs.pb-c.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

const struct od_tfs_output od_tfs_outputs[OD_TFS_OUTPUTS] = {
    {.output = OD_OUTPUT_COUNT, .rank = 1},
    {.output = OD_OUTPUT_SCORES, .rank = 2},
    {.output = OD_OUTPUT_CLASSES, .rank = 2},
    {.output = OD_OUTPUT_BOXES, .rank = 3},
};

float **od_tfs_values(struct od_detections *detections, unsigned output)
{
    switch (output) {
    case OD_OUTPUT_BOXES:
        return &detections->boxes;
    case OD_OUTPUT_SCORES:
        return &detections->scores;
    case OD_OUTPUT_CLASSES:
        return &detections->classes;
    default:
        return &detections->counts;
    }
}

int od_tfs_agree(struct od_detections *detections, const struct od_tfs_output *output,
                 const size_t dims[3], struct od_err *err)
{
    const char *name = od_output_name(output->output);
    if (detections->images == SIZE_MAX) {
        detections->images = dims[0];
    }
    if (dims[0] != detections->images) {
        return od_fail(err, OD_EDECODE, "%s is for %zu images, not %zu", name, dims[0],
                       detections->images);
    }
    if (output->rank < 2) {
        return 0;
    }
    if (detections->each == SIZE_MAX) {
        detections->each = dims[1];
    }
    if (dims[1] != detections->each) {
        return od_fail(err, OD_EDECODE, "%s holds %zu boxes, not %zu", name, dims[1],
                       detections->each);
    }
    if (output->rank == 3 && dims[2] != 4) {
        return od_fail(err, OD_EDECODE, "%s has %zu numbers a box, not 4", name, dims[2]);
    }
    return 0;
}

bool od_tfs_plain(const struct od_request *asked)
{
    const struct od_output_format *out = &asked->model.out;
    const struct od_area *area =
        asked->pictures != NULL ? &asked->pictures[0].area : &(struct od_area){0};
    return (out->layout == OD_LAYOUT_AUTO || out->layout == OD_LAYOUT_TF) &&
           out->order == OD_ORDER_AUTO && out->units != OD_UNITS_PIXELS && !out->coco80 &&
           out->label_offset == 0 && !(area->x1 > area->x0);
}

int od_tfs_check(const struct od_protocol *protocol, const struct od_request *in,
                 struct od_err *err)
{
    if (in->kind != OD_PREDICT && in->kind != OD_METADATA && in->kind != OD_STATUS) {
        return od_fail(err, OD_EUNSUPPORTED, "%s can only be asked about a model",
                       protocol->name);
    }
    return od_request_check(in, protocol->name, protocol->payloads, err);
}

int od_tfs_name(char to[OD_NAME_MAX], const char *from, size_t len, const char *what,
                struct od_err *err)
{
    if (len >= OD_NAME_MAX || memchr(from, '\0', len) != NULL) {
        return od_fail(err, OD_EINPUT, "%s is no name: %.*s", what,
                       len > 100 ? 100 : (int)len, from);
    }
    memcpy(to, from, len);
    to[len] = '\0';
    return 0;
}

int od_tfs_model_name(struct od_model *model, const char *from, size_t len,
                      struct od_err *err)
{
    if (len >= OD_NAME_MAX) {
        return od_fail(err, OD_ENOENT, "Servable not found for request: Latest(%.*s...)",
                       100, from);
    }
    return od_tfs_name(model->name, from, len, "model", err);
}

int od_tfs_version(struct od_model *model, int64_t version, struct od_err *err)
{
    if (version < 1) {
        return od_fail(err, OD_ENOENT,
                       "Servable not found for request: Specific(%s, %" PRId64 ")",
                       model->name, version);
    }
    model->version = version;
    return 0;
}

static const char *enum_name(const ProtobufCEnumDescriptor *list, int value,
                             const char *unknown)
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(list, value);
    return found != NULL ? found->name : unknown;
}

static int enum_of(const ProtobufCEnumDescriptor *list, const char *name, size_t len)
{
    for (unsigned i = 0; i < list->n_values; i++) {
        if (strlen(list->values[i].name) == len &&
            memcmp(list->values[i].name, name, len) == 0) {
            return list->values[i].value;
        }
    }
    return 0;
}

const char *od_tfs_dtype_name(int dtype)
{
    return enum_name(&tensorflow__data_type__descriptor, dtype, "DT_INVALID");
}

int od_tfs_dtype_of(const char *name, size_t len)
{
    return enum_of(&tensorflow__data_type__descriptor, name, len);
}

const char *od_tfs_state_name(int state)
{
    return enum_name(&tensorflow__serving__model_version_status__state__descriptor, state,
                     "UNKNOWN");
}

int od_tfs_state_of(const char *name, size_t len)
{
    return enum_of(&tensorflow__serving__model_version_status__state__descriptor, name,
                   len);
}

void od_tfs_status_add(struct od_model_facts *facts, bool first, int64_t version,
                       int state)
{
    const int available = TENSORFLOW__SERVING__MODEL_VERSION_STATUS__STATE__AVAILABLE;
    bool better = (state == available) != (facts->state == available)
                      ? state == available
                      : version > facts->version;
    if (first || better) {
        facts->version = version;
        facts->state = state;
    }
}
