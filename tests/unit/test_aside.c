/* A task in a thread of its own, and how it is told to stop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "bench/aside.h"

#include <pthread.h>
#include <string.h>

static int note_thread(void *arg, const atomic_bool *stop, struct od_err *err)
{
    (void)err;
    *(pthread_t *)arg = pthread_self();
    return atomic_load(stop) ? -1 : 0;
}

static int refuse(void *arg, const atomic_bool *stop, struct od_err *err)
{
    (void)arg;
    (void)stop;
    return od_fail(err, OD_ERESET, "as asked");
}

struct signalled {
    volatile sig_atomic_t number;
};

/* Ends only when it is told to. */
static int await_stop(void *arg, const atomic_bool *stop, struct od_err *err)
{
    struct signalled *signalled = arg;
    signalled->number = 2;
    while (!atomic_load(stop)) {
        od_sleep_until_ns(od_now_ns() + 1000000);
    }
    return od_fail(err, OD_ECANCELLED, "told to");
}

static void test_tasks(void **state)
{
    (void)state;
    struct od_aside aside = {.cpu = -1};
    struct od_err err = {0};
    pthread_t thread = pthread_self();
    assert_int_equal(od_aside_run(&aside, note_thread, &thread, &err), 0);
    assert_false(pthread_equal(thread, pthread_self()));
    assert_int_equal(od_aside_run(&aside, refuse, NULL, &err), -1);
    assert_int_equal(err.code, OD_ERESET);
    assert_string_equal(err.msg, "as asked");
    od_err_clear(&err);
    aside.cpu = 1 << 20;
    assert_int_equal(od_aside_run(&aside, note_thread, &thread, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
}

static void test_interrupt(void **state)
{
    (void)state;
    struct signalled signalled = {0};
    struct od_aside aside = {.cpu = -1, .interrupted = &signalled.number};
    struct od_err err = {0};
    /* The task itself plays the signal. */
    assert_int_equal(od_aside_run(&aside, await_stop, &signalled, &err), -1);
    assert_int_equal(err.code, OD_ECANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tasks),
        cmocka_unit_test(test_interrupt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
