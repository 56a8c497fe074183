/* Plain numbers in ascending order. values may be NULL where count is 0. */
#ifndef OD_BASE_SORT_H
#define OD_BASE_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Negative, 0 or positive: a comes before b, with it, behind it. */
static inline int od_order_i64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* None of them may be NaN. */
void od_sort_doubles(double *values, size_t count);

void od_sort_i64(int64_t *values, size_t count);
/* Is value among those, which ascend? */
bool od_sorted_has_i64(const int64_t *sorted, size_t count, int64_t value);

#endif
