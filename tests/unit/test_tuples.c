/* Tuples are told apart by every word, and numbered as they come. */
#include "record/tuples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { TUPLES = 5000 };

static void each_has_one_number(void **state)
{
    (void)state;
    struct od_tuples tuples = {.width = 3};
    for (uint64_t round = 0; round < 2; round++) {
        for (uint64_t i = 0; i < TUPLES; i++) {
            const uint64_t words[] = {i % 7, i / 7, UINT64_MAX};
            assert_int_equal(od_tuples_add(&tuples, words), i);
        }
        assert_int_equal(tuples.count, TUPLES);
    }
    const uint64_t turned[] = {UINT64_MAX, 0, 0};
    assert_int_equal(od_tuples_add(&tuples, turned), TUPLES);
    assert_true(tuples.words[3 * TUPLES] == UINT64_MAX);
    od_tuples_release(&tuples);
    assert_int_equal(tuples.width, 3);
    assert_int_equal(od_tuples_add(&tuples, turned), 0);
    od_tuples_release(&tuples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_has_one_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
