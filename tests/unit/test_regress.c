/* Least squares on the data of tests/oracle/regress_tests.R, against R's lm(), and on
 * data of which the answer is known. */
#include "stats/regress.h"

#include "oracle.h"

#define ROWS 400

struct columns {
    double y[ROWS];
    double x[OD_REGRESSORS_MAX][ROWS];
    struct od_regressor regressors[OD_REGRESSORS_MAX];
    struct od_regress_data data;
};

static void copy(const struct oracle *o, double *to)
{
    assert_true(o->count <= ROWS);
    for (size_t i = 0; i < o->count; i++) {
        to[i] = o->numbers[i];
    }
}

/* A "y" line begins anew, "x" lines add to it. */
static void take(const struct oracle *o, struct columns *columns)
{
    struct od_regress_data *data = &columns->data;
    if (strcmp(o->word, "y") == 0) {
        copy(o, columns->y);
        *data = (struct od_regress_data){
            .y = columns->y, .rows = o->count, .regressors = columns->regressors};
        return;
    }
    assert_int_equal(o->count, data->rows);
    assert_true(data->regressor_count < OD_REGRESSORS_MAX);
    size_t k = data->regressor_count++;
    copy(o, columns->x[k]);
    columns->regressors[k] = (struct od_regressor){.name = "x", .values = columns->x[k]};
}

static void check_fit(const struct oracle *o, const struct od_regression *have)
{
    const double *want = o->numbers;
    assert_int_equal(o->count, 5);
    oracle_check(o, "rows", (double)have->rows, want[0], 0, 0);
    oracle_check(o, "df", have->df, want[1], 0, 0);
    oracle_check(o, "sigma", have->sigma, want[2], 1e-9, 0);
    oracle_check(o, "R^2", have->r_squared, want[3], 1e-9, 1e-12);
    oracle_check(o, "adjusted", have->adjusted, want[4], 1e-9, 1e-12);
}

/* Coefficients to 1e-9 of themselves or of their error. */
static void check_coefficient(const struct oracle *o, const struct od_coefficient *have)
{
    const double *want = o->numbers;
    double beside = have->error > 0 ? 1e-9 * have->error : 0;
    if (strcmp(o->word, "coefficient") == 0) {
        assert_int_equal(o->count, 5);
        oracle_check(o, "value", have->value, want[0], 1e-9, beside);
        oracle_check(o, "error", have->error, want[1], 1e-9, 0);
        oracle_check(o, "low", have->low, want[2], 1e-9, beside);
        oracle_check(o, "high", have->high, want[3], 1e-9, beside);
        oracle_check(o, "p", have->p, want[4], 1e-6, 1e-60);
    } else if (strcmp(o->word, "robust") == 0) {
        assert_int_equal(o->count, 4);
        oracle_check(o, "error", have->robust_error, want[0], 1e-9, 0);
        oracle_check(o, "low", have->robust_low, want[1], 1e-9, beside);
        oracle_check(o, "high", have->robust_high, want[2], 1e-9, beside);
        oracle_check(o, "p", have->robust_p, want[3], 1e-6, 1e-60);
    } else {
        assert_string_equal(o->word, "standard");
        assert_int_equal(o->count, 3);
        oracle_check(o, "value", have->standard, want[0], 1e-9, beside);
        oracle_check(o, "low", have->standard_low, want[1], 1e-9, beside);
        oracle_check(o, "high", have->standard_high, want[2], 1e-9, beside);
    }
}

static void as_r(void **state)
{
    (void)state;
    struct oracle *o = oracle_open("tests/golden/stats/regress.txt");
    static struct columns columns;
    struct od_regression have = {0};
    size_t lines = 0;
    size_t fits = 0;
    while (oracle_next(o)) {
        if (strcmp(o->word, "y") == 0 || strcmp(o->word, "x") == 0) {
            take(o, &columns);
        } else if (strcmp(o->word, "fit") == 0) {
            od_regress(&columns.data, 0.95, &have);
            check_fit(o, &have);
            lines = 0;
            fits++;
        } else {
            assert_true(lines / 3 < have.count);
            check_coefficient(o, &have.of[lines / 3]);
            lines++;
        }
    }
    assert_int_equal(fits, 14);
    oracle_close(o);
}

