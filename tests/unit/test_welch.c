/* Means and their differences against R's t.test (tests/oracle/dist_tests.R), and what
 * the widening for drift is good for. */
#include "stats/welch.h"

#include "base/rng.h"

#include "oracle.h"

static void as_r(void **state)
{
    (void)state;
    struct oracle *o = oracle_open("tests/golden/stats/welch.txt");
    struct od_estimate a = {0};
    struct od_estimate b = {0};
    struct od_estimate mean = {0};
    size_t checked = 0;
    while (oracle_next(o)) {
        const double *n = o->numbers;
        if (strcmp(o->word, "a") == 0) {
            od_mean_estimate(n, o->count, &a);
        } else if (strcmp(o->word, "b") == 0) {
            od_mean_estimate(n, o->count, &b);
        } else if (strcmp(o->word, "series") == 0) {
            od_mean_estimate(n, o->count, &mean);
        } else if (strcmp(o->word, "mean") == 0) {
            oracle_check(o, "value", mean.value, n[0], 1e-12, 0);
            oracle_check(o, "error", mean.error, n[1], 1e-10, 0);
            oracle_check(o, "df", mean.df, n[2], 1e-10, 0);
            checked++;
        } else {
            struct od_estimate d;
            assert_string_equal(o->word, "welch");
            od_difference_estimate(&a, &b, &d);
            double half = od_estimate_half_width(&d, n[0]);
            oracle_check(o, "p", od_estimate_p(&d), n[1], 1e-9, 1e-15);
            oracle_check(o, "df", d.df, n[2], 1e-10, 0);
            oracle_check(o, "error", d.error, n[3], 1e-10, 0);
            oracle_check(o, "low", d.value - half, n[4], 1e-9, 0);
            oracle_check(o, "high", d.value + half, n[5], 1e-9, 0);
            checked++;
        }
    }
    assert_int_equal(checked, 16 + 20);
    oracle_close(o);
}

/* Two trimmed means: scipy.stats.ttest_ind(b, a, trim=0.2, equal_var=False), trim_mean.
 */
static void trimmed_as_scipy(void **state)
{
    (void)state;
    static const struct {
        double a[10], b[12];
        size_t a_count, b_count;
        double difference, p, df;
    } cases[] = {
        {{22.04, 26.44, 20.42, 19.43, 19.55},
         {20.57, 16.96, 20.54, 19.27, 27.65, 6.45},
         5,
         6,
         -1.335,
         0.423996258646178,
         4.952932241329633},
        {{19.65, 28.72, 19.33, 18.94, 19.61, 20.48, 19.76},
         {22.92, 20.6, 21.05, 24.09, 22.09, 19.99, 5.63},
         7,
         7,
         1.564,
         0.08998836606352312,
         5.137338225642408},
        {{20.54, 30.94, 19.73, 19.76, 21.0, 19.11, 19.71, 20.88, 20.58, 20.09},
         {22.34, 15.34, 23.04, 19.08, 17.66, 21.55, 22.4, 20.11, 18.85, 21.05, 20.89,
          8.81},
         10,
         12,
         -0.07208333333333333,
         0.9368485025703331,
         8.568732881464362},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_estimate a;
        struct od_estimate b;
        struct od_estimate d;
        od_trimmed_estimate(cases[i].a, cases[i].a_count, &a);
        od_trimmed_estimate(cases[i].b, cases[i].b_count, &b);
        od_difference_estimate(&a, &b, &d);
        assert_true(fabs(d.value - cases[i].difference) < 1e-12);
        assert_true(fabs(od_estimate_p(&d) - cases[i].p) < 1e-10);
        assert_true(fabs(d.df - cases[i].df) < 1e-10);
    }
}

