/* What the Open Inference Protocol tells of models and server over REST, both ways. */
#include "protocol/oip_rest.h"

#include "base/parse.h"
#include "wire/json_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct od_json_node node;

/* ModelVersionStatus says AVAILABLE with this number. */
enum { STATE_AVAILABLE = 30 };

/* Dimensions are numbers, with some servers texts; what is neither is any size. */
static int64_t dimension(const struct od_json *json, const node *value)
{
    char digits[24];
    int64_t number = -1;
    size_t len = value->end - value->begin;
    if (len >= sizeof digits ||
        (value->type != OD_JSON_NUMBER && value->type != OD_JSON_STRING)) {
        return -1;
    }
    memcpy(digits, json->text + value->begin, len);
    digits[len] = '\0';
    return od_parse_i64(digits, -1, INT64_MAX, &number, NULL) == 0 ? number : -1;
}

static void read_tensor(const struct od_json *json, const node *in,
                        struct od_tensor_info *out)
{
    char datatype[32];
    const node *shape = od_json_member(json, in, "shape");
    *out = (struct od_tensor_info){.rank = -1};
    (void)od_json_text(json, od_json_member(json, in, "name"), out->name,
                       sizeof out->name);
    (void)od_json_text(json, od_json_member(json, in, "datatype"), datatype,
                       sizeof datatype);
    out->dtype = (int)od_dtype_of(datatype, strlen(datatype));
    if (shape == NULL || shape->type != OD_JSON_ARRAY || shape->count > 8) {
        return;
    }
    out->rank = (int)shape->count;
    const node *size = od_json_first(json, shape);
    for (uint32_t i = 0; size != NULL && i < shape->count; i++) {
        out->shape[i] = dimension(json, size);
        size = json->nodes + size->next;
    }
}

/* Returns how many of at most max tensors were read. */
static size_t read_tensors(const struct od_json *json, const char *name,
                           struct od_tensor_info *out, size_t max)
{
    const node *list = od_json_member(json, json->nodes, name);
    const node *item = od_json_first(json, list);
    size_t count = 0;
    if (item == NULL || list->type != OD_JSON_ARRAY) {
        return 0;
    }
    while (item != NULL && count < list->count && count < max) {
        read_tensor(json, item, &out[count++]);
        item = json->nodes + item->next;
    }
    return count;
}

static int read_metadata(const struct od_json *json, struct od_model_facts *out,
                         struct od_err *err)
{
    const node *versions = od_json_member(json, json->nodes, "versions");
    const node *item = od_json_first(json, versions);
    char text[OD_NAME_MAX];
    if (od_json_member(json, json->nodes, "inputs") == NULL) {
        return od_fail(err, OD_EDECODE, "reply has no metadata 'inputs'");
    }
    (void)od_json_text(json, od_json_member(json, json->nodes, "name"), out->name,
                       sizeof out->name);
    for (uint32_t i = 0; item != NULL && i < versions->count; i++) {
        (void)od_json_text(json, item, text, sizeof text);
        od_oip_version_add(out, text);
        item = json->nodes + item->next;
    }
    struct od_signature *signature = od_model_add_signature(out);
    signature->input_count =
        read_tensors(json, "inputs", signature->inputs, OD_SIGNATURE_INPUTS);
    signature->output_count =
        read_tensors(json, "outputs", signature->outputs, OD_SIGNATURE_OUTPUTS);
    return 0;
}

/* An array of objects with a name (the index of a repository), or {"models": [...]} of
 * names or such objects. */
static int read_list(const struct od_json *json, struct od_answer *out,
                     struct od_err *err)
{
    const node *list = json->nodes;
    size_t capacity = 0;
    if (list->type == OD_JSON_OBJECT) {
        list = od_json_member(json, list, "models");
    }
    if (list == NULL || list->type != OD_JSON_ARRAY) {
        return od_fail(err, OD_EDECODE, "reply has no list of models");
    }
    const node *item = od_json_first(json, list);
    for (uint32_t i = 0; i < list->count; i++, item = json->nodes + item->next) {
        char name[OD_NAME_MAX] = "";
        (void)od_json_text(
            json,
            item->type == OD_JSON_STRING ? item : od_json_member(json, item, "name"),
            name, sizeof name);
        if (name[0] != '\0') {
            od_oip_name_add(out, name, &capacity);
        }
    }
    return 0;
}

int od_oip_json_facts(const struct od_request *asked, const struct od_json *json,
                      struct od_answer *out, struct od_err *err)
{
    if (asked->kind == OD_METADATA) {
        return read_metadata(json, &out->model, err);
    }
    if (asked->kind == OD_LIST) {
        return read_list(json, out, err);
    }
    (void)od_json_text(json, od_json_member(json, json->nodes, "name"), out->server_name,
                       OD_NAME_MAX);
    (void)od_json_text(json, od_json_member(json, json->nodes, "version"),
                       out->server_version, OD_NAME_MAX);
    return json->nodes->type == OD_JSON_OBJECT
               ? 0
               : od_fail(err, OD_EDECODE, "reply is no metadata of a server");
}