/* y = 1 + x + ... + x^4, whose coefficients are 1 to the last digits. */
static void a_polynomial(void **state)
{
    (void)state;
    static struct columns columns;
    columns.data = (struct od_regress_data){.y = columns.y,
                                            .rows = 21,
                                            .regressors = columns.regressors,
                                            .regressor_count = 4};
    for (size_t i = 0; i < columns.data.rows; i++) {
        double power = 1;
        columns.y[i] = 1;
        for (size_t k = 0; k < columns.data.regressor_count; k++) {
            power *= (double)i;
            columns.x[k][i] = power;
            columns.y[i] += power;
            columns.regressors[k] = (struct od_regressor){"power", columns.x[k]};
        }
    }
    struct od_regression fit;
    od_regress(&columns.data, 0.95, &fit);
    assert_int_equal(fit.warnings, 0);
    for (size_t k = 0; k < fit.count; k++) {
        assert_true(fabs(fit.of[k].value - 1) < 1e-9);
    }
    assert_true(fit.r_squared > 1 - 1e-12);
    assert_null(fit.of[0].name);
    assert_string_equal(fit.of[4].name, "power");
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    static const double y[] = {3, 5, 4, 8, 9, 11};
    static const double flat[] = {2, 2, 2, 2, 2, 2};
    static const double x[] = {1, 2, 3, 4, 5, 6};
    static const double twice[] = {2, 4, 6, 8, 10, 12};
    static const double alone[] = {0, 0, 0, 0, 1, 0};
    static const double holes[] = {1, 2, (double)NAN, 4, (double)INFINITY, 6};
    static const double none[] = {(double)NAN, (double)NAN};
    static const struct {
        const double *y;
        size_t rows;
        const double *x[2];
        unsigned warnings;
    } cases[] = {
        {y, 6, {x, alone}, OD_REGRESS_ALONE},
        {y, 6, {x, flat}, OD_REGRESS_CONSTANT},
        {y, 6, {x, twice}, OD_REGRESS_COLLINEAR},
        {y, 3, {x, alone}, OD_REGRESS_CONSTANT},
        {y, 2, {x, NULL}, OD_REGRESS_FEW | OD_REGRESS_ALONE},
        {flat, 6, {x, NULL}, OD_REGRESS_FLAT},
        {y, 6, {holes, NULL}, OD_REGRESS_NOT_FINITE},
        {none, 2, {x, NULL}, OD_REGRESS_NOT_FINITE | OD_REGRESS_FEW},
        {y, 0, {x, NULL}, OD_REGRESS_FEW},
        {y, 6, {x, NULL}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_regressor regressors[2] = {{"x", cases[i].x[0]}, {"z", cases[i].x[1]}};
        struct od_regress_data data = {.y = cases[i].y,
                                       .rows = cases[i].rows,
                                       .regressors = regressors,
                                       .regressor_count = cases[i].x[1] != NULL ? 2 : 1};
        struct od_regression fit;
        od_regress(&data, 0.95, &fit);
        assert_int_equal(fit.warnings, cases[i].warnings);
        unsigned left_out = OD_REGRESS_CONSTANT | OD_REGRESS_COLLINEAR;
        assert_int_equal((fit.warnings & left_out) != 0,
                         fit.count == 3 && isnan(fit.of[2].value));
        bool errors = (fit.warnings & OD_REGRESS_FEW) == 0;
        assert_int_equal(errors, !isnan(fit.of[1].error));
        bool robust = errors && (fit.warnings & OD_REGRESS_ALONE) == 0;
        assert_int_equal(robust, !isnan(fit.of[1].robust_error));
        bool flat_y = (fit.warnings & OD_REGRESS_FLAT) != 0;
        assert_int_equal(errors && !flat_y, !isnan(fit.of[1].standard_low));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_r),
        cmocka_unit_test(a_polynomial),
        cmocka_unit_test(says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