/* Fewer than 5 are not trimmed; drift widens the error as it does that of the mean. */
static void trimmed_few_and_drifting(void **state)
{
    (void)state;
    static const double few[] = {1, 2, 4, 90};
    static const double up[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    static const double mixed[] = {4, 7, 1, 8, 3, 6, 0, 9, 2, 5};
    struct od_estimate a;
    struct od_estimate b;
    od_mean_estimate(few, 4, &a);
    od_trimmed_estimate(few, 4, &b);
    assert_true(fabs(a.value - b.value) <= 0 && fabs(a.error - b.error) <= 0);
    od_trimmed_estimate(up, 10, &a);
    od_trimmed_estimate(mixed, 10, &b);
    assert_true(fabs(a.value - 4.5) < 1e-15 && fabs(b.value - 4.5) < 1e-15);
    assert_true(a.error > 2 * b.error && fabs(b.df - 5) < 1e-12 && a.df < 2);
    od_trimmed_estimate(few, 0, &a);
    assert_true(isnan(a.value));
}

static void few_and_constant(void **state)
{
    (void)state;
    static const double values[] = {5, 5, 5, 5, 5, 5, 5, 5, 5};
    static const double two[] = {1, 4};
    struct od_estimate none;
    struct od_estimate one;
    struct od_estimate flat;
    struct od_estimate pair;
    struct od_estimate d;
    od_mean_estimate(values, 0, &none);
    assert_true(isnan(none.value) && isnan(none.error) && isnan(none.df));
    assert_true(od_estimate_p(&none) >= 1);
    od_mean_estimate(values, 1, &one);
    assert_true(fabs(one.value - 5) <= 0 && isnan(one.error));
    assert_true(od_estimate_p(&one) >= 1);
    assert_true(isinf(od_estimate_half_width(&one, 0.95)));
    od_mean_estimate(two, 2, &pair);
    assert_true(fabs(pair.value - 2.5) <= 0 && fabs(pair.error - 1.5) < 1e-15);
    assert_true(fabs(pair.df - 1) <= 0);
    od_difference_estimate(&one, &pair, &d);
    assert_true(fabs(d.value + 2.5) <= 0 && isnan(d.error));
    assert_true(od_estimate_p(&d) >= 1);
    od_mean_estimate(values, 9, &flat);
    assert_true(flat.error <= 0 && fabs(flat.df - 8) <= 0);
    assert_true(od_estimate_p(&flat) <= 0); /* 5 is not 0, and never was anything else */
    assert_true(od_estimate_half_width(&flat, 0.95) <= 0);
    od_difference_estimate(&flat, &flat, &d);
    assert_true(od_estimate_p(&d) >= 1); /* 0 for certain */
    assert_true(fabs(d.df - 16) <= 0);
    od_difference_estimate(&flat, &pair, &d);
    assert_true(fabs(d.error - 1.5) < 1e-15 && fabs(d.df - 1) < 1e-12);
}

static void widened(void **state)
{
    (void)state;
    struct od_estimate e = {.value = 10, .error = 3, .df = 5};
    od_estimate_widen(&e, 4);
    assert_true(fabs(e.error - 5) < 1e-15);
    assert_true(fabs(e.df - 5.0 * 625 / 81) < 1e-9); /* (9 + 16)^2 / (81 / 5) */
    od_estimate_widen(&e, 0);
    assert_true(fabs(e.error - 5) < 1e-15 && fabs(e.df - 5.0 * 625 / 81) < 1e-9);
    struct od_estimate known = {.value = 1.959963984540054, .error = 0, .df = 3};
    od_estimate_widen(&known, 1);
    assert_true(isinf(known.df) && fabs(od_estimate_p(&known) - 0.05) < 1e-12);
    struct od_estimate unknown = {.value = 1, .error = (double)NAN, .df = (double)NAN};
    od_estimate_widen(&unknown, 1);
    assert_true(isnan(unknown.error) && od_estimate_p(&unknown) >= 1);
}

#define UNITS 10

/* Units of one side, each depending on the one before by rho. */
static void draw_units(struct od_rng *rng, double rho, double *units)
{
    double x = od_rng_normal(rng) / sqrt(1 - rho * rho);
    for (size_t i = 0; i < UNITS; i++) {
        units[i] = 100 + x;
        x = rho * x + od_rng_normal(rng);
    }
}

/* As od_mean_estimate without any widening. */
static void plain_estimate(const double *values, struct od_estimate *out)
{
    od_mean_estimate(values, UNITS, out);
    double squares = 0;
    for (size_t i = 0; i < UNITS; i++) {
        squares += (values[i] - out->value) * (values[i] - out->value);
    }
    out->error = sqrt(squares / (UNITS - 1) / UNITS);
    out->df = UNITS - 1;
}

struct alarms {
    size_t widened;
    size_t plain;
};

/* How often equal sides differ at 1 %. */
static struct alarms false_alarms(double rho, size_t runs)
{
    struct alarms alarms = {0};
    struct od_rng rng;
    od_rng_init(&rng, 20261121, (uint64_t)(rho * 100));
    for (size_t i = 0; i < runs; i++) {
        double sides[2][UNITS];
        struct od_estimate wide[2];
        struct od_estimate plain[2];
        struct od_estimate d;
        for (size_t k = 0; k < 2; k++) {
            draw_units(&rng, rho, sides[k]);
            od_mean_estimate(sides[k], UNITS, &wide[k]);
            plain_estimate(sides[k], &plain[k]);
        }
        od_difference_estimate(&wide[0], &wide[1], &d);
        alarms.widened += od_estimate_p(&d) < 0.01;
        od_difference_estimate(&plain[0], &plain[1], &d);
        alarms.plain += od_estimate_p(&d) < 0.01;
    }
    return alarms;
}

static void drift_alarms_less(void **state)
{
    (void)state;
    struct alarms drift = false_alarms(0.5, 20000);
    struct alarms none = false_alarms(0, 20000);
    print_message("of 20000 at 1 %%: rho 0.5: %zu, %zu without the widening; rho 0: "
                  "%zu, %zu\n",
                  drift.widened, drift.plain, none.widened, none.plain);
    assert_true(drift.plain > 1200);
    assert_true(5 * drift.widened < 3 * drift.plain);
    assert_true(none.widened <= 200 && none.plain > 120 && none.plain < 280);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_r),
        cmocka_unit_test(few_and_constant),
        cmocka_unit_test(trimmed_as_scipy),
        cmocka_unit_test(trimmed_few_and_drifting),
        cmocka_unit_test(widened),
        cmocka_unit_test(drift_alarms_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
