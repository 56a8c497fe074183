/* JSON, read without recursion: values one by one. */
#include "wire/json.h"

#include "base/alloc.h"
#include "wire/json_scan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void od_json_cursor_init(struct od_json_cursor *at, const char *text, size_t len)
{
    *at = (struct od_json_cursor){.begin = text, .p = text, .end = text + len};
}

int od_json_error(const struct od_json_cursor *at, const char *what, struct od_err *err)
{
    return od_fail(err, OD_EINPUT, "JSON Parse error: %s at offset: %zu", what,
                   (size_t)(at->p - at->begin));
}

char od_json_peek(struct od_json_cursor *at)
{
    at->p = od_json_blanks(at->p, at->end);
    char c = '\0';
    if (at->p < at->end) {
        c = *at->p;
    }
    return c;
}

bool od_json_take(struct od_json_cursor *at, char c)
{
    if (od_json_peek(at) != c || at->p == at->end) {
        return false;
    }
    at->p++;
    return true;
}

int od_json_need(struct od_json_cursor *at, char c, const char *otherwise,
                 struct od_err *err)
{
    return od_json_take(at, c) ? 0 : od_json_error(at, otherwise, err);
}

static int escape(struct od_json_cursor *at, struct od_err *err)
{
    at->p++;
    if (at->p == at->end || strchr("\"\\/bfnrtu", *at->p) == NULL || *at->p == '\0') {
        return od_json_error(at, "Invalid escape character in string.", err);
    }
    if (*at->p++ != 'u') {
        return 0;
    }
    for (int i = 0; i < 4; i++, at->p++) {
        if (at->p == at->end || !isxdigit((unsigned char)*at->p)) {
            return od_json_error(at, "Incorrect hex digit after \\u escape in string.",
                                 err);
        }
    }
    return 0;
}

/* The first character at or behind p that a string does not hold as it is, or end. */
static const char *plain_end(const char *p, const char *end)
{
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20) {
        p++;
    }
    return p;
}

int od_json_string(struct od_json_cursor *at, struct od_json_string *out,
                   struct od_err *err)
{
    if (!od_json_take(at, '"')) {
        return od_json_error(at, "Invalid value, a string belongs here", err);
    }
    *out = (struct od_json_string){.raw = at->p};
    for (;;) {
        at->p = plain_end(at->p, at->end);
        if (at->p == at->end || *at->p == '"') {
            break;
        }
        if (*at->p != '\\') {
            return od_json_error(at, "Invalid encoding in string.", err);
        }
        out->escaped = true;
        if (escape(at, err) != 0) {
            return -1;
        }
    }
    if (at->p == at->end) {
        return od_json_error(at, "Missing a closing quotation mark in string.", err);
    }
    out->len = (size_t)(at->p - out->raw);
    at->p++;
    return 0;
}

int od_json_key(struct od_json_cursor *at, struct od_json_string *out, struct od_err *err)
{
    if (od_json_peek(at) != '"') {
        return od_json_error(at, "Missing a name for object member.", err);
    }
    if (od_json_string(at, out, err) != 0) {
        return -1;
    }
    return od_json_need(at, ':', "Missing a colon after a name of object member.", err);
}

static const char *digits(const char *p, const char *end)
{
    while (p < end && od_json_digit(*p)) {
        p++;
    }
    return p;
}

/* The word at p if it is one; else NULL. */
static const char *word(const char *p, const char *end, const char *text)
{
    size_t len = strlen(text);
    return (size_t)(end - p) >= len && memcmp(p, text, len) == 0 ? p + len : NULL;
}

/* The end of a number by RFC 8259 section 6, or of NaN or an infinity; NULL: none. */
static const char *number_end(const char *p, const char *end)
{
    if (p < end && !od_json_digit(*p)) {
        const char *rest = word(p, end, "NaN");
        if (rest != NULL) {
            return rest;
        }
        p += *p == '-';
        rest = word(p, end, "Infinity");
        rest = rest != NULL ? rest : word(p, end, "Inf");
        if (rest != NULL) {
            return rest;
        }
    }
    const char *whole = p;
    p = digits(p, end);
    if (p == whole || (*whole == '0' && p - whole > 1)) {
        return NULL;
    }
    if (p < end && *p == '.') {
        const char *point = p++;
        p = digits(p, end);
        if (p - point < 2) {
            return NULL;
        }
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        p += p < end && (*p == '+' || *p == '-');
        const char *power = p;
        p = digits(p, end);
        if (p == power) {
            return NULL;
        }
    }
    return p;
}

/* A value that is no container; *at stands at its first character. */
static int scalar(struct od_json_cursor *at, enum od_json_type *type, struct od_err *err)
{
    static const struct {
        const char *text;
        enum od_json_type type;
    } words[] = {
        {"null", OD_JSON_NULL},
        {"false", OD_JSON_FALSE},
        {"true", OD_JSON_TRUE},
    };
    const char *end = NULL;
    if (*at->p == '"') {
        struct od_json_string string;
        *type = OD_JSON_STRING;
        return od_json_string(at, &string, err);
    }
    bool plain = od_json_digit(*at->p); /* the commonest case is a number */
    for (size_t i = 0; i < sizeof words / sizeof words[0] && end == NULL && !plain; i++) {
        end = word(at->p, at->end, words[i].text);
        *type = words[i].type;
    }
    if (end == NULL) {
        end = number_end(at->p, at->end);
        *type = OD_JSON_NUMBER;
    }
    if (end == NULL) {
        return od_json_error(at, "Invalid value.", err);
    }
    at->p = end;
    return 0;
}

