/* Distributions against R's pnorm, qnorm, pt and qt: tests/oracle/dist_tests.R. */
#include "stats/dist.h"

#include "oracle.h"

static void as_r(void **state)
{
    (void)state;
    struct oracle *o = oracle_open("tests/golden/stats/dist.txt");
    size_t checked[4] = {0};
    while (oracle_next(o)) {
        const double *n = o->numbers;
        if (strcmp(o->word, "normal") == 0) {
            oracle_check(o, "p", od_normal_cdf(n[0]), n[1], 1e-14, 0);
            checked[0]++;
        } else if (strcmp(o->word, "quantile") == 0) {
            oracle_check(o, "z", od_normal_quantile(n[0]), n[1], 1e-15, 0);
            checked[1]++;
        } else if (strcmp(o->word, "student") == 0) {
            oracle_check(o, "p", od_student_two_sided(n[0], n[1]), n[2], 0, 1e-12);
            /* Relative too where the tail is not tiny: verdicts stand on it. */
            oracle_check(o, "p", od_student_two_sided(n[0], n[1]), n[2], 1e-9, 1e-30);
            checked[2]++;
        } else {
            assert_string_equal(o->word, "student_quantile");
            oracle_check(o, "t", od_student_quantile_two_sided(n[0], n[1]), n[2], 1e-10,
                         0);
            checked[3]++;
        }
    }
    assert_true(checked[0] > 90 && checked[1] > 20);
    assert_true(checked[2] > 300 && checked[3] > 250);
    oracle_close(o);
}

static void the_ends(void **state)
{
    (void)state;
    assert_true(isnan(od_normal_cdf((double)NAN)));
    assert_true(od_normal_cdf((double)INFINITY) >= 1);
    assert_true(od_normal_cdf(-(double)INFINITY) <= 0);
    assert_true(od_normal_cdf(40) >= 1);
    assert_true(isnan(od_normal_quantile(-0.1)));
    assert_true(isnan(od_normal_quantile(1.1)));
    assert_true(isnan(od_normal_quantile((double)NAN)));
    assert_true(od_student_two_sided((double)INFINITY, 3) <= 0);
    assert_true(od_student_two_sided(1e200, 1) < 1e-199);
    assert_true(isnan(od_student_two_sided((double)NAN, 3)));
    assert_true(isnan(od_student_two_sided(1, (double)NAN)));
}

/* The quantile is the inverse over the whole range, also where R's qt is less exact. */
static void there_and_back(void **state)
{
    (void)state;
    for (double df = 0.2; df < 1e7; df *= 1.7) {
        for (double p = 1e-15; p < 1; p = p * 3.1 + 1e-16) {
            double t = od_student_quantile_two_sided(p, df);
            assert_true(t > 0);
            assert_true(fabs(od_student_two_sided(t, df) - p) <= 1e-11 * p + 1e-15);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_r),
        cmocka_unit_test(the_ends),
        cmocka_unit_test(there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
