/* JSON text to pixels: a scanner for one shape that builds nothing but the bytes. */
#include "wire/pixels.h"

#include "wire/json_scan.h"

#include <limits.h>
#include <stdio.h>

/* Every number takes at least two characters, itself and what separates it. */
size_t od_pixels_max(size_t len)
{
    return len / 2 + 3;
}

/* Passes a whole number 0 to 255 and returns the place behind it, or NULL. */
static inline const char *number(const char *p, const char *end, uint8_t *out)
{
    p = od_json_blanks(p, end);
    if (p == end || !od_json_digit(*p)) {
        return NULL;
    }
    const char *first = p;
    unsigned value = (unsigned)(*p++ - '0');
    while (p < end && od_json_digit(*p) && p - first < 3) {
        value = value * 10 + (unsigned)(*p++ - '0');
    }
    bool more = p < end && (od_json_digit(*p) || *p == '.' || *p == 'e' || *p == 'E');
    if (more || value > 255 || (*first == '0' && p - first > 1)) {
        return NULL;
    }
    *out = (uint8_t)value;
    return p;
}

static inline const char *token(const char *p, const char *end, char c)
{
    p = od_json_blanks(p, end);
    return p < end && *p == c ? p + 1 : NULL;
}

/* Passes "[r, g, b]"; NULL when it is anything else. */
static inline const char *pixel(const char *p, const char *end, uint8_t *rgb)
{
    p = token(p, end, '[');
    for (int c = 0; c < 3 && p != NULL; c++) {
        p = number(p, end, rgb + c);
        if (p != NULL) {
            p = token(p, end, c < 2 ? ',' : ']');
        }
    }
    return p;
}

/* What is wrong with the pixel at the cursor: syntax, type or shape. */
static int bad_pixel(struct od_json_cursor *at, struct od_err *err)
{
    if (od_json_peek(at) != '[') {
        struct od_json_cursor probe = *at;
        if (od_json_skip(&probe, err) != 0) {
            return -1;
        }
        return od_fail(err, OD_EINPUT,
                       "Encountered a value at an unexpected level, offset %zu: a "
                       "picture has the shape [height, width, 3]",
                       (size_t)(at->p - at->begin));
    }
    at->p++;
    for (int c = 0; c < 3; c++) {
        uint8_t value;
        if (od_json_peek(at) == ']') {
            break;
        }
        const char *p = number(at->p, at->end, &value);
        struct od_json_cursor probe = *at;
        if (p == NULL && od_json_skip(&probe, err) != 0) {
            return -1;
        }
        if (p == NULL) {
            int len = (int)(probe.p - at->p > 40 ? 40 : probe.p - at->p);
            return od_fail(err, OD_EINPUT,
                           "JSON Value: %.*s at offset %zu is not of expected type: "
                           "uint8",
                           len, at->p, (size_t)(at->p - at->begin));
        }
        at->p = p;
        if (!od_json_take(at, c < 2 ? ',' : ']')) {
            break;
        }
    }
    char c = od_json_peek(at);
    if (c != ',' && c != ']') {
        return od_json_error(at, "Missing a comma or ] after an array element.", err);
    }
    return od_fail(err, OD_EINPUT,
                   "Encountered list at unexpected size at offset %zu, expected size: 3",
                   (size_t)(at->p - at->begin));
}

static int bad_size(const struct od_json_cursor *at, const char *what, long long is,
                    long long expected, struct od_err *err)
{
    return od_fail(err, OD_EINPUT,
                   "Encountered list at unexpected size: %lld %s up to offset %zu, "
                   "expected size: %lld",
                   is, what, (size_t)(at->p - at->begin), expected);
}

/* One row; *width is checked against, or set when it is 0. */
static int row(struct od_json_cursor *at, int *width, uint8_t **to, struct od_err *err)
{
    if (!od_json_take(at, '[')) {
        return bad_pixel(at, err);
    }
    long long count = 0;
    uint8_t *rgb = *to;
    const char *next;
    do {
        next = pixel(at->p, at->end, rgb);
        if (next == NULL) {
            return bad_pixel(at, err);
        }
        at->p = next;
        rgb += 3;
        count++;
        next = token(at->p, at->end, ',');
        at->p = next != NULL ? next : at->p;
    } while (next != NULL);
    if (!od_json_take(at, ']')) {
        return od_json_error(at, "Missing a comma or ] after an array element.", err);
    }
    if (count > INT_MAX || (*width != 0 && count != *width)) {
        return bad_size(at, "pixels in a row", count, *width, err);
    }
    *width = (int)count;
    *to = rgb;
    return 0;
}

int od_pixels_read(struct od_json_cursor *at, struct od_pixel_size *size,
                   struct od_buf *out, struct od_err *err)
{
    if (!od_json_take(at, '[')) {
        return bad_pixel(at, err);
    }
    uint8_t *begin = (uint8_t *)out->data + out->len;
    uint8_t *to = begin;
    int width = size->width;
    long long rows = 0;
    do {
        if (row(at, &width, &to, err) != 0) {
            return -1;
        }
        rows++;
    } while (od_json_take(at, ','));
    if (!od_json_take(at, ']')) {
        return od_json_error(at, "Missing a comma or ] after an array element.", err);
    }
    if (rows > INT_MAX || (size->height != 0 && rows != size->height)) {
        return bad_size(at, "rows", rows, size->height, err);
    }
    *size = (struct od_pixel_size){.width = width, .height = (int)rows};
    od_buf_advance(out, (size_t)(to - begin));
    return 0;
}
