/* How often a comparison alarms and how often it finds, on a machine whose noise is known
 * (compare_cells.h): 4 cells of 20 images and 10 repetitions. The seeds are fixed, so the
 * counts are too. */
#include "compare_cells.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CELLS = 4, COMPARISONS = 200 };

struct rates {
    int alarms; /* comparisons with a regressed cell */
    int found;  /* those whose first cell regressed */
    int improved;
    int equivalent; /* cells */
};

/* Repetitions drift by 1 %, requests vary by 3 %, and one in 20 is 40 % slower. */
static struct machine noisy(size_t runs, double run_sd, double change_ratio)
{
    return (struct machine){.images = 20,
                            .units = 10,
                            .runs = {runs, runs},
                            .base_ns = 40e6,
                            .image_sd = 0.3,
                            .run_sd = run_sd,
                            .run_shared = 0.5,
                            .drift_sd = 0.01,
                            .drift_rho = 0.6,
                            .noise_sd = 0.03,
                            .spike_share = 0.05,
                            .change = log1p(change_ratio)};
}

static struct rates rates_of(const struct machine *m, enum od_metric metric,
                             double run_noise)
{
    struct rates rates = {0};
    for (uint64_t i = 0; i < COMPARISONS; i++) {
        struct od_comparison comparison;
        struct od_compare_options options;
        struct od_rng rng;
        od_rng_init(&rng, 2026, i);
        od_compare_options_init(&options);
        options.metric = metric;
        options.run_noise_ratio = run_noise;
        comparison_draw(&comparison, m, &options, CELLS, &rng);
        rates.alarms += comparison.verdicts[OD_VERDICT_REGRESSED] > 0;
        rates.improved += comparison.verdicts[OD_VERDICT_IMPROVED] > 0;
        rates.equivalent += (int)comparison.verdicts[OD_VERDICT_EQUIVALENT];
        rates.found += comparison.cells[0].change.verdict == OD_VERDICT_REGRESSED;
        comparison_drop(&comparison);
    }
    return rates;
}

/* At most one comparison in a hundred alarms, and one in a hundred improves. */
static void quiet(const struct machine *m, enum od_metric metric)
{
    struct rates rates = rates_of(m, metric, 0.01);
    assert_in_range(rates.alarms, 0, COMPARISONS / 100);
    assert_in_range(rates.improved, 0, COMPARISONS / 100);
}

/* At least this many in a hundred find the change. */
static void finds(const struct machine *m, int percent)
{
    struct rates rates = rates_of(m, OD_METRIC_P50, 0.01);
    assert_in_range(rates.found, COMPARISONS * percent / 100, COMPARISONS);
}

/* Runs that differ by half of what is allowed for. */
static void one_run_a_side(void **state)
{
    (void)state;
    struct machine m = noisy(1, 0.005, 0);
    quiet(&m, OD_METRIC_P50);
    quiet(&m, OD_METRIC_P95);
    m = noisy(1, 0.005, 0.1);
    finds(&m, 95);
}

static void five_runs_a_side(void **state)
{
    (void)state;
    struct machine m = noisy(5, 0.005, 0);
    quiet(&m, OD_METRIC_P50);
    m = noisy(5, 0.005, 0.05);
    finds(&m, 95);
    m = noisy(5, 0.005, 0.03);
    finds(&m, 80);
    /* Runs that differ by all that is allowed for. */
    m = noisy(5, 0.01, 0);
    quiet(&m, OD_METRIC_P50);
}

static void pairs(void **state)
{
    (void)state;
    struct machine m = noisy(1, 0.02, 0); /* common to both sides */
    m.paired = 1;
    m.pair_sd = 0.005;
    quiet(&m, OD_METRIC_P50);
    assert_in_range(rates_of(&m, OD_METRIC_P50, 0.01).equivalent, COMPARISONS * CELLS / 2,
                    COMPARISONS * CELLS);
    m.change = log(1.05);
    finds(&m, 95);
    m.change = log(1.03);
    finds(&m, 80);
}

/* Quiet for a reason: without the allowance every third comparison of single runs alarms
 * falsely, and where runs differ by more than is allowed for many do. */
static void without_allowance(void **state)
{
    (void)state;
    struct machine m = noisy(1, 0.01, 0);
    assert_in_range(rates_of(&m, OD_METRIC_P50, 0).alarms, COMPARISONS / 5, COMPARISONS);
    m = noisy(1, 0.03, 0);
    assert_in_range(rates_of(&m, OD_METRIC_P50, 0.01).alarms, COMPARISONS / 5,
                    COMPARISONS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_run_a_side),
        cmocka_unit_test(five_runs_a_side),
        cmocka_unit_test(pairs),
        cmocka_unit_test(without_allowance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
