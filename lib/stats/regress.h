/* Ordinary least squares of a quantity on a few named others. */
#ifndef OD_STATS_REGRESS_H
#define OD_STATS_REGRESS_H

#include <stddef.h>

#define OD_REGRESSORS_MAX 8

/* What is worth knowing about a fit. A set of bits. */
enum od_regress_warning {
    OD_REGRESS_FEW = 1,         /* no more rows than coefficients: no errors */
    OD_REGRESS_CONSTANT = 2,    /* a regressor does not vary: no coefficient */
    OD_REGRESS_COLLINEAR = 4,   /* one follows from those before it: the same */
    OD_REGRESS_FLAT = 8,        /* y does not vary: no R^2, nothing standardised */
    OD_REGRESS_NOT_FINITE = 16, /* rows with NaN or infinite values were left out */
    OD_REGRESS_ALONE = 32       /* a row alone decides a coefficient: no robust errors */
};

/* A column. Borrowed. */
struct od_regressor {
    const char *name;
    const double *values; /* as many as y has */
};

struct od_regress_data {
    const double *y; /* borrowed */
    size_t rows;
    const struct od_regressor *regressors; /* borrowed */
    size_t regressor_count;                /* 0 .. OD_REGRESSORS_MAX */
};

/* What is not known is NaN. Errors and intervals by Student's t with the fit's df. */
struct od_coefficient {
    const char *name; /* borrowed; NULL: the intercept */
    double value;     /* units of y for one more unit of the regressor */
    double error;     /* where all rows scatter alike */
    double low, high;
    double p;            /* two-sided, of "it is 0" */
    double robust_error; /* wherever they scatter more: HC3, MacKinnon and White 1985 */
    double robust_low, robust_high;
    double robust_p;
    double scale; /* standard deviation of the regressor over that of y; intercept: NaN */
    double standard; /* value times scale: standard deviations of y for one of it */
    double standard_low, standard_high; /* low and high times scale */
};

struct od_regression {
    struct od_coefficient of[OD_REGRESSORS_MAX + 1]; /* the intercept, then as given */
    size_t count;                                    /* of them: regressor_count + 1 */
    size_t rows;                                     /* that were used */
    double df;        /* rows less coefficients that are known; at least 0 */
    double sigma;     /* standard deviation of the residuals */
    double r_squared; /* share of the variance of y that is explained */
    double adjusted;  /* the same for the number of coefficients */
    unsigned warnings;
};

/*
 * As R's lm(y ~ ...), summary() and confint(), by QR decomposition; a regressor that lm()
 * would leave out has NaN. The intervals of standardised coefficients are those of the
 * fit to standardised columns; robust ones times scale are their robust counterparts.
 * Takes 88 bytes a row, and 16 more for each coefficient.
 */
void od_regress(const struct od_regress_data *data, double confidence,
                struct od_regression *out);

#endif
