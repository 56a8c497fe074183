/* Least squares with usual and robust errors. */
#include "stats/regress.h"

#include "base/alloc.h"
#include "stats/dist.h"
#include "stats/qr.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* From here on a row's residual is rounding alone. */
#define LEVERAGE_MOST (1 - 1e-10)

struct fit {
    size_t rows;
    double *columns[OD_REGRESSORS_MAX + 1]; /* owned; of the rows that are used */
    double *y;                              /* owned */
    double *residuals;                      /* owned */
    struct od_qr qr;
    size_t taken[OD_QR_COLUMNS];    /* which coefficient a column of the QR has */
    double variance[OD_QR_COLUMNS]; /* of coefficients, for residuals of variance 1 */
    double robust[OD_QR_COLUMNS];
};

static bool finite_row(const struct od_regress_data *data, size_t row)
{
    bool finite = isfinite(data->y[row]);
    for (size_t k = 0; k < data->regressor_count; k++) {
        finite = finite && isfinite(data->regressors[k].values[row]);
    }
    return finite;
}

static void copy_rows(const struct od_regress_data *data, struct fit *fit)
{
    fit->y = od_xcalloc(data->rows, sizeof *fit->y);
    fit->residuals = od_xcalloc(data->rows, sizeof *fit->residuals);
    for (size_t k = 0; k <= data->regressor_count; k++) {
        fit->columns[k] = od_xcalloc(data->rows, sizeof *fit->columns[k]);
    }
    for (size_t row = 0; row < data->rows; row++) {
        if (!finite_row(data, row)) {
            continue;
        }
        fit->y[fit->rows] = data->y[row];
        fit->columns[0][fit->rows] = 1;
        for (size_t k = 0; k < data->regressor_count; k++) {
            fit->columns[k + 1][fit->rows] = data->regressors[k].values[row];
        }
        fit->rows++;
    }
}

static bool constant(const double *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (values[i] < values[0] || values[i] > values[0]) {
            return false;
        }
    }
    return true;
}

static void decompose(struct fit *fit, struct od_regression *out)
{
    od_qr_init(&fit->qr, fit->rows);
    for (size_t k = 0; k < out->count; k++) {
        if (od_qr_add(&fit->qr, fit->columns[k])) {
            fit->taken[fit->qr.rank - 1] = k;
        } else if (constant(fit->columns[k], fit->rows)) {
            out->warnings |= OD_REGRESS_CONSTANT;
        } else {
            out->warnings |= OD_REGRESS_COLLINEAR;
        }
    }
    out->df = (double)(fit->rows - fit->qr.rank);
    out->warnings |= fit->rows <= fit->qr.rank ? OD_REGRESS_FEW : 0;
}

/* Coefficients from the part of y that lies in the space of the columns, residuals from
 * the rest. */
static void solve(struct fit *fit, struct od_regression *out)
{
    size_t rank = fit->qr.rank;
    double x[OD_QR_COLUMNS];
    for (size_t i = 0; i < fit->rows; i++) {
        fit->residuals[i] = fit->y[i];
    }
    od_qr_turn(&fit->qr, fit->residuals);
    for (size_t k = 0; k < rank; k++) {
        x[k] = fit->residuals[k];
        fit->residuals[k] = 0;
    }
    od_qr_turn_back(&fit->qr, fit->residuals);
    od_qr_solve(&fit->qr, x);
    for (size_t k = 0; k < rank; k++) {
        out->of[fit->taken[k]].value = x[k];
    }
}

/* Row by row of the first columns of Q: q gives the row's leverage, and z = R^-1 q what
 * its residual does to each coefficient. */
static void variances(struct fit *fit, struct od_regression *out)
{
    size_t rank = fit->qr.rank;
    double *q = od_xcalloc(fit->rows * rank, sizeof *q);
    for (size_t k = 0; k < rank; k++) {
        q[k * fit->rows + k] = 1;
        od_qr_turn_back(&fit->qr, q + k * fit->rows);
    }
    for (size_t i = 0; i < fit->rows; i++) {
        double z[OD_QR_COLUMNS];
        double leverage = 0;
        for (size_t k = 0; k < rank; k++) {
            z[k] = q[k * fit->rows + i];
            leverage += z[k] * z[k];
        }
        od_qr_solve(&fit->qr, z);
        double without = fit->residuals[i] / (1 - leverage);
        if (leverage > LEVERAGE_MOST) {
            out->warnings |= OD_REGRESS_ALONE;
            without = (double)NAN;
        }
        for (size_t k = 0; k < rank; k++) {
            fit->variance[k] += z[k] * z[k];
            fit->robust[k] += z[k] * without * (z[k] * without);
        }
    }
    free(q);
}

