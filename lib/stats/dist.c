/* Normal and Student distributions. */
#include "stats/dist.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* 1 / sqrt(2) in two parts, and constants that C11 alone does not name. */
#define HALF_ROOT      0.70710678118654752440
#define HALF_ROOT_REST (-4.833646656726457e-17)
#define TWO_BY_ROOT_PI 1.12837916709551257390
#define ROOT_PI        1.77245385090551602730
#define ROOT_2_PI      2.50662827463100050242

double od_normal_cdf(double z)
{
    if (isinf(z)) {
        return z > 0 ? 1 : 0;
    }
    /* What rounding took from the argument matters far out: erfc falls as exp(-x^2). */
    double x = -z * HALF_ROOT;
    double rest = fma(-z, HALF_ROOT, -x) - z * HALF_ROOT_REST;
    return 0.5 * (erfc(x) - TWO_BY_ROOT_PI * exp(-x * x) * rest);
}

/* Coefficients ascend by power. */
static double polynomial(const double *c, size_t count, double x)
{
    double sum = 0;
    while (count > 0) {
        sum = sum * x + c[--count];
    }
    return sum;
}

#define TERMS 8

/* Rational approximations of AS 241, PPND16: the middle, the tail, the far tail. */
static const struct {
    double above[TERMS];
    double below[TERMS];
} wichura[] = {
    {{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
      1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
      3.3430575583588128105e4, 2.5090809287301226727e3},
     {1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
      2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
      5.2264952788528545610e3}},
    {{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
      3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
      2.27238449892691845833e-2, 7.74545014278341407640e-4},
     {1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
      1.05075007164441684324e-9}},
    {{6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
      2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
      2.71155556874348757815e-5, 2.01033439929228813265e-7},
     {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15}},
};

static double ratio(size_t part, double x)
{
    return polynomial(wichura[part].above, TERMS, x) /
           polynomial(wichura[part].below, TERMS, x);
}

double od_normal_quantile(double p)
{
    if (isnan(p) || p < 0 || p > 1) {
        return (double)NAN;
    }
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        return q * ratio(0, 0.180625 - q * q);
    }
    double tail = q < 0 ? p : 1 - p;
    if (tail <= 0) {
        return q < 0 ? -(double)INFINITY : (double)INFINITY;
    }
    double r = sqrt(-log(tail));
    double z = r <= 5 ? ratio(1, r - 1.6) : ratio(2, r - 5);
    return q < 0 ? -z : z;
}

/* Gamma(a + 1/2) / Gamma(a). Beyond 20 by the asymptotic series of its logarithm: a
 * difference of two large logarithms would lose digits. */
static double gamma_step(double a)
{
    if (a < 20) {
        return tgamma(a + 0.5) / tgamma(a);
    }
    double i = 1 / a;
    double ii = i * i;
    static const double series[] = {-1.0 / 8,       1.0 / 192,       -1.0 / 640,
                                    17.0 / 14336.0, -31.0 / 18432.0, 691.0 / 180224.0};
    return sqrt(a) * exp(i * polynomial(series, sizeof series / sizeof series[0], ii));
}

/*
 * The continued fraction of the incomplete beta function I_x(a, b), y = 1 - x, after
 * every second term (DiDonato and Morris 1992, "Algorithm 708", eq. 8), by Lentz' method.
 * lambda is a - (a + b) x, which the caller knows without cancellation; where it is above
 * -1 or so, some sqrt(max(a, b)) steps are enough.
 */
struct beta {
    double a, b;
    double x, y;
    double lambda;
};

static double beta_fraction(const struct beta *of)
{
    double a = of->a;
    double f = a / (a + 1) * (of->lambda + 1);
    double c = f;
    double d = 0;
    for (int n = 1; n <= 20000; n++) {
        double over = (a + n - 1) * (a + of->b + n - 1) * n * (of->b - n) * of->x *
                      of->x / ((a + 2 * n - 1) * (a + 2 * n - 1));
        double under = n + n * (of->b - n) * of->x / (a + 2 * n - 1) +
                       (a + n) / (a + 2 * n + 1) * (of->lambda + 1 + n * (1 + of->y));
        d = 1 / (under + over * d);
        c = under + over / c;
        f *= c * d;
        if (fabs(c * d - 1) < DBL_EPSILON) {
            break;
        }
    }
    return 1 / f;
}

