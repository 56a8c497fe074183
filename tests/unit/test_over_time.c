/* Tests over repetitions and runs; all expected values by hand. */
#include "compare/over_time.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-12;
}

/* Units of one side, per_run of them a run. */
static void set_units(struct od_cell_rows *rows, struct od_unit *units, size_t count,
                      size_t per_run)
{
    for (size_t u = 0; u < count; u++) {
        units[u] = (struct od_unit){.run = (uint32_t)(u / per_run), .rep = (int64_t)u};
    }
    rows->units = units;
    rows->unit_count = count;
}

static struct od_over_time test(double *base, double *new, double *pairs, size_t count,
                                size_t per_run, double noise)
{
    struct od_unit units[OD_SIDES][8];
    struct od_cell_pair cell = {0};
    struct od_effects effects = {.unit = {base, new}, .pair_unit = pairs};
    struct od_compare_options options;
    struct od_over_time out;
    od_compare_options_init(&options);
    options.run_noise_ratio = options.pair_noise_ratio = noise;
    for (int s = 0; s < OD_SIDES; s++) {
        set_units(&cell.side[s], units[s], count, per_run);
    }
    od_over_time(&effects, &cell, &options, &out);
    return out;
}

/* Means of runs 0 and 0.02, 0.03 and 0.09: the new side varies more, by 0.0018 with one
 * degree of freedom. */
static void runs(void **state)
{
    (void)state;
    double base[] = {0, 0, 0.02, 0.02};
    double new[] = {0.03, 0.03, 0.09, 0.09};
    /* Seen is 0.0018; allowed 0.0001, an 18th of it: 1 + 4 / 18 degrees. */
    struct od_over_time t = test(base, new, NULL, 4, 2, 0.01);
    assert_true(near(t.estimate.value, 0.05));
    assert_true(near(t.estimate.error, sqrt(0.0018)) && near(t.run_error, sqrt(0.0018)));
    assert_true(near(t.estimate.df, 1 + 4.0 / 18));
    assert_int_equal(t.runs, 4);
    assert_int_equal(t.units, 4);
    assert_false(t.one_run || t.one_unit);
    /* Allowed 0.01, of weight 4: (0.04 + 0.0018) / 5 with 5 degrees. */
    t = test(base, new, NULL, 4, 2, 0.1);
    assert_true(near(t.estimate.error, sqrt(0.00836)) && near(t.estimate.df, 5));
    /* None: the runs alone. */
    t = test(base, new, NULL, 4, 2, 0);
    assert_true(near(t.estimate.error, sqrt(0.0018)) && near(t.estimate.df, 1));
    /* The other way round it is the base's variance. */
    t = test(new, base, NULL, 4, 2, 0);
    assert_true(near(t.estimate.error, sqrt(0.0018)) && near(t.estimate.df, 1));
    /* Pairs: four units together, squares 0.0016 with 3 degrees; allowed 0.01 over two
     * runs, whose degrees are without end. */
    double pairs[] = {0.03, 0.03, 0.07, 0.07};
    t = test(base, new, pairs, 4, 2, 0.1);
    double seen = 0.0016 / 3 / 4;
    assert_true(near(t.estimate.value, 0.05));
    assert_true(near(t.estimate.error, sqrt(seen + 0.01 / 2)));
    double whole = seen + 0.01 / 2;
    assert_true(fabs(t.estimate.df / (3 * whole * whole / (seen * seen)) - 1) < 1e-9);
}

/* Units 0 and 0.02: standard deviation sqrt(0.0002), error of the mean 0.01. */
static void one_run(void **state)
{
    (void)state;
    double base[] = {0, 0.02};
    double new[] = {0.05, 0.05};
    double pairs[] = {0.05, 0.03};
    struct od_over_time t = test(base, new, NULL, 2, 2, 0.1);
    assert_true(t.one_run && !t.one_unit);
    assert_true(near(t.estimate.value, 0.04));
    assert_true(near(t.estimate.error, sqrt(0.0001 + 2 * 0.01)));
    assert_true(near(t.run_error, 0.1 * sqrt(2)));
    /* Units differ by more than is allowed for: sqrt(0.0002) takes its place. */
    t = test(base, new, NULL, 2, 2, 0.001);
    assert_true(near(t.estimate.error, sqrt(0.0001 + 2 * 0.0002)));
    t = test(base, new, NULL, 2, 2, 0);
    assert_true(near(t.estimate.error, 0.01) && near(t.run_error, 0));
    t = test(base, new, pairs, 2, 2, 0.001);
    assert_true(near(t.estimate.value, 0.04));
    assert_true(near(t.estimate.error, sqrt(0.0001 + 0.000001)));
}

static void too_little(void **state)
{
    (void)state;
    double base[] = {0.01};
    double new[] = {0.05};
    double none[] = {(double)NAN};
    struct od_over_time t = test(base, new, NULL, 1, 1, 0.01);
    assert_true(t.one_unit);
    assert_true(near(t.estimate.error, sqrt(2 * 0.0009 + 2 * 0.0001)));
    t = test(base, new, NULL, 1, 1, 0);
    assert_true(isnan(t.estimate.error));
    t = test(base, none, NULL, 1, 1, 0.01);
    assert_int_equal(t.units, 0);
    assert_true(isnan(t.estimate.value) && isnan(t.estimate.error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs),
        cmocka_unit_test(one_run),
        cmocka_unit_test(too_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
