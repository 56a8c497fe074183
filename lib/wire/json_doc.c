/* JSON documents: the values of a reply by name and place. */
#include "wire/json.h"

#include "wire/decimal.h"

#include "base/alloc.h"
#include "wire/json_scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Longest number that is read; ours have at most 15 characters. */
#define NUMBER_MAX 100
/* Those of 2^63. */
#define INT64_DIGITS 19

int od_json_parse(struct od_json *json, const char *text, size_t len, struct od_err *err)
{
    *json = (struct od_json){.text = text};
    if (len >= UINT32_MAX) {
        return od_fail(err, OD_ELIMIT, "JSON of more than 4 GiB");
    }
    struct od_json_cursor at;
    od_json_cursor_init(&at, text, len);
    return od_json_walk(&at, json, err);
}

void od_json_release(struct od_json *json)
{
    free(json->nodes);
    *json = (struct od_json){0};
}

const struct od_json_node *od_json_first(const struct od_json *json,
                                         const struct od_json_node *node)
{
    (void)json;
    bool container =
        node != NULL && (node->type == OD_JSON_ARRAY || node->type == OD_JSON_OBJECT);
    return container && node->count > 0 ? node + 1 : NULL;
}

const struct od_json_node *od_json_next(const struct od_json *json,
                                        const struct od_json_node *child)
{
    return &json->nodes[child->next];
}

static struct od_json_string string_of(const struct od_json *json,
                                       const struct od_json_node *node)
{
    struct od_json_string string = {.raw = json->text + node->begin,
                                    .len = node->end - node->begin};
    string.escaped = memchr(string.raw, '\\', string.len) != NULL;
    return string;
}

static bool is_name(const struct od_json *json, const struct od_json_node *key,
                    const char *name)
{
    struct od_json_string string = string_of(json, key);
    return od_json_equals(&string, name);
}

/* With escapes a key only gets longer. */
const struct od_json_node *od_json_member(const struct od_json *json,
                                          const struct od_json_node *object,
                                          const char *name)
{
    if (object == NULL || object->type != OD_JSON_OBJECT) {
        return NULL;
    }
    const struct od_json_node *key = od_json_first(json, object);
    size_t len = strlen(name);
    for (uint32_t i = 0; i < object->count; i++) {
        const struct od_json_node *value = od_json_next(json, key);
        if (key->end - key->begin >= len && is_name(json, key, name)) {
            return value;
        }
        key = json->nodes + value->next;
    }
    return NULL;
}

bool od_json_whole(const struct od_json *json, const struct od_json_node *node,
                   int64_t *out)
{
    if (node == NULL || node->type != OD_JSON_NUMBER) {
        return false;
    }
    bool negative = json->text[node->begin] == '-';
    size_t first = node->begin + (negative ? 1 : 0);
    uint64_t most = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    uint64_t value = 0;
    if (node->end - first > INT64_DIGITS) { /* none of which is a leading zero */
        return false;
    }
    for (size_t at = first; at < node->end; at++) {
        char c = json->text[at];
        if (c < '0' || c > '9') {
            return false;
        }
        value = 10 * value + (uint64_t)(c - '0');
    }
    if (value > most) {
        return false;
    }
    *out = negative && value > 0 ? -(int64_t)(value - 1) - 1 : (int64_t)value;
    return true;
}

static bool is_number(const struct od_json_node *node)
{
    return node != NULL && node->type == OD_JSON_NUMBER &&
           node->end - node->begin <= NUMBER_MAX;
}

/* The digits of a number, with a NUL behind them. */
static void digits_of(const struct od_json *json, const struct od_json_node *node,
                      char out[NUMBER_MAX + 1])
{
    size_t len = node->end - node->begin;
    memcpy(out, json->text + node->begin, len);
    out[len] = '\0';
}

