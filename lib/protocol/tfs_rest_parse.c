/* Predict bodies of TensorFlow Serving's REST API, as the server reads them
 * (odbench-wire(7), Bodies). */
#include "protocol/tfs_rest.h"

#include "base/alloc.h"
#include "image/image.h"
#include "protocol/tfs.h"
#include "service/storage.h"
#include "wire/base64.h"
#include "wire/json.h"
#include "wire/pixels.h"

#include <stdlib.h>
#include <string.h>

/* What a body has given so far. */
struct body {
    struct od_json_cursor at;
    struct od_request *out;
    struct od_buf pixels;      /* of all pictures */
    struct od_pixel_size size; /* of every picture */
    bool floats;               /* they may be floats or planar */
};

/* A string into a name of ours. */
static int name_of(const struct od_json_string *string, char to[OD_NAME_MAX],
                   const char *what, struct od_err *err)
{
    if (string->len > (size_t)6 * OD_NAME_MAX) {
        return od_fail(err, OD_EINPUT, "%s is no name: it has %zu bytes", what,
                       string->len);
    }
    char plain[6 * OD_NAME_MAX];
    size_t len = od_json_unescape(string, plain);
    return od_tfs_name(to, plain, len, what, err);
}

static int add(struct body *body, enum od_payload payload, struct od_picture picture,
               struct od_err *err)
{
    struct od_request *out = body->out;
    if (out->picture_count == OD_BATCH_MAX) {
        return od_fail(err, OD_ELIMIT, "a batch of more than %d images", OD_BATCH_MAX);
    }
    if (out->payload != OD_PAYLOAD_NONE && out->payload != payload) {
        return od_fail(err, OD_EINPUT, "pixels and b64 in one batch");
    }
    out->payload = payload;
    od_request_add_picture(out, &picture);
    return 0;
}

/* The text behind "b64": the bytes of a file. */
static int b64_text(struct body *body, struct od_err *err)
{
    struct od_json_string text = {0};
    if (od_json_peek(&body->at) != '"') {
        return od_fail(err, OD_EINPUT, "b64 is no string");
    }
    if (od_json_string(&body->at, &text, err) != 0) {
        return -1;
    }
    char *plain = od_json_plain(&text);
    uint8_t *bytes = od_xmalloc(od_base64_bytes_max(text.len));
    od_request_keep(body->out, bytes);
    struct od_picture picture = {.data = bytes};
    int rc = od_base64_decode(text.raw, text.len, bytes, &picture.len);
    free(plain);
    if (rc != 0) {
        return od_fail(err, OD_EINPUT,
                       "JSON Value not formatted correctly for base64 data");
    }
    return add(body, OD_PAYLOAD_B64, picture, err);
}

/* A picture of a model that wants floats or planes: each in a block of its own. */
static int floats(struct body *body, struct od_err *err)
{
    struct od_picture picture = {0};
    struct od_buf values;
    od_buf_init(&values, (size_t)OD_IMAGE_MAX_PIXELS * 3 * sizeof(float));
    if (od_tfs_rest_floats(&body->at, &values, &picture, err) != 0) {
        od_buf_release(&values);
        return -1;
    }
    picture.data = (const uint8_t *)od_buf_steal(&values);
    od_buf_release(&values);
    od_request_keep(body->out, (void *)(uintptr_t)picture.data);
    return add(body, OD_PAYLOAD_JSON, picture, err);
}

/* Pictures are added with an offset; finish() makes pointers of them. */
static int pixels(struct body *body, struct od_err *err)
{
    if (body->floats) {
        return floats(body, err);
    }
    if (od_pixels_read(&body->at, &body->size, &body->pixels, err) != 0) {
        return -1;
    }
    struct od_picture picture = {
        .len = (size_t)body->size.width * (size_t)body->size.height * 3,
        .width = body->size.width,
        .height = body->size.height,
    };
    return add(body, OD_PAYLOAD_JSON, picture, err);
}

