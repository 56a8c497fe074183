/* The median without sorting. */
#ifndef OD_COMPARE_MEDIAN_H
#define OD_COMPARE_MEDIAN_H

#include <stddef.h>

/* The median of count >= 1 values, none NaN, which are put into another order. Of an even
 * number the middle between the two. Takes time in proportion to count. */
double od_median(double *values, size_t count);

#endif
