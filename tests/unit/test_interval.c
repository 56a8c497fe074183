/* Intervals against exact binomial sums (Python's fractions) and R's t.test. */
#include "stats/interval.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void ranks_are_those_of_the_binomial(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        int permille;
        size_t low;
        size_t high; /* 0: there is none */
    } cases[] = {
        {1, 500, 0, 0},       {5, 500, 0, 0},       {6, 500, 0, 5},
        {20, 500, 5, 14},     {63, 900, 51, 61},    {64, 900, 52, 62},
        {129, 950, 116, 127}, {130, 950, 117, 128}, {300, 500, 132, 167},
        {661, 990, 648, 659}, {662, 990, 649, 660},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t low = 0;
        size_t high = 0;
        bool known =
            od_interval_ranks(cases[i].count, cases[i].permille, 0.95, &low, &high);
        assert_int_equal(known, cases[i].high > 0);
        if (known) {
            assert_int_equal(low, cases[i].low);
            assert_int_equal(high, cases[i].high);
        }
    }
}

/* With n = 10^7, 1.959964 standard deviations either side, to a rank or two. */
static void many_values_come_near_the_normal(void **state)
{
    (void)state;
    size_t low = 0;
    size_t high = 0;
    assert_true(od_interval_ranks(10000000, 500, 0.95, &low, &high));
    double half = 1.959964 * sqrt(10000000 * 0.25);
    assert_true(fabs((double)low - (5000000 - half)) < 2);
    assert_true(fabs((double)high - (5000000 + half)) < 2);
}

static void half_widths_are_those_of_the_t_test(void **state)
{
    (void)state;
    /* R: diff(t.test(c(5,1,3,8))$conf.int) / 2 = 4.75151773999; c(2,4): 12.7062047362 */
    double four[] = {5, 1, 3, 8};
    assert_true(fabs(od_interval_half(four, 4, 0.95) - 4.75151773999) < 1e-10);
    double two[] = {4, 2};
    assert_true(fabs(od_interval_half(two, 2, 0.95) - 12.7062047362) < 1e-9);
    double same[] = {7, 7, 7};
    assert_true(od_interval_half(same, 3, 0.95) < 1e-12);
    assert_true(isnan(od_interval_half(same, 1, 0.95)));
    /* The order of the values changes no bit. */
    double a[] = {0.1, 0.7, 1e9, -3.3, 0.2};
    double b[] = {1e9, 0.2, 0.1, -3.3, 0.7};
    double first = od_interval_half(a, 5, 0.9);
    double second = od_interval_half(b, 5, 0.9);
    assert_memory_equal(&first, &second, sizeof first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_are_those_of_the_binomial),
        cmocka_unit_test(many_values_come_near_the_normal),
        cmocka_unit_test(half_widths_are_those_of_the_t_test),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
