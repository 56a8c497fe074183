/* Bodies of requests to web services. */
#include "protocol/web.h"

#include "base/alloc.h"
#include "protocol/web_path.h"
#include "protocol/web_pointer.h"
#include "wire/base64.h"
#include "wire/json_text.h"
#include "wire/multipart.h"
#include "wire/pixels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATA_URI "data:image/jpeg;base64,"

/* Takes what *part holds as a segment of its own. */
static void own(struct od_message *out, struct od_buf *part)
{
    size_t len = part->len;
    od_message_own(out, od_buf_steal(part), len);
    od_buf_release(part);
}

static void set_type(const struct od_profile *profile, const char *usual,
                     struct od_message *out)
{
    const char *type = profile->request.type;
    od_headers_add(&out->headers, "Content-Type", type[0] != '\0' ? type : usual);
}

static int put_form(const struct od_profile *profile, const struct od_request *in,
                    struct od_message *out, struct od_err *err)
{
    const struct od_profile_ask *ask = &profile->request;
    const struct od_picture *picture = &in->pictures[0];
    char boundary[OD_BOUNDARY_MAX + 1];
    struct od_buf part;
    od_multipart_boundary(picture->data, picture->len, boundary);
    od_buf_init(&part, 0);
    od_buf_printf(&part, "multipart/form-data; boundary=%s", boundary);
    od_headers_add(&out->headers, "Content-Type", part.data);
    od_buf_reset(&part);
    for (size_t i = 0; i < ask->extra_count; i++) {
        const struct od_part_head head = {ask->extra[i].name, "", ""};
        char *value = NULL;
        if (od_web_fill(ask->extra[i].value, &in->model, false, &value, err) != 0) {
            od_err_context(err, "extra %s", ask->extra[i].name);
            od_buf_release(&part);
            return -1;
        }
        od_multipart_begin(&part, boundary, &head, i == 0);
        od_buf_puts(&part, value);
        free(value);
    }
    const struct od_part_head head = {ask->field, ask->filename, ask->part_type};
    od_multipart_begin(&part, boundary, &head, ask->extra_count == 0);
    own(out, &part);
    od_message_borrow(out, picture->data, picture->len);
    od_buf_init(&part, 0);
    od_multipart_end(&part, boundary);
    own(out, &part);
    return 0;
}

static void put_base64(const struct od_profile *profile, const struct od_picture *picture,
                       struct od_buf *out)
{
    size_t len = od_base64_chars(picture->len);
    od_buf_puts(out, profile->request.data_uri ? DATA_URI : "");
    char *to = od_buf_reserve(out, len);
    (void)od_base64_encode(picture->data, picture->len, to);
    od_buf_advance(out, len);
}

static void put_pixels(const struct od_picture *picture, struct od_buf *out)
{
    struct od_pixel_size size = {picture->width, picture->height};
    size_t len = od_pixels_chars(picture->data, size, false);
    char *to = od_buf_reserve(out, len + OD_PIXELS_SLACK);
    (void)od_pixels_write(picture->data, size, false, to);
    od_buf_advance(out, len);
}

/* The other members come first, in the object that the pointer begins with. */
static int put_extra(const struct od_profile_ask *ask, const struct od_model *model,
                     struct od_buf *out, struct od_err *err)
{
    for (size_t i = 0; i < ask->extra_count; i++) {
        const struct od_profile_pair *pair = &ask->extra[i];
        char *value = NULL;
        if (od_web_fill(pair->value, model, false, &value, err) != 0) {
            od_err_context(err, "extra %s", pair->name);
            return -1;
        }
        od_json_put_string(out, pair->name);
        od_buf_putc(out, ':');
        if (pair->bare) {
            od_buf_puts(out, value);
        } else {
            od_json_put_string(out, value);
        }
        od_buf_putc(out, ',');
        free(value);
    }
    return 0;
}

