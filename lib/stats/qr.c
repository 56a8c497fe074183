/* Householder's reflections, one column at a time. */
#include "stats/qr.h"

#include "base/alloc.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define LEAST_LEFT 1e-7

void od_qr_init(struct od_qr *qr, size_t rows)
{
    assert(rows >= 1);
    *qr = (struct od_qr){.rows = rows};
    qr->across = od_xcalloc(rows * OD_QR_COLUMNS, sizeof *qr->across);
}

void od_qr_release(struct od_qr *qr)
{
    free(qr->across);
    *qr = (struct od_qr){0};
}

/* Without overflow: sums of squares are taken of shares of the largest. */
static double length_of(const double *x, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        most = fmax(most, fabs(x[i]));
    }
    double sum = 0;
    for (size_t i = 0; i < count && most > 0; i++) {
        sum += x[i] / most * (x[i] / most);
    }
    return most * sqrt(sum);
}

static double *vector_of(const struct od_qr *qr, size_t k)
{
    return qr->across + k * qr->rows;
}

/* Across the k-th vector, which is 0 before its k-th number. */
static void reflect(const struct od_qr *qr, size_t k, double *x)
{
    const double *v = vector_of(qr, k);
    double along = 0;
    for (size_t i = k; i < qr->rows; i++) {
        along += v[i] * x[i];
    }
    for (size_t i = k; i < qr->rows; i++) {
        x[i] -= 2 * along * v[i];
    }
}

bool od_qr_add(struct od_qr *qr, const double *column)
{
    size_t k = qr->rank;
    if (k == qr->rows) {
        return false;
    }
    assert(k < OD_QR_COLUMNS);
    double *v = vector_of(qr, k);
    for (size_t i = 0; i < qr->rows; i++) {
        v[i] = column[i];
    }
    double whole = length_of(v, qr->rows);
    od_qr_turn(qr, v);
    double left = length_of(v + k, qr->rows - k);
    if (!(left > LEAST_LEFT * whole)) {
        return false;
    }
    for (size_t i = 0; i < k; i++) {
        qr->r[i][k] = v[i];
        v[i] = 0;
    }
    /* The sign that does not cancel. */
    qr->r[k][k] = v[k] > 0 ? -left : left;
    v[k] -= qr->r[k][k];
    double length = length_of(v + k, qr->rows - k);
    for (size_t i = k; i < qr->rows; i++) {
        v[i] /= length;
    }
    qr->rank++;
    return true;
}

void od_qr_turn(const struct od_qr *qr, double *x)
{
    for (size_t k = 0; k < qr->rank; k++) {
        reflect(qr, k, x);
    }
}

void od_qr_turn_back(const struct od_qr *qr, double *x)
{
    for (size_t k = qr->rank; k-- > 0;) {
        reflect(qr, k, x);
    }
}

void od_qr_solve(const struct od_qr *qr, double *x)
{
    for (size_t i = qr->rank; i-- > 0;) {
        for (size_t k = i + 1; k < qr->rank; k++) {
            x[i] -= qr->r[i][k] * x[k];
        }
        x[i] /= qr->r[i][i];
    }
}
