/* Verdicts: every one at every threshold, and what takes an improvement away. */
#include "compare/sides.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define BASE_NS 100e6

/* A cell of 100 ms whose ratio and interval are given, without failures. */
static struct od_compared cell_of(double ratio, double low, double high, double p)
{
    struct od_compared cell = {
        .change = {.ratio = ratio,
                   .ratio_low = low,
                   .ratio_high = high,
                   .shift = BASE_NS * (ratio - 1),
                   .shift_low = BASE_NS * (low - 1),
                   .shift_high = BASE_NS * (high - 1),
                   .p = p,
                   .more_repetitions = 7,
                   .reason = "a reason"},
        .errors = {.p = 1, .shift_low = -0.01, .shift_high = 0.01},
    };
    for (int s = 0; s < OD_SIDES; s++) {
        cell.side[s].requests = 1000;
        cell.side[s].value = BASE_NS;
    }
    return cell;
}

static enum od_verdict give(const struct od_compare_options *options,
                            struct od_compared *cell)
{
    struct od_comparison comparison = {
        .options = *options, .cells = cell, .cell_count = 1};
    od_verdicts_give(&comparison);
    assert_int_equal(comparison.verdicts[cell->change.verdict], 1);
    return cell->change.verdict;
}

static void of_times(void **state)
{
    (void)state;
    static const struct {
        double ratio;
        double low;
        double high;
        double p;
        enum od_verdict verdict;
    } rows[] = {
        {1.05, 1.03, 1.07, 0.001, OD_VERDICT_REGRESSED},
        {1.05, 1.03, 1.07, 0.0499, OD_VERDICT_REGRESSED},
        {1.05, 1.03, 1.07, 0.05, OD_VERDICT_INCONCLUSIVE},  /* p is not below alpha */
        {1.05, 1.00, 1.07, 0.001, OD_VERDICT_INCONCLUSIVE}, /* 0 is in the interval */
        {1.0201, 1.001, 1.04, 0.001, OD_VERDICT_REGRESSED},
        {1.02, 1.001, 1.04, 0.001, OD_VERDICT_INCONCLUSIVE}, /* not above 2 % */
        {1.015, 1.01, 1.02, 0.001, OD_VERDICT_EQUIVALENT},   /* real, and small */
        {0.95, 0.93, 0.97, 0.001, OD_VERDICT_IMPROVED},
        {0.95, 0.93, 0.97, 0.05, OD_VERDICT_INCONCLUSIVE},
        {0.95, 0.93, 1.00, 0.001, OD_VERDICT_INCONCLUSIVE},
        {0.98, 0.96, 0.999, 0.001, OD_VERDICT_INCONCLUSIVE},
        {0.9799, 0.96, 0.999, 0.001, OD_VERDICT_IMPROVED},
        {1.0, 0.98, 1.02, 1, OD_VERDICT_EQUIVALENT},
        {1.0, 0.9799, 1.02, 1, OD_VERDICT_INCONCLUSIVE},
        {1.0, 0.98, 1.0201, 1, OD_VERDICT_INCONCLUSIVE},
        {1.0, 1.0, 1.0, 1, OD_VERDICT_EQUIVALENT},
        {1.5, (double)NAN, (double)NAN, 1, OD_VERDICT_INCONCLUSIVE},
        {(double)NAN, (double)NAN, (double)NAN, (double)NAN, OD_VERDICT_INCONCLUSIVE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_compare_options options;
        od_compare_options_init(&options);
        struct od_compared cell =
            cell_of(rows[i].ratio, rows[i].low, rows[i].high, rows[i].p);
        assert_int_equal(give(&options, &cell), rows[i].verdict);
        bool open = rows[i].verdict == OD_VERDICT_INCONCLUSIVE;
        assert_int_equal(cell.change.more_repetitions, open ? 7 : 0);
        assert_int_equal(cell.change.reason != NULL, open);
    }
}

/* Both thresholds must be passed; either is enough to be the same. */
static void both_thresholds(void **state)
{
    (void)state;
    struct od_compare_options options;
    od_compare_options_init(&options);
    struct od_compared cell = cell_of(1.05, 1.03, 1.07, 0.001);
    options.threshold_ns = 5000001; /* the shift is 5 ms */
    assert_int_equal(give(&options, &cell), OD_VERDICT_INCONCLUSIVE);
    options.threshold_ns = 4999000;
    assert_int_equal(give(&options, &cell), OD_VERDICT_REGRESSED);
    options.threshold_ns = 7001000;
    assert_int_equal(give(&options, &cell), OD_VERDICT_EQUIVALENT);
    options.threshold_ns = 0;
    options.threshold_ratio = 0.06;
    assert_int_equal(give(&options, &cell), OD_VERDICT_INCONCLUSIVE);
    options.threshold_ratio = 0.071;
    assert_int_equal(give(&options, &cell), OD_VERDICT_EQUIVALENT);
    options.threshold_ratio = 0;
    cell = cell_of(1.0001, 1.00005, 1.0002, 0.001);
    assert_int_equal(give(&options, &cell), OD_VERDICT_REGRESSED);
    cell = cell_of(1, 1, 1, 1);
    assert_int_equal(give(&options, &cell), OD_VERDICT_EQUIVALENT);
}

static void set_errors(struct od_compared *cell, double shift, double low, double high,
                       double p)
{
    cell->side[OD_BASE].failed = 5;
    cell->errors.shift = shift;
    cell->errors.shift_low = low;
    cell->errors.shift_high = high;
    cell->errors.p = p;
}

static void of_errors(void **state)
{
    (void)state;
    static const struct {
        double shift;
        double low;
        double high;
        double p;
        enum od_verdict verdict;
    } rows[] = {
        {0.02, 0.01, 0.03, 0.001, OD_VERDICT_REGRESSED},
        {0.02, 0.01, 0.03, 0.05, OD_VERDICT_INCONCLUSIVE},
        {0.02, 0.0, 0.04, 0.001, OD_VERDICT_INCONCLUSIVE},
        {0.001, 0.0005, 0.002, 0.001, OD_VERDICT_INCONCLUSIVE}, /* not above 0.1 % */
        {-0.02, -0.03, -0.01, 0.001, OD_VERDICT_IMPROVED},
        {0.0, -0.001, 0.001, 1, OD_VERDICT_EQUIVALENT},
        {0.0, -0.002, 0.001, 1, OD_VERDICT_INCONCLUSIVE},
    };
    struct od_compare_options options;
    od_compare_options_init(&options);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_compared cell = cell_of(1, 1, 1, 1);
        set_errors(&cell, rows[i].shift, rows[i].low, rows[i].high, rows[i].p);
        struct od_comparison comparison = {
            .options = options, .cells = &cell, .cell_count = 1};
        od_verdicts_give(&comparison);
        assert_int_equal(cell.errors.verdict, rows[i].verdict);
        assert_int_equal(cell.change.verdict, OD_VERDICT_EQUIVALENT);
        assert_int_equal(comparison.error_regressions,
                         rows[i].verdict == OD_VERDICT_REGRESSED);
        /* The same as a metric of its own. */
        comparison.options.metric = OD_METRIC_ERROR_RATE;
        cell.change = cell.errors;
        od_verdicts_give(&comparison);
        assert_int_equal(cell.change.verdict, rows[i].verdict);
    }
    /* Nothing failed on either side: that is the same, however few were asked. */
    struct od_compared cell = cell_of(1, 1, 1, 1);
    (void)give(&options, &cell);
    assert_int_equal(cell.errors.verdict, OD_VERDICT_EQUIVALENT);
    cell.side[OD_NEW].requests = 0;
    (void)give(&options, &cell);
    assert_int_equal(cell.errors.verdict, OD_VERDICT_INCONCLUSIVE);
}