static int put_json(const struct od_profile *profile, const struct od_request *in,
                    struct od_message *out, struct od_err *err)
{
    const struct od_profile_ask *ask = &profile->request;
    const struct od_picture *picture = &in->pictures[0];
    bool text = ask->body == OD_WEB_JSON_BASE64;
    struct od_pointer pointer;
    struct od_buf open;
    struct od_buf body;
    if (od_pointer_read(ask->pointer, &pointer, err) != 0) {
        return -1;
    }
    od_buf_init(&open, 0);
    od_buf_init(&body, 0);
    od_pointer_open(&pointer, &open);
    size_t brace = ask->extra_count > 0 ? 1 : 0;
    od_buf_add(&body, open.data, brace);
    if (put_extra(ask, &in->model, &body, err) != 0) {
        od_buf_release(&open);
        od_buf_release(&body);
        return -1;
    }
    od_buf_puts(&body, open.data + brace);
    od_buf_release(&open);
    od_buf_puts(&body, text ? "\"" : "");
    if (text) {
        put_base64(profile, picture, &body);
    } else {
        put_pixels(picture, &body);
    }
    od_buf_puts(&body, text ? "\"" : "");
    od_pointer_close(&pointer, &body);
    set_type(profile, "application/json", out);
    own(out, &body);
    return 0;
}

/* A text as it stands between the quotes of a string in JSON. */
static void put_inner(const char *text, struct od_buf *out)
{
    struct od_buf quoted;
    od_buf_init(&quoted, 0);
    od_json_put_string(&quoted, text);
    od_buf_add(out, quoted.data + 1, quoted.len - 2);
    od_buf_release(&quoted);
}

static void put_word(const struct od_profile *profile, const struct od_request *in,
                     const char *word, struct od_buf *out)
{
    const struct od_picture *picture = &in->pictures[0];
    int px[2] = {0, 0};
    (void)od_web_size(in, px);
    if (strcmp(word, "b64") == 0) {
        put_base64(profile, picture, out);
    } else if (strcmp(word, "pixels") == 0) {
        put_pixels(picture, out);
    } else if (strcmp(word, "width") == 0) {
        od_buf_printf(out, "%d", px[0]);
    } else if (strcmp(word, "height") == 0) {
        od_buf_printf(out, "%d", px[1]);
    } else if (strcmp(word, "id") == 0) {
        put_inner(in->id, out);
    } else if (strcmp(word, "model") == 0) {
        put_inner(in->model.name, out);
    } else {
        put_inner(od_model_input(&in->model), out);
    }
}

static void put_template(const struct od_profile *profile, const struct od_request *in,
                         struct od_message *out)
{
    const char *p = profile->request.text;
    struct od_buf body;
    od_buf_init(&body, 0);
    while (*p != '\0') {
        char word[16];
        int used = 0;
        if (sscanf(p, "{{%15[a-z0-9]}}%n", word, &used) == 1 && used > 0) {
            put_word(profile, in, word, &body);
            p += used;
        } else {
            od_buf_putc(&body, *p++);
        }
    }
    set_type(profile, "application/json", out);
    own(out, &body);
}

int od_web_body(const struct od_profile *profile, const struct od_request *in,
                struct od_message *out, struct od_err *err)
{
    const struct od_picture *picture = &in->pictures[0];
    struct od_buf body;
    switch (profile->request.body) {
    case OD_WEB_MULTIPART:
        return put_form(profile, in, out, err);
    case OD_WEB_RAW:
        set_type(profile, "application/octet-stream", out);
        od_message_borrow(out, picture->data, picture->len);
        return 0;
    case OD_WEB_BASE64:
        od_buf_init(&body, 0);
        put_base64(profile, picture, &body);
        set_type(profile, "text/plain", out);
        own(out, &body);
        return 0;
    case OD_WEB_JSON_BASE64:
    case OD_WEB_JSON_PIXELS:
        return put_json(profile, in, out, err);
    case OD_WEB_TEMPLATE:
        put_template(profile, in, out);
        return 0;
    }
    return od_fail(err, OD_EBUG, "a body of no kind");
}
