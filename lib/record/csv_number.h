/* Plain numbers out of CSV fields, eight digits at a time, to be inlined: private to the
 * reader. */
#ifndef OD_RECORD_CSV_NUMBER_H
#define OD_RECORD_CSV_NUMBER_H

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define OD_CSV_BYTES(c) (UINT64_C(0x0101010101010101) * (c))

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

/* The number of the count digits, 1 to 8, that end before end. */
static inline bool od_csv_digits(const char *end, size_t count, uint64_t *out)
{
    uint64_t word = 0;
    unsigned others = 64 - 8 * (unsigned)count;
    memcpy(&word, end - 8, sizeof word);
    word =
        (word >> others << others) | (OD_CSV_BYTES('0') & ((UINT64_C(1) << others) - 1));
    if (((word & OD_CSV_BYTES(0xf0)) |
         ((word + OD_CSV_BYTES(6)) & OD_CSV_BYTES(0xf0)) >> 4) != OD_CSV_BYTES(0x33)) {
        return false;
    }
    word -= OD_CSV_BYTES('0');
    word = word * 10 + (word >> 8); /* pairs in every second byte, then fours, then all */
    *out =
        ((word & UINT64_C(0x000000ff000000ff)) * (100 + (UINT64_C(1000000) << 32)) +
         ((word >> 16) & UINT64_C(0x000000ff000000ff)) * (1 + (UINT64_C(10000) << 32))) >>
        32;
    return true;
}

#else

static inline bool od_csv_digits(const char *end, size_t count, uint64_t *out)
{
    uint64_t value = 0;
    for (const char *p = end - count; p < end; p++) {
        if (*p < '0' || *p > '9') {
            return false;
        }
        value = value * 10 + (uint64_t)(*p - '0');
    }
    *out = value;
    return true;
}

#endif

/* The number of up to 19 digits that end before end, below 9000000000000000000. */
static inline bool od_csv_whole(const char *end, size_t count, uint64_t *out)
{
    uint64_t value = 0;
    uint64_t part = 0;
    if (count <= 8) {
        return count > 0 && od_csv_digits(end, count, out);
    }
    if (count > 19 || (count == 19 && end[-19] > '8')) {
        return false;
    }
    if (count > 16) {
        if (!od_csv_digits(end - 16, count - 16, &value)) {
            return false;
        }
        count = 16;
    }
    if (!od_csv_digits(end - 8, count - 8, &part)) {
        return false;
    }
    value = value * 100000000 + part;
    if (!od_csv_digits(end, 8, &part)) {
        return false;
    }
    *out = value * 100000000 + part;
    return true;
}

/*
 * Reads a number of len bytes, at least one, with eight readable ones in front of it.
 * False when od_parse_i64 must decide: *out is untouched then.
 */
static inline bool od_csv_int(const char *text, size_t len, int64_t *out)
{
    size_t minus = *text == '-' ? 1 : 0;
    uint64_t value = 0;
    if (!od_csv_whole(text + len, len - minus, &value)) {
        return false;
    }
    *out = minus != 0 ? -(int64_t)value : (int64_t)value;
    return true;
}

/* As od_csv_int for decimal fractions of up to 15 digits, and od_parse_double: both parts
 * of the quotient are exact, so that it is rounded once, as it should be. */
static inline bool od_csv_real(const char *text, size_t len, double *out)
{
    static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char *point = memchr(text, '.', len);
    size_t places = point != NULL ? (size_t)(text + len - point) - 1 : 0;
    size_t before = point != NULL ? (size_t)(point - text) : len;
    uint64_t left = 0;
    uint64_t right = 0;
    if (FLT_EVAL_METHOD != 0 || before + places > 15 ||
        !od_csv_whole(text + before, before, &left) ||
        (point != NULL && !od_csv_whole(text + len, places, &right))) {
        return false;
    }
    for (size_t i = 0; i < places; i++) {
        left *= 10;
    }
    *out = (double)(left + right) / powers[places];
    return true;
}

#endif
