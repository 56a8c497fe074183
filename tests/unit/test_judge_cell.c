/* The statistics of a cell: each note and special case on cells made for it. Numbers of
 * other programs stand in test_cell_oracle.c. */
#include "compare_cells.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS INT64_C(1000000)

static struct machine plain(size_t images, size_t runs, size_t units)
{
    return (struct machine){
        .images = images, .units = units, .runs = {runs, runs}, .base_ns = 40e6};
}

static void draw(struct od_cell_pair *pair, const struct machine *m)
{
    double shared[OD_SIDES][16] = {{0}};
    struct od_rng rng;
    od_rng_init(&rng, 5, 0);
    cell_pair_draw(pair, m, shared, &rng);
}

static void judge(const struct od_cell_pair *pair, size_t images,
                  const struct od_compare_options *options, struct od_compared *cell)
{
    *cell = (struct od_compared){0};
    od_cell_judge(pair, images, 1, options, cell);
}

static bool near(double a, double b, double within)
{
    return fabs(a - b) <= within;
}

static bool noted(const struct od_compared *cell, enum od_compare_note note)
{
    return (cell->notes >> note & 1U) != 0;
}

/* A cell without any noise: the new side takes 5 % longer. */
static void sides_and_notes(void **state)
{
    (void)state;
    struct machine m = plain(10, 1, 10);
    struct od_compare_options options;
    struct od_cell_pair pair;
    struct od_compared cell;
    m.change = log(1.05);
    od_compare_options_init(&options);
    draw(&pair, &m);
    pair.side[OD_NEW].doubts = 2;
    pair.side[OD_NEW].doubtful = 7;
    pair.side[OD_NEW].failed = 3;
    pair.side[OD_NEW].answers[4] = 55;
    pair.side[OD_NEW].answers[5] = 1;
    pair.side[OD_BASE].answers[6] = 0;
    judge(&pair, m.images, &options, &cell);
    assert_int_equal(cell.side[OD_BASE].requests, 100);
    assert_int_equal(cell.side[OD_BASE].failed, 0);
    assert_int_equal(cell.side[OD_NEW].failed, 3);
    assert_int_equal(cell.side[OD_NEW].images, 10);
    assert_int_equal(cell.side[OD_NEW].units, 10);
    assert_int_equal(cell.side[OD_NEW].runs, 1);
    assert_int_equal(cell.side[OD_NEW].doubtful, 7);
    assert_true(near(cell.side[OD_BASE].value, 40e6, 1));
    assert_true(near(cell.side[OD_NEW].value, 42e6, 1));
    assert_true(near(cell.side[OD_NEW].spread, 0, 1e-9));
    assert_true(near(cell.change.ratio, 1.05, 1e-9));
    assert_true(near(cell.change.shift, 2e6, 1));
    assert_int_equal(cell.images, 10);
    assert_int_equal(cell.pairs, 0);
    assert_int_equal(cell.answers, 8);
    assert_int_equal(cell.answers_differ, 1);
    assert_int_equal(cell.answers_vary, 1);
    assert_true(noted(&cell, OD_NOTE_ONE_RUN) && noted(&cell, OD_NOTE_DOUBTFUL));
    assert_true(noted(&cell, OD_NOTE_OTHER_ANSWERS));
    assert_false(noted(&cell, OD_NOTE_FEW_IMAGES) || noted(&cell, OD_NOTE_ONE_UNIT));
    assert_false(noted(&cell, OD_NOTE_IMAGES_DIFFER) || noted(&cell, OD_NOTE_NEGATIVE));
    assert_string_equal(cell.test, "signed rank over images, t over repetitions");
    /* Another 200 cells: 10 images are too few for the correction. */
    cell = (struct od_compared){0};
    od_cell_judge(&pair, m.images, 200, &options, &cell);
    assert_true(noted(&cell, OD_NOTE_FEW_IMAGES));
    assert_string_equal(cell.test, "t over repetitions");
    options.run_noise_ratio = 0;
    judge(&pair, m.images, &options, &cell);
    assert_false(noted(&cell, OD_NOTE_ONE_RUN));
    cell_pair_release(&pair);
}

