/* What the two forms of the Open Inference Protocol share: checks, names, errors. */
#include "protocol/oip.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "service/detections.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_files(enum od_payload payload)
{
    return payload == OD_PAYLOAD_JPEG || payload == OD_PAYLOAD_B64;
}

/* What the protocol has no place for. */
static int check_limits(const struct od_request *in, struct od_err *err)
{
    enum od_dtype dtype = in->pictures[0].dtype;
    if (in->model.in.no_batch && in->picture_count > 1) {
        return od_fail(err, OD_EINPUT, "model %s has no batches: one picture, not %zu",
                       in->model.name, in->picture_count);
    }
    if (in->payload == OD_PAYLOAD_JSON &&
        (dtype == OD_DTYPE_FP16 || dtype == OD_DTYPE_BF16)) {
        return od_fail(err, OD_EUNSUPPORTED,
                       "%s has no numbers in this protocol; use the payload 'tensor'",
                       od_dtype_name((int)dtype));
    }
    for (size_t i = 0; is_files(in->payload) && i < in->picture_count; i++) {
        if (in->pictures[i].len > UINT32_MAX) {
            return od_fail(err, OD_EINPUT, "a file of %zu bytes is longer than 4 GiB",
                           in->pictures[i].len);
        }
    }
    return 0;
}

int od_oip_check(const struct od_protocol *protocol, const struct od_request *in,
                 struct od_err *err)
{
    if (od_request_check(in, protocol->name, protocol->payloads, err) != 0) {
        return -1;
    }
    return in->kind == OD_PREDICT ? check_limits(in, err) : 0;
}

size_t od_oip_outputs(unsigned outputs, const char *names[4])
{
    static const unsigned order[] = {OD_OUTPUT_BOXES, OD_OUTPUT_CLASSES, OD_OUTPUT_SCORES,
                                     OD_OUTPUT_COUNT};
    size_t count = 0;
    for (size_t i = 0; i < 4 && outputs != OD_OUTPUT_ALL; i++) {
        if ((outputs & order[i]) != 0) {
            names[count++] = od_output_name(order[i]);
        }
    }
    return count;
}

void od_oip_version_of(const struct od_model *model, char out[OD_OIP_VERSION_MAX])
{
    if (model->version != 0) {
        (void)snprintf(out, OD_OIP_VERSION_MAX, "%" PRId64, model->version);
    } else {
        memcpy(out, model->version_label, OD_NAME_MAX);
    }
}

int od_oip_text(char *to, size_t size, const char *from, size_t len, const char *what,
                struct od_err *err)
{
    if (len >= size || memchr(from, '\0', len) != NULL) {
        return od_fail(err, OD_EINPUT, "%s is no name: %.*s", what,
                       len > 100 ? 100 : (int)len, from);
    }
    memcpy(to, from, len);
    to[len] = '\0';
    return 0;
}

int od_oip_version_read(struct od_model *model, const char *text, size_t len,
                        struct od_err *err)
{
    char digits[24];
    int64_t version = 0;
    model->version = 0;
    model->version_label[0] = '\0';
    if (len > 0 && len < sizeof digits && text[0] >= '1' && text[0] <= '9') {
        memcpy(digits, text, len);
        digits[len] = '\0';
        if (strspn(digits, "0123456789") == len &&
            od_parse_i64(digits, 1, INT64_MAX, &version, NULL) == 0) {
            model->version = version;
            return 0;
        }
    }
    return od_oip_text(model->version_label, OD_NAME_MAX, text, len, "version", err);
}

void od_oip_version_add(struct od_model_facts *facts, const char *text)
{
    struct od_model model;
    if (od_oip_version_read(&model, text, strlen(text), NULL) == 0 &&
        model.version > facts->version) {
        facts->version = model.version;
    }
}

int od_oip_id_check(const struct od_request *asked, const char *id, struct od_err *err)
{
    if (asked->id[0] != '\0' && id[0] != '\0' && strcmp(asked->id, id) != 0) {
        return od_fail(err, OD_EDECODE, "the reply is for the request '%.60s', not '%s'",
                       id, asked->id);
    }
    return 0;
}

int od_oip_refused(const struct od_request *asked, const char *status,
                   enum od_canonical code, const char *text, struct od_answer *out,
                   struct od_err *err)
{
    od_answer_fail(out, code, "%s", text);
    if (asked->model.name[0] == '\0') {
        return od_fail(err, OD_ESERVER, "%s: %s", status, text);
    }
    return od_fail(err, OD_ESERVER, "%s: model %s: %s", status, asked->model.name, text);
}

/* ModelVersionStatus says AVAILABLE with this number. */
enum { STATE_AVAILABLE = 30 };

enum od_canonical od_oip_code(enum od_dialect dialect, const struct od_answer *in)
{
    bool loading = in->code == OD_CODE_UNAVAILABLE && in->model.state != 0 &&
                   in->model.state != STATE_AVAILABLE;
    if (loading && dialect == OD_DIALECT_MLSERVER) {
        return OD_CODE_INVALID_ARGUMENT;
    }
    return in->code;
}

void od_oip_name_add(struct od_answer *out, const char *name, size_t *capacity)
{
    for (size_t i = 0; i < out->name_count; i++) {
        if (strcmp(out->names[i], name) == 0) {
            return;
        }
    }
    out->names = od_xgrow(out->names, out->name_count, capacity, sizeof *out->names);
    od_name_set(out->names[out->name_count++], name);
}

const char *od_oip_extension(enum od_dialect dialect, size_t i)
{
    static const char *const triton[] = {"model_repository", "binary_tensor_data", NULL};
    static const char *const mlserver[] = {"model_repository", NULL};
    static const char *const kserve[] = {"binary_tensor_data", NULL};
    static const char *const none[] = {NULL};
    switch (dialect) {
    case OD_DIALECT_TRITON:
        return triton[i];
    case OD_DIALECT_MLSERVER:
        return mlserver[i];
    case OD_DIALECT_KSERVE:
        return kserve[i];
    case OD_DIALECT_OVMS:
    case OD_DIALECT_TORCHSERVE:
        return none[i];
    }
    return NULL;
}
