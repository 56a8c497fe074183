/* Pixels as nested JSON numbers, at the speed of memory. */
#ifndef OD_WIRE_PIXELS_H
#define OD_WIRE_PIXELS_H

#include "base/buf.h"
#include "base/err.h"
#include "wire/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The size of a picture; 0 x 0 is "not known yet". */
struct od_pixel_size {
    int width;
    int height;
};

/* Bytes that od_pixels_write may write beyond the text. */
#define OD_PIXELS_SLACK 8

/* The length of the text of a picture: "[[[r,g,b],...],...]", rows of pixels, or with
 * blanks behind the commas ("[[[r, g, b], ...", odbench-wire(7), The study's text). rgb
 * holds 3 bytes a pixel. */
size_t od_pixels_chars(const uint8_t *rgb, struct od_pixel_size size, bool spaced);

/* Writes that text to to, which has room for OD_PIXELS_SLACK bytes more, and returns the
 * place behind it. */
char *od_pixels_write(const uint8_t *rgb, struct od_pixel_size size, bool spaced,
                      char *to);

/* The most pixel bytes that a text of len bytes can hold. */
size_t od_pixels_max(size_t len);

/*
 * Reads one picture by the rules of a UINT8 tensor (odbench-wire(7), Numbers): three
 * levels of arrays, whole numbers 0 to 255 without point or exponent, all rows of one
 * length, pixels of three. *size is checked against, or set when it is 0 x 0. Appends
 * width * height * 3 bytes to *out, in which od_buf_reserve(od_pixels_max(length of the
 * whole text)) has been called. Fails with OD_EINPUT, naming the offset.
 */
int od_pixels_read(struct od_json_cursor *at, struct od_pixel_size *size,
                   struct od_buf *out, struct od_err *err) OD_MUST_CHECK;

#endif