/* Image 0 has no base, image 1 no new; times of image 2 are no times. */
static void left_out(void **state)
{
    (void)state;
    struct machine m = plain(12, 1, 10);
    struct od_compare_options options;
    struct od_cell_pair pair;
    struct od_compared cell;
    od_compare_options_init(&options);
    draw(&pair, &m);
    for (size_t k = 0; k < 10; k++) {
        pair.side[OD_BASE].items[k].ns = k % 2 == 0 ? 0 : -5;
        pair.side[OD_NEW].items[10 + k].ns = INT64_MIN;
    }
    pair.side[OD_NEW].items[25].ns = 0;
    judge(&pair, m.images, &options, &cell);
    assert_int_equal(cell.images, 10);
    assert_true(noted(&cell, OD_NOTE_IMAGES_DIFFER));
    assert_true(noted(&cell, OD_NOTE_NEGATIVE));
    assert_true(near(cell.change.ratio, 1, 1e-9));
    assert_int_equal(cell.side[OD_NEW].requests, 120);
    for (size_t k = 0; k < pair.side[OD_NEW].count; k++) {
        pair.side[OD_NEW].items[k].ns = 0;
    }
    judge(&pair, m.images, &options, &cell);
    assert_int_equal(cell.images, 0);
    assert_true(isnan(cell.change.ratio) && isnan(cell.change.p));
    assert_true(isnan(cell.side[OD_NEW].value));
    assert_string_equal(cell.change.reason, "no image was answered on both sides");
    assert_int_equal(cell.change.more_repetitions, -1);
    cell_pair_release(&pair);
}

/* Few images, few units, extreme times: nothing but numbers or NaN comes out, and the
 * interval holds the estimate. */
static void small_and_extreme(void **state)
{
    (void)state;
    static const int64_t times[] = {1, 2, 40 * MS, INT64_MAX / 2, INT64_MAX};
    static const size_t images[] = {1, 2, 3, 5, 6};
    static const size_t units[] = {1, 2, 3};
    for (size_t k = 0; k < 5 * 5 * 3 * 2; k++) {
        struct machine m = plain(images[k % 5], 1 + k / 75, units[k / 25 % 3]);
        struct od_compare_options options;
        struct od_cell_pair pair;
        struct od_compared cell;
        od_compare_options_init(&options);
        options.metric = k % 2 == 0 ? OD_METRIC_P50 : OD_METRIC_MEAN;
        draw(&pair, &m);
        for (size_t i = 0; i < pair.side[OD_NEW].count; i++) {
            pair.side[OD_NEW].items[i].ns = times[(i + k) % (1 + k / 5 % 5)];
        }
        judge(&pair, m.images, &options, &cell);
        const struct od_change *c = &cell.change;
        assert_true(c->ratio > 0 && isfinite(c->ratio) && isfinite(c->shift));
        assert_true(c->p >= 0 && c->p <= 1);
        assert_false(c->ratio_low > c->ratio || c->ratio_high < c->ratio);
        assert_false(c->shift_low > c->shift || c->shift_high < c->shift);
        assert_int_equal(noted(&cell, OD_NOTE_ONE_UNIT), m.units * m.runs[0] == 1);
        assert_int_equal(noted(&cell, OD_NOTE_FEW_IMAGES), m.images < 6);
        cell_pair_release(&pair);
    }
}

/* The same file twice. */
static void equal_sides(void **state)
{
    (void)state;
    struct machine m = plain(10, 1, 10);
    struct od_compare_options options;
    struct od_cell_pair pair;
    struct od_compared cell;
    m.noise_sd = 0.05;
    m.image_sd = 0.5;
    od_compare_options_init(&options);
    draw(&pair, &m);
    memcpy(pair.side[OD_NEW].items, pair.side[OD_BASE].items,
           pair.side[OD_NEW].count * sizeof pair.side[OD_NEW].items[0]);
    judge(&pair, m.images, &options, &cell);
    assert_true(near(cell.change.ratio, 1, 0) && near(cell.change.shift, 0, 0));
    assert_true(cell.change.p > 0.999);
    assert_true(cell.change.ratio_low < 1 && cell.change.ratio_high > 1);
    /* Nine images as before and one a tenth slower: not a tenth slower. */
    for (size_t u = 0; u < 10; u++) {
        pair.side[OD_NEW].items[u].ns += pair.side[OD_NEW].items[u].ns / 10;
    }
    judge(&pair, m.images, &options, &cell);
    assert_true(near(cell.change.ratio, 1, 1e-9));
    assert_true(cell.change.p > 0.5);
    cell_pair_release(&pair);
}

/* Without an allowance one repetition says nothing; with it, only large changes count. */
static void one_repetition(void **state)
{
    (void)state;
    struct machine m = plain(30, 1, 1);
    struct od_compare_options options;
    struct od_cell_pair pair;
    struct od_compared cell;
    m.change = log(1.5);
    m.noise_sd = 0.02;
    od_compare_options_init(&options);
    draw(&pair, &m);
    judge(&pair, m.images, &options, &cell);
    assert_true(noted(&cell, OD_NOTE_ONE_UNIT));
    assert_true(cell.change.p < 1e-6 && cell.change.ratio_low > 1.3);
    options.run_noise_ratio = 0;
    judge(&pair, m.images, &options, &cell);
    assert_true(near(cell.change.p, 1, 0) && isnan(cell.change.ratio_low));
    assert_string_equal(cell.change.reason,
                        "one repetition does not tell a change from drift");
    assert_int_equal(cell.change.more_repetitions, 1);
    cell_pair_release(&pair);
}

