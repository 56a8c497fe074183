/* The median so far: within a bucket's half width of the sorted one. */
#include "stats/pulse.h"

#include "base/rng.h"
#include "load/load.h"
#include "stats/quantile.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void is_near_the_median(void **state)
{
    (void)state;
    static struct od_pulse pulse;
    static int64_t values[2001];
    struct od_rng rng;
    od_rng_init(&rng, 3, 0);
    assert_int_equal(od_pulse_median_ns(&pulse), -1);
    for (double centre = 2; centre < 4e17; centre *= 31) {
        od_pulse_clear(&pulse);
        for (size_t i = 0; i < 2001; i++) {
            values[i] = (int64_t)(centre * exp(od_rng_normal(&rng) / 2));
            od_pulse_add(&pulse, values[i]);
        }
        od_sort_ns(values, 2001);
        int64_t median = od_quantile_ns(values, 2001, 500);
        int64_t found = od_pulse_median_ns(&pulse);
        assert_true(llabs(found - median) <= median / 32 + 1);
        assert_int_equal(od_pulse_count(&pulse), 2001);
    }
}

static void every_value_has_a_bucket(void **state)
{
    (void)state;
    static struct od_pulse pulse;
    for (int shift = 0; shift < 63; shift++) {
        for (int64_t around = -1; around <= 1; around++) {
            int64_t value = ((int64_t)1 << shift) + around;
            od_pulse_clear(&pulse);
            od_pulse_add(&pulse, value);
            assert_true(llabs(od_pulse_median_ns(&pulse) - value) <= value / 32);
        }
    }
    od_pulse_clear(&pulse);
    od_pulse_add(&pulse, INT64_MAX);
    assert_true(od_pulse_median_ns(&pulse) > INT64_MAX / 32 * 31);
}

static void add_many(struct od_workers *workers, int worker, void *arg)
{
    (void)workers;
    for (int i = 0; i < 10000; i++) {
        od_pulse_add(arg, 1000 * (worker + 1));
    }
}

static void threads_add(void **state)
{
    (void)state;
    static struct od_pulse pulse;
    struct od_workers *workers = NULL;
    assert_int_equal(od_workers_start(3, add_many, &pulse, &workers, NULL), 0);
    while (!od_workers_wait(workers, 1000000)) {
        assert_true(od_pulse_median_ns(&pulse) < 4000);
    }
    od_workers_join(workers);
    assert_int_equal(od_pulse_count(&pulse), 30000);
    assert_true(llabs(od_pulse_median_ns(&pulse) - 2000) <= 2000 / 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_near_the_median),
        cmocka_unit_test(every_value_has_a_bucket),
        cmocka_unit_test(threads_add),
    };
    return cmocka_run_group_tests_name("pulse", tests, NULL, NULL);
}
