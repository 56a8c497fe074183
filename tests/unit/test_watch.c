/* Counters of the kernel, from a made-up tree and from this machine. */
#include "record/watch.h"

#include "base/clock.h"
#include "sys_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CPU "/sys/devices/system/cpu"

static int64_t tick_ns(void)
{
    return 1000000000 / sysconf(_SC_CLK_TCK);
}

static void assert_near(double got, double want)
{
    if (fabs(got - want) > 1e-9) {
        fail_msg("%.12g, not %.12g", got, want);
    }
}

/* The columns by proc(5): user nice system idle iowait irq softirq steal guest
 * guest_nice; guest time is part of user time. */
static void test_stat(void **state)
{
    (void)state;
    char *root = scratch_new();
    struct od_machine m;
    tree_file(root, "/proc/stat",
              "cpu  100 20 30 4000 5 6 7 80 90 10\ncpu0 1 2 3 4 5 6 7 8 9 10\n");
    tree_file(root, "/proc/vmstat", "nr_free_pages 9\npswpin 40\npswpout 2\n");
    od_machine_read_from(root, &m);
    assert_int_equal(m.cpu_busy_ns, (100 + 20 + 30 + 6 + 7) * tick_ns());
    assert_int_equal(m.cpu_steal_ns, 80 * tick_ns());
    assert_int_equal(m.cpu_total_ns, (163 + 4005 + 80) * tick_ns());
    assert_int_equal(m.swap_pages, 42);
    assert_int_equal(m.throttles, -1);
    assert_int_equal(m.freq_min_khz, -1);
    assert_int_equal(m.freq_max_khz, -1);
    assert_string_equal(m.governor, "");
    tree_free(root);
}

static void test_cpus(void **state)
{
    (void)state;
    char *root = scratch_new();
    struct od_machine m;
    tree_file(root, CPU "/cpu0/thermal_throttle/core_throttle_count", "3\n");
    tree_file(root, CPU "/cpu0/thermal_throttle/package_throttle_count", "10\n");
    tree_file(root, CPU "/cpu1/thermal_throttle/core_throttle_count", "4\n");
    tree_file(root, CPU "/cpu0/cpufreq/scaling_cur_freq", "1200000\n");
    tree_file(root, CPU "/cpu1/cpufreq/scaling_cur_freq", "3400000\n");
    tree_file(root, CPU "/cpu0/cpufreq/scaling_governor", "powersave\n");
    tree_file(root, CPU "/cpu1/cpufreq/scaling_governor", "powersave\n");
    od_machine_read_from(root, &m);
    assert_int_equal(m.throttles, 17);
    assert_int_equal(m.freq_min_khz, 1200000);
    assert_int_equal(m.freq_max_khz, 3400000);
    assert_string_equal(m.governor, "powersave");
    assert_int_equal(m.cpu_busy_ns, -1);
    assert_int_equal(m.cpu_total_ns, -1);
    assert_int_equal(m.cpu_steal_ns, -1);
    assert_int_equal(m.swap_pages, -1);
    tree_file(root, CPU "/cpu1/cpufreq/scaling_governor", "performance\n");
    od_machine_read_from(root, &m);
    assert_string_equal(m.governor, "mixed");
    tree_free(root);
}

/* A kernel before 2.6.11 has no steal column, and text is no number. */
static void test_broken(void **state)
{
    (void)state;
    char *root = scratch_new();
    struct od_machine m;
    tree_file(root, "/proc/stat", "cpu 1 2 3 4 5 6 7\n");
    tree_file(root, "/proc/vmstat", "pswpin 40\n");
    tree_file(root, CPU "/cpu0/cpufreq/scaling_cur_freq", "<unknown>\n");
    od_machine_read_from(root, &m);
    assert_int_equal(m.cpu_total_ns, 28 * tick_ns());
    assert_int_equal(m.cpu_steal_ns, -1);
    assert_int_equal(m.swap_pages, -1);
    assert_int_equal(m.freq_max_khz, -1);
    tree_file(root, "/proc/stat", "cpu 1 2 three\n");
    od_machine_read_from(root, &m);
    assert_int_equal(m.cpu_total_ns, -1);
    tree_free(root);
}

