/* Fast decimals against the C library's, bit by bit. */
#include "wire/decimal.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint32_t bits_of(float value)
{
    uint32_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* True when it was read; then it is what strtof reads. */
static bool same(const char *text)
{
    float fast = 77.0F;
    size_t len = strlen(text);
    /* Memory of just that size, so that a sanitizer sees a read behind it. */
    char *copy = od_xmalloc(len);
    memcpy(copy, text, len);
    bool read = od_decimal_float(copy, len, &fast);
    free(copy);
    if (!read) {
        return false;
    }
    if (bits_of(fast) != bits_of(strtof(text, NULL))) {
        fail_msg("%s: %a, not %a", text, (double)fast, (double)strtof(text, NULL));
    }
    return true;
}

static float random_float(struct od_rng *rng)
{
    uint32_t bits = (uint32_t)od_rng_next(rng);
    float value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* As servers print them: numbers of all sizes, with 1 to 17 digits. */
static void printed(void **state)
{
    (void)state;
    struct od_rng rng;
    size_t read = 0;
    char text[64];
    od_rng_init(&rng, 1, 0);
    for (int i = 0; i < 300000; i++) {
        double value = i % 2 == 0 ? od_rng_unit(&rng) : (double)random_float(&rng);
        int digits = 1 + (int)od_rng_below(&rng, 17);
        (void)snprintf(text, sizeof text, i % 3 == 0 ? "%.*f" : "%.*g", digits, value);
        read += same(text) ? 1 : 0;
    }
    assert_true(read > 100000);
}

/* Just above, just below and in the middle between two floats, where rounding twice may
 * go wrong. */
static void halfway(void **state)
{
    (void)state;
    struct od_rng rng;
    char text[80];
    size_t refused = 0;
    od_rng_init(&rng, 2, 0);
    for (int i = 0; i < 100000; i++) {
        uint32_t whole = (uint32_t)od_rng_below(&rng, 1U << 24) | 1U << 23;
        double middle = ((double)whole + 0.5) / 1048576.0;
        (void)snprintf(text, sizeof text, "%.21f", middle);
        refused += same(text) ? 0 : 1;
        (void)snprintf(text, sizeof text, "%.15g", middle);
        (void)same(text);
        (void)snprintf(text, sizeof text, "%.16ge%d", middle,
                       (int)od_rng_below(&rng, 20) - 10);
        (void)same(text);
    }
    assert_true(refused > 0);
    assert_false(same("16777217")); /* the middle between two floats, even one below */
    assert_true(same("16777216"));
    assert_true(same("16777218"));
}

static void edges(void **state)
{
    (void)state;
    static const char *const taken[] = {
        "0",    "-0",     "0.0", "-0.0e5",          "1",      "-1",      "0.1",   "1e22",
        "1E-5", "1.5e+3", "100", "0.0000152587891", "3.4e22", "0.001e1", "123.25"};
    static const char *const left[] = {"",
                                       "-",
                                       "NaN",
                                       "Infinity",
                                       "1e23",
                                       "1e-40",
                                       "1e",
                                       "1e+",
                                       "0x10",
                                       "1.2.3",
                                       "1 ",
                                       "1e999",
                                       "1e9999999999999999999",
                                       "9007199254740993000",
                                       "."};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        assert_true(same(taken[i]));
    }
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        assert_false(same(left[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printed),
        cmocka_unit_test(halfway),
        cmocka_unit_test(edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
