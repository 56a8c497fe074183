/* Exact means and their rounding. */
#include "stats/mean.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The cells of table 2 of the study and its printed averages, in nanoseconds. */
static void published_averages_round_half_up(void **state)
{
    (void)state;
    static const struct {
        int64_t cells[4];
        size_t count;
        int64_t printed;
    } cases[] = {
        {{473786000, 616090000}, 2, 544938000},
        {{24838000, 62193000}, 2, 43516000},     /* exactly 43.5155 */
        {{61947000, 24838000}, 2, 43393000},     /* exactly 43.3925 */
        {{337374000, 1612187000}, 2, 974781000}, /* exactly 974.7805 */
        {{473786000, 616090000, 24838000, 62193000}, 4, 294227000},
        {{1148077000, 2655285000, 492500000, 1719862000}, 4, 1503931000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_mean mean = od_mean_of(cases[i].cells, cases[i].count);
        assert_true(od_mean_known(&mean));
        assert_int_equal(od_mean_round(&mean, 1000), cases[i].printed);
    }
}

static void rounding_is_one_step(void **state)
{
    (void)state;
    /* 499.75 ns: by way of 500 ns it would become 1 us. */
    const int64_t ns[] = {499, 500, 500, 500};
    struct od_mean mean = od_mean_of(ns, 4);
    assert_int_equal(od_mean_round(&mean, 1), 500);
    assert_int_equal(od_mean_round(&mean, 1000), 0);
    const int64_t half[] = {499, 501};
    mean = od_mean_of(half, 2);
    assert_int_equal(od_mean_round(&mean, 1000), 1000);
    assert_int_equal(od_mean_round(&mean, 1000000), 0);
    const int64_t thirds[] = {1, 1, 2};
    mean = od_mean_of(thirds, 3);
    assert_int_equal(od_mean_round(&mean, 1), 1);
    const int64_t two_thirds[] = {1, 2, 2};
    mean = od_mean_of(two_thirds, 3);
    assert_int_equal(od_mean_round(&mean, 1), 2);
}

static void nothing_and_too_much_are_unknown(void **state)
{
    (void)state;
    struct od_mean mean = {0};
    assert_false(od_mean_known(&mean));
    od_mean_add(&mean, 0);
    assert_true(od_mean_known(&mean));
    assert_int_equal(od_mean_round(&mean, 1), 0);
    od_mean_add(&mean, INT64_MAX);
    assert_true(od_mean_known(&mean));
    assert_int_equal(od_mean_round(&mean, 1), INT64_MAX / 2 + 1);
    od_mean_add(&mean, 1);
    assert_true(mean.overflow);
    assert_false(od_mean_known(&mean));
}

static void a_mean_at_the_end_of_the_range_stays_in_it(void **state)
{
    (void)state;
    const int64_t ns[] = {INT64_MAX};
    struct od_mean mean = od_mean_of(ns, 1);
    assert_int_equal(od_mean_round(&mean, 1), INT64_MAX);
    /* 9223372036854775807 rounds up to 9223372036855 ms, which is no int64_t of ns. */
    assert_int_equal(od_mean_round(&mean, 1000000), INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_averages_round_half_up),
        cmocka_unit_test(rounding_is_one_step),
        cmocka_unit_test(nothing_and_too_much_are_unknown),
        cmocka_unit_test(a_mean_at_the_end_of_the_range_stays_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