/* One image: an array of pixels, or {"b64": text}. */
static int image(struct body *body, struct od_err *err)
{
    if (!od_json_take(&body->at, '{')) {
        return pixels(body, err);
    }
    struct od_json_string name = {0};
    if (od_json_key(&body->at, &name, err) != 0) {
        return -1;
    }
    if (!od_json_equals(&name, "b64")) {
        return od_fail(err, OD_EINPUT, "an object where an image belongs");
    }
    if (b64_text(body, err) != 0) {
        return -1;
    }
    return od_json_need(&body->at, '}', "b64 is not the only key of its object", err);
}

/* An element of instances: an image, or an object that holds it under the input's name.
 */
static int instance(struct body *body, struct od_err *err)
{
    struct od_json_cursor begin = body->at;
    if (!od_json_take(&body->at, '{')) {
        return pixels(body, err);
    }
    struct od_json_string name = {0};
    if (od_json_key(&body->at, &name, err) != 0) {
        return -1;
    }
    if (od_json_equals(&name, "b64") && od_json_peek(&body->at) == '"') {
        body->at = begin;
        return image(body, err);
    }
    char *input = body->out->model.input;
    if (input[0] != '\0' && !od_json_equals(&name, input)) {
        return od_fail(err, OD_EINPUT, "instances name different inputs");
    }
    if (name_of(&name, input, "input", err) != 0 || image(body, err) != 0) {
        return -1;
    }
    if (od_json_peek(&body->at) == ',') {
        return od_fail(err, OD_EINPUT,
                       "an instance holds several inputs; the signature has one");
    }
    return od_json_need(&body->at, '}', "Missing a comma or } after an object member.",
                        err);
}

/* An array of images (column) or instances (row). */
static int batch(struct body *body, bool row, struct od_err *err)
{
    const char *name = row ? "instances" : "inputs";
    if (!od_json_take(&body->at, '[')) {
        struct od_json_cursor probe = body->at;
        if (od_json_skip(&probe, err) != 0) {
            return -1;
        }
        return od_fail(err, OD_EINPUT, "%s is no array", name);
    }
    if (od_json_peek(&body->at) == ']') {
        return od_fail(err, OD_EINPUT, "%s holds no values", name);
    }
    do {
        if ((row ? instance(body, err) : image(body, err)) != 0) {
            return -1;
        }
    } while (od_json_take(&body->at, ','));
    return od_json_need(&body->at, ']', "Missing a comma or ] after an array element.",
                        err);
}

static void drop_pictures(struct body *body)
{
    body->out->picture_count = 0;
    body->out->payload = OD_PAYLOAD_NONE;
    body->size = (struct od_pixel_size){0};
    od_buf_reset(&body->pixels);
}

/* One member of the column form's object, behind its colon. */
static int column(struct body *body, const struct od_json_string *name,
                  struct od_err *err)
{
    char *input = body->out->model.input;
    bool usual = od_json_equals(name, "inputs");
    bool array = od_json_peek(&body->at) == '[';
    if (od_json_equals(name, "b64") && od_json_peek(&body->at) == '"') {
        return od_fail(err, OD_EINPUT,
                       "inputs has rank 0; a batch is an array of b64 objects");
    }
    if (!usual && (!array || input[0] != '\0')) {
        return od_json_skip(&body->at, err);
    }
    drop_pictures(body);
    if (name_of(name, input, "input", err) != 0 || batch(body, false, err) != 0) {
        return -1;
    }
    return input[0] != '\0' ? 0 : od_fail(err, OD_EINPUT, "an input without name");
}

/*
 * The object of the column form: input name to tensor. Which name the signature has is
 * not known here, and more names than it has are allowed: "inputs" is taken, else the
 * first one that holds an array.
 */
