/* A task in a thread of its own, and how it is told to stop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "bench/aside.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

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

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

/* Ends only when it is told to. The signal meets the thread that waits. */
static int await_stop(void *arg, const atomic_bool *stop, struct od_err *err)
{
    (void)arg;
    (void)kill(getpid(), SIGUSR1);
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
    struct sigaction action = {.sa_handler = on_signal};
    struct od_aside aside = {.cpu = -1, .interrupted = &interrupted};
    assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
    struct od_err err = {0};
    assert_int_equal(od_aside_run(&aside, await_stop, NULL, &err), -1);
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