bool od_json_float(const struct od_json *json, const struct od_json_node *node,
                   float *out)
{
    char digits[NUMBER_MAX + 1];
    if (!is_number(node)) {
        return false;
    }
    if (od_decimal_float(json->text + node->begin, node->end - node->begin, out)) {
        return true;
    }
    digits_of(json, node, digits);
    /* strtof knows "NaN", "Infinity" and "Inf" too, and the walk has let nothing else
     * through. */
    *out = strtof(digits, NULL);
    return true;
}

bool od_json_double(const struct od_json *json, const struct od_json_node *node,
                    double *out)
{
    char digits[NUMBER_MAX + 1];
    if (!is_number(node)) {
        return false;
    }
    digits_of(json, node, digits);
    *out = strtod(digits, NULL);
    return true;
}

/* UTF-8 of a code point below 0x110000; returns how many bytes. */
static size_t put_utf8(uint32_t code, char *to)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xC0 | code >> 6);
        to[1] = (char)(0x80 | (code & 63));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (char)(0xE0 | code >> 12);
        to[1] = (char)(0x80 | (code >> 6 & 63));
        to[2] = (char)(0x80 | (code & 63));
        return 3;
    }
    to[0] = (char)(0xF0 | code >> 18);
    to[1] = (char)(0x80 | (code >> 12 & 63));
    to[2] = (char)(0x80 | (code >> 6 & 63));
    to[3] = (char)(0x80 | (code & 63));
    return 4;
}

static uint32_t hex4(const char *p)
{
    uint32_t code = 0;
    for (int i = 0; i < 4; i++) {
        unsigned char c = (unsigned char)p[i];
        uint32_t digit = c <= '9' ? (uint32_t)c - '0' : (c | 0x20U) - 'a' + 10U;
        code = code << 4 | digit;
    }
    return code;
}

/* A \uXXXX at *p, a surrogate pair included; a lone surrogate becomes U+FFFD. Moves *p
 * behind it. */
static uint32_t unicode(const char **p, const char *end)
{
    uint32_t code = hex4(*p + 2);
    *p += 6;
    if (code < 0xD800 || code > 0xDFFF) {
        return code;
    }
    if (code < 0xDC00 && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
        uint32_t low = hex4(*p + 2);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            *p += 6;
            return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    return 0xFFFD;
}

size_t od_json_unescape(const struct od_json_string *string, char *to)
{
    static const char from[] = "\"\\/bfnrt";
    static const char into[] = "\"\\/\b\f\n\r\t";
    const char *p = string->raw;
    const char *end = p + string->len;
    char *begin = to;
    while (p < end) {
        if (*p != '\\') {
            *to++ = *p++;
        } else if (p[1] == 'u') {
            to += put_utf8(unicode(&p, end), to);
        } else {
            *to++ = into[strchr(from, p[1]) - from];
            p += 2;
        }
    }
    return (size_t)(to - begin);
}

char *od_json_plain(struct od_json_string *string)
{
    if (!string->escaped) {
        return NULL;
    }
    char *plain = od_xmalloc(string->len);
    string->len = od_json_unescape(string, plain);
    string->raw = plain;
    string->escaped = false;
    return plain;
}

bool od_json_equals(const struct od_json_string *string, const char *text)
{
    size_t len = strlen(text);
    if (!string->escaped) {
        return string->len == len && memcmp(string->raw, text, len) == 0;
    }
    if (string->len > 6 * len) {
        return false;
    }
    char *plain = od_xmalloc(string->len);
    bool same = od_json_unescape(string, plain) == len && memcmp(plain, text, len) == 0;
    free(plain);
    return same;
}

size_t od_json_text(const struct od_json *json, const struct od_json_node *node,
                    char *out, size_t size)
{
    out[0] = '\0';
    if (node == NULL || node->type != OD_JSON_STRING) {
        return 0;
    }
    struct od_json_string string = string_of(json, node);
    char *plain = od_json_plain(&string);
    size_t kept = string.len < size ? string.len : size - 1;
    memcpy(out, string.raw, kept);
    out[kept] = '\0';
    free(plain);
    return string.len;
}
