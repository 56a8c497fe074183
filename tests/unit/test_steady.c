/* When latencies have come to rest: expected values by hand; p values are scipy's
 * (tests/oracle/load_stats.py). */
#include "stats/steady.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static size_t fill(struct od_window *windows, const int64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        windows[i] = (struct od_window){.value_ns = values[i], .count = 10};
    }
    return count;
}

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-9;
}

static void of_windows(void **state)
{
    (void)state;
    struct od_window w[8];
    struct od_steady s;
    static const int64_t flat[] = {1000, 1010, 990, 1005};
    s = od_steady_of(w, fill(w, flat, 4), 0.1);
    assert_true(s.known && s.steady);
    assert_int_equal(s.windows, 4);
    assert_true(near(s.range_ratio, 20 / 1002.5));
    /* Pairs: 10, -5, 5/3, -20, -2.5, 15; their median is -5/12. */
    assert_true(near(s.slope_ratio, -5.0 / 12 * 3 / 1002.5));
    static const int64_t rising[] = {1000, 1100, 1200, 1300, 1400, 1500, 1600};
    s = od_steady_of(w, fill(w, rising, 7), 0.1);
    assert_true(s.known);
    assert_false(s.steady);
    assert_true(near(s.range_ratio, 600.0 / 1300) && near(s.slope_ratio, 600.0 / 1300));
    assert_true(near(s.slope_p, 0.0003968253968));
    /* Wide but going nowhere: steady by its trend. */
    static const int64_t wide[] = {1000, 1200, 1010, 1190, 1000, 1195, 1005, 1180};
    s = od_steady_of(w, fill(w, wide, 8), 0.1);
    assert_true(s.range_ratio > 0.1 && s.steady);
    /* A small but certain rise within the range is steady by the range. */
    static const int64_t creeping[] = {1000, 1001, 1002, 1003, 1004, 1005, 1006};
    s = od_steady_of(w, fill(w, creeping, 7), 0.1);
    assert_true(s.slope_p < 0.05 && s.steady);
}

static void too_few_windows(void **state)
{
    (void)state;
    struct od_window w[3] = {{0}};
    static const int64_t values[] = {100, 130, 110};
    struct od_steady s = od_steady_of(w, 0, 0.1);
    assert_true(!s.known && !s.steady && isnan(s.range_ratio));
    s = od_steady_of(w, fill(w, values, 1), 0.1);
    assert_true(!s.known && !s.steady && isnan(s.slope_ratio));
    assert_true(near(s.range_ratio, 0));
    s = od_steady_of(w, fill(w, values, 2), 0.1);
    assert_true(!s.known && !s.steady);
    assert_true(near(s.slope_ratio, 30 / 115.0));
    s = od_steady_of(w, fill(w, values, 3), 0.1);
    assert_true(s.known && s.steady && isnan(s.slope_p));
    /* Slopes 30, 5, -20: 5 a step, 10 over two steps, of 110. */
    assert_true(near(s.slope_ratio, 10 / 110.0));
    s = od_steady_of(w, 3, 0.05);
    assert_true(s.known && !s.steady);
}

static void many_windows_are_joined(void **state)
{
    (void)state;
    size_t count = 5000;
    struct od_window *w = calloc(count, sizeof *w);
    assert_non_null(w);
    for (size_t i = 0; i < count; i++) {
        w[i].value_ns = 1000000 + (int64_t)i * 100; /* up by half */
    }
    struct od_steady s = od_steady_of(w, count, 0.1);
    assert_int_equal(s.windows, 512);
    assert_false(s.steady);
    assert_true(fabs(s.slope_ratio - 0.5 / 1.25) < 0.002);
    free(w);
}

static void last_windows(void **state)
{
    (void)state;
    struct od_window w[5];
    static const int64_t values[] = {500, 109, 91, 100, 100};
    size_t count = fill(w, values, 5);
    assert_false(od_steady_last(w, count, 5, 0.1));
    assert_true(od_steady_last(w, count, 4, 0.1));
    assert_false(od_steady_last(w, count, 4, 0.08));
    assert_true(od_steady_last(w, count, 1, 0.001));
    assert_false(od_steady_last(w, 2, 3, 0.5));
    /* The limit itself is within. */
    static const int64_t edge[] = {100, 110, 90};
    assert_true(od_steady_last(w, fill(w, edge, 3), 3, 0.1));
}

static void parses_stability(void **state)
{
    (void)state;
    double ratio = -1;
    size_t n = 0;
    assert_int_equal(od_stability_parse("10%x3", &ratio, &n, NULL), 0);
    assert_true(near(ratio, 0.1) && n == 3);
    assert_int_equal(od_stability_parse("0.02x12", &ratio, &n, NULL), 0);
    assert_true(near(ratio, 0.02) && n == 12);
    static const char *const bad[] = {"",      "10%",    "x3",       "10%x",
                                      "10%x1", "0x3",    "10%x1001", "10%x3 ",
                                      "-1%x3", "101%x3", "10%X3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct od_err err = {0};
        assert_int_equal(od_stability_parse(bad[i], &ratio, &n, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_non_null(strstr(err.msg, "such as 10%x3"));
        assert_true(near(ratio, 0.02) && n == 12);
    }
}

static void cuts_windows(void **state)
{
    (void)state;
    static const int64_t values[] = {9, 1, 5, 2, 2, 8, 7, 3, 3, 4, 6};
    struct od_window w[5];
    struct od_samples nine = {0};
    struct od_samples ten = {0};
    struct od_samples samples = {0};
    for (size_t i = 0; i < 11; i++) {
        od_samples_add(&samples, values[i], 0);
        if (i < 9) {
            od_samples_add(&nine, values[i], 0);
        }
        if (i < 10) {
            od_samples_add(&ten, values[i], 0);
        }
    }
    /* 11 values in 3 parts: 3, 4 and 4 of them; medians 5, (2 + 7) / 2 up, (3 + 4) / 2.
     */
    assert_int_equal(od_windows_cut(&samples, 3, w), 3);
    assert_int_equal(w[0].count, 3);
    assert_int_equal(w[1].count, 4);
    assert_int_equal(w[2].count, 4);
    assert_int_equal(w[0].value_ns, 5);
    assert_int_equal(w[1].value_ns, 5);
    assert_int_equal(w[2].value_ns, 4);
    assert_int_equal(od_windows_cut(&samples, 1, w), 1);
    assert_int_equal(w[0].value_ns, 4);
    assert_int_equal(od_windows_cut(&ten, 5, w), 5);
    assert_int_equal(od_windows_cut(&nine, 5, w), 0);
    od_samples_release(&samples);
    od_samples_release(&nine);
    od_samples_release(&ten);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_windows),
        cmocka_unit_test(too_few_windows),
        cmocka_unit_test(many_windows_are_joined),
        cmocka_unit_test(last_windows),
        cmocka_unit_test(parses_stability),
        cmocka_unit_test(cuts_windows),
    };
    return cmocka_run_group_tests_name("steady", tests, NULL, NULL);
}
