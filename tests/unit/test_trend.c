/* Slopes and p values against scipy's, as tests/oracle/load_stats.py prints them. */
#include "stats/trend.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void check(const double *values, size_t count, double slope, long s, double p)
{
    struct od_trend trend = od_trend_of(values, count);
    assert_true(fabs(trend.slope - slope) < 1e-9);
    assert_int_equal(trend.s, s);
    assert_true(fabs(trend.p - p) < 1e-9);
}

static void exact(void **state)
{
    (void)state;
    static const double rising[] = {1, 2, 3, 4, 5, 6, 7};
    static const double mixed[] = {10.1, 9.8, 10.4, 10.0, 10.9, 10.6, 11.2, 10.7};
    static const double four[] = {4, 2, 3, 1};
    double longer[30];
    for (int i = 0; i < 30; i++) {
        longer[i] = 50 + 7 * sin(3 * i) + 0.3 * i;
    }
    check(rising, 7, 1, 21, 0.0003968253968);
    check(mixed, 8, 0.15, 16, 0.06101190476);
    check(four, 4, -0.75, -4, 0.3333333333);
    check(longer, 30, 0.278442863956, 123, 0.02861489865);
}

static void normal(void **state)
{
    (void)state;
    static const double ties[] = {5, 5, 6, 6, 6, 7, 5, 8, 8, 9, 7, 8};
    double hundred[100];
    for (int i = 0; i < 100; i++) {
        hundred[i] = (i * 37) % 101 + 0.4 * i;
    }
    check(ties, 12, 1.0 / 3, 40, 0.005902814299);
    check(hundred, 100, 0.448780487805, 1176, 0.000466503763);
}

static void no_trend_to_test(void **state)
{
    (void)state;
    static const double equal[] = {3, 3, 3, 3, 3};
    static const double three[] = {1, 2, 4};
    struct od_trend trend = od_trend_of(equal, 5);
    assert_true(isnan(trend.p));
    assert_true(fabs(trend.slope) < 1e-12);
    trend = od_trend_of(three, 3);
    assert_true(isnan(trend.p));
    assert_true(fabs(trend.slope - 1.5) < 1e-12); /* of 1, 1.5 and 2 */
}

/* The exact and the normal p of 64 values agree where the latter is good. */
static void exact_meets_normal(void **state)
{
    (void)state;
    double values[65];
    for (int i = 0; i < 65; i++) {
        values[i] = (i * 29) % 67 + 0.31 * i;
    }
    struct od_trend exact = od_trend_of(values, 64);
    double n = 64;
    double z = ((double)labs(exact.s) - 1) / sqrt(n * (n - 1) * (2 * n + 5) / 18);
    assert_true(exact.p > 0.001 && exact.p < 0.5);
    assert_true(fabs(exact.p - erfc(z / sqrt(2))) < 0.005);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact),
        cmocka_unit_test(normal),
        cmocka_unit_test(no_trend_to_test),
        cmocka_unit_test(exact_meets_normal),
    };
    return cmocka_run_group_tests_name("trend", tests, NULL, NULL);
}
