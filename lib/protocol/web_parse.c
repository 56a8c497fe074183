/* Bodies of requests, as the reference server reads them for a web service. */
#include "protocol/web.h"

#include "base/alloc.h"
#include "protocol/web_pointer.h"
#include "service/storage.h"
#include "wire/base64.h"
#include "wire/multipart.h"
#include "wire/pixels.h"

#include <stdlib.h>
#include <string.h>

static void add(struct od_request *out, enum od_payload payload,
                const struct od_picture *picture)
{
    out->payload = payload;
    od_request_add_picture(out, picture);
}

int od_web_file(const void *data, size_t len, struct od_request *out)
{
    struct od_picture picture = {.data = data, .len = len};
    add(out, OD_PAYLOAD_JPEG, &picture);
    return 0;
}

int od_web_base64_text(const char *text, size_t len, struct od_request *out,
                       struct od_err *err)
{
    static const char uri[] = "data:";
    const char *comma = len > 0 ? memchr(text, ',', len < 100 ? len : 100) : NULL;
    if (comma != NULL && len >= sizeof uri - 1 &&
        memcmp(text, uri, sizeof uri - 1) == 0) {
        len -= (size_t)(comma + 1 - text);
        text = comma + 1;
    }
    uint8_t *bytes = od_xmalloc(od_base64_bytes_max(len));
    struct od_picture picture = {.data = bytes};
    od_request_keep(out, bytes);
    if (od_base64_decode(text, len, bytes, &picture.len) != 0) {
        return od_fail(err, OD_EINPUT, "the picture is no base64");
    }
    add(out, OD_PAYLOAD_B64, &picture);
    return 0;
}

int od_web_base64_at(struct od_json_cursor *at, struct od_request *out,
                     struct od_err *err)
{
    struct od_json_string text = {0};
    if (od_json_peek(at) != '"') {
        return od_fail(err, OD_EINPUT, "the picture is no text");
    }
    if (od_json_string(at, &text, err) != 0) {
        return -1;
    }
    char *plain = od_json_plain(&text);
    int rc = od_web_base64_text(text.raw, text.len, out, err);
    free(plain);
    return rc;
}

int od_web_pixels_at(struct od_json_cursor *at, struct od_request *out,
                     struct od_err *err)
{
    struct od_pixel_size size = {0, 0};
    size_t most = od_pixels_max((size_t)(at->end - at->begin));
    struct od_buf bytes;
    od_buf_init(&bytes, most);
    (void)od_buf_reserve(&bytes, most);
    int rc = od_pixels_read(at, &size, &bytes, err);
    if (rc == 0) {
        struct od_picture picture = {
            .len = bytes.len, .width = size.width, .height = size.height};
        char *block = od_buf_steal(&bytes);
        od_request_keep(out, block);
        picture.data = (uint8_t *)block;
        add(out, OD_PAYLOAD_JSON, &picture);
    }
    od_buf_release(&bytes);
    return rc;
}

/* The part of that name that has bytes; the name of what there is, when it is none. */
static int read_form(const struct od_profile_ask *ask, const char *type,
                     const struct od_segment *body, struct od_request *out,
                     struct od_err *err)
{
    struct od_multipart form;
    struct od_part part;
    if (od_multipart_init(&form, type, body->data, body->len, err) != 0) {
        return -1;
    }
    int rc = od_multipart_next(&form, &part, err);
    while (rc == 1 && strcmp(part.name, ask->field) != 0) {
        rc = od_multipart_next(&form, &part, err);
    }
    if (rc < 0) {
        return -1;
    }
    if (rc == 0) {
        return od_fail(err, OD_EINPUT, "the form has no field '%s'", ask->field);
    }
    return od_web_file(part.data, part.len, out);
}

static size_t trimmed(const char *text, size_t len)
{
    while (len > 0 && strchr("\r\n", text[len - 1]) != NULL) {
        len--;
    }
    return len;
}

static int read_body(const struct od_profile *profile, const char *type,
                     const struct od_segment *body, struct od_request *out,
                     struct od_err *err)
{
    const struct od_profile_ask *ask = &profile->request;
    struct od_json_cursor at;
    od_json_cursor_init(&at, body->data, body->len);
    switch (ask->body) {
    case OD_WEB_MULTIPART:
        return read_form(ask, type, body, out, err);
    case OD_WEB_RAW:
        return od_web_file(body->data, body->len, out);
    case OD_WEB_BASE64:
        return od_web_base64_text(body->data, trimmed(body->data, body->len), out, err);
    case OD_WEB_JSON_BASE64:
        return od_pointer_seek(&at, ask->pointer, err) == 0
                   ? od_web_base64_at(&at, out, err)
                   : -1;
    case OD_WEB_JSON_PIXELS:
        return od_pointer_seek(&at, ask->pointer, err) == 0
                   ? od_web_pixels_at(&at, out, err)
                   : -1;
    case OD_WEB_TEMPLATE:
        return od_web_template_read(profile, body->data, body->len, out, err);
    }
    return od_fail(err, OD_EBUG, "a body of no kind");
}

int od_web_whole(const struct od_message *in, struct od_request *out,
                 struct od_segment *body, struct od_err *err)
{
    const char *coding = od_headers_get(&in->headers, "content-encoding");
    *body = (struct od_segment){.data = ""};
    if (coding != NULL && strcmp(coding, "identity") != 0) {
        return od_fail(err, OD_EUNSUPPORTED, "Content-Encoding %.40s", coding);
    }
    struct od_segment whole = od_request_body(out, in);
    body->data = whole.data;
    body->len = whole.len;
    if (body->data == NULL) {
        body->data = "";
    }
    return 0;
}

int od_web_picture(const struct od_profile *profile, const struct od_message *in,
                   struct od_request *out, struct od_err *err)
{
    struct od_segment body;
    if (od_web_whole(in, out, &body, err) != 0) {
        return -1;
    }
    int rc =
        read_body(profile, od_headers_get(&in->headers, "content-type"), &body, out, err);
    if (rc != 0) {
        out->picture_count = 0;
    }
    return rc;
}
