/* Plain numbers in ascending order. */
#include "base/sort.h"

#include <stdlib.h>

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static int compare_i64(const void *a, const void *b)
{
    return od_order_i64(*(const int64_t *)a, *(const int64_t *)b);
}

void od_sort_doubles(double *values, size_t count)
{
    if (count > 0) {
        qsort(values, count, sizeof *values, compare_doubles);
    }
}

void od_sort_i64(int64_t *values, size_t count)
{
    if (count > 0) {
        qsort(values, count, sizeof *values, compare_i64);
    }
}

bool od_sorted_has_i64(const int64_t *sorted, size_t count, int64_t value)
{
    return count > 0 &&
           bsearch(&value, sorted, count, sizeof *sorted, compare_i64) != NULL;
}