static struct od_machine reading(void)
{
    return (struct od_machine){.at_ns = 1000000000,
                               .wall_ahead_ns = 500,
                               .cpu_busy_ns = 100,
                               .cpu_steal_ns = 10,
                               .cpu_total_ns = 1000,
                               .self_cpu_ns = 50,
                               .swap_pages = 7,
                               .throttles = 3,
                               .freq_min_khz = 800000,
                               .freq_max_khz = 2000000,
                               .governor = "powersave"};
}

static void test_compare(void **state)
{
    (void)state;
    struct od_machine a = reading();
    struct od_machine b = {.at_ns = 3000000000,
                           .wall_ahead_ns = 500,
                           .cpu_busy_ns = 1600,
                           .cpu_steal_ns = 210,
                           .cpu_total_ns = 5000,
                           .self_cpu_ns = 3000000050,
                           .swap_pages = 9,
                           .throttles = 3,
                           .freq_min_khz = 900000,
                           .freq_max_khz = 1500000,
                           .governor = "performance"};
    struct od_machine_change c = od_machine_compare(&a, &b);
    assert_int_equal(c.span_ns, 2000000000);
    assert_int_equal(c.clock_step_ns, 0);
    assert_near(c.busy_ratio, 0.375); /* 1500 of 4000 */
    assert_near(c.self_ratio, 1.5);   /* 3 s in 2 s */
    assert_near(c.steal_ratio, 0.05); /* 200 of 4000 */
    assert_int_equal(c.swap_pages, 2);
    assert_int_equal(c.throttles, 0);
    assert_near(c.freq_ratio, 0.25); /* 0.5 of 2 GHz */
    assert_true(c.governor_changed);
}

static void test_unknown(void **state)
{
    (void)state;
    struct od_machine a = reading();
    struct od_machine b = reading();
    b.at_ns += 1000;
    b.throttles = 2; /* a CPU went away */
    b.swap_pages = -1;
    b.freq_max_khz = -1;
    struct od_machine_change c = od_machine_compare(&a, &b);
    assert_near(c.busy_ratio, -1); /* not a tick passed */
    assert_near(c.steal_ratio, -1);
    assert_near(c.self_ratio, 0);
    assert_int_equal(c.swap_pages, -1);
    assert_int_equal(c.throttles, -1);
    assert_near(c.freq_ratio, -1);
    assert_false(c.governor_changed);
    b = a;
    assert_near(od_machine_compare(&a, &b).self_ratio, -1);
}

/* 500 ppm of 10 s are 5 ms. */
static void test_clock_step(void **state)
{
    static const struct {
        int64_t span_ns;
        int64_t moved_ns;
        int64_t step_ns;
    } cases[] = {
        {INT64_C(10000000000), 5000000, 0},
        {INT64_C(10000000000), 5000001, 5000001},
        {INT64_C(10000000000), -5000001, -5000001},
        {INT64_C(10000000), 1000000, 0},
        {INT64_C(10000000), -1000001, -1000001},
        {INT64_C(1000000000), INT64_C(3600000000000), INT64_C(3600000000000)},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_machine a = reading();
        struct od_machine b = reading();
        b.at_ns += cases[i].span_ns;
        b.wall_ahead_ns += cases[i].moved_ns;
        assert_int_equal(od_machine_compare(&a, &b).clock_step_ns, cases[i].step_ns);
    }
}

/* This machine: some work of this process shows in its own time and in that of all. */
static void test_here(void **state)
{
    (void)state;
    struct od_machine a;
    struct od_machine b;
    od_machine_read(&a);
    int64_t until = a.self_cpu_ns + 100000000;
    do {
        od_machine_read(&b);
    } while (b.self_cpu_ns < until);
    struct od_machine_change c = od_machine_compare(&a, &b);
    assert_true(c.span_ns > 0);
    assert_true(c.self_ratio > 0);
    assert_true(c.busy_ratio > 0 && c.busy_ratio <= 1);
    assert_true(b.wall_ahead_ns > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stat),    cmocka_unit_test(test_cpus),
        cmocka_unit_test(test_broken),  cmocka_unit_test(test_compare),
        cmocka_unit_test(test_unknown), cmocka_unit_test(test_clock_step),
        cmocka_unit_test(test_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
