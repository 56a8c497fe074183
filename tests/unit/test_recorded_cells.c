/*
 * Quantiles, intervals and regressions of recorded latencies against what R and numpy
 * stored of them: tests/oracle/recorded_tests.R and tests/oracle/quantiles.py.
 */
#include "stats/interval.h"
#include "stats/quantile.h"
#include "stats/regress.h"
#include "table/obs.h"

#include "base/alloc.h"

#include "oracle.h"

enum { MOST = 1200, REGRESSORS = 3 };

/* What was read of a cell so far. */
struct cell {
    int64_t values[MOST]; /* in the order of the requests */
    int64_t sorted[MOST];
    double rep[MOST];
    double image[MOST];
    size_t count;
    double columns[REGRESSORS][MOST]; /* of the images */
    double latency[MOST];
    size_t images;
    size_t fits; /* lines of the fit until now */
    struct od_regression fit;
};

static void take_values(struct cell *cell, const struct oracle *oracle)
{
    assert_in_range(oracle->count, 1, MOST);
    cell->count = oracle->count;
    for (size_t i = 0; i < cell->count; i++) {
        cell->values[i] = (int64_t)oracle->numbers[i];
    }
    memcpy(cell->sorted, cell->values, cell->count * sizeof *cell->values);
    od_sort_ns(cell->sorted, cell->count);
}

static void take(double *to, size_t *count, const struct oracle *oracle)
{
    assert_in_range(oracle->count, 1, MOST);
    memcpy(to, oracle->numbers, oracle->count * sizeof *to);
    *count = oracle->count;
}

/* Ours are whole nanoseconds. */
static void check_quantile(const struct cell *cell, const struct oracle *oracle)
{
    assert_int_equal(oracle->count, 2);
    int64_t have = od_quantile_ns(cell->sorted, cell->count, (int)oracle->numbers[0]);
    oracle_check(oracle, "quantile", (double)have, oracle->numbers[1], 1e-15, 0.5000001);
}

static void check_ranks(const struct cell *cell, const struct oracle *oracle)
{
    size_t low = 0;
    size_t high = 0;
    assert_true(
        od_interval_ranks(cell->count, (int)oracle->numbers[0], 0.95, &low, &high));
    assert_in_range(high, low + 1, cell->count - 1);
    oracle_check(oracle, "low", (double)cell->sorted[low], oracle->numbers[1], 0, 0);
    oracle_check(oracle, "high", (double)cell->sorted[high], oracle->numbers[2], 0, 0);
}

/* As every table makes a mean and its interval. */
static void check_mean(const struct cell *cell, const struct oracle *oracle)
{
    struct od_obs_list list = {0};
    od_obs_init(&list, 1);
    for (size_t i = 0; i < cell->count; i++) {
        struct od_obs obs = {.ns = cell->values[i],
                             .image = (uint32_t)cell->image[i],
                             .unit = (uint32_t)cell->rep[i]};
        od_obs_add(&list, 0, &obs);
    }
    od_obs_sort(&list);
    size_t count = 0;
    size_t images = 0;
    const struct od_obs *obs = od_obs_cell(&list, 0, &count);
    struct od_mean mean = od_obs_mean(obs, count, &images);
    struct od_precision precision = od_obs_precision(obs, count, &mean);
    assert_int_equal(count, cell->count);
    assert_int_equal(images, cell->images);
    assert_int_equal(precision.samples, cell->count);
    /* The means of images are whole nanoseconds. */
    oracle_check(oracle, "mean", (double)mean.sum_ns / (double)mean.count,
                 oracle->numbers[0], 0, 0.5);
    oracle_check(oracle, "low", (double)precision.low_ns, oracle->numbers[1], 0, 2);
    oracle_check(oracle, "high", (double)precision.high_ns, oracle->numbers[2], 0, 2);
    od_obs_release(&list);
}

static void check_fit(struct cell *cell, const struct oracle *oracle)
{
    static const char *const names[] = {"bytes", "pixels", "objects"};
    const double wide = 1e-9;
    if (cell->fits == 0) {
        struct od_regressor regressors[REGRESSORS];
        for (size_t i = 0; i < REGRESSORS; i++) {
            regressors[i] = (struct od_regressor){names[i], cell->columns[i]};
        }
        const struct od_regress_data data = {cell->latency, cell->images, regressors,
                                             REGRESSORS};
        od_regress(&data, 0.95, &cell->fit);
    }
    assert_in_range(cell->fits, 0, REGRESSORS);
    const struct od_coefficient *of = &cell->fit.of[cell->fits++];
    oracle_check(oracle, "value", of->value, oracle->numbers[0], wide, 0);
    oracle_check(oracle, "low", of->low, oracle->numbers[1], wide, 0);
    oracle_check(oracle, "high", of->high, oracle->numbers[2], wide, 0);
    assert_int_equal(oracle->count, cell->fits == 1 ? 3 : 6);
    if (oracle->count == 6) {
        oracle_check(oracle, "standard", of->standard, oracle->numbers[3], wide, 0);
        oracle_check(oracle, "standard low", of->standard_low, oracle->numbers[4], wide,
                     0);
        oracle_check(oracle, "standard high", of->standard_high, oracle->numbers[5], wide,
                     0);
    }
}

