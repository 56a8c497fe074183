/* Numbers as text: what printf and strtod of the C library say is right. */
#include "record/digits.h"

#include "base/rng.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TRIES = 20000 };

static void test_int(void **state)
{
    static const int64_t values[] = {
        0, 1, -1, 9, 10, -999, 12345, INT64_MAX, INT64_MIN, 1795228784123456789};
    struct od_buf out;
    char text[32];
    (void)state;
    od_buf_init(&out, 0);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        od_buf_reset(&out);
        od_put_int(&out, values[i]);
        (void)snprintf(text, sizeof text, "%" PRId64, values[i]);
        assert_string_equal(out.data, text);
    }
    od_buf_release(&out);
}

static void check_rounded(struct od_buf *out, double value)
{
    char text[64];
    for (int digits = 6; digits <= 17; digits++) {
        od_buf_reset(out);
        od_put_rounded(out, value, digits);
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        assert_string_equal(out->data, text);
    }
}

static void check_double(struct od_buf *out, double value)
{
    char text[64];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    od_buf_reset(out);
    od_put_double(out, value);
    assert_string_equal(out->data, text);
}

static void check_float(struct od_buf *out, float value)
{
    char text[64];
    for (int digits = 6; digits <= 9; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value) {
            break;
        }
    }
    od_buf_reset(out);
    od_put_float(out, value);
    assert_string_equal(out->data, text);
}

static void test_edges(void **state)
{
    static const double values[] = {
        0.0,        -0.0,       1.0,       -1.0,    0.1,       0.01,      0.001,
        1e-4,       9.9999e-5,  0.5,       0.25,    2.5,       0.9999995, 0.99999949999,
        999999.5,   1e6,        123456789, 1e9,     1e15,      1e16,      1e17,
        1e22,       1e300,      DBL_MIN,   DBL_MAX, 0.0999999, 1.0 / 3,   2.0 / 3,
        1000000.25, 12345.6785, 5e-324,    100.5};
    struct od_buf out;
    (void)state;
    od_buf_init(&out, 0);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const double near[] = {values[i], nextafter(values[i], 1e308),
                               nextafter(values[i], 0)};
        for (size_t k = 0; k < 3; k++) {
            if (isfinite(near[k])) {
                check_rounded(&out, near[k]);
                check_double(&out, near[k]);
                check_float(&out, (float)fmin(near[k], 1e30));
            }
        }
    }
    od_buf_release(&out);
}

/* Scores, corners in pixels, and any bits at all. */
static void test_random(void **state)
{
    struct od_rng rng;
    struct od_buf out;
    (void)state;
    od_rng_init(&rng, 7, 1);
    od_buf_init(&out, 0);
    for (int i = 0; i < TRIES; i++) {
        uint64_t bits = od_rng_next(&rng);
        float score = (float)(bits >> 40) / 16777216.0F;
        check_float(&out, score);
        check_double(&out, (double)score);
        check_rounded(&out, (double)score * 640.0);
        check_double(&out, (double)(bits >> 33) / 1000.0);
        double any = 0;
        memcpy(&any, &bits, sizeof any);
        if (isfinite(any)) {
            check_rounded(&out, any);
            check_double(&out, any);
            check_float(&out, (float)(fabs(any) < 1e30 ? any : 1));
        }
    }
    od_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_int),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
