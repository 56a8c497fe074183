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
    assert_null(od_obs_cell(&list, 0, &count));
    assert_int_equal(count, 0);
    od_obs_init(&list, 8);
    /* Cell i has i values of every image, which come in another order. */
    for (size_t cell = 1; cell < 8; cell += 2) {
        for (size_t i = 0; i < cell * 6; i++) {
            struct od_obs obs = {(uint32_t)(5 - i % 6), (uint32_t)i, (int64_t)(100 + i)};
            od_obs_add(&list, cell, &obs);
        }
    }
    assert_int_equal(list.count, 6 * (1 + 3 + 5 + 7));
    od_obs_sort(&list);
    for (size_t cell = 0; cell < 9; cell++) {
        const struct od_obs *obs = od_obs_cell(&list, cell, &count);
        assert_int_equal(count, cell % 2 == 1 && cell < 8 ? cell * 6 : 0);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(obs[i].image, i / cell);
            assert_int_equal(obs[i].image, 5 - obs[i].unit % 6);
            assert_int_equal(obs[i].ns, 100 + obs[i].unit);
        }
    }
    od_obs_release(&list);
}

/* A few values of many images are not counted but sorted. */
static void few_values_are_sorted(void **state)
{
    (void)state;
    struct od_obs_list list = {0};
    size_t count = 0;
    od_obs_init(&list, 1);
    for (uint32_t i = 0; i < 100; i++) {
        struct od_obs obs = {(i * 7919 + 13) % 100 * 1000, i, (int64_t)i};
        od_obs_add(&list, 0, &obs);
    }
    od_obs_sort(&list);
    const struct od_obs *obs = od_obs_cell(&list, 0, &count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(obs[i].image, i * 1000);
        assert_int_equal((obs[i].unit * 7919 + 13) % 100, i);
    }
    od_obs_release(&list);
}

static void every_image_weighs_the_same(void **state)
{
    (void)state;
    /* Image 1: 10, 10, 40 -> 20; image 2: 100. Mean 60, not 40. */
    const struct od_obs cell[] = {{1, 0, 10}, {1, 0, 10}, {1, 0, 40}, {2, 0, 100}};
    size_t images = 0;
    struct od_mean mean = od_obs_mean(cell, 4, &images);
    assert_int_equal(images, 2);
    assert_int_equal(mean.sum_ns, 120);
    assert_int_equal(mean.count, 2);
    mean = od_obs_mean(cell, 0, &images);
    assert_int_equal(images, 0);
    assert_false(od_mean_known(&mean));
    const struct od_obs huge[] = {{1, 0, INT64_MAX}, {1, 0, INT64_MAX}};
    mean = od_obs_mean(huge, 2, NULL);
    assert_false(od_mean_known(&mean));
}

static void precision_comes_from_repetitions(void **state)
{
    (void)state;
    /* Images of 100 and 1000; repetitions 5 below and above: t of 1 is 12.7062. */
    const struct od_obs two[] = {{1, 3, 95}, {1, 7, 105}, {2, 7, 1005}, {2, 3, 995}};
    struct od_mean mean = od_obs_mean(two, 4, NULL);
    struct od_precision precision = od_obs_precision(two, 4, &mean);
    assert_int_equal(precision.samples, 4);
    assert_int_equal(precision.low_ns, 486); /* 550 - 63.53 */
    assert_int_equal(precision.high_ns, 614);
    /* Never below zero. */
    const struct od_obs small[] = {{1, 0, 10}, {1, 1, 20}};
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
        cmocka_unit_test(few_values_are_sorted),
        cmocka_unit_test(every_image_weighs_the_same),
        cmocka_unit_test(precision_comes_from_repetitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
