/* Which of two regressors goes further. Numbers by tests/oracle/importance.py. */
#include "stats/importance.h"

#include "base/rng.h"
#include "sanitized.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ITEMS = 12, SIMULATED = 60, TRIALS = SANITIZED ? 12 : 120 };
static const double y[ITEMS] = {7427,  10431, 11588, 12255, 12811, 11386,
                                11925, 12059, 10618, 9628,  5486,  5300};
static const double a[ITEMS] = {10, 19, 24, 28, 29, 23, 27, 28, 21, 16, 0, 1};
static const double b[ITEMS] = {4657, 8211, 9934,  7631, 5277, 5368,
                                6157, 7708, 11658, 7356, 4088, 3311};
static const double control[ITEMS] = {185, 258, 318, 274, 139, 183,
                                      189, 252, 386, 250, 178, 132};

static void coefficients_are_those_of_least_squares(void **state)
{
    (void)state;
    struct od_importance_data data = {y, a, b, NULL, ITEMS};
    struct od_importance found;
    od_importance(&data, 0.95, 1, &found);
    assert_int_equal(found.warnings, 0);
    assert_true(fabs(found.coefficient_a - 0.98031320344418937) < 1e-12);
    assert_true(fabs(found.coefficient_b - 0.02749050422945282) < 1e-12);
    assert_true(found.low < found.difference && found.difference < found.high);
    assert_true(found.low > 0 && found.low_a > 0 && found.p < 0.01);
    data.control = control;
    od_importance(&data, 0.95, 1, &found);
    assert_true(fabs(found.coefficient_a - 0.93879543528940923) < 1e-12);
    assert_true(fabs(found.coefficient_b - 0.23246500039186282) < 1e-12);
}

static void sides_can_be_swapped(void **state)
{
    (void)state;
    struct od_importance_data data = {y, a, b, NULL, ITEMS};
    struct od_importance one;
    struct od_importance other;
    od_importance(&data, 0.9, 7, &one);
    data.a = b;
    data.b = a;
    od_importance(&data, 0.9, 7, &other);
    assert_true(fabs(one.difference + other.difference) < 1e-12);
    assert_true(fabs(one.low + other.high) < 1e-9);
    assert_true(fabs(one.p - other.p) < 1e-12);
}

static void what_is_not_defined_says_why(void **state)
{
    (void)state;
    static const double flat[ITEMS] = {0};
    struct od_importance found;
    struct od_importance_data data = {y, a, b, NULL, OD_IMPORTANCE_LEAST - 1};
    od_importance(&data, 0.95, 1, &found);
    assert_int_equal(found.warnings, OD_IMPORTANCE_FEW);
    assert_true(isnan(found.difference) && isnan(found.low) && isnan(found.p));
    data = (struct od_importance_data){y, flat, b, NULL, ITEMS};
    od_importance(&data, 0.95, 1, &found);
    assert_int_equal(found.warnings, OD_IMPORTANCE_CONSTANT);
    data = (struct od_importance_data){y, a, a, NULL, ITEMS};
    od_importance(&data, 0.95, 1, &found);
    assert_int_equal(found.warnings, OD_IMPORTANCE_COLLINEAR);
    data = (struct od_importance_data){y, a, b, b, ITEMS};
    od_importance(&data, 0.95, 1, &found);
    assert_int_equal(found.warnings, OD_IMPORTANCE_COLLINEAR);
    /* A control that does not vary is none. */
    data = (struct od_importance_data){y, a, b, flat, ITEMS};
    od_importance(&data, 0.95, 1, &found);
    assert_int_equal(found.warnings, 0);
}

/* y = 0.6 a + 0.4 b + noise of variance 0.48: coefficients are 0.6 and 0.4. */
static void intervals_hold_the_truth(void **state)
{
    (void)state;
    double columns[3][SIMULATED];
    int held = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        struct od_rng rng;
        struct od_importance found;
        od_rng_init(&rng, 99, (uint64_t)trial);
        for (int i = 0; i < SIMULATED; i++) {
            columns[1][i] = od_rng_normal(&rng);
            columns[2][i] = od_rng_normal(&rng);
            columns[0][i] = 0.6 * columns[1][i] + 0.4 * columns[2][i] +
                            sqrt(0.48) * od_rng_normal(&rng);
        }
        struct od_importance_data data = {columns[0], columns[1], columns[2], NULL,
                                          SIMULATED};
        od_importance(&data, 0.95, 3, &found);
        held += found.low <= 0.2 && 0.2 <= found.high;
    }
    /* Twelve may all hold it. */
    int most = SANITIZED ? TRIALS : TRIALS * 99 / 100;
    assert_in_range(held, TRIALS * 88 / 100, most);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coefficients_are_those_of_least_squares),
        cmocka_unit_test(sides_can_be_swapped),
        cmocka_unit_test(what_is_not_defined_says_why),
        cmocka_unit_test(intervals_hold_the_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
