/* Plain numbers in ascending order. */
#include "base/sort.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_doubles(void **state)
{
    (void)state;
    double values[] = {2.5, -1, 0, 2.25, -1};
    const double sorted[] = {-1, -1, 0, 2.25, 2.5};
    od_sort_doubles(values, 5);
    assert_memory_equal(values, sorted, sizeof sorted);
    od_sort_doubles(NULL, 0);
}

/* Ends of the range: differences would not do. */
static void test_i64(void **state)
{
    (void)state;
    int64_t values[] = {3, INT64_MAX, -7, INT64_MIN, 3};
    const int64_t sorted[] = {INT64_MIN, -7, 3, 3, INT64_MAX};
    od_sort_i64(values, 5);
    assert_memory_equal(values, sorted, sizeof sorted);
    for (size_t i = 0; i < 5; i++) {
        assert_true(od_sorted_has_i64(sorted, 5, sorted[i]));
    }
    assert_false(od_sorted_has_i64(sorted, 5, 4));
    assert_false(od_sorted_has_i64(sorted, 4, INT64_MAX));
    assert_false(od_sorted_has_i64(NULL, 0, 3));
    od_sort_i64(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_doubles),
        cmocka_unit_test(test_i64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
