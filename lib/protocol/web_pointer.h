/* JSON pointers (RFC 6901), with a token of our own; for the files of lib/protocol only.
 */
#ifndef OD_PROTOCOL_WEB_POINTER_H
#define OD_PROTOCOL_WEB_POINTER_H

#include "base/buf.h"
#include "base/err.h"
#include "wire/json.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Most tokens of a pointer, and most bytes of one. */
#define OD_POINTER_DEPTH 16
#define OD_POINTER_TOKEN 64

/* A step into a value: a member of that name or the element of that number, or (named)
 * the element of an array whose member "name" is the text: "@name=TEXT". */
struct od_pointer_token {
    char text[OD_POINTER_TOKEN];
    bool named;
    bool number; /* digits: the index-th element of an array, or a member */
    size_t index;
};
struct od_pointer {
    struct od_pointer_token tokens[OD_POINTER_DEPTH];
    size_t count;
};

/* Takes a pointer's text apart. Fails with OD_EINPUT, quoting it. */
int od_pointer_read(const char *text, struct od_pointer *out,
                    struct od_err *err) OD_MUST_CHECK;

/* What the pointer's text leads to from a value; NULL when there is nothing, and for a
 * text that is no pointer. */
const struct od_json_node *od_pointer_find(const struct od_json *json,
                                           const struct od_json_node *from,
                                           const char *text);

/* Moves to the value that the pointer leads to, in a text that is not read as a whole.
 * Fails with OD_EINPUT: no JSON, or "no value at POINTER". */
int od_pointer_seek(struct od_json_cursor *at, const char *text,
                    struct od_err *err) OD_MUST_CHECK;

/* Writes what stands before and behind the value in the smallest document that has it at
 * the pointer. */
void od_pointer_open(const struct od_pointer *pointer, struct od_buf *out);
void od_pointer_close(const struct od_pointer *pointer, struct od_buf *out);

/*
 * Puts a value (stolen) at the pointer below *root, which is NULL at first; what is
 * missing on the way is made, and nulls in front of an element. False when something else
 * stands in the way.
 */
bool od_pointer_put(json_t **root, const char *text, json_t *value);

#endif
