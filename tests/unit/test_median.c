/* The median without sorting, against sorting. */
#include "compare/median.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MOST 400

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double sorted_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    double high = values[count / 2];
    double low = count % 2 == 1 ? high : values[count / 2 - 1];
    return low + (high - low) / 2;
}

/* Random, with many ties, ascending, descending, organ pipe. */
static double value_at(struct od_rng *rng, size_t i, size_t count, uint64_t shape)
{
    double at = (double)i;
    return shape == 0   ? od_rng_normal(rng)
           : shape == 1 ? (double)od_rng_below(rng, 3)
           : shape == 2 ? at
           : shape == 3 ? -at
           : shape == 4 ? (double)(i < count / 2 ? i : count - i)
                        : 7;
}

static void like_sorting(void **state)
{
    (void)state;
    struct od_rng rng;
    double a[MOST];
    double b[MOST];
    od_rng_init(&rng, 1, 0);
    for (int k = 0; k < 4000; k++) {
        size_t count = 1 + (size_t)od_rng_below(&rng, k % 10 == 0 ? MOST : 12);
        uint64_t shape = od_rng_below(&rng, 6);
        for (size_t i = 0; i < count; i++) {
            a[i] = b[i] = value_at(&rng, i, count, shape);
        }
        double expected = sorted_median(b, count);
        assert_true(od_median(a, count) == expected);
        qsort(a, count, sizeof *a, by_value);
        assert_memory_equal(a, b, count * sizeof *a); /* nothing is lost */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(like_sorting)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