static int columns(struct body *body, struct od_err *err)
{
    do {
        struct od_json_string name = {0};
        if (od_json_key(&body->at, &name, err) != 0 || column(body, &name, err) != 0) {
            return -1;
        }
    } while (od_json_take(&body->at, ','));
    if (od_json_need(&body->at, '}', "Missing a comma or } after an object member.",
                     err) != 0) {
        return -1;
    }
    return body->out->picture_count > 0
               ? 0
               : od_fail(err, OD_EINPUT, "inputs holds no image");
}

/* Keys that were there. */
struct seen {
    bool instances;
    bool inputs;
    bool signature;
};

static int signature(struct body *body, struct od_err *err)
{
    if (od_json_peek(&body->at) != '"') {
        return od_fail(err, OD_EINPUT, "'signature_name' key must be a string value.");
    }
    struct od_json_string text = {0};
    if (od_json_string(&body->at, &text, err) != 0) {
        return -1;
    }
    return name_of(&text, body->out->model.signature, "signature_name", err);
}

/* The value of one key of the body; of equal keys the first one holds. */
static int member(struct body *body, const struct od_json_string *name, struct seen *seen,
                  struct od_err *err)
{
    bool row = od_json_equals(name, "instances");
    bool column = od_json_equals(name, "inputs");
    if ((row && seen->inputs) || (column && seen->instances)) {
        return od_fail(err, OD_EINPUT,
                       "Only one of 'instances' or 'inputs' may be in a request");
    }
    if (od_json_equals(name, "signature_name") && !seen->signature) {
        seen->signature = true;
        return signature(body, err);
    }
    if (row && !seen->instances) {
        seen->instances = true;
        body->out->form = OD_FORM_ROW;
        return batch(body, true, err);
    }
    if (column && !seen->inputs) {
        seen->inputs = true;
        body->out->form = OD_FORM_COLUMN;
        return od_json_take(&body->at, '{') ? columns(body, err)
                                            : batch(body, false, err);
    }
    return od_json_skip(&body->at, err);
}

/* The members of the body's object, behind its brace, which has at least one. */
static int members(struct body *body, struct seen *seen, struct od_err *err)
{
    do {
        struct od_json_string name = {0};
        if (od_json_key(&body->at, &name, err) != 0 ||
            member(body, &name, seen, err) != 0) {
            return -1;
        }
    } while (od_json_take(&body->at, ','));
    return od_json_need(&body->at, '}', "Missing a comma or } after an object member.",
                        err);
}

static int object(struct body *body, struct od_err *err)
{
    struct seen seen = {0};
    if (!od_json_take(&body->at, '{')) {
        if (od_json_skip(&body->at, err) != 0) {
            return -1;
        }
        return od_fail(err, OD_EINPUT, "Request is no JSON object");
    }
    if (!od_json_take(&body->at, '}') && members(body, &seen, err) != 0) {
        return -1;
    }
    if (!seen.instances && !seen.inputs) {
        return od_fail(err, OD_EINPUT, "Missing 'inputs' or 'instances' key");
    }
    return 0;
}

/* The pictures of pixels lie behind one another in one block, which the request keeps. */
static void finish(struct body *body)
{
    struct od_request *out = body->out;
    struct od_storage *storage = od_request_storage(out);
    uint8_t *bytes = (uint8_t *)od_buf_steal(&body->pixels);
    od_request_keep(out, bytes);
    if (out->payload == OD_PAYLOAD_JSON) {
        for (size_t i = 0; i < out->picture_count && !body->floats; i++) {
            storage->pictures[i].data = bytes;
            bytes += storage->pictures[i].len;
        }
    }
}

int od_tfs_rest_body(const char *text, size_t len, bool floats, struct od_request *out,
                     struct od_err *err)
{
    struct body body = {.out = out, .floats = floats};
    od_json_cursor_init(&body.at, text, len);
    od_buf_init(&body.pixels, od_pixels_max(len));
    (void)od_buf_reserve(&body.pixels, od_pixels_max(len));
    int rc = object(&body, err);
    if (rc == 0) {
        finish(&body);
    } else {
        out->picture_count = 0;
    }
    od_buf_release(&body.pixels);
    return rc;
}
