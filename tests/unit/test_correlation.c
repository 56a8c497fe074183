/* Pearson's r. */
#include "stats/correlation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void known_values(void **state)
{
    (void)state;
    unsigned warnings = 9;
    const double x[] = {43, 21, 25, 42, 57, 59};
    const double y[] = {99, 65, 79, 75, 87, 81};
    /* numpy.corrcoef gives 0.5298089018901744. */
    assert_true(fabs(od_pearson(x, y, 6, &warnings) - 0.5298089018901744) < 1e-15);
    assert_int_equal(warnings, 0);
    const double up[] = {1e9, 2e9, 3e9};
    const double down[] = {-1, -2, -3};
    assert_true(od_pearson(up, up, 3, &warnings) >= 1 - 1e-15);
    assert_true(od_pearson(up, up, 3, &warnings) <= 1);
    assert_true(od_pearson(up, down, 3, &warnings) <= -1 + 1e-15);
    assert_true(od_pearson(up, down, 3, &warnings) >= -1);
}

static void what_has_no_coefficient_says_why(void **state)
{
    (void)state;
    unsigned warnings = 0;
    const double x[] = {1, 2, 3};
    const double same[] = {5, 5, 5};
    assert_true(isnan(od_pearson(x, x, 2, &warnings)));
    assert_int_equal(warnings, OD_CORRELATION_FEW);
    assert_true(isnan(od_pearson(x, same, 3, &warnings)));
    assert_int_equal(warnings, OD_CORRELATION_CONSTANT);
    assert_true(isnan(od_pearson(same, x, 3, &warnings)));
    assert_int_equal(warnings, OD_CORRELATION_CONSTANT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values),
        cmocka_unit_test(what_has_no_coefficient_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
