/* Elements of tensors as JSON numbers, and the server's floats as elements. */
#include "protocol/oip_elements.h"

#include "base/parse.h"
#include "wire/json_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longest number that is read. */
#define WORD_MAX 400

static uint64_t bits_of(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static void put_bits(uint64_t value, size_t size, uint8_t *to)
{
    for (size_t i = 0; i < size; i++, value >>= 8) {
        to[i] = (uint8_t)(value & 0xFF);
    }
}

static bool is_signed(enum od_dtype dtype)
{
    return dtype == OD_DTYPE_INT8 || dtype == OD_DTYPE_INT16 || dtype == OD_DTYPE_INT32 ||
           dtype == OD_DTYPE_INT64;
}

/* The largest whole number of a type; signed ones go down to -max - 1. */
static uint64_t max_of(enum od_dtype dtype)
{
    size_t bits = 8 * od_dtype_size((int)dtype);
    return dtype == OD_DTYPE_BOOL
               ? 1
               : UINT64_MAX >> (64 - bits + (is_signed(dtype) ? 1 : 0));
}

static void put_one(enum od_dtype dtype, const uint8_t *at, struct od_buf *out)
{
    size_t size = od_dtype_size((int)dtype);
    uint64_t bits = bits_of(at, size);
    if (dtype == OD_DTYPE_FP32) {
        float value;
        memcpy(&value, at, sizeof value);
        od_json_put_float(out, value);
    } else if (dtype == OD_DTYPE_FP64) {
        double value;
        memcpy(&value, at, sizeof value);
        od_buf_printf(out, "%.17g", value);
    } else if (dtype == OD_DTYPE_BOOL) {
        od_buf_puts(out, bits != 0 ? "true" : "false");
    } else if (is_signed(dtype) && size > 0) {
        uint64_t sign = UINT64_C(1) << (8 * size - 1);
        od_buf_printf(out, "%" PRId64, (int64_t)((bits ^ sign) - sign));
    } else {
        od_buf_printf(out, "%" PRIu64, bits);
    }
}

void od_oip_json_put(enum od_dtype dtype, const uint8_t *bytes, size_t count,
                     struct od_buf *out)
{
    if (dtype == OD_DTYPE_UINT8) {
        size_t len = od_flat_bytes_chars(bytes, count);
        char *to = od_buf_reserve(out, len + OD_FLAT_SLACK);
        if (to != NULL) {
            (void)od_flat_bytes_write(bytes, count, to);
            od_buf_advance(out, len);
        }
        return;
    }
    size_t size = od_dtype_size((int)dtype);
    od_buf_putc(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            od_buf_putc(out, ',');
        }
        put_one(dtype, bytes + i * size, out);
    }
    od_buf_putc(out, ']');
}

/* A word as a number of floating point; JSON's own names of what is not finite too. */
static bool read_real(const char *word, enum od_dtype dtype, uint8_t *to)
{
    char *end = NULL;
    double wide = strtod(word, &end);
    if (*end != '\0' || strchr("+-.0123456789NI", word[0]) == NULL) {
        return false;
    }
    if (dtype == OD_DTYPE_FP64) {
        memcpy(to, &wide, sizeof wide);
    } else {
        float value = strtof(word, NULL);
        memcpy(to, &value, sizeof value);
    }
    return true;
}

static bool read_whole(const char *word, enum od_dtype dtype, uint8_t *to)
{
    bool minus = word[0] == '-';
    uint64_t value = 0;
    uint64_t max = max_of(dtype) + (minus && is_signed(dtype) ? 1 : 0);
    if (dtype == OD_DTYPE_BOOL &&
        (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)) {
        *to = word[0] == 't';
        return true;
    }
    const char *digits = word + (minus ? 1 : 0);
    if (digits[0] < '0' || digits[0] > '9' || od_parse_u64(digits, &value, NULL) != 0 ||
        value > max || (minus && !is_signed(dtype) && value != 0)) {
        return false;
    }
    put_bits(minus ? 0 - value : value, od_dtype_size((int)dtype), to);
    return true;
}

static int read_one(struct od_flat *flat, enum od_dtype dtype, uint8_t *to,
                    struct od_err *err)
{
    char word[WORD_MAX];
    bool real = dtype == OD_DTYPE_FP32 || dtype == OD_DTYPE_FP64;
    size_t offset = (size_t)(flat->at.p - flat->at.begin);
    if (od_flat_word(flat, word, sizeof word) &&
        (real ? read_real(word, dtype, to) : read_whole(word, dtype, to))) {
        return 0;
    }
    return od_fail(err, OD_EINPUT, "the value at offset %zu is no %s", offset,
                   od_dtype_name((int)dtype));
}

int od_oip_json_bytes(const struct od_json_cursor *at, enum od_dtype dtype, size_t count,
                      uint8_t *to, struct od_err *err)
{
    struct od_flat flat;
    size_t size = od_dtype_size((int)dtype);
    size_t seen = 0;
    int rc = 0;
    if (size == 0 || dtype == OD_DTYPE_FP16 || dtype == OD_DTYPE_BF16) {
        return od_fail(err, OD_EINPUT, "%s has no numbers in JSON",
                       od_dtype_name((int)dtype));
    }
    if (od_flat_begin(&flat, at, err) != 0) {
        return -1;
    }
    for (rc = od_flat_next(&flat, err); rc == 1; rc = od_flat_next(&flat, err)) {
        if (seen == count) {
            return od_fail(err, OD_EINPUT, "data hold more than %zu elements", count);
        }
        size_t taken =
            dtype == OD_DTYPE_UINT8 ? od_flat_bytes(&flat, to + seen, count - seen) : 0;
        if (taken == 0) {
            if (read_one(&flat, dtype, to + seen * size, err) != 0) {
                return -1;
            }
            taken = 1;
        }
        seen += taken;
    }
    if (rc == 0 && seen != count) {
        return od_fail(err, OD_EINPUT, "data hold %zu elements, not %zu", seen, count);
    }
    return rc;
}

static uint64_t whole_of(enum od_dtype dtype, float value)
{
    double max = (double)max_of(dtype);
    if (isnan(value) || (value <= 0 && !is_signed(dtype))) {
        return 0;
    }
    if ((double)value >= max) {
        return max_of(dtype);
    }
    if (is_signed(dtype)) {
        return (double)value <= -max ? 0 - max_of(dtype) - 1
                                     : (uint64_t)(int64_t)llroundf(value);
    }
    return (uint64_t)roundf(value);
}

void od_oip_of_floats(enum od_dtype dtype, const float *values, size_t count, uint8_t *to)
{
    size_t size = od_dtype_size((int)dtype);
    if (od_dtype_bytes((int)dtype, values, count, to)) {
        return;
    }
    for (size_t i = 0; size > 0 && i < count; i++) {
        put_bits(whole_of(dtype, values[i]), size, to + i * size);
    }
}
