/*
 * TorchServe over REST: requests (odbench-wire(7), TORCHSERVE). It carries everything of
 * a request but: batches, the signature, the input's name of a body that is no form, the
 * set of outputs, and the size of the picture. Of an answer it carries the boxes of one
 * picture, scores and labels; a label that COCO does not name goes as its number.
 */
#include "protocol/torchserve.h"

#include "base/alloc.h"
#include "protocol/web.h"
#include "protocol/web_path.h"
#include "wire/base64.h"
#include "wire/multipart.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PING "/ping"

/* Where predictions are asked for; the first two are those that the client uses. */
static const char *const paths[] = {
    "/predictions/{model}",
    "/predictions/{model}/{version}",
    "/models/{model}/invoke",
    "/{model}/predict",
};
enum { PATHS = sizeof paths / sizeof paths[0] };

static void own(struct od_message *out, struct od_buf *part)
{
    size_t len = part->len;
    od_message_own(out, od_buf_steal(part), len);
    od_buf_release(part);
}

/* The file's bytes, or their base64, as a segment. */
static void put_picture(const struct od_request *in, struct od_message *out)
{
    const struct od_picture *picture = &in->pictures[0];
    if (in->payload == OD_PAYLOAD_JPEG) {
        od_message_borrow(out, picture->data, picture->len);
        return;
    }
    size_t len = od_base64_chars(picture->len);
    char *text = od_xmalloc(len);
    (void)od_base64_encode(picture->data, picture->len, text);
    od_message_own(out, text, len);
}

static void put_form(const struct od_request *in, const char *type,
                     struct od_message *out)
{
    char boundary[OD_BOUNDARY_MAX + 1];
    struct od_buf part;
    od_multipart_boundary(in->pictures[0].data, in->pictures[0].len, boundary);
    od_buf_init(&part, 0);
    od_buf_printf(&part, "multipart/form-data; boundary=%s", boundary);
    od_headers_add(&out->headers, "Content-Type", part.data);
    od_buf_reset(&part);
    /* Without a file's name it would be a field, whose type TorchServe forgets. */
    const struct od_part_head head = {
        od_torchserve_input(&in->model),
        in->payload == OD_PAYLOAD_JPEG ? "image.jpg" : "image.b64", type};
    od_multipart_begin(&part, boundary, &head, true);
    own(out, &part);
    put_picture(in, out);
    od_buf_init(&part, 0);
    od_multipart_end(&part, boundary);
    own(out, &part);
}

static int encode(const struct od_request *in, struct od_message *out, struct od_err *err)
{
    *out = (struct od_message){0};
    if (od_torchserve_check(&od_torchserve_rest, in, err) != 0) {
        return -1;
    }
    if (in->kind == OD_READY) {
        out->verb = "GET";
        out->path = od_xstrdup(PING);
        return 0;
    }
    char version[OD_NAME_MAX];
    od_torchserve_version(&in->model, version);
    if (od_web_fill(paths[version[0] != '\0'], &in->model, true, &out->path, err) != 0) {
        return -1;
    }
    if (in->form == OD_FORM_COLUMN && strpbrk(in->model.input, "\"\\%\r\n") != NULL) {
        od_message_release(out);
        return od_fail(err, OD_EINPUT, "no name for the field of a form: %.60s",
                       in->model.input);
    }
    /* A text is decoded where bytes are taken as they are. */
    const char *type = in->payload == OD_PAYLOAD_JPEG ? "image/jpeg" : "text/plain";
    out->verb = "POST";
    switch (in->form) {
    case OD_FORM_ROW:
        od_headers_add(&out->headers, "Content-Type", type);
        put_picture(in, out);
        break;
    case OD_FORM_COLUMN:
        put_form(in, type, out);
        break;
    }
    return 0;
}

/* The path's kind and model; false: none of the inference port's. */
static bool find(const struct od_message *in, struct od_model *model, enum od_kind *kind)
{
    const char *path = in->path != NULL ? in->path : "";
    if (od_web_match(PING, path, NULL)) {
        *kind = OD_READY;
        return true;
    }
    for (size_t i = 0; i < PATHS; i++) {
        if (od_web_match(paths[i], path, model)) {
            *kind = OD_PREDICT;
            return true;
        }
    }
    return false;
}

static bool route(const struct od_style *style, const struct od_message *in,
                  enum od_kind *kind)
{
    (void)style;
    return find(in, NULL, kind);
}

