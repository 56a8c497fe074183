/* Fisher's test and Newcombe's interval against R: tests/oracle/dist_tests.R. */
#include "stats/proportion.h"

#include "oracle.h"

static void as_r(void **state)
{
    (void)state;
    struct oracle *o = oracle_open("tests/golden/stats/proportion.txt");
    size_t checked = 0;
    while (oracle_next(o)) {
        const double *n = o->numbers;
        int64_t hits_a = (int64_t)n[0];
        int64_t count_a = (int64_t)n[1];
        int64_t hits_b = (int64_t)n[2];
        int64_t count_b = (int64_t)n[3];
        if (strcmp(o->word, "fisher") == 0) {
            oracle_check(o, "p", od_fisher_p(hits_a, count_a, hits_b, count_b), n[4],
                         1e-9, 0);
        } else {
            double interval[2];
            assert_string_equal(o->word, "newcombe");
            od_proportion_difference(hits_a, count_a, hits_b, count_b, n[4], interval);
            oracle_check(o, "low", interval[0], n[5], 1e-10, 1e-14);
            oracle_check(o, "high", interval[1], n[6], 1e-10, 1e-14);
        }
        checked++;
    }
    assert_true(checked > 120);
    oracle_close(o);
}

/* Newcombe 1998, table II, method 10: 56/70 - 48/80 and 9/10 - 3/10, to his digits. */
static void as_published(void **state)
{
    (void)state;
    double interval[2];
    od_proportion_difference(48, 80, 56, 70, 0.95, interval);
    assert_true(fabs(interval[0] - 0.0524) < 5e-5 && fabs(interval[1] - 0.3339) < 5e-5);
    od_proportion_difference(3, 10, 9, 10, 0.95, interval);
    assert_true(fabs(interval[0] - 0.1705) < 5e-5 && fabs(interval[1] - 0.8090) < 5e-5);
}

static void the_ends(void **state)
{
    (void)state;
    assert_true(od_fisher_p(0, 0, 0, 0) >= 1);
    assert_true(od_fisher_p(0, 0, 3, 10) >= 1);
    assert_true(od_fisher_p(1000000, 1000000, 0, 1000000) <= 1e-300);
    assert_true(od_fisher_p(500000, 1000000, 500000, 1000000) >= 1 - 1e-12);
    /* Sides can be swapped. */
    assert_true(fabs(od_fisher_p(3, 17, 9, 20) - od_fisher_p(9, 20, 3, 17)) < 1e-14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_r),
        cmocka_unit_test(as_published),
        cmocka_unit_test(the_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
