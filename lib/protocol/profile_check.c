/* Whether a profile can be used. */
#include "protocol/profile_spec.h"

#include "protocol/web.h"
#include "protocol/web_pointer.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static int check_method(const struct od_profile_ask *ask, struct od_err *err)
{
    if (strcmp(ask->method, "POST") != 0 && strcmp(ask->method, "PUT") != 0) {
        return od_fail(err, OD_EINPUT, "request: method: '%.20s' is neither POST nor PUT",
                       ask->method);
    }
    return 0;
}

/* A path, and the names in braces in it. */
static int check_path(const char *key, const char *path, struct od_err *err)
{
    if (path[0] != '/') {
        return od_fail(err, OD_EINPUT, "request: %s: '%.60s' begins with no slash", key,
                       path);
    }
    for (const char *p = path; *p != '\0'; p++) {
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7F || *p == '"') {
            return od_fail(err, OD_EINPUT, "request: %s: a character that no path has",
                           key);
        }
        if (*p == '}' || (*p == '{' && strncmp(p, "{model}", 7) != 0 &&
                          strncmp(p, "{version}", 9) != 0)) {
            return od_fail(err, OD_EINPUT,
                           "request: %s: braces hold other than model or version: %.40s",
                           key, p);
        }
        if (*p == '{') {
            p += strcspn(p, "}");
            /* Else nobody could tell where a name ends: these are in names as they are.
             */
            if (isalnum((unsigned char)p[1]) ||
                (p[1] != '\0' && strchr("-._~{", p[1]) != NULL)) {
                return od_fail(err, OD_EINPUT,
                               "request: %s: a name goes on with other text: %.40s", key,
                               p + 1);
            }
        }
    }
    return 0;
}

/* What stands in a header or in the head of a part. */
static int check_line(const char *key, const char *text, const char *never,
                      struct od_err *err)
{
    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7F || strchr(never, *p) != NULL) {
            return od_fail(err, OD_EINPUT,
                           "request: %s: a character that no header has: '%.40s'", key,
                           text);
        }
    }
    return 0;
}

static int check_headers(const struct od_profile_ask *ask, struct od_err *err)
{
    for (size_t i = 0; i < ask->header_count; i++) {
        const struct od_profile_pair *pair = &ask->headers[i];
        if (*pair->name == '\0' ||
            check_line("headers", pair->name, " \":;,()<>@[]{}/\\?=", err) != 0 ||
            check_line("headers", pair->value, "", err) != 0) {
            return od_fail(err, OD_EINPUT, "request: headers: an empty name");
        }
        if (od_header_frames(pair->name)) {
            return od_fail(err, OD_EINPUT,
                           "request: headers: '%s' is the transport's own", pair->name);
        }
    }
    for (size_t i = 0; i < ask->extra_count && ask->body == OD_WEB_MULTIPART; i++) {
        if (check_line("extra", ask->extra[i].name, "\"\\%", err) != 0) {
            return -1;
        }
    }
    if (ask->extra_count > 0 && (ask->body == OD_WEB_RAW || ask->body == OD_WEB_BASE64 ||
                                 ask->body == OD_WEB_TEMPLATE)) {
        return od_fail(err, OD_EINPUT, "request: a body '%s' has no place for extra",
                       od_profile_word(OD_WORD_BODY, (int)ask->body));
    }
    if (check_line("content_type", ask->type, "", err) != 0 ||
        check_line("field", ask->field, "\"\\%", err) != 0 ||
        check_line("filename", ask->filename, "\"\\%", err) != 0) {
        return -1;
    }
    return check_line("part_type", ask->part_type, "", err);
}

/* A pointer, and that the document can have it at that place: JSON that is sent holds
 * nothing but first elements. */
static int check_pointer(const struct od_profile_ask *ask, struct od_err *err)
{
    struct od_pointer pointer;
    if (ask->body != OD_WEB_JSON_BASE64 && ask->body != OD_WEB_JSON_PIXELS) {
        return 0;
    }
    if (od_pointer_read(ask->pointer, &pointer, err) != 0) {
        od_err_context(err, "request: pointer");
        return -1;
    }
    for (size_t i = 0; i < pointer.count; i++) {
        if (pointer.tokens[i].named || pointer.tokens[i].index > 0) {
            return od_fail(err, OD_EINPUT,
                           "request: pointer: only the element 0 of an array: %.60s",
                           ask->pointer);
        }
    }
    if (ask->extra_count > 0 && (pointer.count == 0 || pointer.tokens[0].number)) {
        return od_fail(err, OD_EINPUT,
                       "request: extra needs an object around the picture");
    }
    return 0;
}