static void check_half(const struct oracle *oracle)
{
    double values[MOST];
    size_t count = oracle->count - 1;
    assert_in_range(count, 2, MOST);
    memcpy(values, oracle->numbers + 1, count * sizeof *values);
    oracle_check(oracle, "half", od_interval_half(values, count, 0.95),
                 oracle->numbers[0], 1e-9, 0);
}

static void check_order(const struct oracle *oracle)
{
    size_t low = 0;
    size_t high = 0;
    bool known = od_interval_ranks((size_t)oracle->numbers[0], (int)oracle->numbers[1],
                                   0.95, &low, &high);
    assert_int_equal(known, oracle->numbers[2] >= 0);
    if (known) {
        oracle_check(oracle, "low", (double)low, oracle->numbers[2], 0, 0);
        oracle_check(oracle, "high", (double)high, oracle->numbers[3], 0, 0);
    }
}

/* True when the line was one of a cell. */
static bool take_cell(struct cell *cell, const struct oracle *oracle)
{
    static const char *const columns[] = {"bytes", "pixels", "objects"};
    size_t count = 0;
    for (size_t i = 0; i < REGRESSORS; i++) {
        if (strcmp(oracle->word, columns[i]) == 0) {
            take(cell->columns[i], &cell->images, oracle);
            return true;
        }
    }
    if (strcmp(oracle->word, "cell") == 0) {
        *cell = (struct cell){.count = 0};
    } else if (strcmp(oracle->word, "values") == 0) {
        take_values(cell, oracle);
    } else if (strcmp(oracle->word, "rep") == 0) {
        take(cell->rep, &count, oracle);
        assert_int_equal(count, cell->count);
    } else if (strcmp(oracle->word, "image") == 0) {
        take(cell->image, &count, oracle);
        assert_int_equal(count, cell->count);
    } else if (strcmp(oracle->word, "latency") == 0) {
        take(cell->latency, &cell->images, oracle);
    } else {
        return false;
    }
    return true;
}

static void as_in_r(void **state)
{
    (void)state;
    struct oracle *oracle = oracle_open("tests/golden/stats/recorded.txt");
    struct cell *cell = od_xcalloc(1, sizeof *cell);
    size_t checks = 0;
    while (oracle_next(oracle)) {
        if (take_cell(cell, oracle)) {
            continue;
        }
        checks++;
        if (strcmp(oracle->word, "quantile") == 0) {
            check_quantile(cell, oracle);
        } else if (strcmp(oracle->word, "ranks") == 0) {
            check_ranks(cell, oracle);
        } else if (strcmp(oracle->word, "mean") == 0) {
            check_mean(cell, oracle);
        } else if (strcmp(oracle->word, "fit") == 0) {
            check_fit(cell, oracle);
        } else if (strcmp(oracle->word, "r2") == 0) {
            oracle_check(oracle, "R2", cell->fit.r_squared, oracle->numbers[0], 1e-9, 0);
        } else if (strcmp(oracle->word, "half") == 0) {
            check_half(oracle);
        } else {
            assert_string_equal(oracle->word, "order");
            check_order(oracle);
        }
    }
    /* Six cells, and what stands behind them. */
    assert_int_equal(checks, 6 * (12 + 5 + 1 + 4 + 1) + 21 + 180);
    free(cell);
    oracle_close(oracle);
}

static void as_in_numpy(void **state)
{
    (void)state;
    struct oracle *oracle = oracle_open("tests/golden/stats/quantile.txt");
    struct cell *cell = od_xcalloc(1, sizeof *cell);
    size_t checks = 0;
    while (oracle_next(oracle)) {
        if (strcmp(oracle->word, "values") == 0) {
            take_values(cell, oracle);
        } else {
            assert_string_equal(oracle->word, "quantile");
            check_quantile(cell, oracle);
            checks++;
        }
    }
    assert_int_equal(checks, 14 * 14);
    free(cell);
    oracle_close(oracle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_in_r),
        cmocka_unit_test(as_in_numpy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