/* A walk over one value: the containers that are open and, for a document, their nodes.
 */
struct walk {
    struct od_json_cursor *at;
    struct od_json *json; /* NULL: the value is only checked */
    size_t depth;
    bool object[OD_JSON_DEPTH_MAX];
    size_t node[OD_JSON_DEPTH_MAX];
};

static int add_node(struct walk *walk, enum od_json_type type, const char *begin,
                    struct od_err *err)
{
    struct od_json *json = walk->json;
    if (json == NULL) {
        return 0;
    }
    if (json->count >= OD_JSON_NODES_MAX) {
        return od_fail(err, OD_ELIMIT, "JSON of more than %d values", OD_JSON_NODES_MAX);
    }
    if (json->count == json->capacity) {
        json->nodes =
            od_xgrow(json->nodes, json->count, &json->capacity, sizeof *json->nodes);
    }
    bool quoted = type == OD_JSON_STRING;
    const char *end = walk->at->p;
    json->nodes[json->count] = (struct od_json_node){
        .type = type,
        .begin = (uint32_t)(begin - json->text) + (quoted ? 1 : 0),
        .end = (uint32_t)(end - json->text) - (quoted ? 1 : 0),
        .next = (uint32_t)(json->count + 1),
    };
    json->count++;
    return 0;
}

/* A key and its colon. */
static int key(struct walk *walk, struct od_err *err)
{
    if (od_json_peek(walk->at) != '"') {
        return od_json_error(walk->at, "Missing a name for object member.", err);
    }
    const char *begin = walk->at->p;
    struct od_json_string string;
    if (od_json_string(walk->at, &string, err) != 0 ||
        add_node(walk, OD_JSON_STRING, begin, err) != 0) {
        return -1;
    }
    if (!od_json_take(walk->at, ':')) {
        return od_json_error(walk->at, "Missing a colon after a name of object member.",
                             err);
    }
    return 0;
}

/* Enters a container; *whole when it is empty and so left at once. */
static int enter(struct walk *walk, bool *whole, struct od_err *err)
{
    bool object = *walk->at->p == '{';
    const char *begin = walk->at->p++;
    if (walk->depth == OD_JSON_DEPTH_MAX) {
        return od_json_error(walk->at, "Nested too deeply", err);
    }
    size_t node = walk->json != NULL ? walk->json->count : 0;
    if (add_node(walk, object ? OD_JSON_OBJECT : OD_JSON_ARRAY, begin, err) != 0) {
        return -1;
    }
    *whole = od_json_take(walk->at, object ? '}' : ']');
    if (*whole) {
        return 0;
    }
    walk->object[walk->depth] = object;
    walk->node[walk->depth] = node;
    walk->depth++;
    return object ? key(walk, err) : 0;
}

/* Behind a value: a comma (then *more), or the ends of one or more containers. */
static int leave(struct walk *walk, bool *more, struct od_err *err)
{
    *more = false;
    while (walk->depth > 0) {
        size_t top = walk->depth - 1;
        bool object = walk->object[top];
        struct od_json_node *node =
            walk->json != NULL ? &walk->json->nodes[walk->node[top]] : NULL;
        if (node != NULL) {
            node->count++;
        }
        if (od_json_take(walk->at, ',')) {
            *more = true;
            return object ? key(walk, err) : 0;
        }
        if (!od_json_take(walk->at, object ? '}' : ']')) {
            return od_json_error(walk->at,
                                 object ? "Missing a comma or } after an object member."
                                        : "Missing a comma or ] after an array element.",
                                 err);
        }
        if (node != NULL) {
            node->next = (uint32_t)walk->json->count;
            node->end = (uint32_t)(walk->at->p - walk->json->text);
        }
        walk->depth--;
    }
    return 0;
}

/* A scalar, or the begin of a container; *whole when the value is at its end. */
static int value(struct walk *walk, bool *whole, struct od_err *err)
{
    char c = od_json_peek(walk->at);
    *whole = true;
    if (walk->at->p == walk->at->end) {
        return od_json_error(walk->at, "The document is empty or ends early", err);
    }
    if (c == '[' || c == '{') {
        return enter(walk, whole, err);
    }
    const char *begin = walk->at->p;
    enum od_json_type type;
    if (scalar(walk->at, &type, err) != 0) {
        return -1;
    }
    return add_node(walk, type, begin, err);
}

int od_json_walk(struct od_json_cursor *at, struct od_json *json, struct od_err *err)
{
    struct walk walk = {.at = at, .json = json};
    bool more = true;
    while (more) {
        bool whole = true;
        if (value(&walk, &whole, err) != 0 || (whole && leave(&walk, &more, err) != 0)) {
            return -1;
        }
    }
    return 0;
}

int od_json_skip(struct od_json_cursor *at, struct od_err *err)
{
    return od_json_walk(at, NULL, err);
}
