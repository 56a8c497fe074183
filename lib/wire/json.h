/* JSON as inference servers speak it, read without recursion and without a copy. */
#ifndef OD_WIRE_JSON_H
#define OD_WIRE_JSON_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Why not jansson: TensorFlow Serving sends and accepts NaN, Infinity and -Infinity and
 * ignores what follows the first value (odbench-wire(7), Numbers and Bodies), and its
 * pixel arrays would become a million objects. Everything else is RFC 8259; bytes inside
 * strings are not checked to be UTF-8. All errors are OD_EINPUT with "JSON Parse error:
 * ... at offset: N".
 */

/* Deepest nesting that is read. */
#define OD_JSON_DEPTH_MAX 256

/* A place in a text, which need not end in a NUL; p moves. */
struct od_json_cursor {
    const char *begin;
    const char *p;
    const char *end;
};
void od_json_cursor_init(struct od_json_cursor *at, const char *text, size_t len);

/* Skips blanks and returns the next character without taking it; NUL at the end. */
char od_json_peek(struct od_json_cursor *at);
/* Skips blanks and takes the next character if it is c. */
bool od_json_take(struct od_json_cursor *at, char c);
/* The same where c must come; otherwise is what else is wrong. */
int od_json_need(struct od_json_cursor *at, char c, const char *otherwise,
                 struct od_err *err) OD_MUST_CHECK;

/* A string as it stands between its quotes; borrowed. */
struct od_json_string {
    const char *raw;
    size_t len;
    bool escaped; /* holds backslashes */
};
int od_json_string(struct od_json_cursor *at, struct od_json_string *out,
                   struct od_err *err) OD_MUST_CHECK;
/* The key of a member, and the colon behind it. */
int od_json_key(struct od_json_cursor *at, struct od_json_string *out,
                struct od_err *err) OD_MUST_CHECK;
/* Writes the string without escapes, as UTF-8; never more than len bytes, no NUL behind
 * them. Returns how many. */
size_t od_json_unescape(const struct od_json_string *string, char *to);
/* Resolves the escapes of a string that has some: its text is then the memory that is
 * returned, the caller's to free; NULL when there are none. */
char *od_json_plain(struct od_json_string *string);
/* Is it this text, escapes resolved? */
bool od_json_equals(const struct od_json_string *string, const char *text);

/* Checks and passes one value of any kind. */
int od_json_skip(struct od_json_cursor *at, struct od_err *err) OD_MUST_CHECK;

/* Always -1: "JSON Parse error: what at offset: N". */
int od_json_error(const struct od_json_cursor *at, const char *what, struct od_err *err);

/* The kinds of value; NaN and the infinities are numbers. */
enum od_json_type {
    OD_JSON_NULL,
    OD_JSON_FALSE,
    OD_JSON_TRUE,
    OD_JSON_NUMBER,
    OD_JSON_STRING,
    OD_JSON_ARRAY,
    OD_JSON_OBJECT,
};

/* A value in a document. The children of a container follow it: the first is the next
 * node, and next leads from each to its sibling. An object's children are key, value,
 * key, value ... */
struct od_json_node {
    enum od_json_type type;
    uint32_t begin; /* offsets of its text; without the quotes for a string */
    uint32_t end;
    uint32_t next;  /* index of the node behind this one and all its children */
    uint32_t count; /* elements of an array, members of an object */
};

/* A whole document, for replies; node 0 is the root. Owned; the text is borrowed. */
struct od_json {
    const char *text;
    struct od_json_node *nodes;
    size_t count;
    size_t capacity;
};

/* Reads the first value of the text; more than 16 million values are OD_ELIMIT. *json is
 * initialised here and released by the caller in either case. */
int od_json_parse(struct od_json *json, const char *text, size_t len,
                  struct od_err *err) OD_MUST_CHECK;
void od_json_release(struct od_json *json);

/* The first member of that name, or NULL; also for a node that is NULL or no object. */
const struct od_json_node *od_json_member(const struct od_json *json,
                                          const struct od_json_node *object,
                                          const char *name);
/* The first child, NULL when there is none; also for NULL and for a node that is neither
 * array nor object. */
const struct od_json_node *od_json_first(const struct od_json *json,
                                         const struct od_json_node *node);
/* The sibling behind a child. Only to be called count - 1 times (objects: 2 * count - 1).
 */
const struct od_json_node *od_json_next(const struct od_json *json,
                                        const struct od_json_node *child);

/* A number as the nearest float; false when the node is NULL, no number or longer than
 * 100 characters. */
bool od_json_float(const struct od_json *json, const struct od_json_node *node,
                   float *out);
/* A whole number without point or power; false when the node is NULL, none of these or
 * beyond 64 bits. *out is untouched then. */
bool od_json_whole(const struct od_json *json, const struct od_json_node *node,
                   int64_t *out);
/* A number of any kind as the nearest double; false as od_json_float. */
bool od_json_double(const struct od_json *json, const struct od_json_node *node,
                    double *out);
/* A string as text, cut to size - 1 bytes; "" when the node is NULL or no string. Returns
 * the node's length in bytes. */
size_t od_json_text(const struct od_json *json, const struct od_json_node *node,
                    char *out, size_t size);

#endif
