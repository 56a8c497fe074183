/* Holds never end early, and a stop ends them. */
#include "server/hold.h"

#include "base/clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_never_early(void **state)
{
    (void)state;
    static const int64_t spans[] = {0, 1, 1000, 59000, 61000, 500000, 3000000};
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        int64_t due_ns = od_now_ns() + spans[i];
        od_hold_until(due_ns, NULL);
        assert_true(od_now_ns() >= due_ns);
    }
}

static void test_past_and_none(void **state)
{
    (void)state;
    int64_t shortest_ns = INT64_MAX;
    for (int i = 0; i < 20; i++) {
        int64_t begin_ns = od_now_ns();
        od_hold_until(0, NULL);
        od_hold_until(1, NULL);
        od_hold_most(0, NULL);
        od_hold_most(begin_ns + 1000, NULL);
        int64_t span_ns = od_now_ns() - begin_ns;
        shortest_ns = span_ns < shortest_ns ? span_ns : shortest_ns;
    }
    /* None of them sleeps for one of the slices in which holds are cut; a busy machine
     * may be away for longer, but not each time. */
    assert_true(shortest_ns < INT64_C(100000000));
}

static void *hold_an_hour(void *arg)
{
    od_hold_until(od_now_ns() + INT64_C(3600000000000), arg);
    return NULL;
}

static void test_stop_ends_a_hold(void **state)
{
    (void)state;
    atomic_bool stop = false;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, hold_an_hour, &stop), 0);
    atomic_store(&stop, true);
    pthread_join(thread, NULL); /* else the test never ends */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_never_early),
        cmocka_unit_test(test_past_and_none),
        cmocka_unit_test(test_stop_ends_a_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
