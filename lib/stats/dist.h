/* Distribution functions of the normal and of Student's t distribution. */
#ifndef OD_STATS_DIST_H
#define OD_STATS_DIST_H

/* P(Z <= z). Relative error below 1e-14 in both tails (by erfc). */
double od_normal_cdf(double z);
/* The z with P(Z <= z) = p: Wichura's AS 241 (1988), relative error about 1e-16. 0 and 1
 * give -inf and +inf, other p outside 0 .. 1 NaN. */
double od_normal_quantile(double p);

/*
 * P(|T| >= |t|) with df > 0 degrees of freedom (need not be whole), by the continued
 * fraction of the incomplete beta function; absolute error below 1e-12. An infinite t
 * gives 0, NaN gives NaN.
 */
double od_student_two_sided(double t, double df);
/* The t > 0 with od_student_two_sided(t, df) = p, 0 < p < 1. */
double od_student_quantile_two_sided(double p, double df);

#endif