/* Less mAP is worse, more failures are. */
static void of_map(void **state)
{
    (void)state;
    struct od_compare_options options;
    od_compare_options_init(&options);
    options.metric = OD_METRIC_MAP;
    struct od_compared cell = cell_of((double)NAN, (double)NAN, (double)NAN, 0.001);
    cell.change.shift = -0.02;
    cell.change.shift_low = -0.03;
    cell.change.shift_high = -0.01;
    assert_int_equal(give(&options, &cell), OD_VERDICT_REGRESSED);
    cell.change.shift = 0.02;
    cell.change.shift_low = 0.01;
    cell.change.shift_high = 0.03;
    assert_int_equal(give(&options, &cell), OD_VERDICT_IMPROVED);
    cell.change.shift_low = -0.004;
    cell.change.shift_high = 0.005;
    assert_int_equal(give(&options, &cell), OD_VERDICT_EQUIVALENT);
}

/* Faster by failing, or by answering otherwise, is not better. */
static void no_improvement(void **state)
{
    (void)state;
    struct od_compare_options options;
    od_compare_options_init(&options);
    struct od_compared cell = cell_of(0.9, 0.88, 0.92, 0.001);
    assert_int_equal(give(&options, &cell), OD_VERDICT_IMPROVED);
    cell = cell_of(0.9, 0.88, 0.92, 0.001);
    set_errors(&cell, 0.02, 0.01, 0.03, 0.001);
    assert_int_equal(give(&options, &cell), OD_VERDICT_INCONCLUSIVE);
    assert_int_equal(cell.notes, 1U << OD_NOTE_FASTER_BY_FAILING);
    assert_string_equal(cell.change.reason, "faster, but more requests failed");
    assert_int_equal(cell.change.more_repetitions, -1);
    cell = cell_of(0.9, 0.88, 0.92, 0.001);
    cell.answers = 10;
    cell.answers_differ = 1;
    assert_int_equal(give(&options, &cell), OD_VERDICT_INCONCLUSIVE);
    assert_string_equal(cell.change.reason, "faster, but answers differ");
    /* A regression stays one. */
    cell = cell_of(1.1, 1.08, 1.12, 0.001);
    cell.answers_differ = 1;
    set_errors(&cell, 0.02, 0.01, 0.03, 0.001);
    assert_int_equal(give(&options, &cell), OD_VERDICT_REGRESSED);
}

