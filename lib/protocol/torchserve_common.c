/* What TorchServe's two protocols share: the answers of its object detector. */
#include "protocol/torchserve.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "protocol/web.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int od_torchserve_check(const struct od_protocol *protocol, const struct od_request *in,
                        struct od_err *err)
{
    if (in->kind == OD_READY) {
        return 0;
    }
    if (in->kind != OD_PREDICT) {
        return od_fail(err, OD_EUNSUPPORTED,
                       "%s: TorchServe tells of its models on its management port only",
                       protocol->name);
    }
    if (od_request_check(in, protocol->name, protocol->payloads, err) != 0) {
        return -1;
    }
    if (in->picture_count > 1) {
        return od_fail(err, OD_EUNSUPPORTED, "%s: a request has one picture, not %zu",
                       protocol->name, in->picture_count);
    }
    return 0;
}

const char *od_torchserve_input(const struct od_model *model)
{
    return model->input[0] != '\0' ? model->input : "data";
}

void od_torchserve_version(const struct od_model *model, char out[OD_NAME_MAX])
{
    if (model->version_label[0] != '\0' || model->version == 0) {
        memcpy(out, model->version_label, OD_NAME_MAX);
    } else {
        (void)snprintf(out, OD_NAME_MAX, "%" PRId64, model->version);
    }
}

int od_torchserve_version_read(const char *text, struct od_model *model,
                               struct od_err *err)
{
    size_t len = strlen(text);
    int64_t number = 0;
    if (strspn(text, "0123456789") == len &&
        od_parse_i64(text, 1, INT64_MAX, &number, NULL) == 0) {
        model->version = number;
        return 0;
    }
    if (len >= OD_NAME_MAX) {
        return od_fail(err, OD_EINPUT, "model version of %zu bytes", len);
    }
    memcpy(model->version_label, text, len + 1);
    return 0;
}

/* How the handler's list is read: labels by COCO's names, else by their numbers. */
static struct od_profile_tell form_of(const struct od_model *model)
{
    struct od_profile_tell tell = od_profile_find("torchserve-od")->response;
    if (model->out.coco80) {
        tell.labels = &od_labels_coco80;
        tell.class_base = 0;
    }
    return tell;
}

/* Why a text is no list of boxes, with its beginning: handlers answer what they like. */
static int refuse(const char *text, size_t len, const char *why, struct od_err *err)
{
    char said[OD_WEB_TEXT_MAX];
    od_web_body_text(NULL, text, len, said);
    return od_fail(err, OD_EDECODE, "%s%s%.100s", why, said[0] != '\0' ? ": " : "", said);
}

int od_torchserve_boxes(const struct od_request *asked, const char *text, size_t len,
                        struct od_answer *out, struct od_err *err)
{
    const struct od_profile_tell tell = form_of(&asked->model);
    struct od_json json;
    struct od_err why = {0};
    int px[2] = {0, 0};
    int rc = -1;
    if (od_json_parse(&json, text, len, &why) != 0) {
        (void)refuse(text, len, why.msg, err);
    } else if (!od_web_size(asked, px)) {
        (void)od_fail(err, OD_EDECODE,
                      "boxes in pixels of a picture whose size is unknown");
    } else {
        out->images = od_xcalloc(1, sizeof *out->images);
        out->image_count = 1;
        rc = od_web_boxes(&tell, &json, px, &out->images[0], &why);
        if (rc != 0) {
            (void)refuse(text, len, why.msg, err);
        }
    }
    for (size_t i = 0; rc == 0 && i < out->images[0].count; i++) {
        out->images[0].items[i].label += asked->model.out.label_offset;
    }
    od_json_release(&json);
    return rc;
}

void od_torchserve_put(json_t *document, struct od_buf *out)
{
    od_web_dump(document, JSON_INDENT(2), out);
}

int od_torchserve_put_boxes(const struct od_request *asked, const struct od_answer *in,
                            struct od_buf *out, struct od_err *err)
{
    static const struct od_boxes none = {0};
    const struct od_profile_tell tell = form_of(&asked->model);
    int px[2] = {0, 0};
    if (!od_web_size(asked, px)) {
        return od_fail(err, OD_EINPUT, "the picture's size is unknown");
    }
    od_torchserve_put(
        od_web_document(&tell, in->image_count > 0 ? &in->images[0] : &none, px), out);
    return 0;
}

void od_torchserve_put_health(bool ready, struct od_buf *out)
{
    od_torchserve_put(json_pack("{s:s}", "status", ready ? "Healthy" : "Unhealthy"), out);
    od_buf_putc(out, '\n');
}

bool od_torchserve_health(const char *text, size_t len)
{
    struct od_json json;
    char status[16] = "";
    if (od_json_parse(&json, text, len, NULL) == 0) {
        (void)od_json_text(&json, od_json_member(&json, json.nodes, "status"), status,
                           sizeof status);
    }
    od_json_release(&json);
    return strcmp(status, "Healthy") == 0;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

const char *od_torchserve_text(const struct od_request *asked, const struct od_answer *in,
                               enum od_canonical *code, char *buffer, size_t size)
{
    const struct od_model *model = &asked->model;
    const char *text = in->text != NULL ? in->text : "";
    char version[OD_NAME_MAX];
    bool label = begins(text, "Unrecognized servable version label");
    *code = label ? OD_CODE_NOT_FOUND : in->code;
    if (!label && !begins(text, "Servable not found")) {
        return text;
    }
    od_torchserve_version(model, version);
    if (version[0] != '\0') {
        (void)snprintf(buffer, size, "Model version: %s does not exist for model: %s",
                       version, model->name);
    } else {
        (void)snprintf(buffer, size, "Model not found: %s", model->name);
    }
    return buffer;
}
