/* JSON text as TensorFlow Serving lays it out (odbench-wire(7), Numbers and Replies). */
#ifndef OD_WIRE_JSON_TEXT_H
#define OD_WIRE_JSON_TEXT_H

#include "base/buf.h"

#include <stddef.h>

/* Appends text as a JSON string, quotes included. Bytes from 0x80 go as they are. */
void od_json_put_string(struct od_buf *out, const char *text);

/*
 * Appends a float with 6 significant digits when they read back as the same float, else
 * with 9; ".0" behind a number without point and exponent. NaN, Infinity and -Infinity
 * are written as such.
 */
void od_json_put_float(struct od_buf *out, float value);

/* Appends values as nested arrays of these dimensions on one line: "[[1.0, 2.0], ...]"; a
 * rank of 0 is a bare value. values must hold their product. */
void od_json_put_floats(struct od_buf *out, const float *values, const size_t *dims,
                        size_t rank);

/* A pretty printer: four blanks a level, one member or element a line. */
struct od_json_writer {
    struct od_buf *out; /* borrowed */
    size_t depth;
    size_t count; /* members so far at this level */
};

/* Begins the next member (key) or element (key NULL); the caller then appends its value
 * to out, or opens a container. */
void od_json_item(struct od_json_writer *writer, const char *key);
/* Begins the next member or element as a container: '{' or '['. With depth 0 the root. */
void od_json_open(struct od_json_writer *writer, const char *key, char bracket);
/* Ends the innermost container: '}' or ']'. An empty one stays on its line. */
void od_json_close(struct od_json_writer *writer, char bracket);
/* A member whose value is a string. */
void od_json_put_member(struct od_json_writer *writer, const char *key,
                        const char *value);

#endif