/* Sum of squares about the mean. */
static double squares_of(const double *values, size_t count)
{
    double mean = 0;
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        mean += values[i];
    }
    mean /= (double)count;
    for (size_t i = 0; i < count; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    return squares;
}

static void quality(const struct fit *fit, struct od_regression *out)
{
    double residual = 0;
    double *fitted = od_xcalloc(fit->rows, sizeof *fitted);
    for (size_t i = 0; i < fit->rows; i++) {
        residual += fit->residuals[i] * fit->residuals[i];
        fitted[i] = fit->y[i] - fit->residuals[i];
    }
    double explained = squares_of(fitted, fit->rows);
    free(fitted);
    out->sigma = out->df > 0 ? sqrt(residual / out->df) : (double)NAN;
    if ((out->warnings & OD_REGRESS_FLAT) == 0) {
        out->r_squared = explained / (explained + residual);
        double n = (double)fit->rows;
        if (out->df > 0) {
            out->adjusted = 1 - (1 - out->r_squared) * ((n - 1) / out->df);
        }
    }
}

static double p_of(double value, double error, double df)
{
    return error > 0 ? od_student_two_sided(value / error, df) : (double)NAN;
}

static void errors_of(struct od_coefficient *c, double t, double df)
{
    c->low = c->value - t * c->error;
    c->high = c->value + t * c->error;
    c->p = p_of(c->value, c->error, df);
    c->robust_low = c->value - t * c->robust_error;
    c->robust_high = c->value + t * c->robust_error;
    c->robust_p = p_of(c->value, c->robust_error, df);
    c->standard = c->value * c->scale;
    c->standard_low = c->low * c->scale;
    c->standard_high = c->high * c->scale;
}

static void describe(const struct fit *fit, double confidence, struct od_regression *out)
{
    bool errors = out->df > 0;
    double t =
        errors ? od_student_quantile_two_sided(1 - confidence, out->df) : (double)NAN;
    double y_squares = squares_of(fit->y, fit->rows);
    for (size_t k = 0; k < fit->qr.rank; k++) {
        struct od_coefficient *c = &out->of[fit->taken[k]];
        if (errors) {
            c->error = out->sigma * sqrt(fit->variance[k]);
            c->robust_error = sqrt(fit->robust[k]);
        }
        if (fit->taken[k] > 0 && (out->warnings & OD_REGRESS_FLAT) == 0) {
            c->scale =
                sqrt(squares_of(fit->columns[fit->taken[k]], fit->rows) / y_squares);
        }
        errors_of(c, t, out->df);
    }
}

static void unknown(const struct od_regress_data *data, struct od_regression *out)
{
    const double nan = (double)NAN;
    *out = (struct od_regression){.count = data->regressor_count + 1,
                                  .sigma = nan,
                                  .r_squared = nan,
                                  .adjusted = nan};
    for (size_t k = 0; k < out->count; k++) {
        out->of[k] = (struct od_coefficient){k > 0 ? data->regressors[k - 1].name : NULL,
                                             nan,
                                             nan,
                                             nan,
                                             nan,
                                             nan,
                                             nan,
                                             nan,
                                             nan,
                                             nan,
                                             nan,
                                             nan,
                                             nan,
                                             nan};
    }
}

void od_regress(const struct od_regress_data *data, double confidence,
                struct od_regression *out)
{
    assert(data->regressor_count <= OD_REGRESSORS_MAX);
    assert(confidence > 0 && confidence < 1);
    struct fit fit = {0};
    unknown(data, out);
    copy_rows(data, &fit);
    out->rows = fit.rows;
    out->warnings |= fit.rows < data->rows ? OD_REGRESS_NOT_FINITE : 0;
    if (fit.rows == 0) {
        out->warnings |= OD_REGRESS_FEW;
    } else {
        out->warnings |= constant(fit.y, fit.rows) ? OD_REGRESS_FLAT : 0;
        decompose(&fit, out);
        solve(&fit, out);
        variances(&fit, out);
        quality(&fit, out);
        describe(&fit, confidence, out);
        od_qr_release(&fit.qr);
    }
    for (size_t k = 0; k < out->count; k++) {
        free(fit.columns[k]);
    }
    free(fit.y);
    free(fit.residuals);
}
