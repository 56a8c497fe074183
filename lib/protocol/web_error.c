/* What a web server says of an error, in one line. */
#include "protocol/web.h"

#include "protocol/web_pointer.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

typedef struct od_json_node node;

/* A page or a foreign body is cut to so many bytes. */
#define LINE_MAX_BYTES 300

/* And so is the address of a redirection. */
#define PLACE_MAX_BYTES 120

/* The usual names, the plainest first: TF Serving, Triton, Hugging Face and DeepStack say
 * error, FastAPI and Django REST framework detail, TorchServe and Flask message. */
static const char *const keys[] = {"error", "detail", "message", "reason", "msg"};

/* Appends to a text that may be full. */
static void append(char out[OD_WEB_TEXT_MAX], const char *text)
{
    size_t len = strlen(out);
    (void)snprintf(out + len, OD_WEB_TEXT_MAX - len, "%s", text);
}

/* FastAPI's list of faults: [{"loc": ["body", "file"], "msg": "Field required"}]. */
static void read_faults(const struct od_json *json, const node *list,
                        char out[OD_WEB_TEXT_MAX])
{
    char part[200];
    const node *item = od_json_first(json, list);
    for (uint32_t i = 0; item != NULL && i < list->count; i++) {
        const node *place = od_json_member(json, item, "loc");
        const node *step = od_json_first(json, place);
        append(out, i > 0 ? "; " : "");
        for (uint32_t k = 0; step != NULL && k < place->count; k++) {
            append(out, k > 0 ? "." : "");
            if (od_json_text(json, step, part, sizeof part) > 0) {
                append(out, part);
            }
            step = json->nodes + step->next;
        }
        append(out, place != NULL && place->count > 0 ? ": " : "");
        const node *text =
            item->type == OD_JSON_STRING ? item : od_json_member(json, item, "msg");
        (void)od_json_text(json, text, part, sizeof part);
        append(out, part);
        item = json->nodes + item->next;
    }
}

/* A text, a list of faults, or an object that has the text under one of the names. */
static void read_value(const struct od_json *json, const node *value,
                       char out[OD_WEB_TEXT_MAX])
{
    if (value == NULL) {
        return;
    }
    if (value->type == OD_JSON_STRING) {
        (void)od_json_text(json, value, out, OD_WEB_TEXT_MAX);
    } else if (value->type == OD_JSON_ARRAY) {
        read_faults(json, value, out);
    } else if (value->type == OD_JSON_OBJECT) {
        for (size_t i = 0; i < sizeof keys / sizeof keys[0] && out[0] == '\0'; i++) {
            const node *inner = od_json_member(json, value, keys[i]);
            if (inner != NULL && inner->type == OD_JSON_STRING) {
                (void)od_json_text(json, inner, out, OD_WEB_TEXT_MAX);
            }
        }
    }
}

static void read_json(const struct od_profile_tell *tell, const struct od_json *json,
                      char out[OD_WEB_TEXT_MAX])
{
    const node *root = json->nodes;
    if (tell != NULL && tell->error[0] != '\0') {
        read_value(json, od_pointer_find(json, root, tell->error), out);
    }
    if (root->type == OD_JSON_STRING || root->type == OD_JSON_ARRAY) {
        read_value(json, root, out);
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0] && out[0] == '\0'; i++) {
        read_value(json, od_json_member(json, root, keys[i]), out);
    }
}

/* Passes what no reader of a page sees: a tag, or a whole script, style or head's title
 * line; returns what is behind it. */
static const char *skip_tag(const char *p, const char *end)
{
    static const char *const silent[] = {"script", "style"};
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++) {
        size_t len = strlen(silent[i]);
        if ((size_t)(end - p) > len && strncasecmp(p + 1, silent[i], len) == 0) {
            const char *close = p + 1;
            while (end - close > 2 && (close[0] != '<' || close[1] != '/' ||
                                       (size_t)(end - close) < len + 2 ||
                                       strncasecmp(close + 2, silent[i], len) != 0)) {
                close++;
            }
            p = end - close > 2 ? close : end - 1;
            break;
        }
    }
    while (p < end && *p != '>') {
        p++;
    }
    return p < end ? p + 1 : end;
}