/* Both parts of the probability; the smaller one is not a difference from 1. */
struct parts {
    double beyond; /* P(|T| >= t) */
    double within;
};

#define MANY 1e6

/* Fisher's expansion about the normal distribution; the next term is below 1e-17. */
static struct parts many_df(double t, double df)
{
    double within = erf(t * HALF_ROOT);
    double tt = t * t;
    double more =
        t * (tt + 1) / (4 * df) + t * (((3 * tt - 7) * tt - 5) * tt - 3) / (96 * df * df);
    more *= 2 * exp(-tt / 2) / ROOT_2_PI;
    more = isfinite(more) ? more : 0;
    return (struct parts){.beyond = 2 * od_normal_cdf(-t) + more,
                          .within = within - more};
}

/* t >= 0, finite; df > 0. */
static struct parts student(double t, double df)
{
    if (df > MANY) {
        return isinf(df) ? (struct parts){2 * od_normal_cdf(-t), erf(t * HALF_ROOT)}
                         : many_df(t, df);
    }
    double a = df / 2;
    double u = t / sqrt(df);
    double h = hypot(1, u);
    double x = 1 / h / h; /* of the beta distribution; y = 1 - x */
    double y = u / h * (u / h);
    double log_x = u < 1 ? -log1p(u * u) : -2 * log(h);
    double front = exp(a * log_x) * (u / h) * gamma_step(a) / ROOT_PI;
    double lambda = (a + 0.5) * y - 0.5;
    struct parts parts;
    if (lambda > 0) {
        parts.beyond = front * beta_fraction(&(struct beta){a, 0.5, x, y, lambda});
        parts.within = 1 - parts.beyond;
    } else {
        parts.within = front * beta_fraction(&(struct beta){0.5, a, y, x, -lambda});
        parts.beyond = 1 - parts.within;
    }
    return parts;
}

double od_student_two_sided(double t, double df)
{
    if (isnan(t) || isnan(df)) {
        return (double)NAN;
    }
    assert(df > 0);
    return isinf(t) ? 0 : student(fabs(t), df).beyond;
}

/* The density of T at t. */
static double density(double t, double df)
{
    if (isinf(df)) {
        return exp(-t * t / 2) / ROOT_2_PI;
    }
    double u = t / sqrt(df);
    double log_x = u < 1 ? -log1p(u * u) : -2 * log(hypot(1, u));
    return exp((df + 1) / 2 * log_x) * gamma_step(df / 2) / ROOT_PI / sqrt(df);
}

/* Newton's steps in the logarithms of t and of the smaller part of the probability, held
 * inside a bracket that every step narrows. */
double od_student_quantile_two_sided(double p, double df)
{
    assert(p > 0 && p < 1 && df > 0);
    if (isinf(df)) {
        return -od_normal_quantile(p / 2);
    }
    bool upper = p < 0.5;
    double wanted = log(upper ? p : 1 - p);
    double low = -700;
    double high = 709;
    double s = 0;
    for (int i = 0; i < 200; i++) {
        double t = exp(s);
        struct parts parts = student(t, df);
        double have = upper ? parts.beyond : parts.within;
        double gap = log(have) - wanted;
        if ((gap > 0) == upper) {
            low = s;
        } else {
            high = s;
        }
        double slope = 2 * density(t, df) * t / have * (upper ? -1 : 1);
        double next = s - gap / slope;
        if (!(next > low && next < high)) {
            next = low + (high - low) / 2;
        }
        if (fabs(next - s) < 1e-15 * fmax(1, fabs(s))) {
            return exp(next);
        }
        s = next;
    }
    return exp(s);
}
