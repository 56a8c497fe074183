/* Replies of web services, as the client reads them. */
#include "protocol/web.h"

#include "base/alloc.h"
#include "protocol/web_pointer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct od_json_node node;

static const struct od_profile *profile_of(const struct od_request *asked)
{
    return asked->profile != NULL ? asked->profile : od_profile_default();
}

/* The error that the server told, with what it was told about. */
static int refuse(const struct od_request *asked, const struct od_reply *in,
                  enum od_canonical code, struct od_answer *out, struct od_err *err)
{
    const struct od_profile *profile = profile_of(asked);
    char text[OD_WEB_TEXT_MAX];
    od_web_error_text(&profile->response, in, text);
    od_answer_fail(out, code, "%s", text);
    return od_fail(err, OD_ESERVER, "%s service, model %s: HTTP %d: %s", profile->name,
                   asked->model.name[0] != '\0' ? asked->model.name : "(none)", in->code,
                   text);
}

/* Does the value at the profile's pointer say that it went wrong? */
static bool says_no(const struct od_json *json, const node *value)
{
    double number = 0;
    char text[32];
    switch (value->type) {
    case OD_JSON_FALSE:
    case OD_JSON_NULL:
        return true;
    case OD_JSON_NUMBER:
        return od_json_double(json, value, &number) && number == 0;
    case OD_JSON_STRING:
        (void)od_json_text(json, value, text, sizeof text);
        return strcmp(text, "ok") != 0 && strcmp(text, "success") != 0 &&
               strcmp(text, "true") != 0;
    case OD_JSON_TRUE:
    case OD_JSON_ARRAY:
    case OD_JSON_OBJECT:
        return false;
    }
    return false;
}

/* A reply with status 200 that is an error; *code is what the body tells, if it does. */
static bool failed(const struct od_profile_tell *tell, const struct od_json *json,
                   enum od_canonical *code)
{
    const node *ok =
        tell->ok[0] != '\0' ? od_pointer_find(json, json->nodes, tell->ok) : NULL;
    const node *error =
        tell->error[0] != '\0' ? od_pointer_find(json, json->nodes, tell->error) : NULL;
    bool text = error != NULL && error->type != OD_JSON_NULL &&
                error->type != OD_JSON_FALSE &&
                (error->type != OD_JSON_STRING || error->end > error->begin);
    double number = 0;
    *code = OD_CODE_UNKNOWN;
    if (ok != NULL ? !says_no(json, ok) : !text) {
        return false;
    }
    if (od_json_double(json, od_json_member(json, json->nodes, "code"), &number) &&
        number >= 400 && number < 600) {
        *code = od_canonical_of_http((int)number);
    }
    return true;
}

static void read_time(const struct od_profile_tell *tell, const struct od_json *json,
                      struct od_server_facts *facts)
{
    double number = 0;
    if (facts->total_ns < 0 && tell->server_time[0] != '\0' &&
        od_json_double(json, od_pointer_find(json, json->nodes, tell->server_time),
                       &number) &&
        number >= 0 && number * tell->server_time_ns < 1e18) {
        facts->total_ns = (int64_t)llround(number * tell->server_time_ns);
        (void)snprintf(facts->source, sizeof facts->source, "body");
    }
}

/* From the picture that was sent to the whole one, which lies in that area of it. */
static void move_back(const struct od_area *area, struct od_boxes *boxes)
{
    float width = area->x1 - area->x0;
    float height = area->y1 - area->y0;
    for (size_t i = 0; i < boxes->count && width > 0 && height > 0; i++) {
        struct od_box *box = &boxes->items[i];
        box->x0 = (box->x0 - area->x0) / width;
        box->x1 = (box->x1 - area->x0) / width;
        box->y0 = (box->y0 - area->y0) / height;
        box->y1 = (box->y1 - area->y0) / height;
    }
}

static int read_boxes(const struct od_request *asked, const struct od_json *json,
                      struct od_answer *out, struct od_err *err)
{
    const struct od_profile_tell *tell = &profile_of(asked)->response;
    int px[2] = {0, 0};
    if (tell->units == OD_UNITS_PIXELS && !od_web_size(asked, px)) {
        return od_fail(err, OD_EDECODE,
                       "boxes in pixels of a picture whose size is unknown");
    }
    out->images = od_xcalloc(1, sizeof *out->images);
    out->image_count = 1;
    if (od_web_boxes(tell, json, px, &out->images[0], err) != 0) {
        return -1;
    }
    if (asked->picture_count > 0) {
        move_back(&asked->pictures[0].area, &out->images[0]);
    }
    return 0;
}

static int read_predict(const struct od_request *asked, const struct od_reply *in,
                        struct od_answer *out, struct od_err *err)
{
    const struct od_profile *profile = profile_of(asked);
    struct od_json json;
    struct od_err why = {0};
    enum od_canonical code;
    int rc = -1;
    if (od_json_parse(&json, in->body.data, in->body.len, &why) != 0) {
        char text[OD_WEB_TEXT_MAX];
        od_web_error_text(NULL, in, text);
        (void)od_fail(err, OD_EDECODE, "%s service: %s: %.100s", profile->name, why.msg,
                      text);
    } else if (failed(&profile->response, &json, &code)) {
        rc = refuse(asked, in, code, out, err);
    } else {
        read_time(&profile->response, &json, &out->server);
        rc = read_boxes(asked, &json, out, err);
        if (rc != 0) {
            od_err_context(err, "%s service", profile->name);
        }
    }
    od_json_release(&json);
    return rc;
}

int od_web_decode(const struct od_request *asked, const struct od_reply *in,
                  struct od_answer *out, struct od_err *err)
{
    od_answer_init(out);
    od_server_facts_read(&in->headers, &out->server);
    bool good = in->code >= 200 && in->code <= 299;
    /* A service without a page of its own for this shows life by any answer but a
     * refusal, which would meet every request. */
    bool alive = profile_of(asked)->request.ready[0] == '\0' && in->code >= 200 &&
                 in->code != 401 && in->code != 403;
    if (asked->kind == OD_READY && (good || alive || in->code >= 500)) {
        out->ready = in->code < 500;
        return 0;
    }
    if (!good) {
        return refuse(asked, in, od_canonical_of_http(in->code), out, err);
    }
    return read_predict(asked, in, out, err);
}
