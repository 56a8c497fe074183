/* Quantiles without a copy: against the sorted array, whose quantiles have a test of
 * their own against numpy. */
#include "stats/select.h"

#include "base/rng.h"
#include "stats/quantile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define MANY 150000 /* several chunks of the largest size */

static const int permilles[] = {0, 1, 500, 501, 900, 950, 990, 999, 1000};
#define PERMILLES (sizeof permilles / sizeof *permilles)

static void check(const struct od_part *part)
{
    int64_t *all = od_samples_copy(part->samples, part->time);
    int64_t *sorted = all + part->first;
    od_sort_ns(sorted, part->count);
    for (size_t i = 0; i < PERMILLES; i++) {
        assert_int_equal(od_part_quantile(part, permilles[i]),
                         od_quantile_ns(sorted, part->count, permilles[i]));
    }
    for (size_t i = 0; i < part->count; i += part->count / 3 + 1) {
        size_t above = 0;
        for (size_t k = 0; k < part->count; k++) {
            above += sorted[k] > sorted[i];
        }
        assert_int_equal(od_part_above(part, sorted[i]), above);
    }
    free(all);
}

static void nothing(void **state)
{
    (void)state;
    struct od_samples samples = {.open = true};
    struct od_part all = od_part_all(&samples, OD_SAMPLES_LATENESS);
    assert_int_equal(od_part_quantile(&all, 500), -1);
    assert_int_equal(od_part_above(&all, 0), 0);
    od_samples_add(&samples, 3, 7);
    all = od_part_all(&samples, OD_SAMPLES_LATENESS);
    assert_int_equal(od_part_quantile(&all, 500), 4);
    all.count = 0;
    assert_int_equal(od_part_quantile(&all, 500), -1);
    od_samples_release(&samples);
}

/* Of all lengths, so that every rounding of the place occurs; many values are equal. */
static void short_ones(void **state)
{
    (void)state;
    struct od_rng rng;
    od_rng_init(&rng, 1, 2);
    for (size_t count = 1; count < 300; count++) {
        struct od_samples samples = {0};
        for (size_t i = 0; i < count; i++) {
            od_samples_add(&samples, (int64_t)od_rng_below(&rng, count), 0);
        }
        struct od_part all = od_part_all(&samples, OD_SAMPLES_SERVICE);
        check(&all);
        od_samples_release(&samples);
    }
}

/* Times of 1 to 2 ms, some of a minute, one of a day; lateness from none to an hour. */
static void long_ones(void **state)
{
    (void)state;
    struct od_rng rng;
    struct od_samples samples = {.open = true};
    od_rng_init(&rng, 3, 4);
    for (size_t i = 0; i < MANY; i++) {
        int64_t ns = 1000000 + (int64_t)od_rng_below(&rng, 1000000);
        ns = i % 300 == 0 ? ns + INT64_C(60000000000) : ns;
        ns = i == MANY / 2 ? INT64_C(86400000000000) : ns;
        int64_t late =
            i % 2 == 0 ? 0 : (int64_t)od_rng_below(&rng, UINT64_C(3600000000000));
        od_samples_add(&samples, ns, ns + late);
    }
    struct od_part all = od_part_all(&samples, OD_SAMPLES_SERVICE);
    check(&all);
    all.time = OD_SAMPLES_RESPONSE;
    check(&all);
    all.time = OD_SAMPLES_LATENESS;
    check(&all);
    static const struct {
        size_t first;
        size_t count;
    } parts[] = {{0, 50}, {50, MANY - 50}, {70000, 3}, {MANY - 1, 1}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        all.first = parts[i].first;
        all.count = parts[i].count;
        check(&all);
    }
    od_samples_release(&samples);
}

/* A response time below the service time is no reason to be wrong. */
static void negative_ones(void **state)
{
    (void)state;
    struct od_samples samples = {.open = true};
    for (int64_t i = 0; i < 1001; i++) {
        od_samples_add(&samples, 5000, 5000 - 1000 * (1000 - i));
    }
    struct od_part all = od_part_all(&samples, OD_SAMPLES_LATENESS);
    assert_int_equal(od_part_quantile(&all, 0), -1000000);
    assert_int_equal(od_part_quantile(&all, 250), -750000);
    assert_int_equal(od_part_quantile(&all, 1000), 0);
    assert_int_equal(od_part_above(&all, -1000), 1);
    od_samples_release(&samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing),
        cmocka_unit_test(short_ones),
        cmocka_unit_test(long_ones),
        cmocka_unit_test(negative_ones),
    };
    return cmocka_run_group_tests_name("select", tests, NULL, NULL);
}
