/* How two quantities move together. */
#ifndef OD_STATS_CORRELATION_H
#define OD_STATS_CORRELATION_H

#include <stddef.h>

/* Why there is no coefficient, or how little it is worth. A set of bits. */
enum od_correlation_warning {
    OD_CORRELATION_FEW = 1,      /* fewer than 3 pairs: no coefficient */
    OD_CORRELATION_CONSTANT = 2, /* one of the two does not vary: no coefficient */
};

/*
 * Pearson's r of count pairs, -1 to 1, by the two-pass formula; NaN with a bit set in
 * *warnings (which is always written) when it is not defined.
 */
double od_pearson(const double *x, const double *y, size_t count, unsigned *warnings);

#endif
