/* JSON pointers: found in replies and requests, written into both. */
#include "protocol/web_pointer.h"

#include "wire/json_text.h"

#include <stdlib.h>
#include <string.h>

#define NAMED "@name="
/* Most elements that an array gets for the sake of one. */
#define HOLES_MAX 64

/* One token behind its slash, without its escapes; false when it is none. */
static bool read_token(const char **p, struct od_pointer_token *out)
{
    size_t len = 0;
    *out = (struct od_pointer_token){.named = strncmp(*p, NAMED, strlen(NAMED)) == 0};
    if (out->named) {
        *p += strlen(NAMED);
    }
    for (; **p != '\0' && **p != '/'; (*p)++) {
        char c = **p;
        if (c == '~') {
            (*p)++;
            if (**p != '0' && **p != '1') {
                return false;
            }
            c = **p == '0' ? '~' : '/';
        }
        if (len + 1 == sizeof out->text) {
            return false;
        }
        out->text[len++] = c;
    }
    size_t digits = strspn(out->text, "0123456789");
    out->number = !out->named && digits == len && len > 0 && len < 7;
    out->index = out->number ? strtoul(out->text, NULL, 10) : 0;
    return true;
}

int od_pointer_read(const char *text, struct od_pointer *out, struct od_err *err)
{
    const char *p = text;
    out->count = 0;
    while (*p == '/' && out->count < OD_POINTER_DEPTH) {
        p++;
        if (!read_token(&p, &out->tokens[out->count++])) {
            break;
        }
    }
    if (*p != '\0') {
        return od_fail(err, OD_EINPUT, "no JSON pointer: '%.100s'", text);
    }
    return 0;
}

static const struct od_json_node *element(const struct od_json *json,
                                          const struct od_json_node *array, size_t index)
{
    const struct od_json_node *child = od_json_first(json, array);
    if (index >= array->count) {
        return NULL;
    }
    while (index-- > 0) {
        child = od_json_next(json, child);
    }
    return child;
}

/* Is it an object whose "name" is the text? */
static bool has_name(const struct od_json *json, const struct od_json_node *object,
                     const char *text)
{
    char name[OD_POINTER_TOKEN];
    const struct od_json_node *member = od_json_member(json, object, "name");
    return member != NULL && member->type == OD_JSON_STRING &&
           od_json_text(json, member, name, sizeof name) < sizeof name &&
           strcmp(name, text) == 0;
}

static const struct od_json_node *
named(const struct od_json *json, const struct od_json_node *array, const char *text)
{
    const struct od_json_node *child = od_json_first(json, array);
    for (uint32_t i = 0; i < array->count; i++) {
        if (has_name(json, child, text)) {
            return child;
        }
        child = i + 1 < array->count ? od_json_next(json, child) : NULL;
    }
    return NULL;
}

const struct od_json_node *od_pointer_find(const struct od_json *json,
                                           const struct od_json_node *from,
                                           const char *text)
{
    struct od_pointer pointer;
    if (od_pointer_read(text, &pointer, NULL) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < pointer.count && from != NULL; i++) {
        const struct od_pointer_token *token = &pointer.tokens[i];
        if (from->type == OD_JSON_OBJECT && !token->named) {
            from = od_json_member(json, from, token->text);
        } else if (from->type == OD_JSON_ARRAY && (token->named || token->number)) {
            from = token->named ? named(json, from, token->text)
                                : element(json, from, token->index);
        } else {
            from = NULL;
        }
    }
    return from;
}

/* Behind the brace of an object, to the value of a member; 1 found, 0 not, -1 no JSON. */
static int seek_member(struct od_json_cursor *at, const char *text, struct od_err *err)
{
    if (od_json_take(at, '}')) {
        return 0;
    }
    do {
        struct od_json_string key = {0};
        if (od_json_key(at, &key, err) != 0) {
            return -1;
        }
        if (od_json_equals(&key, text)) {
            return 1;
        }
        if (od_json_skip(at, err) != 0) {
            return -1;
        }
    } while (od_json_take(at, ','));
    return 0;
}

/* Does the object at the cursor, which stays, have that name? */
static int is_named(const struct od_json_cursor *at, const char *text, struct od_err *err)
{
    struct od_json_cursor probe = *at;
    struct od_json_string name = {0};
    if (!od_json_take(&probe, '{')) {
        return 0;
    }
    int found = seek_member(&probe, "name", err);
    if (found != 1 || od_json_peek(&probe) != '"') {
        return found < 0 ? -1 : 0;
    }
    if (od_json_string(&probe, &name, err) != 0) {
        return -1;
    }
    return od_json_equals(&name, text) ? 1 : 0;
}

