/* Steps through JSON text without building anything of it. */
#include "dataset/jsonscan.h"

#include <stdint.h>
#include <string.h>

enum { MAX_DEPTH = 60 };

static void find_position(const struct od_json_text *text, const char *at, size_t *line,
                          size_t *column)
{
    const char *begin = text->data;
    *line = text->line > 0 ? text->line : 1;
    for (const char *p = text->data; p < at; p++) {
        if (*p == '\n') {
            ++*line;
            begin = p + 1;
        }
    }
    *column = (size_t)(at - begin) + 1;
}

int od_json_fail_at(const struct od_json_scan *s, const char *at, const char *what)
{
    size_t line, column;
    find_position(s->text, at, &line, &column);
    return od_fail(s->err, OD_EINPUT, "%s:%zu:%zu: %s", s->text->name, line, column,
                   what);
}

void od_json_add_place(const struct od_json_scan *s, const char *at, const char *key,
                       size_t index)
{
    size_t line, column;
    find_position(s->text, at, &line, &column);
    od_err_context(s->err, "%s:%zu:%zu: %s[%zu]", s->text->name, line, column, key,
                   index);
}

void od_json_skip_blanks(struct od_json_scan *s)
{
    while (s->p < s->end &&
           (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t')) {
        s->p++;
    }
}

bool od_json_accept(struct od_json_scan *s, char c)
{
    od_json_skip_blanks(s);
    if (s->p < s->end && *s->p == c) {
        s->p++;
        return true;
    }
    return false;
}

int od_json_fail_wanted(const struct od_json_scan *s, const char *what)
{
    const char *early =
        s->text->line > 0 ? "the line ends too early" : "the file ends too early";
    return od_json_fail_at(s, s->p, s->p == s->end ? early : what);
}

static int skip_string(struct od_json_scan *s)
{
    const char *begin = s->p;
    for (s->p++; s->p < s->end && *s->p != '"'; s->p++) {
        if ((unsigned char)*s->p < 0x20) {
            return od_json_fail_at(s, s->p, "control character in a string");
        }
        if (*s->p == '\\') {
            s->p++;
        }
    }
    if (s->p >= s->end) {
        s->p = s->end;
        return od_json_fail_at(s, begin, "a string that does not end");
    }
    s->p++;
    return 0;
}

static int skip_word(struct od_json_scan *s)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i]);
        if ((size_t)(s->end - s->p) >= len && memcmp(s->p, words[i], len) == 0) {
            s->p += len;
            return 0;
        }
    }
    return od_json_fail_wanted(s, "expected a value");
}

static int skip_scalar(struct od_json_scan *s)
{
    char c = *s->p;
    if (c == '"') {
        return skip_string(s);
    }
    if (c != '-' && (c < '0' || c > '9')) {
        return skip_word(s);
    }
    do {
        s->p++;
        c = s->p < s->end ? *s->p : ' ';
    } while ((c >= '0' && c <= '9') || c == '.' || c == 'e' || c == 'E' || c == '-' ||
             c == '+');
    return 0;
}

int od_json_next_key(struct od_json_scan *s, struct od_json_key *out)
{
    od_json_skip_blanks(s);
    if (s->p == s->end || *s->p != '"') {
        return od_json_fail_wanted(s, "expected a key in quotes");
    }
    out->text = s->p + 1;
    if (skip_string(s) != 0) {
        return -1;
    }
    out->len = (size_t)(s->p - 1 - out->text);
    if (!od_json_accept(s, ':')) {
        return od_json_fail_wanted(s, "expected ':' behind a key");
    }
    return 0;
}

/* The open brackets of a value that is being skipped: bit d is set for an object. */
struct nest {
    uint64_t objects;
    int depth;
};

static bool in_object(const struct nest *n)
{
    return n->depth > 0 && (n->objects >> (n->depth - 1) & 1) != 0;
}

/* Behind a value: closes what closes here. *more tells that another value follows. */
static int close_or_comma(struct od_json_scan *s, struct nest *n, bool *more)
{
    *more = false;
    while (n->depth > 0 && !*more) {
        bool object = in_object(n);
        if (od_json_accept(s, ',')) {
            *more = true;
        } else if (od_json_accept(s, object ? '}' : ']')) {
            n->depth--;
        } else {
            return od_json_fail_wanted(s, object ? "expected ',' or '}'"
                                                 : "expected ',' or ']'");
        }
    }
    return 0;
}

/* Opens the bracket at s->p. *empty tells that it closed at once. */
static int open_bracket(struct od_json_scan *s, struct nest *n, bool *empty)
{
    if (n->depth == MAX_DEPTH) {
        return od_json_fail_at(s, s->p, "nested too deep");
    }
    bool object = *s->p == '{';
    uint64_t bit = UINT64_C(1) << n->depth;
    n->objects = object ? n->objects | bit : n->objects & ~bit;
    n->depth++;
    s->p++;
    *empty = od_json_accept(s, object ? '}' : ']');
    n->depth -= *empty ? 1 : 0;
    return 0;
}

int od_json_skip_value(struct od_json_scan *s)
{
    struct nest n = {0};
    bool more = true;
    while (more) {
        struct od_json_key member;
        if (in_object(&n) && od_json_next_key(s, &member) != 0) {
            return -1;
        }
        od_json_skip_blanks(s);
        if (s->p == s->end) {
            return od_json_fail_wanted(s, "");
        }
        if (*s->p == '{' || *s->p == '[') {
            bool empty = false;
            if (open_bracket(s, &n, &empty) != 0) {
                return -1;
            }
            if (!empty) {
                continue;
            }
        } else if (skip_scalar(s) != 0) {
            return -1;
        }
        if (close_or_comma(s, &n, &more) != 0) {
            return -1;
        }
    }
    return 0;
}

bool od_json_key_is(const struct od_json_key *key, const char *text)
{
    return strlen(text) == key->len && memcmp(text, key->text, key->len) == 0;
}

static int scan_member(struct od_json_scan *s, const struct od_json_wanted *wanted,
                       unsigned *seen)
{
    struct od_json_key key;
    if (od_json_next_key(s, &key) != 0) {
        return -1;
    }
    for (size_t i = 0; i < wanted->count; i++) {
        if (od_json_key_is(&key, wanted->keys[i])) {
            if ((*seen >> i & 1) != 0) {
                return od_json_fail_at(s, key.text, "the same key a second time");
            }
            *seen |= 1U << i;
            return wanted->read(wanted->ctx, i);
        }
    }
    return od_json_skip_value(s);
}

int od_json_scan_object(struct od_json_scan *s, const struct od_json_wanted *wanted,
                        unsigned *seen)
{
    *seen = 0;
    if (!od_json_accept(s, '{')) {
        return od_json_fail_wanted(s, "not a JSON object");
    }
    if (!od_json_accept(s, '}')) {
        do {
            if (scan_member(s, wanted, seen) != 0) {
                return -1;
            }
        } while (od_json_accept(s, ','));
        if (!od_json_accept(s, '}')) {
            return od_json_fail_wanted(s, "expected ',' or '}'");
        }
    }
    od_json_skip_blanks(s);
    return s->p == s->end ? 0
                          : od_json_fail_at(s, s->p, "text behind the end of the object");
}