static void put_tensors(const struct od_tensor_info *tensors, size_t count,
                        struct od_buf *out)
{
    od_buf_putc(out, '[');
    for (size_t i = 0; i < count; i++) {
        od_buf_puts(out, i > 0 ? ",{\"name\":" : "{\"name\":");
        od_json_put_string(out, tensors[i].name);
        od_buf_printf(out, ",\"datatype\":\"%s\",\"shape\":[",
                      od_dtype_name(tensors[i].dtype));
        for (int k = 0; k < tensors[i].rank && k < 8; k++) {
            od_buf_printf(out, "%s%" PRId64, k > 0 ? "," : "", tensors[i].shape[k]);
        }
        od_buf_puts(out, "]}");
    }
    od_buf_putc(out, ']');
}

static void put_metadata(const struct od_style *style, const struct od_model_facts *in,
                         struct od_buf *out)
{
    const struct od_signature *signature = &in->signatures[0];
    bool any = in->signature_count > 0;
    od_buf_puts(out, "{\"name\":");
    od_json_put_string(out, in->name);
    od_buf_printf(out, ",\"versions\":[\"%" PRId64 "\"],\"platform\":\"%s\"", in->version,
                  style->dialect == OD_DIALECT_OVMS ? "OpenVINO" : "odbench");
    od_buf_puts(out, ",\"inputs\":");
    put_tensors(signature->inputs, any ? signature->input_count : 0, out);
    od_buf_puts(out, ",\"outputs\":");
    put_tensors(signature->outputs, any ? signature->output_count : 0, out);
    od_buf_putc(out, '}');
}

static void put_list(const struct od_answer *in, bool names_only, struct od_buf *out)
{
    od_buf_puts(out, names_only ? "{\"models\":[" : "[");
    for (size_t i = 0; i < in->name_count; i++) {
        od_buf_puts(out, i > 0 ? "," : "");
        od_buf_puts(out, names_only ? "" : "{\"name\":");
        od_json_put_string(out, in->names[i]);
        od_buf_puts(out, names_only ? ""
                                    : ",\"version\":\"1\",\"state\":\"READY\","
                                      "\"reason\":\"\"}");
    }
    od_buf_puts(out, names_only ? "]}" : "]");
}

/* TorchServe misspells the member, OpenVINO's server has none. */
static void put_server(const struct od_style *style, const struct od_answer *in,
                       struct od_buf *out)
{
    od_buf_puts(out, "{\"name\":");
    od_json_put_string(out, in->server_name);
    od_buf_puts(out, ",\"version\":");
    od_json_put_string(out, in->server_version);
    if (style->dialect != OD_DIALECT_OVMS) {
        od_buf_printf(out, ",\"%s\":[",
                      style->dialect == OD_DIALECT_TORCHSERVE ? "extenstion"
                                                              : "extensions");
        for (size_t i = 0; od_oip_extension(style->dialect, i) != NULL; i++) {
            od_buf_puts(out, i > 0 ? "," : "");
            od_json_put_string(out, od_oip_extension(style->dialect, i));
        }
        od_buf_putc(out, ']');
    }
    od_buf_putc(out, '}');
}

/* Health tells something in its body only in the servers that are made with FastAPI's
 * models, and in TorchServe. */
static bool put_ready(const struct od_style *style, const struct od_request *asked,
                      const struct od_answer *in, struct od_buf *out)
{
    bool status = asked->kind == OD_STATUS;
    bool ready = status ? in->model.state == STATE_AVAILABLE : in->ready;
    if (style->dialect != OD_DIALECT_KSERVE && style->dialect != OD_DIALECT_TORCHSERVE) {
        return false;
    }
    od_buf_putc(out, '{');
    if (status) {
        od_buf_puts(out, "\"name\":");
        od_json_put_string(out, in->model.name);
        od_buf_putc(out, ',');
    }
    od_buf_printf(out, "\"%s\":%s}",
                  !status && od_oip_asked_of(asked)->live ? "live" : "ready",
                  ready ? "true" : "false");
    return true;
}

bool od_oip_json_render(const struct od_style *style, const struct od_request *asked,
                        const struct od_answer *in, struct od_buf *out)
{
    switch (asked->kind) {
    case OD_METADATA:
        put_metadata(style, &in->model, out);
        return true;
    case OD_LIST:
        put_list(in, asked->form == OD_FORM_COLUMN, out);
        return true;
    case OD_SERVER:
        put_server(style, in, out);
        return true;
    case OD_STATUS:
    case OD_READY:
        return put_ready(style, asked, in, out);
    case OD_PREDICT:
        break;
    }
    return false;
}
