/*
 * Plain web services, as profiles describe them (odbench-profile(5)). A request carries
 * one picture in the one payload that its profile has, and of the model what the path
 * and a template name; form, outputs, signature and the size of a picture in a file are
 * lost. An answer carries boxes with corners in floats to nine digits, so that no float
 * changes but in the orders of corner and size; labels outside a dense map's classes keep
 * their numbers. It tells no metadata and no status.
 */
#include "protocol/web.h"

#include "base/alloc.h"
#include "image/image.h"
#include "protocol/web_path.h"

#include <stdlib.h>
#include <string.h>

bool od_web_size(const struct od_request *asked, int px[2])
{
    struct od_jpeg_info info;
    if (asked->picture_count == 0) {
        return false;
    }
    const struct od_picture *picture = &asked->pictures[0];
    px[0] = picture->width;
    px[1] = picture->height;
    if (px[0] > 0 && px[1] > 0) {
        return true;
    }
    if (picture->data == NULL ||
        od_jpeg_probe(picture->data, picture->len, &info, NULL) != 0) {
        return false;
    }
    px[0] = info.width;
    px[1] = info.height;
    return true;
}

static int check_picture(const struct od_profile *profile, const struct od_request *in,
                         struct od_err *err)
{
    enum od_payload payload = od_profile_payload(profile);
    if (in->payload != payload) {
        return od_fail(err, OD_EUNSUPPORTED, "profile %s sends a body '%s': %s, not '%s'",
                       profile->name,
                       od_profile_word(OD_WORD_BODY, (int)profile->request.body),
                       od_payload_name(payload), od_payload_name(in->payload));
    }
    if (in->picture_count != 1) {
        return od_fail(err, OD_EUNSUPPORTED, "web: a request has one picture, not %zu",
                       in->picture_count);
    }
    const struct od_picture *picture = &in->pictures[0];
    bool numbers = payload == OD_PAYLOAD_JSON;
    if (numbers &&
        (picture->width < 1 || picture->height < 1 ||
         picture->len / 3 / (size_t)picture->width != (size_t)picture->height ||
         picture->len % 3 != 0 || picture->planar ||
         (picture->dtype != OD_DTYPE_NONE && picture->dtype != OD_DTYPE_UINT8))) {
        return od_fail(err, OD_EUNSUPPORTED,
                       "web: %zu bytes are not %d x %d pixels of RGB", picture->len,
                       picture->width, picture->height);
    }
    return 0;
}

static bool any_has(const struct od_profile_pair *pairs, size_t count, const char *word)
{
    size_t i = 0;
    while (i < count && strstr(pairs[i].value, word) == NULL) {
        i++;
    }
    return i < count;
}

static bool has_version(const struct od_profile_ask *ask)
{
    return strstr(ask->path, "{version}") != NULL ||
           any_has(ask->headers, ask->header_count, "{version}") ||
           any_has(ask->extra, ask->extra_count, "{version}");
}

static int check(const struct od_profile *profile, const struct od_request *in,
                 struct od_err *err)
{
    bool version = in->model.version != 0 || in->model.version_label[0] != '\0';
    if (in->kind == OD_READY) {
        return 0;
    }
    if (in->kind != OD_PREDICT) {
        return od_fail(err, OD_EUNSUPPORTED,
                       "web: a plain web service tells nothing of its models");
    }
    if (version && !has_version(&profile->request)) {
        return od_fail(err, OD_EUNSUPPORTED,
                       "profile %s has no place for a model's version: %s", profile->name,
                       profile->request.path);
    }
    return check_picture(profile, in, err);
}

static const char *ready_path(const struct od_profile *profile)
{
    return profile->request.ready[0] != '\0' ? profile->request.ready : "/";
}

static int put_headers(const struct od_profile *profile, const struct od_request *in,
                       struct od_message *out, struct od_err *err)
{
    for (size_t i = 0; i < profile->request.header_count; i++) {
        const struct od_profile_pair *pair = &profile->request.headers[i];
        char *value = NULL;
        if (od_web_fill(pair->value, &in->model, false, &value, err) != 0) {
            return -1;
        }
        od_headers_add(&out->headers, pair->name, value);
        free(value);
    }
    return 0;
}

static int encode(const struct od_request *in, struct od_message *out, struct od_err *err)
{
    const struct od_profile *profile =
        in->profile != NULL ? in->profile : od_profile_default();
    bool predict = in->kind == OD_PREDICT;
    *out = (struct od_message){.verb = "GET"};
    if (predict) {
        out->verb = strcmp(profile->request.method, "PUT") == 0 ? "PUT" : "POST";
    }
    int rc = check(profile, in, err);
    if (rc == 0) {
        rc = od_web_fill(predict ? profile->request.path : ready_path(profile),
                         &in->model, true, &out->path, err);
    }
    if (rc == 0 && predict) {
        rc = od_web_body(profile, in, out, err);
    }
    if (rc == 0) {
        rc = put_headers(profile, in, out, err);
    }
    if (rc != 0) {
        od_message_release(out);
    }
    return rc;
}

static const struct od_profile *served(const struct od_style *style)
{
    return style != NULL && style->profile != NULL ? style->profile
                                                   : od_profile_default();
}

static bool find_kind(const struct od_profile *profile, const struct od_message *in,
                      struct od_model *model, enum od_kind *kind)
{
    const char *verb = in->verb != NULL ? in->verb : "";
    if (in->path == NULL) {
        return false;
    }
    if (strcmp(verb, profile->request.method) == 0 &&
        od_web_match(profile->request.path, in->path, model)) {
        *kind = OD_PREDICT;
        return true;
    }
    if (strcmp(verb, "GET") == 0 && od_web_match(ready_path(profile), in->path, model)) {
        *kind = OD_READY;
        return true;
    }
    return false;
}

static bool route(const struct od_style *style, const struct od_message *in,
                  enum od_kind *kind)
{
    return find_kind(served(style), in, NULL, kind);
}

static int parse(const struct od_style *style, const struct od_message *in,
                 struct od_request *out, struct od_err *err)
{
    const struct od_profile *profile = served(style);
    *out = (struct od_request){.outputs = OD_OUTPUT_ALL, .profile = profile};
    if (!find_kind(profile, in, &out->model, &out->kind)) {
        return od_fail(err, OD_ENOENT, "nothing is served at %.100s",
                       in->path != NULL ? in->path : "");
    }
    return out->kind == OD_PREDICT ? od_web_picture(profile, in, out, err) : 0;
}

const struct od_protocol od_web = {
    .name = "web",
    .summary = "plain web services: forms, files or JSON, as a profile says",
    .transport = OD_HTTP,
    .payloads = OD_PAYLOAD_JPEG | OD_PAYLOAD_B64 | OD_PAYLOAD_JSON,
    .default_payload = OD_PAYLOAD_JPEG,
    .encode = encode,
    .decode = od_web_decode,
    .route = route,
    .parse = parse,
    .render = od_web_render,
};