/* A body or part by its type: JSON is a string of base64, text is base64, all else are
 * the bytes of a file. */
static int read_picture(const char *type, const char *data, size_t len,
                        struct od_request *out, struct od_err *err)
{
    if (strncasecmp(type, "application/json", 16) == 0) {
        struct od_json_cursor at;
        od_json_cursor_init(&at, data, len);
        return od_web_base64_at(&at, out, err);
    }
    if (strncasecmp(type, "text", 4) == 0) {
        return od_web_base64_text(data, len, out, err);
    }
    return od_web_file(data, len, out);
}

/* The field of the form that holds the picture: "data" or "body", else the first. */
static int read_form(const char *type, const struct od_segment *body,
                     struct od_request *out, struct od_err *err)
{
    struct od_multipart form;
    struct od_part part;
    struct od_part found = {.data = NULL};
    if (od_multipart_init(&form, type, body->data, body->len, err) != 0) {
        return -1;
    }
    int rc = od_multipart_next(&form, &part, err);
    while (rc == 1) {
        bool usual = strcmp(part.name, "data") == 0;
        if (found.data == NULL || usual) {
            found = part;
        }
        if (usual) {
            break;
        }
        rc = od_multipart_next(&form, &part, err);
    }
    if (rc < 0) {
        return -1;
    }
    if (found.data == NULL || strlen(found.name) >= OD_NAME_MAX) {
        return od_fail(err, OD_EINPUT, "the form has no field 'data'");
    }
    out->form = OD_FORM_COLUMN;
    if (strcmp(found.name, "data") != 0) {
        memcpy(out->model.input, found.name, strlen(found.name) + 1);
    }
    return read_picture(found.type, found.data, found.len, out, err);
}

static int parse(const struct od_style *style, const struct od_message *in,
                 struct od_request *out, struct od_err *err)
{
    (void)style;
    const char *verb = in->verb != NULL ? in->verb : "";
    const char *type = od_headers_get(&in->headers, "content-type");
    type = type != NULL ? type : "";
    *out = (struct od_request){.outputs = OD_OUTPUT_ALL};
    if (!find(in, &out->model, &out->kind)) {
        return od_fail(err, OD_ENOENT,
                       "Requested resource is not found, please refer to API document.");
    }
    bool post = strcmp(verb, "POST") == 0 || strcmp(verb, "PUT") == 0;
    if (out->kind == OD_READY ? strcmp(verb, "GET") != 0 : !post) {
        return od_fail(err, OD_EUNSUPPORTED,
                       "Requested method is not allowed, please refer to API document.");
    }
    if (out->kind == OD_READY) {
        return 0;
    }
    struct od_segment body;
    if (od_web_whole(in, out, &body, err) != 0) {
        return -1;
    }
    int rc = strncasecmp(type, "multipart/", 10) == 0
                 ? read_form(type, &body, out, err)
                 : read_picture(type, body.data, body.len, out, err);
    if (rc != 0) {
        out->picture_count = 0;
    }
    return rc;
}

/* The status of a code, and the exception that TorchServe names with it. */
static int status_of(enum od_canonical code, const char **type)
{
    switch (code) {
    case OD_CODE_OK:
        *type = "";
        return 200;
    case OD_CODE_INVALID_ARGUMENT:
    case OD_CODE_FAILED_PRECONDITION:
    case OD_CODE_OUT_OF_RANGE:
        *type = "BadRequestException";
        return 400;
    case OD_CODE_UNAUTHENTICATED:
    case OD_CODE_PERMISSION_DENIED:
        *type = "InvalidKeyException";
        return 400;
    case OD_CODE_NOT_FOUND:
        *type = "ModelNotFoundException";
        return 404;
    case OD_CODE_UNIMPLEMENTED:
        *type = "MethodNotAllowedException";
        return 405;
    case OD_CODE_DEADLINE_EXCEEDED:
        *type = "RequestTimeoutException";
        return 408;
    case OD_CODE_ALREADY_EXISTS:
    case OD_CODE_ABORTED:
        *type = "ConflictStatusException";
        return 409;
    case OD_CODE_RESOURCE_EXHAUSTED:
    case OD_CODE_UNAVAILABLE:
    case OD_CODE_CANCELLED:
        *type = "ServiceUnavailableException";
        return 503;
    case OD_CODE_UNKNOWN:
    case OD_CODE_INTERNAL:
    case OD_CODE_DATA_LOSS:
        break;
    }
    *type = "InternalServerException";
    return 503;
}

