/* Walks a large JSON object and hands out the elements of its arrays one by one. */
#include "dataset/jsonwalk.h"

#include "base/buf.h"
#include "dataset/jsonscan.h"

#include <string.h>

enum { MAX_ARRAYS = 8 };

/* Skips an object and copies it into *out with the value of the unread member as null. */
static int copy_object(struct od_json_scan *s, const char *unread, struct od_buf *out)
{
    const char *from = s->p;
    s->p++;
    if (od_json_accept(s, '}')) {
        od_buf_add(out, from, (size_t)(s->p - from));
        return 0;
    }
    do {
        struct od_json_key member;
        if (od_json_next_key(s, &member) != 0) {
            return -1;
        }
        const char *value = s->p;
        if (od_json_skip_value(s) != 0) {
            return -1;
        }
        if (od_json_key_is(&member, unread)) {
            od_buf_add(out, from, (size_t)(value - from));
            od_buf_puts(out, "null");
            from = s->p;
        }
    } while (od_json_accept(s, ','));
    if (!od_json_accept(s, '}')) {
        return od_json_fail_wanted(s, "expected ',' or '}'");
    }
    od_buf_add(out, from, (size_t)(s->p - from));
    return 0;
}

/* jansson quotes what it stumbled over, which may hold line ends. */
static void flatten(char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            *text = ' ';
        }
    }
}

static int read_element(struct od_json_scan *s, const struct od_json_array *array,
                        size_t index, struct od_buf *copy, json_t **out)
{
    od_json_skip_blanks(s);
    const char *begin = s->p;
    od_buf_reset(copy);
    if (array->unread != NULL && s->p < s->end && *s->p == '{') {
        if (copy_object(s, array->unread, copy) != 0) {
            return -1;
        }
    } else {
        if (od_json_skip_value(s) != 0) {
            return -1;
        }
        od_buf_add(copy, begin, (size_t)(s->p - begin));
    }
    json_error_t why;
    *out = json_loadb(copy->data, copy->len, JSON_DECODE_ANY, &why);
    if (*out == NULL) {
        flatten(why.text);
        (void)od_fail(s->err, OD_EINPUT, "%s", why.text);
        od_json_add_place(s, begin, array->key, index);
        return -1;
    }
    return 0;
}

static int walk_elements(struct od_json_scan *s, const struct od_json_array *array,
                         struct od_buf *copy, void *ctx)
{
    if (!od_json_accept(s, '[')) {
        return od_json_fail_wanted(s, "not an array, as images and annotations must be");
    }
    if (od_json_accept(s, ']')) {
        return 0;
    }
    size_t index = 0;
    do {
        json_t *value = NULL;
        od_json_skip_blanks(s);
        const char *begin = s->p;
        if (read_element(s, array, index, copy, &value) != 0) {
            return -1;
        }
        int rc = array->element(ctx, index, value, s->err);
        json_decref(value);
        if (rc != 0) {
            od_json_add_place(s, begin, array->key, index);
            return -1;
        }
        index++;
    } while (od_json_accept(s, ','));
    return od_json_accept(s, ']') ? 0 : od_json_fail_wanted(s, "expected ',' or ']'");
}

/* What the walk over the top level knows. */
struct walk {
    struct od_json_scan scan;
    const struct od_json_array *arrays;
    struct od_buf copy;
    void *ctx;
};

static int walk_array(void *ctx, size_t index)
{
    struct walk *w = ctx;
    return walk_elements(&w->scan, &w->arrays[index], &w->copy, w->ctx);
}

int od_json_stream(const struct od_json_text *text, const struct od_json_array *arrays,
                   size_t count, void *ctx, struct od_err *err)
{
    const char *keys[MAX_ARRAYS];
    unsigned seen = 0;
    struct walk w = {.scan = {.text = text,
                              .p = text->data,
                              .end = text->data + text->len,
                              .err = err},
                     .arrays = arrays,
                     .ctx = ctx};
    const struct od_json_wanted wanted = {
        .keys = keys, .count = count, .read = walk_array, .ctx = &w};
    if (count > MAX_ARRAYS) {
        return od_fail(err, OD_EBUG, "more than %d arrays to walk", MAX_ARRAYS);
    }
    for (size_t i = 0; i < count; i++) {
        keys[i] = arrays[i].key;
    }
    od_buf_init(&w.copy, 0);
    int rc = od_json_scan_object(&w.scan, &wanted, &seen);
    for (size_t i = 0; i < count && rc == 0; i++) {
        if (arrays[i].required && (seen >> i & 1) == 0) {
            rc = od_fail(err, OD_EINPUT, "%s: no \"%s\" array in it", text->name,
                         arrays[i].key);
        }
    }
    od_buf_release(&w.copy);
    return rc;
}
