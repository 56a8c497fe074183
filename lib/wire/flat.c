/* Elements of a tensor in JSON. */
#include "wire/flat.h"

#include "wire/byte_cells.h"
#include "wire/json_scan.h"

#include <string.h>

size_t od_flat_bytes_chars(const uint8_t *bytes, size_t count)
{
    size_t digits = count;
    for (size_t i = 0; i < count; i++) {
        digits += (size_t)(bytes[i] >= 10) + (size_t)(bytes[i] >= 100);
    }
    return digits + (count > 0 ? count - 1 : 0) + 2;
}

char *od_flat_bytes_write(const uint8_t *bytes, size_t count, char *to)
{
    struct od_byte_cell cells[256];
    od_byte_cells_fill(cells, ",");
    *to++ = '[';
    for (size_t i = 0; i < count; i++) {
        const struct od_byte_cell *cell = &cells[bytes[i]];
        memcpy(to, cell->text, sizeof cell->text);
        to += cell->len;
    }
    to -= count > 0; /* the last comma */
    *to++ = ']';
    return to;
}

int od_flat_begin(struct od_flat *flat, const struct od_json_cursor *at,
                  struct od_err *err)
{
    *flat = (struct od_flat){.at = *at, .depth = 1, .first = true};
    return od_json_take(&flat->at, '[')
               ? 0
               : od_json_error(&flat->at, "Invalid value, an array belongs here", err);
}

/* Closes arrays and passes the comma behind them; 0: the last one was closed. */
static int close_arrays(struct od_flat *flat, struct od_err *err)
{
    while (od_json_take(&flat->at, ']')) {
        if (--flat->depth == 0) {
            return 0;
        }
        flat->first = false;
    }
    if (!flat->first && !od_json_take(&flat->at, ',')) {
        return od_json_error(&flat->at, "Missing a comma or ] after an array element.",
                             err);
    }
    return 1;
}

int od_flat_next(struct od_flat *flat, struct od_err *err)
{
    int rc = close_arrays(flat, err);
    while (rc == 1 && od_json_take(&flat->at, '[')) {
        if (flat->depth == OD_JSON_DEPTH_MAX) {
            return od_json_error(&flat->at, "Nested too deeply", err);
        }
        flat->depth++;
        flat->first = true;
        rc = close_arrays(flat, err);
    }
    if (rc == 1 && od_json_peek(&flat->at) == '\0') {
        return od_json_error(&flat->at, "Invalid value.", err);
    }
    flat->first = false;
    return rc;
}

/* Passes a number 0 to 255 and returns the place behind it, or NULL. */
static inline const char *byte_at(const char *p, const char *end, uint8_t *out)
{
    const char *first = p;
    unsigned value = 0;
    while (p < end && *p >= '0' && *p <= '9' && p - first < 3) {
        value = value * 10 + (unsigned)(*p++ - '0');
    }
    bool ended = p < end && (*p == ',' || *p == ']' || *p == ' ' || *p == '\n' ||
                             *p == '\r' || *p == '\t');
    if (p == first || !ended || value > 255 || (*first == '0' && p - first > 1)) {
        return NULL;
    }
    *out = (uint8_t)value;
    return p;
}

static inline unsigned digit(char c)
{
    return (unsigned)(unsigned char)c - '0';
}

/*
 * Passes "N," for N of 0 to 255 and returns the place behind the comma, or NULL. Four
 * characters must be there. How many digits a number has is noise to a branch, so there
 * is none.
 */
static inline const char *quick(const char *p, uint8_t *out)
{
    const unsigned a = digit(p[0]);
    const unsigned b = digit(p[1]);
    const unsigned c = digit(p[2]);
    const unsigned two = b <= 9;
    const unsigned three = two & (c <= 9);
    static const unsigned weights[4][3] = {
        {0, 0, 0}, {1, 0, 0}, {10, 1, 0}, {100, 10, 1}};
    const unsigned len = 1 + two + three;
    const unsigned *weight = weights[len];
    const unsigned value = a * weight[0] + b * weight[1] + c * weight[2];
    const unsigned bad =
        (a > 9) | (value > 255) | ((unsigned)(a == 0) & two) | (unsigned)(p[len] != ',');
    *out = (uint8_t)value;
    return bad != 0 ? NULL : p + len + 1;
}

size_t od_flat_bytes(struct od_flat *flat, uint8_t *to, size_t max)
{
    const char *p = flat->at.p;
    const char *end = flat->at.end;
    size_t count = 0;
    while (count < max && end - p >= 4) {
        const char *next = quick(p, to + count);
        if (next == NULL) {
            break;
        }
        flat->at.p = next - 1;
        p = next;
        count++;
    }
    while (count < max) {
        const char *next = byte_at(p, end, to + count);
        if (next == NULL) {
            break;
        }
        count++;
        flat->at.p = next;
        if (*next != ',') {
            break;
        }
        p = next + 1;
        p += p < end && *p == ' ';
    }
    return count;
}

int od_flat_skip(struct od_json_cursor *at, struct od_err *err)
{
    if (od_json_peek(at) != '[') {
        return od_json_skip(at, err);
    }
    const char *begin = at->p + 1;
    const char *close = memchr(begin, ']', (size_t)(at->end - begin));
    size_t len = close != NULL ? (size_t)(close - begin) : 0;
    if (close == NULL || memchr(begin, '[', len) != NULL ||
        memchr(begin, '"', len) != NULL) {
        return od_json_skip(at, err);
    }
    at->p = close + 1;
    return 0;
}

bool od_flat_word(struct od_flat *flat, char *out, size_t size)
{
    size_t len = 0;
    const char *p = flat->at.p;
    while (p < flat->at.end && strchr(",[]{}:\" \t\r\n", *p) == NULL) {
        if (len + 1 >= size) {
            return false;
        }
        out[len++] = *p++;
    }
    out[len] = '\0';
    flat->at.p = p;
    return len > 0;
}