static void render_error(const struct od_request *asked, const struct od_answer *in,
                         struct od_reply *out)
{
    char buffer[3 * OD_NAME_MAX];
    const char *type = "";
    enum od_canonical code = in->code;
    const char *text = od_torchserve_text(asked, in, &code, buffer, sizeof buffer);
    out->code = status_of(code, &type);
    json_t *document =
        json_pack("{s:i,s:s,s:s}", "code", out->code, "type", type, "message", text);
    if (document == NULL) {
        /* A name that is no UTF-8. */
        document = json_pack("{s:i,s:s,s:s}", "code", out->code, "type", type, "message",
                             "a text that cannot be told");
    }
    od_torchserve_put(document, &out->body);
    od_buf_putc(&out->body, '\n');
    od_headers_add(&out->headers, "Content-Type", "application/json");
    od_headers_add(&out->headers, "Connection", "close");
}

static int render(const struct od_style *style, const struct od_request *asked,
                  const struct od_answer *in, struct od_reply *out, struct od_err *err)
{
    (void)style;
    od_reply_reset(out);
    out->code = 200;
    od_headers_add(&out->headers, "Pragma", "no-cache");
    od_headers_add(&out->headers, "Cache-Control",
                   "no-cache; no-store, must-revalidate, private");
    od_headers_add(&out->headers, "Expires", "Thu, 01 Jan 1970 00:00:00 UTC");
    od_server_facts_write(&in->server, &out->headers);
    if (in->code != OD_CODE_OK) {
        render_error(asked, in, out);
    } else if (asked->kind == OD_READY) {
        out->code = in->ready ? 200 : 500;
        od_headers_add(&out->headers, "Content-Type", "application/json");
        od_torchserve_put_health(in->ready, &out->body);
    } else if (od_torchserve_put_boxes(asked, in, &out->body, err) != 0) {
        return -1;
    }
    return od_buf_check(&out->body, "reply", err);
}

/* The code of an error: what its type says is more than its status does. */
static enum od_canonical code_of(const struct od_reply *in, char type[64])
{
    struct od_json json;
    type[0] = '\0';
    if (od_json_parse(&json, in->body.data, in->body.len, NULL) == 0) {
        (void)od_json_text(&json, od_json_member(&json, json.nodes, "type"), type, 64);
    }
    od_json_release(&json);
    if (strcmp(type, "InvalidKeyException") == 0) {
        return OD_CODE_UNAUTHENTICATED;
    }
    if (strcmp(type, "InternalServerException") == 0) {
        return OD_CODE_INTERNAL;
    }
    return od_canonical_of_http(in->code);
}

static int decode(const struct od_request *asked, const struct od_reply *in,
                  struct od_answer *out, struct od_err *err)
{
    od_answer_init(out);
    od_server_facts_read(&in->headers, &out->server);
    if (asked->kind == OD_READY && (in->code == 200 || in->code == 500)) {
        out->ready = in->code == 200; /* with some workers too: "Partial Healthy" */
        return 0;
    }
    if (in->code != 200) {
        char text[OD_WEB_TEXT_MAX];
        char type[64];
        enum od_canonical code = code_of(in, type);
        od_web_error_text(NULL, in, text);
        od_answer_fail(out, code, "%s", text);
        return od_fail(err, OD_ESERVER, "TorchServe, model %s: HTTP %d%s%s: %s",
                       asked->model.name, in->code, type[0] != '\0' ? " " : "", type,
                       text);
    }
    if (od_torchserve_boxes(asked, in->body.data, in->body.len, out, err) != 0) {
        od_err_context(err, "TorchServe, model %s", asked->model.name);
        return -1;
    }
    return 0;
}

const struct od_protocol od_torchserve_rest = {
    .name = "torchserve-rest",
    .summary = "TorchServe over REST: the file's bytes, or a form",
    .transport = OD_HTTP,
    .payloads = OD_PAYLOAD_JPEG | OD_PAYLOAD_B64,
    .default_payload = OD_PAYLOAD_JPEG,
    .encode = encode,
    .decode = decode,
    .route = route,
    .parse = parse,
    .render = render,
};
