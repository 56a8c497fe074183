/* The ruler: its texts, its log-normal draws, and when stalls stop a request. */
#include "engine/ruler.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t ms = 1000000;

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct od_ruler ruler;
    } cases[] = {
        {"20ms", {.centre_ns = 20000000}},
        {"0", {0}},
        {"20ms~5ms", {OD_RULER_NORMAL, .centre_ns = 20000000, .sd_ns = 5000000}},
        {"exp:1s", {OD_RULER_EXPONENTIAL, .centre_ns = 1000000000}},
        {"lognormal:5ms~0.5", {OD_RULER_LOGNORMAL, .centre_ns = 5000000, .sigma = 0.5}},
        {"5ms,stall=1s/10s",
         {.centre_ns = 5000000, .stall_ns = 1000000000, .period_ns = 10000000000}},
        {"5ms,fail=1/50", {.centre_ns = 5000000, .fail_every = 50}},
        {"exp:5ms,fail=1/1,stall=1us/2us",
         {OD_RULER_EXPONENTIAL, .centre_ns = 5000000, .stall_ns = 1000, .period_ns = 2000,
          .fail_every = 1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_ruler ruler;
        const struct od_ruler *wanted = &cases[i].ruler;
        assert_int_equal(od_ruler_parse(cases[i].text, &ruler, NULL), 0);
        assert_int_equal(ruler.shape, wanted->shape);
        assert_int_equal(ruler.centre_ns, wanted->centre_ns);
        assert_int_equal(ruler.sd_ns, wanted->sd_ns);
        assert_true(ruler.sigma == wanted->sigma);
        assert_int_equal(ruler.stall_ns, wanted->stall_ns);
        assert_int_equal(ruler.period_ns, wanted->period_ns);
        assert_int_equal(ruler.fail_every, wanted->fail_every);
    }
}

static void test_bad_texts(void **state)
{
    (void)state;
    /* The part that the message must quote. */
    static const char *const cases[][2] = {
        {"lognormal:5ms", "sigma"},
        {"lognormal:5ms~", "''"},
        {"lognormal:5ms~-1", "-1"},
        {"lognormal:5ms~4", "4"},
        {"lognormal:5ms~1ms", "1ms"},
        {"lognormal:2h~1", "2h"},
        {"5ms,", "\"\""},
        {"5ms,stall", "stall"},
        {"5ms,stall=1s", "1s"},
        {"5ms,stall=1s/", "''"},
        {"5ms,stall=0/1s", "0/1s"},
        {"5ms,stall=1s/1s", "1s/1s"},
        {"5ms,stall=1s/2h", "2h"},
        {"5ms,stall=1s/2s,stall=1s/3s", "twice"},
        {"5ms,fail=1", "fail=1"},
        {"5ms,fail=2/50", "2/50"},
        {"5ms,fail=1/0", "0"},
        {"5ms,fail=1/x", "x"},
        {"5ms,fail=1/2,fail=1/3", "twice"},
        {"5ms,other=1", "other=1"},
        {"stall=1s/2s", "stall=1s/2s"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_ruler ruler = {.centre_ns = 77};
        struct od_err err = {0};
        assert_int_equal(od_ruler_parse(cases[i][0], &ruler, &err), -1);
        assert_true(err.code == OD_EINPUT || err.code == OD_ELIMIT);
        if (strstr(err.msg, cases[i][1]) == NULL) {
            fail_msg("%s: %s", cases[i][0], err.msg);
        }
        assert_int_equal(ruler.centre_ns, 77);
    }
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* The quantiles of a log-normal are m exp(s z), z those of the standard normal (tables).
 */
static void test_lognormal_quantiles(void **state)
{
    (void)state;
    enum { DRAWS = 100000 };
    struct od_ruler ruler;
    struct od_rng rng;
    assert_int_equal(od_ruler_parse("lognormal:20ms~0.5", &ruler, NULL), 0);
    od_rng_init(&rng, 11, 0);
    int64_t *draws = calloc(DRAWS, sizeof *draws);
    assert_non_null(draws);
    for (size_t i = 0; i < DRAWS; i++) {
        draws[i] = od_ruler_draw(&ruler, &rng);
    }
    qsort(draws, DRAWS, sizeof *draws, by_value);
    static const double table[][2] = {
        {0.05, -1.6448536}, {0.5, 0}, {0.9, 1.2815516}, {0.99, 2.3263479}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        double wanted = 20e6 * exp(0.5 * table[i][1]);
        double got = (double)draws[(size_t)(table[i][0] * DRAWS)];
        assert_true(fabs(got / wanted - 1) < 0.02);
    }
    free(draws);
    /* An hour is the most, however wide it is. */
    assert_int_equal(od_ruler_parse("lognormal:1h~3", &ruler, NULL), 0);
    for (size_t i = 0; i < 1000; i++) {
        int64_t ns = od_ruler_draw(&ruler, &rng);
        assert_true(ns > 0 && ns <= INT64_C(3600000000000));
    }
}

/* By hand, with stalls of 1000 ms every 10000 ms: at 10000 to 11000, 20000 to 21000 ...
 */
static void test_stalls(void **state)
{
    (void)state;
    static const struct {
        int64_t since, work, stalled;
    } cases[] = {
        {0, 20, 0},           /* the first request */
        {-5, 20, 0},          /* one that overtook it */
        {500, 20, 0},         /* where a stall would be if one began at 0 */
        {9979, 20, 0},        /* ends before it */
        {9980, 20, 0},        /* ends as it begins */
        {9981, 20, 1000},     /* has 1 ms left when it begins */
        {9999, 20, 1000},     /* */
        {10000, 20, 1000},    /* comes as it begins */
        {10000, 0, 1000},     /* even without work */
        {10400, 20, 600},     /* comes in it */
        {10999, 20, 1},       /* */
        {11000, 20, 0},       /* comes as it ends */
        {-5, 10006, 1000},    /* before the first, into the stall */
        {0, 10001, 1000},     /* 10000 of work, then a stall */
        {0, 19000, 1000},     /* 9000 more fit between two stalls */
        {0, 19001, 2000},     /* */
        {10500, 9000, 500},   /* from a stall exactly to the next */
        {10500, 9001, 1500},  /* and into it */
        {25000, 23001, 3000}, /* 5000, 9000, 9000 and 1 */
    };
    struct od_ruler ruler = {0};
    assert_int_equal(od_ruler_stalled_ns(&ruler, 10400 * ms, 20 * ms), 0);
    assert_int_equal(od_ruler_parse("20ms,stall=1s/10s", &ruler, NULL), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ns = od_ruler_stalled_ns(&ruler, cases[i].since * ms, cases[i].work * ms);
        if (ns != cases[i].stalled * ms) {
            fail_msg("%lld ms, %lld ms: stalled %lld ns", (long long)cases[i].since,
                     (long long)cases[i].work, (long long)ns);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_bad_texts),
        cmocka_unit_test(test_lognormal_quantiles),
        cmocka_unit_test(test_stalls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
