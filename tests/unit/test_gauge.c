/* Counting requests that are in. */
#include "server/gauge.h"

#include "base/clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void *leave_three(void *arg)
{
    for (int i = 0; i < 3; i++) {
        od_gauge_leave(arg);
    }
    return NULL;
}

static void test_wait(void **state)
{
    (void)state;
    struct od_gauge *gauge = od_gauge_new();
    assert_int_equal(od_gauge_wait(gauge, 0), 0);
    for (int i = 0; i < 3; i++) {
        od_gauge_enter(gauge);
    }
    assert_int_equal(od_gauge_wait(gauge, od_now_ns() + 1000000), 3);
    assert_int_equal(od_gauge_wait(gauge, 1), 3);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, leave_three, gauge), 0);
    assert_int_equal(od_gauge_wait(gauge, INT64_MAX), 0);
    pthread_join(thread, NULL);
    od_gauge_free(gauge);
    od_gauge_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
