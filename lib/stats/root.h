/* Where a function of one variable passes through zero. */
#ifndef OD_STATS_ROOT_H
#define OD_STATS_ROOT_H

/* A value of a function; context is the caller's. */
typedef double (*od_function)(const void *context, double x);

/* Two places where the function has values of opposite signs, or one is zero. */
struct od_bracket {
    double x[2];
    double f[2];
};

/*
 * A zero, or the place of a jump across zero, by Brent's method (1973, "Algorithms for
 * minimization without derivatives", chapter 4): within tolerance and twice the relative
 * precision, after 1000 steps at most. Where the function is zero over a range, the first
 * zero that the method meets, which is also the one that R's uniroot meets.
 */
double od_root(od_function function, const void *context, const struct od_bracket *in,
               double tolerance);

#endif
