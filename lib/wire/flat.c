/* Elements of a tensor in JSON. */
#include "wire/flat.h"

#include "wire/json_scan.h"

#include <string.h>

/* A number with the comma behind it, always copied as eight bytes. */
struct cell {
    char text[8];
    uint8_t len;
};

static void make_cells(struct cell cells[256])
{
    for (unsigned i = 0; i < 256; i++) {
        struct cell *cell = &cells[i];
        *cell = (struct cell){0};
        if (i >= 100) {
            cell->text[cell->len++] = (char)('0' + i / 100);
        }
        if (i >= 10) {
            cell->text[cell->len++] = (char)('0' + i / 10 % 10);
        }
        cell->text[cell->len++] = (char)('0' + i % 10);
        cell->text[cell->len++] = ',';
    }
}

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
    struct cell cells[256];
    make_cells(cells);
    *to++ = '[';
    for (size_t i = 0; i < count; i++) {
        const struct cell *cell = &cells[bytes[i]];
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

bool od_flat_byte(struct od_flat *flat, uint8_t *out)
{
    const char *p = flat->at.p;
    const char *end = flat->at.end;
    const char *first = p;
    unsigned value = 0;
    while (p < end && *p >= '0' && *p <= '9' && p - first < 3) {
        value = value * 10 + (unsigned)(*p++ - '0');
    }
    bool ended = p < end && (*p == ',' || *p == ']' || *p == ' ' || *p == '\n' ||
                             *p == '\r' || *p == '\t');
    if (p == first || !ended || value > 255 || (*first == '0' && p - first > 1)) {
        return false;
    }
    *out = (uint8_t)value;
    flat->at.p = p;
    return true;
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
