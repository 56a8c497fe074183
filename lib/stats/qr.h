/* The QR decomposition of a tall matrix of a few columns, by Householder's reflections.
 */
#ifndef OD_STATS_QR_H
#define OD_STATS_QR_H

#include <stdbool.h>
#include <stddef.h>

#define OD_QR_COLUMNS 9

/* Q is the product of the reflections. Columns are added one by one. */
struct od_qr {
    size_t rows;
    size_t rank;    /* columns that were taken */
    double *across; /* owned; rank unit vectors of rows numbers: reflections' normals */
    double r[OD_QR_COLUMNS][OD_QR_COLUMNS]; /* upper triangle, by row */
};

/* For columns of at least 1 row. */
void od_qr_init(struct od_qr *qr, size_t rows);
void od_qr_release(struct od_qr *qr);

/*
 * Takes a column (which is copied) and returns true; leaves it, and returns false, when
 * there are as many columns as rows already, or when all but 1e-7 of its length lies in
 * the space of the columns before it: the rule of R's lm(). Not more than OD_QR_COLUMNS
 * are taken.
 */
bool od_qr_add(struct od_qr *qr, const double *column);

/* Puts Q' x in the place of x, rows numbers; the first rank of them are in R's space. */
void od_qr_turn(const struct od_qr *qr, double *x);
/* Puts Q x in the place of x. */
void od_qr_turn_back(const struct od_qr *qr, double *x);

/* Puts the solution z of R z = x in the place of x, rank numbers. */
void od_qr_solve(const struct od_qr *qr, double *x);

#endif
