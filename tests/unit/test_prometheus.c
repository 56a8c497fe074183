/* Sums out of the Prometheus text format. */
#include "wire/prometheus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char page[] = "# HELP a_sum what\n"
                           "# TYPE a_sum counter\n"
                           "a_sum{m=\"x\",api=\"Predict\"} 1.5\n"
                           "a_sum{api=\"Predict\",m=\"x\",} 2e3 1700000000\r\n"
                           "a_sum { m=\"x\" } 1000000\n" /* a blank before: no */
                           "a_sum{m=\"y\"} 4\n"
                           "a_sum{m=\"x\\\"\\\\\\n\"} 8\n"
                           "a_summary{m=\"x\"} 16\n"
                           "a_sum{m=\"x\"} \n"
                           "a_sum{m=\"x\"} 3x\n"
                           "a_sum{m=\"x} 5\n"
                           "bare 32\n"
                           "big{m=\"x\"} +Inf\n"
                           "last{m=\"x\"}\t64";

static double sum(const char *name, const char *model, bool *any)
{
    struct od_prometheus_label label = {"m", model};
    double value = -1;
    *any = od_prometheus_sum(page, sizeof page - 1, name, &label, 1, &value);
    return value;
}

static void sums(void **state)
{
    (void)state;
    bool any = false;
    assert_true(sum("a_sum", "x", &any) == 2001.5 && any);
    assert_true(sum("a_sum", "y", &any) == 4 && any);
    assert_true(sum("a_sum", "x\"\\\n", &any) == 8 && any);
    assert_true(sum("a_sum", NULL, &any) == 2013.5 && any);
    assert_true(sum("a_summary", "x", &any) == 16 && any);
    assert_true(sum("last", "x", &any) == 64 && any);
    assert_true(sum("big", "x", &any) > 1e308 && any);
}

static void absent(void **state)
{
    (void)state;
    bool any = true;
    assert_true(sum("a_sum", "z", &any) == 0 && !any);
    assert_true(sum("a_sum", "", &any) == 0 && !any);
    assert_true(sum("a", "x", &any) == 0 && !any);
    assert_true(sum("bare", "x", &any) == 0 && !any);
    double value = -1;
    assert_true(od_prometheus_sum(page, sizeof page - 1, "bare", NULL, 0, &value));
    assert_true(value == 32);
    assert_false(od_prometheus_sum("", 0, "bare", NULL, 0, &value));
    assert_true(value == 0);
}

static void two_labels(void **state)
{
    (void)state;
    const struct od_prometheus_label labels[] = {{"m", "x"}, {"api", "Predict"}};
    const struct od_prometheus_label others[] = {{"m", "x"}, {"api", "Classify"}};
    double value = -1;
    assert_true(od_prometheus_sum(page, sizeof page - 1, "a_sum", labels, 2, &value));
    assert_true(value == 2001.5);
    assert_false(od_prometheus_sum(page, sizeof page - 1, "a_sum", others, 2, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums),
        cmocka_unit_test(absent),
        cmocka_unit_test(two_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
