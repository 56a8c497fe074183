/* Numbers as text: integer arithmetic where it is exact, printf where it is not. */
#include "record/digits.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 40

/* A decimal number count / 10^places. */
struct decimal {
    uint64_t count;
    int places;
};

static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* Writes the digits of value in front of end; returns where they begin. */
static char *digits_before(char *end, uint64_t value)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    while (value >= 100) {
        end -= 2;
        memcpy(end, pairs + 2 * (value % 100), 2);
        value /= 100;
    }
    if (value >= 10) {
        end -= 2;
        memcpy(end, pairs + 2 * value, 2);
    } else {
        *--end = (char)('0' + value);
    }
    return end;
}

void od_put_int(struct od_buf *out, int64_t value)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    size_t len = value < 0 ? 2 : 1;
    for (uint64_t rest = size; rest >= 10; rest /= 10) {
        len++;
    }
    char *to = od_buf_reserve(out, len);
    if (to != NULL) {
        *to = '-';
        (void)digits_before(to + len, size);
        od_buf_advance(out, len);
    }
}

/*
 * Decimal places of the last of so many significant digits; -1: not for fixed notation.
 * Each negative power of ten here is the smallest double that is not below it.
 */
static int places_of(double value, int digits)
{
    static const double least[] = {1e-1, 1e-2, 1e-3, 1e-4};
    if (value >= 1) {
        int whole = 1;
        while (whole < digits && value >= powers[whole]) {
            whole++;
        }
        return value < powers[digits] ? digits - whole : -1;
    }
    for (int zeros = 0; zeros < 4; zeros++) {
        if (value >= least[zeros]) {
            return digits + zeros;
        }
    }
    return -1;
}

/*
 * value = m * 2^-e exactly, so value * 10^k = m * 5^k * 2^(k-e): rounded half to even as
 * printf does, as long as m * 5^k has 64 bits. value is positive. False: it has not.
 */
static bool round_exactly(double value, int digits, struct decimal *out)
{
    int exponent = 0;
    uint64_t m = (uint64_t)ldexp(frexp(value, &exponent), 53);
    int e = 53 - exponent;
    int places = places_of(value, digits);
    if (places < 0 || places > 22) {
        return false;
    }
    while (m % 2 == 0) {
        m /= 2;
        e--;
    }
    for (int i = 0; i < places; i++) {
        if (m > UINT64_MAX / 5) {
            return false;
        }
        m *= 5;
    }
    int shift = e - places;
    if (shift > 63 || (shift < 0 && (shift < -63 || m > UINT64_MAX >> -shift))) {
        return false;
    }
    uint64_t count = shift >= 0 ? m >> shift : m << -shift;
    if (shift > 0) {
        uint64_t half = UINT64_C(1) << (shift - 1);
        uint64_t rest = m & (2 * half - 1);
        count += rest > half || (rest == half && count % 2 == 1) ? 1 : 0;
    }
    *out = (struct decimal){count, places};
    return (double)count < powers[digits];
}

/* Fixed notation without zeros at the end, as %g. */
static void put_decimal(struct od_buf *out, struct decimal number)
{
    char text[TEXT_MAX];
    char *end = text + sizeof text;
    while (number.places > 0 && number.count % 10 == 0) {
        number.count /= 10;
        number.places--;
    }
    char *begin = digits_before(end, number.count);
    while (end - begin <= number.places) {
        *--begin = '0';
    }
    size_t whole = (size_t)(end - begin - number.places);
    od_buf_add(out, begin, whole);
    if (number.places > 0) {
        od_buf_putc(out, '.');
        od_buf_add(out, begin + whole, (size_t)number.places);
    }
}

/* Takes the sign and zero away: true when there is more to say about *value. */
static bool put_sign(struct od_buf *out, double *value)
{
    if (signbit(*value)) {
        od_buf_putc(out, '-');
        *value = -*value;
    }
    if (*value > 0) {
        return true;
    }
    od_buf_putc(out, '0');
    return false;
}

static void put_printed(struct od_buf *out, double value, int digits)
{
    char text[TEXT_MAX];
    (void)snprintf(text, sizeof text, "%.*g", digits, value);
    od_buf_puts(out, text);
}

void od_put_rounded(struct od_buf *out, double value, int digits)
{
    struct decimal number;
    if (!put_sign(out, &value)) {
        return;
    }
    if (round_exactly(value, digits, &number)) {
        put_decimal(out, number);
    } else {
        put_printed(out, value, digits);
    }
}

static void put_double_printed(struct od_buf *out, double value)
{
    char text[TEXT_MAX];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    od_buf_puts(out, text);
}

void od_put_double(struct od_buf *out, double value)
{
    struct decimal number;
    if (!put_sign(out, &value)) {
        return;
    }
    for (int digits = 15; digits <= 17 && round_exactly(value, digits, &number);
         digits++) {
        /* A quotient of two exact doubles is what strtod would give. */
        bool exact = number.count <= UINT64_C(1) << 53;
        if (digits == 17 ||
            (exact && (double)number.count / powers[number.places] == value)) {
            put_decimal(out, number);
            return;
        }
        if (!exact) {
            break;
        }
    }
    put_double_printed(out, value);
}

static void put_float_printed(struct od_buf *out, float value)
{
    char text[TEXT_MAX];
    for (int digits = 6; digits <= 9; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value) {
            break;
        }
    }
    od_buf_puts(out, text);
}

/* A double in the middle of two floats may come from either side of it. */
static bool between_floats(double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return (bits & UINT64_C(0x1FFFFFFF)) == UINT64_C(0x10000000);
}

void od_put_float(struct od_buf *out, float value)
{
    struct decimal number;
    double wide = (double)value;
    if (!put_sign(out, &wide)) {
        return;
    }
    for (int digits = 6; digits <= 9 && round_exactly(wide, digits, &number); digits++) {
        double read = (double)number.count / powers[number.places];
        if (between_floats(read)) {
            break;
        }
        if (digits == 9 || (float)read == (float)wide) {
            put_decimal(out, number);
            return;
        }
    }
    put_float_printed(out, (float)wide);
}
