/* Words for arrivals and lists of rates; expected values by hand. */
#include "load/schedule.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-9;
}

static void parses_arrivals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum od_arrival_kind kind;
        const char *path;
        double from, to, step;
    } cases[] = {
        {"closed", OD_ARRIVAL_CLOSED, NULL, 0, 0, 0},
        {"constant", OD_ARRIVAL_CONSTANT, NULL, 0, 0, 0},
        {"poisson", OD_ARRIVAL_POISSON, NULL, 0, 0, 0},
        {"trace:a:b.txt", OD_ARRIVAL_TRACE, "a:b.txt", 0, 0, 0},
        {"ramp:0..12.5", OD_ARRIVAL_RAMP, NULL, 0, 12.5, 0},
        {"ramp:20..0", OD_ARRIVAL_RAMP, NULL, 20, 0, 0},
        {"steps:10..40:10", OD_ARRIVAL_STEPS, NULL, 10, 40, 10},
        {"steps:4..1:0.5", OD_ARRIVAL_STEPS, NULL, 4, 1, 0.5},
        {"steps:5..5:1", OD_ARRIVAL_STEPS, NULL, 5, 5, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_arrival a;
        assert_int_equal(od_arrival_parse(cases[i].text, &a, NULL), 0);
        assert_int_equal(a.kind, cases[i].kind);
        assert_true(strncmp(cases[i].text, od_arrival_name(a.kind),
                            strlen(od_arrival_name(a.kind))) == 0);
        assert_int_equal(a.path == NULL, cases[i].path == NULL);
        if (a.path != NULL) {
            assert_string_equal(a.path, cases[i].path);
        }
        assert_true(near(a.from_per_s, cases[i].from) && near(a.to_per_s, cases[i].to) &&
                    near(a.step_per_s, cases[i].step));
        od_arrival_release(&a);
    }
}

static void refuses_other_arrivals(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "Closed",
        "closed:",
        "constant:5",
        "trace",
        "trace:",
        "trace:-",
        "ramp",
        "ramp:",
        "ramp:5",
        "ramp:1..",
        "ramp:..5",
        "ramp:0..0",
        "ramp:-1..5",
        "ramp:1..2000000",
        "ramp:1..5:2",
        "steps:1..5",
        "steps:1..5:",
        "steps:0..5:1",
        "steps:5..0:1",
        "steps:1..5:0",
        "steps:1..5:3",
        "steps:1..5:-1",
        "steps:1..1001:1",
        "ramp:a..5",
        "steps:1..5:1x",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct od_arrival a;
        struct od_err err = {0};
        assert_int_equal(od_arrival_parse(bad[i], &a, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        char quoted[64] = "'";
        (void)strcat(strcat(quoted, bad[i]), "'");
        assert_non_null(strstr(err.msg, quoted));
        od_arrival_release(&a);
    }
}

static void steps_of_an_arrival(void **state)
{
    (void)state;
    struct od_arrival a;
    assert_int_equal(od_arrival_parse("steps:0.1..0.5:0.1", &a, NULL), 0);
    assert_int_equal(od_arrival_steps(&a), 5);
    assert_memory_equal(&(double){0.3}, &(double){od_arrival_step(&a, 2)},
                        sizeof(double));
    assert_int_equal(od_arrival_parse("steps:30..10:10", &a, NULL), 0);
    assert_int_equal(od_arrival_steps(&a), 3);
    assert_true(near(od_arrival_step(&a, 0), 30) && near(od_arrival_step(&a, 1), 20) &&
                near(od_arrival_step(&a, 2), 10));
    assert_int_equal(od_arrival_parse("steps:7..7:3", &a, NULL), 0);
    assert_int_equal(od_arrival_steps(&a), 1);
    assert_true(near(od_arrival_step(&a, 0), 7));
}

static void parses_rates(void **state)
{
    (void)state;
    double *rates = NULL;
    size_t count = 0;
    assert_int_equal(od_rates_parse("5,10..40:10", &rates, &count, NULL), 0);
    assert_int_equal(od_rates_parse("0.25", &rates, &count, NULL), 0); /* appends */
    assert_int_equal(od_rates_parse("1000000", &rates, &count, NULL), 0);
    static const double expected[] = {5, 10, 20, 30, 40, 0.25, 1e6};
    assert_int_equal(count, 7);
    for (size_t i = 0; i < count; i++) {
        assert_true(near(rates[i], expected[i]));
    }
    free(rates);
    rates = NULL;
    count = 0;
    assert_int_equal(od_rates_parse("1..1000:1", &rates, &count, NULL), 0);
    assert_int_equal(count, 1000);
    struct od_err err = {0};
    assert_int_equal(od_rates_parse("1001", &rates, &count, &err), -1);
    assert_string_equal(err.msg, "more than 1000 rates");
    free(rates);
}

static void refuses_other_rates(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",       "0",     "-1",        "1000001",   "10,",      ",10",
        "10,,20", "10,10", "10..20",    "10..25:10", "10..20:0", "5,1..10:1",
        "ten",    "1 ",    "1..2000:1", "nan",       "inf"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double *rates = NULL;
        size_t count = 0;
        struct od_err err = {0};
        assert_int_equal(od_rates_parse(bad[i], &rates, &count, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_true(strlen(err.msg) > 0);
        free(rates);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_arrivals),     cmocka_unit_test(refuses_other_arrivals),
        cmocka_unit_test(steps_of_an_arrival), cmocka_unit_test(parses_rates),
        cmocka_unit_test(refuses_other_rates),
    };
    return cmocka_run_group_tests_name("arrival", tests, NULL, NULL);
}
