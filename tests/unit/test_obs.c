/* Observations by cell, and means of image means. */
#include "table/obs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void cells_are_found(void **state)
{
    (void)state;
    struct od_obs_list list = {0};
    size_t count = 1;
    assert_null(od_obs_cell(&list, 0, 0, &count));
    assert_int_equal(count, 0);
    /* Rows 0 and 2, columns 1 and 3; as many observations as row + column. */
    for (size_t row = 0; row <= 2; row += 2) {
        for (size_t column = 3; column != (size_t)-1; column -= 2) {
            for (size_t i = 0; i < row + column; i++) {
                struct od_obs obs = {row, column, (uint32_t)(5 - i), 0, (int64_t)i};
                od_obs_add(&list, &obs);
            }
        }
    }
    od_obs_sort(&list);
    for (size_t row = 0; row < 4; row++) {
        for (size_t column = 0; column < 5; column++) {
            const struct od_obs *cell = od_obs_cell(&list, row, column, &count);
            size_t expected = row % 2 == 0 && column % 2 == 1 && row < 3 && column < 4
                                  ? row + column
                                  : 0;
            assert_int_equal(count, expected);
            for (size_t i = 0; i < count; i++) {
                assert_int_equal(cell[i].row, row);
                assert_int_equal(cell[i].column, column);
                assert_true(i == 0 || cell[i].image > cell[i - 1].image);
            }
        }
    }
    od_obs_release(&list);
}

static void every_image_weighs_the_same(void **state)
{
    (void)state;
    /* Image 1: 10, 10, 40 -> 20; image 2: 100. Mean 60, not 40. */
    const struct od_obs cell[] = {
        {0, 0, 1, 0, 10}, {0, 0, 1, 0, 10}, {0, 0, 1, 0, 40}, {0, 0, 2, 0, 100}};
    size_t images = 0;
    struct od_mean mean = od_obs_mean(cell, 4, &images);
    assert_int_equal(images, 2);
    assert_int_equal(mean.sum_ns, 120);
    assert_int_equal(mean.count, 2);
    mean = od_obs_mean(cell, 0, &images);
    assert_int_equal(images, 0);
    assert_false(od_mean_known(&mean));
    const struct od_obs huge[] = {{0, 0, 1, 0, INT64_MAX}, {0, 0, 1, 0, INT64_MAX}};
    mean = od_obs_mean(huge, 2, NULL);
    assert_false(od_mean_known(&mean));
}

static void precision_comes_from_repetitions(void **state)
{
    (void)state;
    /* Images of 100 and 1000; repetitions 5 below and above: t of 1 is 12.7062. */
    const struct od_obs two[] = {
        {0, 0, 1, 3, 95}, {0, 0, 1, 7, 105}, {0, 0, 2, 7, 1005}, {0, 0, 2, 3, 995}};
    struct od_mean mean = od_obs_mean(two, 4, NULL);
    struct od_precision precision = od_obs_precision(two, 4, &mean);
    assert_int_equal(precision.samples, 4);
    assert_int_equal(precision.low_ns, 486); /* 550 - 63.53 */
    assert_int_equal(precision.high_ns, 614);
    /* Never below zero. */
    const struct od_obs small[] = {{0, 0, 1, 0, 10}, {0, 0, 1, 1, 20}};
    mean = od_obs_mean(small, 2, NULL);
    precision = od_obs_precision(small, 2, &mean);
    assert_int_equal(precision.low_ns, 0);
    assert_int_equal(precision.high_ns, 79);
    /* One repetition tells nothing. */
    mean = od_obs_mean(small, 1, NULL);
    precision = od_obs_precision(small, 1, &mean);
    assert_int_equal(precision.samples, 1);
    assert_int_equal(precision.low_ns, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_found),
        cmocka_unit_test(every_image_weighs_the_same),
        cmocka_unit_test(precision_comes_from_repetitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
