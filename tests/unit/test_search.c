/* The search for a rate: its steps written down by hand, and its end for any limit. */
#include "load/search.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void parses_objectives(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int permille;
        int64_t limit_ns;
    } good[] = {
        {"p99<100ms", 990, 100000000},
        {"median<20ms", 500, 20000000},
        {"p50<1.5s", 500, 1500000000},
        {"p99.9<250us", 999, 250000},
        {"p0.1<1ns", 1, 1},
        {"p29.3<1h", 293, INT64_C(3600000000000)},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct od_slo slo = {0};
        assert_int_equal(od_slo_parse(good[i].text, &slo, NULL), 0);
        assert_int_equal(slo.permille, good[i].permille);
        assert_int_equal(slo.limit_ns, good[i].limit_ns);
    }
    static const char *const bad[] = {
        "",        "p99",     "<100ms",  "p99<",     "p99<100",
        "p99<0",   "p99<0ms", "p100<1s", "p0<1s",    "p99.95<1s",
        "p99<=1s", "p99>1s",  "P99<1s",  "mean<1s",  "p99 <1s",
        "p99< 1s", "p9e1<1s", "p-5<1s",  "p99<-1s",  "p99.999999999999999<1s",
        "p99<1s ", "p<1s",    "p.<1s",   "p0x32<1s", "medianmedianmedian<1s",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct od_slo slo = {.permille = -7};
        struct od_err err = {0};
        assert_int_equal(od_slo_parse(bad[i], &slo, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_non_null(strstr(err.msg, "p99<100ms"));
        assert_int_equal(slo.permille, -7);
    }
}

static int run(struct od_search *search, double limit, const double *expected)
{
    int i = 0;
    while (search->next_per_s > 0) {
        if (expected != NULL) {
            assert_true(fabs(search->next_per_s - expected[i]) < 1e-9);
        }
        od_search_tell(search, search->next_per_s <= limit);
        i++;
        assert_in_range(i, 1, 100);
    }
    assert_int_equal(search->steps, i);
    return i;
}

static void doubles_then_halves_the_distance(void **state)
{
    (void)state;
    struct od_search search;
    static const double up[] = {10, 20, 40, 30, 35, 32.5, 33.75};
    od_search_init(&search, 10, 0.1, 1e6, 0.05);
    assert_int_equal(run(&search, 33, up), 7);
    assert_true(fabs(search.kept_per_s - 32.5) < 1e-9);
    assert_true(fabs(search.missed_per_s - 33.75) < 1e-9);
    static const double down[] = {10, 5, 2.5, 3.75, 3.125, 3.4375};
    od_search_init(&search, 10, 0.1, 1e6, 0.1);
    assert_int_equal(run(&search, 3.3, down), 6);
    assert_true(fabs(search.kept_per_s - 3.125) < 1e-9);
    assert_true(fabs(search.missed_per_s - 3.4375) < 1e-9);
}

static void ends_at_its_limits(void **state)
{
    (void)state;
    struct od_search search;
    static const double up[] = {10, 20, 40, 70};
    od_search_init(&search, 10, 1, 70, 0.05);
    assert_int_equal(run(&search, 1e9, up), 4);
    assert_true(search.kept_per_s > 69.9 && search.missed_per_s <= 0);
    static const double down[] = {10, 5, 3};
    od_search_init(&search, 10, 3, 70, 0.05);
    assert_int_equal(run(&search, 0, down), 3);
    assert_true(search.kept_per_s <= 0 && search.missed_per_s < 3.1);
    /* 70 misses at last: the search goes back. */
    od_search_init(&search, 10, 1, 70, 0.05);
    (void)run(&search, 65, NULL);
    assert_true(search.kept_per_s <= 65 && search.missed_per_s > 65);
}

static void finds_any_limit(void **state)
{
    (void)state;
    for (double limit = 0.02; limit < 9e5; limit *= 1.37) {
        struct od_search search;
        od_search_init(&search, 10, 0.01, 1e6, 0.02);
        (void)run(&search, limit, NULL);
        assert_true(search.kept_per_s <= limit && limit < search.missed_per_s);
        assert_true(search.missed_per_s <= search.kept_per_s * 1.02);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_objectives),
        cmocka_unit_test(doubles_then_halves_the_distance),
        cmocka_unit_test(ends_at_its_limits),
        cmocka_unit_test(finds_any_limit),
    };
    return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