/* The names between double braces: one picture, and nothing unknown. */
static int check_template(const struct od_profile_ask *ask, struct od_err *err)
{
    static const char *const words[] = {"{{b64}}",    "{{pixels}}", "{{width}}",
                                        "{{height}}", "{{id}}",     "{{model}}",
                                        "{{input}}"};
    int pictures = 0;
    if (ask->body != OD_WEB_TEMPLATE) {
        return 0;
    }
    for (const char *p = strstr(ask->text, "{{"); p != NULL; p = strstr(p + 2, "{{")) {
        size_t i = 0;
        while (i < sizeof words / sizeof words[0] &&
               strncmp(p, words[i], strlen(words[i])) != 0) {
            i++;
        }
        /* Braces of JSON itself may stand in front of a word. */
        if (i == sizeof words / sizeof words[0]) {
            return od_fail(err, OD_EINPUT, "request: template: no such word: %.20s", p);
        }
        pictures += i < 2;
    }
    if (pictures != 1) {
        return od_fail(err, OD_EINPUT,
                       "request: template: one of {{b64}} and {{pixels}}, once");
    }
    return 0;
}

static int check_answer(const struct od_profile_tell *tell, struct od_err *err)
{
    const char *const pointers[] = {tell->list,         tell->box[0], tell->score,
                                    tell->class_number, tell->label,  tell->count,
                                    tell->ok,           tell->error,  tell->server_time};
    struct od_pointer pointer;
    for (size_t i = 0; i < sizeof pointers / sizeof pointers[0]; i++) {
        if (od_pointer_read(pointers[i], &pointer, err) != 0) {
            od_err_context(err, "response");
            return -1;
        }
    }
    for (size_t i = 1; i < tell->box_count; i++) {
        if (od_pointer_read(tell->box[i], &pointer, err) != 0) {
            od_err_context(err, "response: box");
            return -1;
        }
    }
    bool places = tell->layout != OD_WEB_ROWS7;
    if (places && tell->score[0] == '\0') {
        return od_fail(err, OD_EINPUT, "response: score: where are the scores?");
    }
    if (places && tell->layout != OD_WEB_LABEL_KEY && tell->class_number[0] == '\0' &&
        tell->label[0] == '\0') {
        return od_fail(err, OD_EINPUT, "response: class or label is needed");
    }
    return 0;
}

/* One box written into a reply and read from it: pointers that stand in each other's way
 * show here. */
static int check_reply(const struct od_profile_tell *tell, struct od_err *err)
{
    const int px[2] = {640, 480};
    struct od_box box = {0.25F, 0.25F, 0.5F, 0.75F, 0.5F, 1};
    const struct od_boxes one = {.items = &box, .count = 1};
    struct od_boxes back = {0};
    struct od_json json = {0};
    struct od_err why = {0};
    json_t *document = od_web_document(tell, &one, px);
    char *text = json_dumps(document, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
    int rc = text != NULL ? od_json_parse(&json, text, strlen(text), &why) : -1;
    if (rc == 0) {
        rc = od_web_boxes(tell, &json, px, &back, &why);
    }
    if (rc != 0 || back.count != 1) {
        rc = od_fail(err, OD_EINPUT, "response: its pointers do not go together: %.150s",
                     why.msg);
    }
    od_boxes_release(&back);
    od_json_release(&json);
    free(text);
    json_decref(document);
    return rc;
}

int od_profile_check(const struct od_profile *profile, struct od_err *err)
{
    const struct od_profile_ask *ask = &profile->request;
    if (check_method(ask, err) != 0 || check_path("path", ask->path, err) != 0 ||
        (ask->ready[0] != '\0' && check_path("ready", ask->ready, err) != 0) ||
        check_headers(ask, err) != 0 || check_pointer(ask, err) != 0 ||
        check_template(ask, err) != 0) {
        return -1;
    }
    if (check_answer(&profile->response, err) != 0) {
        return -1;
    }
    return check_reply(&profile->response, err);
}
