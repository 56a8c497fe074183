/* Corrections of p-values for the number of tests. */
#ifndef OD_STATS_ADJUST_H
#define OD_STATS_ADJUST_H

#include <stddef.h>

enum od_adjust {
    OD_ADJUST_NONE,
    OD_ADJUST_HOLM, /* Holm (1979): the chance of any false alarm */
    OD_ADJUST_BH    /* Benjamini and Hochberg (1995): the share of false alarms */
};

/*
 * Writes the corrected values of count p-values, in their order, at most 1: as R's
 * p.adjust(p, method). NaN stays NaN and does not count as a test. out may be p.
 */
void od_adjust(enum od_adjust how, const double *p, size_t count, double *out);

#endif
