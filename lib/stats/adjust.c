/* Holm; Benjamini and Hochberg. */
#include "stats/adjust.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>

struct ranked {
    double p;
    size_t at;
};

static int ascending(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    return (x->p > y->p) - (x->p < y->p);
}

/* The smallest is multiplied by the number of tests, the next by one less, and so on; a
 * larger p is never corrected to less than a smaller one. */
static void holm(const struct ranked *sorted, size_t count, double *out)
{
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        most = fmax(most, (double)(count - i) * sorted[i].p);
        out[sorted[i].at] = fmin(1, most);
    }
}

/* From the largest down: p times the number of tests over its rank. */
static void benjamini_hochberg(const struct ranked *sorted, size_t count, double *out)
{
    double least = 1;
    for (size_t i = count; i-- > 0;) {
        least = fmin(least, (double)count / (double)(i + 1) * sorted[i].p);
        out[sorted[i].at] = least;
    }
}

void od_adjust(enum od_adjust how, const double *p, size_t count, double *out)
{
    struct ranked *sorted = od_xcalloc(count, sizeof *sorted);
    size_t tests = 0;
    for (size_t i = 0; i < count; i++) {
        out[i] = p[i];
        if (!isnan(p[i])) {
            sorted[tests++] = (struct ranked){.p = p[i], .at = i};
        }
    }
    qsort(sorted, tests, sizeof *sorted, ascending);
    switch (how) {
    case OD_ADJUST_NONE:
        break;
    case OD_ADJUST_HOLM:
        holm(sorted, tests, out);
        break;
    case OD_ADJUST_BH:
        benjamini_hochberg(sorted, tests, out);
        break;
    }
    free(sorted);
}
