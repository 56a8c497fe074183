/* A cell's statistics against numpy and scipy: tests/oracle/compare_cell.py printed the
 * expected numbers. */
#include "compare_cells.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* As time_ns of tests/oracle/compare_cell.py. */
static int64_t oracle_ns(uint64_t side, uint64_t image, uint64_t run, uint64_t unit)
{
    uint64_t mixed =
        (image * 7919 + (run * 16 + unit) * 104729 + side * 15485863 + 12345) *
        2654435761U % 4294967296U;
    return (int64_t)(20000000 + 3000000 * image + mixed % 2000001 +
                     side * (1000000 + 100000 * image));
}

static const struct {
    size_t images;
    size_t runs;
    size_t units;
    enum od_metric metric;
    double noise;
    double expected[7];
} rows[] = {
    {12,
     1,
     10,
     OD_METRIC_P50,
     0.01,
     {1.043785877720, 1.013206046384, 1.071854703054, 4.064625687592e-03, 1587890.375,
      494819.313, 2692334.539}},
    {12,
     1,
     10,
     OD_METRIC_MEAN,
     0.01,
     {1.043214257626, 1.014727329203, 1.072712000949, 2.778372289125e-03, 1599717.275,
      552163.691, 2726151.244}},
    {12,
     1,
     5,
     OD_METRIC_P50,
     0,
     {1.039680899227, 1.029920047143, 1.047621062246, 1.042586778000e-03, 1476356.000,
      1111392.403, 1768903.858}},
    {15,
     3,
     4,
     OD_METRIC_P50,
     0.01,
     {1.042810440936, 1.024906951084, 1.059710233994, 9.215555820815e-04, 1752563.250,
      1046343.568, 2508433.050}},
    {15,
     3,
     4,
     OD_METRIC_MEAN,
     0,
     {1.042884514634, 1.038034626377, 1.048754098326, 7.894549221070e-04, 1768707.396,
      1499136.417, 2075588.625}},
    {12,
     1,
     10,
     OD_METRIC_P50,
     0.001,
     {1.043785877720, 1.030276994535, 1.054094842203, 4.882812500000e-04, 1587890.375,
      1134453.204, 2026887.676}},
    {15,
     2,
     4,
     OD_METRIC_P50,
     0.0001,
     {1.040996233772, 1.034943561025, 1.048990121659, 6.103515625000e-05, 1714847.125,
      1420799.750, 2056528.344}},
    {15,
     3,
     9,
     OD_METRIC_P50,
     0.01,
     {1.042663094394, 1.025416475017, 1.059758361637, 8.286442303550e-04, 1777599.250,
      1063633.654, 2500779.690}},
};

static bool near(double a, double b, double within)
{
    return fabs(a - b) <= within;
}

static void as_the_oracle(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct machine m = {.images = rows[i].images,
                            .units = rows[i].units,
                            .runs = {rows[i].runs, rows[i].runs},
                            .base_ns = 1e6};
        double shared[OD_SIDES][16] = {{0}};
        struct od_rng rng;
        struct od_compare_options options;
        struct od_cell_pair pair;
        struct od_compared cell;
        od_compare_options_init(&options);
        options.metric = rows[i].metric;
        options.run_noise_ratio = rows[i].noise;
        od_rng_init(&rng, 1, 0);
        cell_pair_draw(&pair, &m, shared, &rng);
        for (size_t s = 0; s < OD_SIDES; s++) {
            for (size_t k = 0; k < pair.side[s].count; k++) {
                struct od_measured *r = &pair.side[s].items[k];
                r->ns = oracle_ns(s, r->image, r->unit / m.units, r->unit % m.units);
            }
        }
        cell = (struct od_compared){0};
        od_cell_judge(&pair, m.images, 1, &options, &cell);
        const struct od_change *c = &cell.change;
        const double *e = rows[i].expected;
        assert_true(near(c->ratio, e[0], 1e-9) && near(c->ratio_low, e[1], 1e-9));
        assert_true(near(c->ratio_high, e[2], 1e-9) && near(c->p, e[3], 1e-9));
        assert_true(near(c->shift, e[4], 0.01) && near(c->shift_low, e[5], 0.01));
        assert_true(near(c->shift_high, e[6], 0.01));
        cell_pair_release(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_the_oracle)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