/* Expected p: scipy.stats.fisher_exact([[3, 997], [15, 985]]). */
static void failures(void **state)
{
    (void)state;
    struct machine m = plain(100, 1, 10);
    struct od_compare_options options;
    struct od_cell_pair pair;
    struct od_compared cell;
    od_compare_options_init(&options);
    options.metric = OD_METRIC_ERROR_RATE;
    draw(&pair, &m);
    pair.side[OD_BASE].failed = 3;
    pair.side[OD_BASE].count -= 3;
    pair.side[OD_NEW].failed = 15;
    pair.side[OD_NEW].count -= 15;
    judge(&pair, m.images, &options, &cell);
    assert_true(near(cell.errors.p, 0.007283223744560448, 1e-12));
    assert_true(near(cell.errors.shift, 0.012, 1e-12));
    assert_true(cell.errors.shift_low > 0 && cell.errors.shift_high < 0.03);
    assert_true(isnan(cell.errors.ratio));
    assert_memory_equal(&cell.errors, &cell.change, sizeof cell.errors);
    assert_true(near(cell.side[OD_NEW].value, 0.015, 1e-12));
    /* Half of Wilson's interval of 15 in 1000, 0.009114 .. 0.024593 (by hand). */
    assert_true(near(cell.side[OD_NEW].spread, 0.007740, 1e-5));
    pair.side[OD_NEW].count = 0;
    pair.side[OD_NEW].failed = 0;
    judge(&pair, m.images, &options, &cell);
    assert_true(isnan(cell.errors.shift));
    assert_string_equal(cell.errors.reason, "a side has no requests");
    cell_pair_release(&pair);
}

static void tails(void **state)
{
    (void)state;
    static const enum od_metric metrics[] = {OD_METRIC_P90, OD_METRIC_P95, OD_METRIC_P99};
    static const char *const reasons[] = {"too few requests for p90",
                                          "too few requests for p95",
                                          "too few requests for p99"};
    static const int64_t more[] = {1, 4, 31}; /* of 20 a repetition: 64, 130, 662 */
    struct machine m = plain(20, 1, 10);
    struct od_compare_options options;
    struct od_cell_pair pair;
    struct od_compared cell;
    m.noise_sd = 0.05;
    m.change = log(1.2);
    od_compare_options_init(&options);
    for (size_t i = 0; i < 3; i++) {
        m.units = 3;
        options.metric = metrics[i];
        draw(&pair, &m);
        judge(&pair, m.images, &options, &cell);
        assert_string_equal(cell.change.reason, reasons[i]);
        assert_int_equal(cell.change.more_repetitions, more[i]);
        assert_true(isnan(cell.change.ratio) && isnan(cell.side[OD_NEW].value));
        cell_pair_release(&pair);
        m.units = 40;
        draw(&pair, &m);
        judge(&pair, m.images, &options, &cell);
        assert_true(near(cell.change.ratio, 1.2, 0.03) && cell.change.p < 1e-6);
        assert_true(cell.change.ratio_low > 1.1 && cell.change.ratio_high < 1.3);
        assert_true(near(cell.change.shift,
                         cell.side[OD_NEW].value - cell.side[OD_BASE].value, 1));
        cell_pair_release(&pair);
    }
}

/* A drift of a fifth that both sides of a pair share does not hide 3 %. */
static void pairs(void **state)
{
    (void)state;
    struct machine m = plain(20, 1, 10);
    struct od_compare_options options;
    struct od_cell_pair pair;
    struct od_compared cell;
    m.paired = 1;
    m.drift_sd = 0.2;
    m.drift_rho = 0.5;
    m.noise_sd = 0.01;
    m.change = log(1.03);
    for (int k = 0; k < 2; k++) {
        od_compare_options_init(&options);
        options.metric = k == 0 ? OD_METRIC_P50 : OD_METRIC_MEAN;
        draw(&pair, &m);
        pair.side[OD_NEW].items[3].pair = 1000000; /* has lost its partner */
        judge(&pair, m.images, &options, &cell);
        assert_int_equal(cell.pairs, 199);
        assert_true(near(cell.change.ratio, 1.03, 0.004));
        assert_true(cell.change.p < 1e-4 && cell.change.ratio_low > 1.01);
        assert_string_equal(cell.test,
                            "signed rank over images, t over repetitions of A/B pairs");
        /* Numbers that join nothing are no pairs. */
        for (size_t i = 0; i < pair.side[OD_NEW].count; i++) {
            pair.side[OD_NEW].items[i].pair += 5000000;
        }
        judge(&pair, m.images, &options, &cell);
        assert_int_equal(cell.pairs, 0);
        assert_int_equal(cell.images, 20);
        cell_pair_release(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sides_and_notes),
        cmocka_unit_test(left_out),
        cmocka_unit_test(small_and_extreme),
        cmocka_unit_test(equal_sides),
        cmocka_unit_test(one_repetition),
        cmocka_unit_test(failures),
        cmocka_unit_test(tails),
        cmocka_unit_test(pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
