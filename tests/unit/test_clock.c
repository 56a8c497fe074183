/* Two clocks of one moment, by a thread that is interrupted between their readings. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#define AHEAD_NS INT64_C(1800000000123456789)
#define NEAR_NS  1000

/* The clocks of this test: they go on by each reading, and by interruptions before some.
 */
static int64_t now_ns;
static int64_t reading_ns;
static int reading;
static int interrupted[2];

int clock_gettime(clockid_t id, struct timespec *at)
{
    int64_t pause_ns =
        reading == interrupted[0] || reading == interrupted[1] ? 5000000 : 0;
    now_ns += reading_ns + pause_ns;
    reading++;
    int64_t read_ns = id == CLOCK_REALTIME ? now_ns + AHEAD_NS : now_ns;
    *at = (struct timespec){.tv_sec = read_ns / 1000000000,
                            .tv_nsec = read_ns % 1000000000};
    return 0;
}

static int64_t error_of(int first, int second)
{
    reading = 0;
    interrupted[0] = first;
    interrupted[1] = second;
    int64_t error_ns = od_wall_ahead_ns() - AHEAD_NS;
    return error_ns < 0 ? -error_ns : error_ns;
}

static void interruptions(void **state)
{
    (void)state;
    reading_ns = 25;
    assert_true(error_of(-1, -1) <= reading_ns);
    assert_int_equal(reading, 3);
    for (int i = 0; i < 8; i++) {
        for (int j = i; j < 8; j++) {
            assert_true(error_of(i, j) <= NEAR_NS);
        }
    }
    assert_true(error_of(1, -1) <= NEAR_NS);
    assert_int_equal(reading, 5);
}

/* Where the kernel is asked for each reading. */
static void slow_clocks(void **state)
{
    (void)state;
    reading_ns = 3000;
    for (int i = 0; i < 8; i++) {
        assert_true(error_of(i, i + 3) <= reading_ns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interruptions),
        cmocka_unit_test(slow_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
