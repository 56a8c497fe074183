/* The set of strings. */
#include "record/intern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void test_once_each(void **state)
{
    enum { COUNT = 5000 };
    static const char *first[COUNT];
    struct od_intern *set = od_intern_new();
    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < COUNT; i++) {
            char text[16];
            (void)snprintf(text, sizeof text, "%d", i);
            const char *kept = od_intern_add(set, text);
            assert_string_equal(kept, text);
            if (round == 0) {
                first[i] = kept;
            } else {
                assert_ptr_equal(kept, first[i]);
            }
        }
    }
    assert_ptr_equal(od_intern_add(set, ""), od_intern_add(set, ""));
    od_intern_free(set);
    od_intern_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_once_each)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
