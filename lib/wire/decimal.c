/* Decimal text to binary numbers. */
#include "wire/decimal.h"

#include "wire/json_scan.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define DIGITS_MAX UINT64_C(9007199254740992) /* 2^53 */
#define POWER_MAX  22

/* The digits of a number as a whole number, and the power of ten that it lacks. */
struct decimal {
    uint64_t digits;
    int power;
    bool any;
};

/* Reads digits; those behind the point each take a power away. */
static const char *read_digits(const char *at, const char *end, int step,
                               struct decimal *out)
{
    for (; at < end && od_json_digit(*at) && out->digits <= DIGITS_MAX; at++) {
        out->digits = 10 * out->digits + (uint64_t)(*at - '0');
        out->power -= step;
        out->any = true;
    }
    return at;
}

static const char *read_power(const char *at, const char *end, struct decimal *out)
{
    if (at == end || (*at != 'e' && *at != 'E')) {
        return at;
    }
    at++;
    int sign = at < end && *at == '-' ? -1 : 1;
    at += at < end && (*at == '-' || *at == '+');
    int power = 0;
    const char *begin = at;
    for (; at < end && od_json_digit(*at) && power <= 1000; at++) {
        power = 10 * power + (*at - '0');
    }
    out->any = out->any && at > begin;
    out->power += sign * power;
    return at;
}

/* Whether a double lies in the middle between two floats: the bits that a float lacks. */
static bool halfway(double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return (bits & UINT64_C(0x1fffffff)) == UINT64_C(0x10000000);
}

bool od_decimal_float(const char *text, size_t len, float *out)
{
    static const double powers[POWER_MAX + 1] = {
        1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    struct decimal decimal = {0};
    const char *end = text + len;
    bool negative = len > 0 && *text == '-';
    const char *at = read_digits(text + negative, end, 0, &decimal);
    if (at < end && *at == '.') {
        at = read_digits(at + 1, end, 1, &decimal);
    }
    at = read_power(at, end, &decimal);
    if (at != end || !decimal.any || decimal.digits > DIGITS_MAX ||
        decimal.power < -POWER_MAX || decimal.power > POWER_MAX || FLT_EVAL_METHOD != 0) {
        return false;
    }
    double value = (double)decimal.digits;
    value = decimal.power < 0 ? value / powers[-decimal.power]
                              : value * powers[decimal.power];
    bool plain = value >= (double)FLT_MIN && value <= (double)FLT_MAX && !halfway(value);
    if (!plain && decimal.digits != 0) {
        return false;
    }
    *out = (float)(negative ? -value : value);
    return true;
}
