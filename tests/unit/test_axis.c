/* Labels: found, and in a fixed order. */
#include "table/axis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void labels_are_found(void **state)
{
    (void)state;
    struct od_axis axis = {0};
    assert_int_equal(od_axis_find(&axis, "a"), OD_AXIS_NONE);
    char label[16];
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 1000; i++) {
            (void)snprintf(label, sizeof label, "%zu.jpg", i);
            assert_int_equal(od_axis_add(&axis, label), i);
        }
    }
    assert_int_equal(axis.count, 1000);
    assert_int_equal(od_axis_find(&axis, "999.jpg"), 999);
    assert_int_equal(od_axis_find(&axis, "1000.jpg"), OD_AXIS_NONE);
    assert_int_equal(od_axis_find(&axis, ""), OD_AXIS_NONE);
    od_axis_sort(&axis, NULL);
    assert_string_equal(axis.labels[10], "10.jpg");
    assert_int_equal(od_axis_find(&axis, "10.jpg"), 10);
    od_axis_release(&axis);
    od_axis_release(&axis);
}

static void check_order(const char *const *known, const char *const *given,
                        const char *const *expected, size_t count)
{
    struct od_axis axis = {0};
    for (size_t i = 0; i < count; i++) {
        (void)od_axis_add(&axis, given[i]);
    }
    od_axis_sort(&axis, known);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(axis.labels[i], expected[i]);
        assert_int_equal(od_axis_find(&axis, expected[i]), i);
    }
    od_axis_release(&axis);
}

static void the_study_comes_first(void **state)
{
    (void)state;
    const char *const machines[] = {"zoo",   "edge",  "client",
                                    "attic", "cloud", "client>edge"};
    const char *const in_order[] = {"client", "cloud",       "edge",
                                    "attic",  "client>edge", "zoo"};
    check_order(od_axis_machines, machines, in_order, 6);
    const char *const protocols[] = {"oip-grpc", "web",           "tfs-rest jpeg",
                                     "tfs-grpc", "tfs-rest json", "tfs"};
    const char *const sorted[] = {"tfs-grpc", "tfs-rest jpeg", "tfs-rest json",
                                  "oip-grpc", "tfs",           "web"};
    check_order(od_axis_protocols, protocols, sorted, 6);
    const char *const models[] = {"ssd-mobilenet", "rfcn"};
    const char *const study[] = {"rfcn", "ssd-mobilenet"};
    check_order(od_axis_models, models, study, 2);
}

static void numbers_stand_by_their_value(void **state)
{
    (void)state;
    const char *const given[] = {"c16",  "c2 9", "x01", "c1", "c2 10",
                                 "x001", "c",    "x1",  "x0", "00000000002.jpg"};
    const char *const sorted[] = {
        "00000000002.jpg", "c", "c1", "c2 9", "c2 10", "c16", "x0", "x001", "x01", "x1"};
    check_order(NULL, given, sorted, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_found),
        cmocka_unit_test(the_study_comes_first),
        cmocka_unit_test(numbers_stand_by_their_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
