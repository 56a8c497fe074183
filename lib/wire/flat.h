/* The elements of a tensor as one JSON array, flat or nested, one by one. */
#ifndef OD_WIRE_FLAT_H
#define OD_WIRE_FLAT_H

#include "base/err.h"
#include "wire/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that od_flat_bytes_write may write beyond the text. */
#define OD_FLAT_SLACK 8

/* The length of "[1,2,255]" for count bytes, and the text itself: to has room for
 * OD_FLAT_SLACK bytes more; returns the place behind it. */
size_t od_flat_bytes_chars(const uint8_t *bytes, size_t count);
char *od_flat_bytes_write(const uint8_t *bytes, size_t count, char *to);

/* A walk over an array: its elements are what is no array itself, in the order of the
 * text. The text is borrowed. */
struct od_flat {
    struct od_json_cursor at;
    size_t depth;
    bool first; /* an array has just been opened */
};
/* Enters the array at the cursor. Errors are OD_EINPUT, as those of wire/json.h. */
int od_flat_begin(struct od_flat *flat, const struct od_json_cursor *at,
                  struct od_err *err) OD_MUST_CHECK;
/*
 * 1: flat->at stands at the first character of the next element, which the caller takes;
 * 0: the array has ended, flat->at stands behind it; -1: an error.
 */
int od_flat_next(struct od_flat *flat, struct od_err *err) OD_MUST_CHECK;
/*
 * Takes elements from here on that are whole numbers 0 to 255 without sign, point and
 * exponent, at most max of them, as long as only a comma stands between; returns how many
 * (0: the element here is none, and stays).
 */
size_t od_flat_bytes(struct od_flat *flat, uint8_t *to, size_t max);
/* Passes an array without a look at its numbers, which the walk checks; anything else is
 * passed as od_json_skip does it. */
int od_flat_skip(struct od_json_cursor *at, struct od_err *err) OD_MUST_CHECK;
/* Takes the characters of an element that is no string, up to what ends it, into out as a
 * text; false when there are size or more. */
bool od_flat_word(struct od_flat *flat, char *out, size_t size);

#endif
