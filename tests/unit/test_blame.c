/* A row's message names server and model, once each. */
#include "bench/blame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void named(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"HTTP 404: none", "edge, model ssd: HTTP 404: none"},
        {"NOT_FOUND: model ssd: none", "edge: NOT_FOUND: model ssd: none"},
        {"10.0.0.7:8500: cannot connect",
         "edge, model ssd: 10.0.0.7:8500: cannot connect"},
        {"edge, model ssd: none", "edge, model ssd: none"},
        {"edges, model ssd: none", "edge: edges, model ssd: none"},
        {"model ssd-2: none", "edge, model ssd: model ssd-2: none"},
        {"model ssd-2, not model ssd", "edge: model ssd-2, not model ssd"},
        {"a model", "edge, model ssd: a model"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_err err = {.code = OD_ESERVER};
        (void)snprintf(err.msg, sizeof err.msg, "%s", rows[i][0]);
        od_blame("edge", "ssd", &err);
        assert_string_equal(err.msg, rows[i][1]);
        assert_int_equal(err.code, OD_ESERVER);
    }
    struct od_err none = {0};
    od_blame("edge", "ssd", &none);
    assert_string_equal(none.msg, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(named)};
    return cmocka_run_group_tests_name("blame", tests, NULL, NULL);
}