/* A character reference of the five that pages of errors use; 0: none. */
static size_t entity(const char *p, const char *end, char *out)
{
    static const struct {
        const char *text;
        char c;
    } all[] = {{"&lt;", '<'},   {"&gt;", '>'},   {"&amp;", '&'},
               {"&quot;", '"'}, {"&#39;", '\''}, {"&#x27;", '\''}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        size_t len = strlen(all[i].text);
        if ((size_t)(end - p) >= len && memcmp(p, all[i].text, len) == 0) {
            *out = all[i].c;
            return len;
        }
    }
    return 0;
}

static bool closes_title(const char *p, const char *end)
{
    static const char tag[] = "</title";
    return (size_t)(end - p) >= sizeof tag - 1 &&
           strncasecmp(p, tag, sizeof tag - 1) == 0;
}

/*
 * Takes out the heading behind a title of so many bytes when it says the same: pages of
 * nginx and Apache repeat the whole title, those of Flask the words behind its number.
 */
static void drop_heading(char out[OD_WEB_TEXT_MAX], size_t title)
{
    size_t number = strspn(out, "0123456789 ");
    size_t skips[] = {0, number};
    char *rest = out + title;
    for (size_t i = 0; i < 2 && *rest == ' '; i++) {
        size_t len = skips[i] < title ? title - skips[i] : 0;
        bool same = len > 0 && strncmp(rest + 1, out + skips[i], len) == 0;
        if (same && (rest[1 + len] == ' ' || rest[1 + len] == '\0')) {
            memmove(rest, rest + 1 + len, strlen(rest + 1 + len) + 1);
            return;
        }
    }
}

/* Any text as one line: without tags, blanks and control characters as one blank, and a
 * page's title once. */
static void read_page(const char *p, size_t size, char out[OD_WEB_TEXT_MAX])
{
    const char *end = p + size;
    size_t len = 0;
    size_t title = 0;
    bool gap = false;
    while (p < end && len < LINE_MAX_BYTES) {
        char c = *p;
        size_t used = c == '&' ? entity(p, end, &c) : 0;
        bool tag = *p == '<' && end - p > 1 &&
                   (isalpha((unsigned char)p[1]) || p[1] == '/' || p[1] == '!');
        if (tag) {
            title = title == 0 && closes_title(p, end) ? len : title;
            p = skip_tag(p, end);
            gap = true;
            continue;
        }
        p += used > 0 ? used : 1;
        if (used == 0 && ((unsigned char)c <= ' ' || c == 0x7F)) {
            gap = true;
            continue;
        }
        if (gap && len > 0) {
            out[len++] = ' ';
        }
        gap = false;
        out[len++] = c;
    }
    out[len] = '\0';
    if (title > 0) {
        drop_heading(out, title);
    }
}

/* Where a redirection points, which is not followed; an address has no other bytes than
 * these. Returns false when the reply is none. */
static bool read_place(const struct od_reply *in, char out[OD_WEB_TEXT_MAX])
{
    const char *place = od_headers_get(&in->headers, "location");
    if (in->code < 300 || in->code > 399 || place == NULL || place[0] == '\0') {
        return false;
    }
    append(out, "redirected to ");
    size_t len = strlen(out);
    size_t size = strlen(place);
    size_t kept = size > PLACE_MAX_BYTES ? PLACE_MAX_BYTES : size;
    for (size_t i = 0; i < kept; i++) {
        out[len++] = (char)(place[i] > ' ' && place[i] < 0x7F ? place[i] : '?');
    }
    out[len] = '\0';
    append(out, size > kept ? "..." : "");
    return true;
}

void od_web_body_text(const struct od_profile_tell *tell, const char *body, size_t len,
                      char out[OD_WEB_TEXT_MAX])
{
    struct od_json json;
    out[0] = '\0';
    if (len == 0) {
        return;
    }
    if (od_json_parse(&json, body, len, NULL) == 0) {
        read_json(tell, &json, out);
    }
    od_json_release(&json);
    if (out[0] == '\0') {
        read_page(body, len, out);
    }
}

void od_web_error_text(const struct od_profile_tell *tell, const struct od_reply *in,
                       char out[OD_WEB_TEXT_MAX])
{
    char text[OD_WEB_TEXT_MAX];
    out[0] = '\0';
    od_web_body_text(tell, in->body.data, in->body.len, text);
    bool moved = read_place(in, out);
    if (text[0] != '\0') {
        append(out, moved ? ": " : "");
        append(out, text);
    } else if (!moved) {
        (void)snprintf(out, OD_WEB_TEXT_MAX, "a body of %zu bytes without error text",
                       in->body.len);
    }
}
