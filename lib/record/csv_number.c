/* Plain numbers, eight digits at a time. */
#include "record/csv_number.h"

#include <float.h>
#include <string.h>

#define BYTES(c) (UINT64_C(0x0101010101010101) * (c))

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

/* The number of the count digits, 1 to 8, that end before end. */
static bool digits(const char *end, size_t count, uint64_t *out)
{
    uint64_t word = 0;
    unsigned others = 64 - 8 * (unsigned)count;
    memcpy(&word, end - 8, sizeof word);
    word = (word >> others << others) | (BYTES('0') & ((UINT64_C(1) << others) - 1));
    if (((word & BYTES(0xf0)) | ((word + BYTES(6)) & BYTES(0xf0)) >> 4) != BYTES(0x33)) {
        return false;
    }
    word -= BYTES('0');
    word = word * 10 + (word >> 8); /* pairs in every second byte, then fours, then all */
    *out =
        ((word & UINT64_C(0x000000ff000000ff)) * (100 + (UINT64_C(1000000) << 32)) +
         ((word >> 16) & UINT64_C(0x000000ff000000ff)) * (1 + (UINT64_C(10000) << 32))) >>
        32;
    return true;
}

#else

static bool digits(const char *end, size_t count, uint64_t *out)
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
static bool whole(const char *end, size_t count, uint64_t *out)
{
    uint64_t value = 0;
    uint64_t part = 0;
    if (count == 0 || count > 19 || (count == 19 && end[-19] > '8')) {
        return false;
    }
    if (count > 16) {
        if (!digits(end - 16, count - 16, &part)) {
            return false;
        }
        value = part;
        count = 16;
    }
    if (count > 8) {
        if (!digits(end - 8, count - 8, &part)) {
            return false;
        }
        value = value * 100000000 + part;
        count = 8;
    }
    if (!digits(end, count, &part)) {
        return false;
    }
    *out = value * 100000000 + part;
    return true;
}

bool od_csv_int(const char *text, size_t len, int64_t *out)
{
    size_t minus = *text == '-' ? 1 : 0;
    uint64_t value = 0;
    if (!whole(text + len, len - minus, &value)) {
        return false;
    }
    *out = minus != 0 ? -(int64_t)value : (int64_t)value;
    return true;
}

/* Both parts of the quotient are exact, so that it is rounded once, as it should be. */
bool od_csv_real(const char *text, size_t len, double *out)
{
    static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char *point = memchr(text, '.', len);
    size_t places = point != NULL ? (size_t)(text + len - point) - 1 : 0;
    size_t before = point != NULL ? (size_t)(point - text) : len;
    uint64_t left = 0;
    uint64_t right = 0;
    if (FLT_EVAL_METHOD != 0 || before + places > 15 ||
        !whole(text + before, before, &left) ||
        (point != NULL && !whole(text + len, places, &right))) {
        return false;
    }
    for (size_t i = 0; i < places; i++) {
        left *= 10;
    }
    *out = (double)(left + right) / powers[places];
    return true;
}
