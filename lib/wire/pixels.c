/* Pixels to JSON text: a table of the 256 numbers with their separators (0.45 ms where
 * jansson takes 127: odbench-internals(7), Pixels as text). */
#include "wire/pixels.h"

#include "wire/byte_cells.h"

#include <string.h>

static const char *comma_of(bool spaced)
{
    return spaced ? ", " : ",";
}

size_t od_pixels_chars(const uint8_t *rgb, struct od_pixel_size size, bool spaced)
{
    size_t comma = spaced ? 2 : 1;
    size_t pixels = (size_t)size.width * (size_t)size.height;
    size_t digits = 3 * pixels;
    for (size_t i = 0; i < 3 * pixels; i++) {
        digits += (size_t)(rgb[i] >= 10) + (size_t)(rgb[i] >= 100);
    }
    /* Two commas and two brackets in a pixel, a comma between pixels and between rows. */
    size_t rows = (size_t)size.height;
    return digits + pixels * (2 * comma + 2) + (pixels - rows) * comma +
           (rows - 1) * comma + 2 * rows + 2;
}

/* "[r,g,b]" and a comma. The comma is copied as two bytes: what it is, or what the next
 * bytes replace. */
static inline char *put_pixel(const struct od_byte_cell cells[256], const uint8_t *rgb,
                              const char *comma, char *to)
{
    const size_t gap = comma[1] == '\0' ? 1 : 2;
    *to++ = '[';
    for (int c = 0; c < 3; c++) {
        const struct od_byte_cell *cell = &cells[rgb[c]];
        memcpy(to, cell->text, sizeof cell->text);
        to += cell->len;
    }
    to -= gap;
    *to++ = ']';
    memcpy(to, comma, 2);
    return to + gap;
}

char *od_pixels_write(const uint8_t *rgb, struct od_pixel_size size, bool spaced,
                      char *to)
{
    struct od_byte_cell cells[256];
    const char *comma = comma_of(spaced);
    const size_t gap = strlen(comma);
    od_byte_cells_fill(cells, comma);
    *to++ = '[';
    for (int y = 0; y < size.height; y++) {
        *to++ = '[';
        for (int x = 0; x < size.width; x++, rgb += 3) {
            to = put_pixel(cells, rgb, comma, to);
        }
        to -= gap;
        *to++ = ']';
        memcpy(to, comma, 2);
        to += gap;
    }
    to -= gap;
    *to++ = ']';
    return to;
}