/* Holm over four cells: 0.0125, 0.04 ... ; expected values: R's p.adjust. */
static void corrected(void **state)
{
    (void)state;
    static const double p[] = {0.02, 0.01, 0.9, (double)NAN, 0.015};
    static const double holm[] = {0.045, 0.04, 0.9, (double)NAN, 0.045};
    static const double ratios[] = {1.05, 1.05, 1.0, (double)NAN, 1.05};
    struct od_compared cells[5];
    for (size_t i = 0; i < 5; i++) {
        cells[i] = cell_of(ratios[i], ratios[i] - 0.02, ratios[i] + 0.02, p[i]);
    }
    set_errors(&cells[2], 0.02, 0.01, 0.03, 0.03); /* one of five: 0.15 */
    struct od_comparison comparison = {.cells = cells, .cell_count = 5};
    od_compare_options_init(&comparison.options);
    od_verdicts_give(&comparison);
    for (size_t i = 0; i < 5; i++) {
        assert_true(isnan(holm[i]) ? isnan(cells[i].change.p_adjusted)
                                   : fabs(cells[i].change.p_adjusted - holm[i]) < 1e-12);
    }
    assert_int_equal(comparison.verdicts[OD_VERDICT_REGRESSED], 3);
    assert_int_equal(comparison.verdicts[OD_VERDICT_EQUIVALENT], 1);
    assert_int_equal(comparison.verdicts[OD_VERDICT_INCONCLUSIVE], 1);
    assert_int_equal(comparison.error_regressions, 0);
    assert_true(fabs(cells[2].errors.p_adjusted - 0.15) < 1e-12);
    assert_int_equal(comparison.geomean_cells, 4);
    assert_true(fabs(comparison.geomean_ratio - pow(1.05, 0.75)) < 1e-12);
}

static void names(void **state)
{
    (void)state;
    assert_string_equal(od_verdict_name(OD_VERDICT_EQUIVALENT), "equivalent");
    assert_string_equal(od_verdict_name(OD_VERDICT_IMPROVED), "improved");
    assert_string_equal(od_verdict_name(OD_VERDICT_REGRESSED), "regressed");
    assert_string_equal(od_verdict_name(OD_VERDICT_INCONCLUSIVE), "inconclusive");
    assert_string_equal(od_metric_name(OD_METRIC_P50), "p50");
    assert_string_equal(od_metric_name(OD_METRIC_MAP), "map");
    assert_true(od_metric_is_time(OD_METRIC_MEAN));
    assert_false(od_metric_is_time(OD_METRIC_ERROR_RATE));
    for (int i = 0; i < OD_NOTE_COUNT; i++) {
        assert_true(strlen(od_compare_note_text((enum od_compare_note)i)) > 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_times),       cmocka_unit_test(both_thresholds),
        cmocka_unit_test(of_errors),      cmocka_unit_test(of_map),
        cmocka_unit_test(no_improvement), cmocka_unit_test(corrected),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
