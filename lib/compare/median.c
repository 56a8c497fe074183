/* The median without sorting. */
#include "compare/median.h"

static void swap(double *a, double *b)
{
    double t = *a;
    *a = *b;
    *b = t;
}

/* Puts the value that would stand at k after sorting there, smaller ones in front
 * (Hoare's selection with the median of three). */
static void partition_at(double *v, size_t count, size_t k)
{
    size_t low = 0;
    size_t high = count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v[middle] < v[low]) {
            swap(&v[middle], &v[low]);
        }
        if (v[high] < v[low]) {
            swap(&v[high], &v[low]);
        }
        if (v[high] < v[middle]) {
            swap(&v[high], &v[middle]);
        }
        double pivot = v[middle];
        size_t i = low;
        size_t j = high;
        for (;;) {
            while (v[i] < pivot) {
                i++;
            }
            while (pivot < v[j]) {
                j--;
            }
            if (i >= j) {
                break;
            }
            swap(&v[i++], &v[j--]);
        }
        /* v[low .. j] <= pivot <= v[j + 1 .. high] */
        if (k <= j) {
            high = j;
        } else {
            low = j + 1;
        }
    }
}

double od_median(double *values, size_t count)
{
    size_t k = count / 2;
    partition_at(values, count, k);
    if (count % 2 == 1) {
        return values[k];
    }
    double below = values[0];
    for (size_t i = 1; i < k; i++) {
        below = values[i] > below ? values[i] : below;
    }
    return below + (values[k] - below) / 2;
}
