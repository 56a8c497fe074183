/* Type 7 quantiles; expected values by numpy.percentile (numpy 1.24), rounded half up. */
#include "base/rng.h"
#include "stats/quantile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void five_values(void **state)
{
    (void)state;
    int64_t ns[] = {50, 15, 40, 20, 35};
    od_sort_ns(ns, 5);
    static const struct {
        int permille;
        int64_t expected;
    } cases[] = {{0, 15},   {50, 16},  {300, 23}, {400, 29},
                 {500, 35}, {990, 50}, {1000, 50}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(od_quantile_ns(ns, 5, cases[i].permille), cases[i].expected);
    }
}

static void ten_values(void **state)
{
    (void)state;
    const int64_t ns[] = {1000003, 1000010, 1000100,  2000000,  7000001,
                          9000000, 9500000, 12345678, 20000001, 20000002};
    assert_int_equal(od_quantile_ns(ns, 10, 500), 8000001);  /* 8000000.5 */
    assert_int_equal(od_quantile_ns(ns, 10, 900), 20000001); /* 20000001.1 */
    assert_int_equal(od_quantile_ns(ns, 10, 950), 20000002); /* 20000001.55 */
    assert_int_equal(od_quantile_ns(ns, 10, 999), 20000002); /* 20000001.991 */
}

static void seven_hundred_values(void **state)
{
    (void)state;
    int64_t ns[700];
    for (int64_t i = 0; i < 700; i++) {
        ns[i] = i * i * 7919 % 1000003;
    }
    od_sort_ns(ns, 700);
    assert_int_equal(od_quantile_ns(ns, 700, 500), 498324);
    assert_int_equal(od_quantile_ns(ns, 700, 900), 903064); /* 903063.8 */
    assert_int_equal(od_quantile_ns(ns, 700, 950), 943617); /* 943617.45 */
    assert_int_equal(od_quantile_ns(ns, 700, 990), 981320); /* 981319.61 */
}

static void ends_of_the_range(void **state)
{
    (void)state;
    const int64_t one[] = {7};
    assert_int_equal(od_quantile_ns(one, 1, 0), 7);
    assert_int_equal(od_quantile_ns(one, 1, 990), 7);
    assert_int_equal(od_quantile_ns(one, 1, 1000), 7);
    const int64_t wide[] = {0, INT64_MAX};
    assert_int_equal(od_quantile_ns(wide, 2, 500), INT64_MAX / 2 + 1);
    od_sort_ns(NULL, 0);
}

static void few_samples_have_no_tail(void **state)
{
    (void)state;
    static const struct {
        int permille;
        size_t needs;
    } cases[] = {{500, 1},   {899, 1},   {900, 64},  {920, 80},   {949, 126},
                 {950, 130}, {980, 320}, {990, 662}, {998, 3200}, {999, 6636}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(od_quantile_needs(cases[i].permille), cases[i].needs);
    }
    for (int permille = 1; permille < 999; permille++) {
        assert_true(od_quantile_needs(permille) <= od_quantile_needs(permille + 1));
    }
}

static int ascending(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

/* Patterns that are hard for a quicksort, against qsort() of the C library. */
static void sorts(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 16, 17, 18, 33, 100, 1000, 4097};
    static int64_t ns[4097];
    static int64_t expected[4097];
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        for (int pattern = 0; pattern < 6; pattern++) {
            uint64_t random = 1;
            for (size_t i = 0; i < counts[c]; i++) {
                random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
                int64_t up = (int64_t)i;
                int64_t down = (int64_t)(counts[c] - i);
                int64_t of[] = {up,
                                down,
                                7,
                                up < down ? up : down,
                                (int64_t)(random >> 33U),
                                (int64_t)(random >> 33U) % 3};
                ns[i] = of[pattern];
            }
            memcpy(expected, ns, sizeof ns);
            qsort(expected, counts[c], sizeof *expected, ascending);
            od_sort_ns(ns, counts[c]);
            assert_memory_equal(ns, expected, counts[c] * sizeof *ns);
        }
    }
}

/* Whatever the order of the values, what is asked for stands where sorting puts it. */
static void ranks_are_put_in_place(void **state)
{
    (void)state;
    enum { MOST = 3000 };
    int64_t *sorted = malloc(MOST * sizeof *sorted);
    int64_t *ns = malloc(MOST * sizeof *ns);
    struct od_rng rng;
    od_rng_init(&rng, 3, 0);
    for (int round = 0; round < 400; round++) {
        size_t count = 1 + (size_t)od_rng_below(&rng, MOST);
        size_t ranks[OD_RANKS_MAX];
        size_t rank_count = (size_t)od_rng_below(&rng, OD_RANKS_MAX + 1);
        uint64_t different = 1 + od_rng_below(&rng, round % 2 == 0 ? 20 : 1000000);
        for (size_t i = 0; i < count; i++) {
            ns[i] = round % 5 == 0 ? (int64_t)i : (int64_t)od_rng_below(&rng, different);
        }
        memcpy(sorted, ns, count * sizeof *ns);
        od_sort_ns(sorted, count);
        for (size_t i = 0; i < rank_count; i++) {
            ranks[i] = (size_t)od_rng_below(&rng, count);
            for (size_t k = i; k > 0 && ranks[k - 1] > ranks[k]; k--) {
                size_t rank = ranks[k];
                ranks[k] = ranks[k - 1];
                ranks[k - 1] = rank;
            }
        }
        od_sort_ranks(ns, count, ranks, rank_count);
        for (size_t i = 0; i < rank_count; i++) {
            assert_int_equal(ns[ranks[i]], sorted[ranks[i]]);
        }
        /* They are still the same values. */
        od_sort_ns(ns, count);
        assert_memory_equal(ns, sorted, count * sizeof *ns);
    }
    od_sort_ranks(NULL, 0, NULL, 0);
    free(sorted);
    free(ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts),
        cmocka_unit_test(five_values),
        cmocka_unit_test(ten_values),
        cmocka_unit_test(seven_hundred_values),
        cmocka_unit_test(ends_of_the_range),
        cmocka_unit_test(few_samples_have_no_tail),
        cmocka_unit_test(ranks_are_put_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
