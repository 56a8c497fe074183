/* Lists of latencies: order, moves, both kinds of time. Expected values by hand. */
#include "stats/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define MANY 200000 /* several chunks of the largest size */

static void add_range(struct od_samples *samples, int64_t from, int64_t to)
{
    for (int64_t i = from; i < to; i++) {
        od_samples_add(samples, i, 10 * i);
    }
}

static void empty_ones(void **state)
{
    (void)state;
    struct od_samples samples = {0};
    struct od_samples other = {0};
    assert_null(od_samples_copy(&samples, OD_SAMPLES_SERVICE));
    od_samples_move(&samples, &other);
    assert_int_equal(other.count, 0);
    od_samples_release(&samples);
    od_samples_release(&other);
}

static void keeps_both_times_in_order(void **state)
{
    (void)state;
    struct od_samples samples = {.open = true};
    add_range(&samples, 0, MANY);
    assert_int_equal(samples.count, MANY);
    int64_t *service = od_samples_copy(&samples, OD_SAMPLES_SERVICE);
    int64_t *response = od_samples_copy(&samples, OD_SAMPLES_RESPONSE);
    for (int64_t i = 0; i < MANY; i++) {
        assert_int_equal(service[i], i);
        assert_int_equal(response[i], 10 * i);
    }
    free(service);
    free(response);
    assert_int_equal(samples.count, MANY);
    od_samples_release(&samples);
    assert_int_equal(samples.count, 0);
    assert_true(samples.open);
}

static void moves_to_the_end(void **state)
{
    (void)state;
    struct od_samples all = {0};
    int64_t next = 0;
    /* Workers' lists of very different lengths, joined after each other; the list goes on
     * growing after a move, and so does the one that was moved away. */
    static const int64_t lengths[] = {1, 64, 65, 1000, 0, 3};
    struct od_samples part = {0};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        add_range(&part, next, next + lengths[i]);
        next += lengths[i];
        od_samples_move(&part, &all);
        assert_int_equal(part.count, 0);
        assert_int_equal(all.count, next);
        add_range(&all, next, next + 5);
        next += 5;
    }
    int64_t *values = od_samples_copy(&all, OD_SAMPLES_SERVICE);
    for (int64_t i = 0; i < next; i++) {
        assert_int_equal(values[i], i);
    }
    free(values);
    od_samples_release(&all);
    assert_int_equal(all.count, 0);
    add_range(&all, 0, 1); /* of use again */
    assert_int_equal(all.count, 1);
    od_samples_release(&all);
    od_samples_release(&part);
}

static void a_moved_list_takes_its_kind_along(void **state)
{
    (void)state;
    struct od_samples from = {.open = true};
    struct od_samples to = {0};
    add_range(&from, 1, 4);
    od_samples_move(&from, &to);
    assert_true(to.open);
    int64_t *response = od_samples_copy(&to, OD_SAMPLES_RESPONSE);
    assert_int_equal(response[2], 30);
    free(response);
    od_samples_release(&to);
}

/* At every place of a chunk, small and large, and both kinds of time on their own. */
static void keeps_every_value_exactly(void **state)
{
    (void)state;
    const int64_t values[] = {0,
                              1,
                              OD_SAMPLES_NARROW_MAX - 1,
                              OD_SAMPLES_NARROW_MAX,
                              OD_SAMPLES_NARROW_MAX + 1, /* what marks the others */
                              INT64_C(4294967296),
                              INT64_C(4294967297),
                              INT64_C(60000000001),
                              -1,
                              INT64_MAX,
                              INT64_MIN};
    const size_t kinds = sizeof values / sizeof *values;
    struct od_samples samples = {.open = true};
    for (size_t i = 0; i < MANY; i++) {
        od_samples_add(&samples, values[i % kinds], values[i / 7 % kinds]);
    }
    int64_t *service = od_samples_copy(&samples, OD_SAMPLES_SERVICE);
    int64_t *response = od_samples_copy(&samples, OD_SAMPLES_RESPONSE);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(service[i], values[i % kinds]);
        assert_int_equal(response[i], values[i / 7 % kinds]);
    }
    free(service);
    free(response);
    od_samples_release(&samples);
}

static void reads_any_part(void **state)
{
    (void)state;
    struct od_samples samples = {.open = true};
    struct od_samples_reader reader;
    int64_t some[1000];
    add_range(&samples, 0, MANY);
    static const size_t firsts[] = {0, 63, 64, 65, 130000, MANY - 1000};
    for (size_t k = 0; k < sizeof firsts / sizeof *firsts; k++) {
        od_samples_read(&samples, OD_SAMPLES_LATENESS, firsts[k], 1000, &reader);
        assert_int_equal(od_samples_next(&reader, some, 1), 1);
        assert_int_equal(od_samples_next(&reader, some + 1, 1000), 999);
        assert_int_equal(od_samples_next(&reader, some, 1000), 0);
        for (size_t i = 0; i < 1000; i++) {
            assert_int_equal(some[i], 9 * (firsts[k] + i));
        }
    }
    od_samples_read(&samples, OD_SAMPLES_SERVICE, MANY, 0, &reader);
    assert_int_equal(od_samples_next(&reader, some, 1000), 0);
    od_samples_release(&samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_ones),
        cmocka_unit_test(keeps_both_times_in_order),
        cmocka_unit_test(moves_to_the_end),
        cmocka_unit_test(keeps_every_value_exactly),
        cmocka_unit_test(reads_any_part),
        cmocka_unit_test(a_moved_list_takes_its_kind_along),
    };
    return cmocka_run_group_tests_name("samples", tests, NULL, NULL);
}