/* Behind the bracket of an array, to the element that the token picks. */
static int seek_element(struct od_json_cursor *at, const struct od_pointer_token *token,
                        struct od_err *err)
{
    size_t i = 0;
    if (od_json_take(at, ']')) {
        return 0;
    }
    do {
        int found = token->named ? is_named(at, token->text, err)
                                 : token->number && token->index == i;
        if (found != 0) {
            return found;
        }
        if (od_json_skip(at, err) != 0) {
            return -1;
        }
        i++;
    } while (od_json_take(at, ','));
    return 0;
}

int od_pointer_seek(struct od_json_cursor *at, const char *text, struct od_err *err)
{
    struct od_pointer pointer;
    if (od_pointer_read(text, &pointer, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < pointer.count; i++) {
        const struct od_pointer_token *token = &pointer.tokens[i];
        struct od_json_cursor begin = *at;
        int found = 0;
        if (od_json_take(at, '{')) {
            found = seek_member(at, token->text, err);
        } else if (od_json_take(at, '[')) {
            found = seek_element(at, token, err);
        } else if (od_json_skip(&begin, err) != 0) {
            return -1;
        }
        if (found != 1) {
            return found < 0 ? -1 : od_fail(err, OD_EINPUT, "no value at %s", text);
        }
    }
    return 0;
}

static bool in_array(const struct od_pointer_token *token)
{
    return token->number || token->named;
}

void od_pointer_open(const struct od_pointer *pointer, struct od_buf *out)
{
    for (size_t i = 0; i < pointer->count; i++) {
        const struct od_pointer_token *token = &pointer->tokens[i];
        od_buf_putc(out, in_array(token) ? '[' : '{');
        if (!in_array(token)) {
            od_json_put_string(out, token->text);
            od_buf_putc(out, ':');
        }
    }
}

void od_pointer_close(const struct od_pointer *pointer, struct od_buf *out)
{
    for (size_t i = pointer->count; i-- > 0;) {
        od_buf_putc(out, in_array(&pointer->tokens[i]) ? ']' : '}');
    }
}

/* The element that "@name=" means, made when it is missing. */
static json_t *named_element(json_t *array, const char *text)
{
    size_t i;
    json_t *item;
    json_array_foreach(array, i, item)
    {
        const char *name = json_string_value(json_object_get(item, "name"));
        if (name != NULL && strcmp(name, text) == 0) {
            return item;
        }
    }
    item = json_pack("{s:s}", "name", text);
    (void)json_array_append_new(array, item);
    return item;
}

/* The child that a token means, NULL when it is missing or null; *fits: could it be
 * made? */
static json_t *child_of(json_t *from, const struct od_pointer_token *token, bool *fits)
{
    json_t *child = NULL;
    if (json_is_array(from) && in_array(token)) {
        *fits = token->named || token->index < HOLES_MAX;
        child = token->named ? named_element(from, token->text)
                             : json_array_get(from, token->index);
    } else {
        *fits = json_is_object(from) && !in_array(token);
        child = *fits ? json_object_get(from, token->text) : NULL;
    }
    return json_is_null(child) ? NULL : child;
}

static void set_child(json_t *from, const struct od_pointer_token *token, json_t *value)
{
    if (!json_is_array(from)) {
        (void)json_object_set_new(from, token->text, value);
        return;
    }
    /* Elements in front of it may come later. */
    while (json_array_size(from) <= token->index) {
        (void)json_array_append_new(from, json_null());
    }
    (void)json_array_set_new(from, token->index, value);
}

static json_t *container_for(const struct od_pointer_token *token)
{
    return in_array(token) ? json_array() : json_object();
}

bool od_pointer_put(json_t **root, const char *text, json_t *value)
{
    struct od_pointer pointer;
    bool fits = od_pointer_read(text, &pointer, NULL) == 0;
    if (!fits || (pointer.count == 0 && *root != NULL)) {
        json_decref(value);
        return false;
    }
    if (*root == NULL) {
        *root = pointer.count == 0 ? value : container_for(&pointer.tokens[0]);
    }
    json_t *from = *root;
    for (size_t i = 0; i < pointer.count; i++) {
        bool last = i + 1 == pointer.count;
        json_t *child = child_of(from, &pointer.tokens[i], &fits);
        if (!fits || (last && child != NULL)) {
            json_decref(value);
            return false;
        }
        if (child == NULL) {
            child = last ? value : container_for(&pointer.tokens[i + 1]);
            set_child(from, &pointer.tokens[i], child);
        }
        from = child;
    }
    return true;
}
