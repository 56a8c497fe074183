/* Pictures that are not plain pixels as nested JSON numbers. */
#include "wire/json_cells.h"

#include "base/alloc.h"
#include "wire/json_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CACHE 4096 /* a power of 2 */
#define TEXT  20

/* The text of a value, as it was made last. */
struct entry {
    uint32_t bits;
    uint8_t len; /* 0: none yet */
    char text[TEXT];
};

static void make_text(float value, struct entry *out)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_json_put_float(&text, value);
    size_t len = text.len;
    if (len > 2 && strcmp(text.data + len - 2, ".0") == 0) {
        len -= 2;
    }
    len = len < TEXT ? len : TEXT; /* nine digits, sign, point and exponent: fewer */
    memcpy(out->text, text.data, len);
    out->len = (uint8_t)len;
    od_buf_release(&text);
}

static void put_value(struct od_buf *out, float value, struct entry *cache)
{
    uint32_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    struct entry *entry = &cache[(bits * UINT32_C(2654435761)) >> 20 & (CACHE - 1)];
    if (entry->len == 0 || entry->bits != bits) {
        make_text(value, entry);
        entry->bits = bits;
    }
    od_buf_add(out, entry->text, entry->len);
}

void od_json_put_cells(struct od_buf *out, const float *values, const size_t dims[3])
{
    struct entry *cache = od_xcalloc(CACHE, sizeof *cache);
    size_t inner = dims[2];
    size_t middle = inner * dims[1];
    for (size_t i = 0; i < middle * dims[0]; i++) {
        od_buf_puts(out, i == 0            ? "[[["
                         : i % middle == 0 ? "]],[["
                         : i % inner == 0  ? "],["
                                           : ",");
        put_value(out, values[i], cache);
    }
    od_buf_puts(out, "]]]");
    free(cache);
}
