/* When a connection that is kept warm rehearses, and when it sleeps. */
#include "net/warm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define US     INT64_C(1000)
#define AT(ns) (INT64_C(5000000000) + (ns))

static struct od_warm_pace pace_of(int sharers, int turn)
{
    return (struct od_warm_pace){
        .how = {.period_ns = 500 * US, .sharers = sharers, .turn = turn},
        .took_ns = 40 * US,
        .since_ns = AT(0),
        .last_ns = AT(-1),
        .wait_ns = -1};
}

/* Connections of one CPU rehearse one after the other, each again when all have. */
static void test_turns(void **state)
{
    (void)state;
    for (int turn = 0; turn < 4; turn++) {
        struct od_warm_pace pace = pace_of(4, turn);
        assert_int_equal(od_warm_due(&pace), AT(500 * US * (turn + 1)));
        pace.last_ns = AT(700 * US);
        assert_int_equal(od_warm_due(&pace), AT(2700 * US));
        pace.wait_ns = 2700 * US; /* shared CPUs know no single reply */
        assert_int_equal(od_warm_due(&pace), AT(2700 * US));
    }
    struct od_warm_pace many = pace_of(100, OD_WARM_TURNS - 1);
    assert_int_equal(od_warm_due(&many), AT(500 * US * OD_WARM_TURNS));
    many.last_ns = AT(US);
    assert_int_equal(od_warm_due(&many), AT(US + 500 * US * OD_WARM_TURNS));
}

/* What takes long is done less often: a tenth of the time. */
static void test_share(void **state)
{
    (void)state;
    struct od_warm_pace pace = pace_of(1, 0);
    pace.took_ns = 200 * US;
    assert_int_equal(od_warm_due(&pace), AT(2000 * US));
    pace.last_ns = AT(2200 * US);
    assert_int_equal(od_warm_due(&pace), AT(4200 * US));
}

/* The reply is expected at 5 ms: none from 4850 to 5150 us, and one just before. */
static void test_guard(void **state)
{
    (void)state;
    struct od_warm_pace pace = pace_of(1, 0);
    pace.wait_ns = 5000 * US;
    assert_int_equal(od_warm_due(&pace), AT(500 * US));
    pace.last_ns = AT(4310 * US); /* the next would begin where this one must end */
    assert_int_equal(od_warm_due(&pace), AT(4810 * US));
    pace.last_ns = AT(4311 * US);
    assert_int_equal(od_warm_due(&pace), AT(4810 * US));
    pace.last_ns = AT(4560 * US);
    assert_int_equal(od_warm_due(&pace), AT(4810 * US));
    pace.last_ns = AT(4561 * US); /* it was just rehearsed */
    assert_int_equal(od_warm_due(&pace), AT(5150 * US));
    pace.last_ns = AT(4640 * US);
    assert_int_equal(od_warm_due(&pace), AT(5150 * US));
    pace.last_ns = AT(4650 * US);
    assert_int_equal(od_warm_due(&pace), AT(5150 * US));
    pace.last_ns = AT(6000 * US); /* it did not come as expected */
    assert_int_equal(od_warm_due(&pace), AT(6500 * US));
    pace = pace_of(1, 0);
    pace.wait_ns = 200 * US; /* too soon for one before it */
    assert_int_equal(od_warm_due(&pace), AT(500 * US));
    pace.wait_ns = 400 * US;
    assert_int_equal(od_warm_due(&pace), AT(550 * US));
}

/* The reply is expected at 5 ms: looked for again and again from 4850 to 5150 us. */
static void test_doze(void **state)
{
    (void)state;
    static const struct {
        int64_t now_us, until_us, doze_us;
    } cases[] = {
        {0, 500, 500},        {4400, 4810, 410}, {4500, 4850, 350}, {4500, 5150, 350},
        {4850, 5150, 0},      {5149, 6000, 0},   {5149, 5149, 0},   {5150, 5650, 500},
        {5150, 20150, 15000}, {7000, 6000, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t now_ns = AT(cases[i].now_us * US);
        int64_t until_ns = AT(cases[i].until_us * US);
        int64_t span_ns = until_ns > now_ns ? until_ns - now_ns : 0;
        struct od_warm_pace pace = pace_of(1, 0);
        assert_int_equal(od_warm_doze(&pace, now_ns, until_ns), span_ns);
        pace.wait_ns = 5000 * US;
        assert_int_equal(od_warm_doze(&pace, now_ns, until_ns), cases[i].doze_us * US);
        pace.how.sharers = 2; /* the CPU is theirs, too */
        assert_int_equal(od_warm_doze(&pace, now_ns, until_ns), span_ns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_guard),
        cmocka_unit_test(test_doze),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
