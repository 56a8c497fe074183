/* How many requests a block has, and their numbers; expected values are sums by hand. */
#include "bench/numbers.h"

#include "dataset_fixture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000000)

/* Two cells with 1 and 3 connections, 2 warm-up requests each, 10 requests a block. */
static struct od_plan plan_of(enum od_arrival_kind kind)
{
    return (struct od_plan){.repetitions = 3,
                            .warmup = 2,
                            .iterations = 1,
                            .seed = 7,
                            .pace = {.arrival = {.kind = kind}, .count = 10},
                            .goals = {.max_repetitions = 3}};
}

static const struct od_cell two[] = {{.concurrency = 1, .rate_per_s = 50},
                                     {.concurrency = 3, .rate_per_s = 20}};

static int64_t first(struct od_numbers *n, int64_t rep, size_t cell)
{
    int64_t out = 0;
    assert_int_equal(od_numbers_first(n, rep, cell, &out, NULL), 0);
    return out;
}

static void blocks_follow_each_other(void **state)
{
    (void)state;
    struct od_plan plan = plan_of(OD_ARRIVAL_CLOSED);
    struct od_numbers n;
    int64_t beyond = 0;
    assert_int_equal(od_numbers_init(&n, &plan, two, 2, NULL), 0);
    /* 2 + 10 rows, then 6 + 10: 28 a repetition. In any order of asking. */
    assert_int_equal(first(&n, 3, 1), 69);
    assert_int_equal(first(&n, 1, 0), 1);
    assert_int_equal(first(&n, 1, 1), 13);
    assert_int_equal(first(&n, 2, 0), 29);
    assert_int_equal(od_numbers_beyond(&n, &beyond, NULL), 0);
    assert_int_equal(beyond, 85);
    assert_int_equal(od_plan_requests(&plan, two, 2), 84);
    struct od_cell skipped[] = {two[0], two[1]};
    skipped[0].skipped = true;
    assert_int_equal(od_plan_requests(&plan, skipped, 2), 48);
    plan.goals.max_repetitions = 5;
    assert_int_equal(od_numbers_beyond(&n, &beyond, NULL), 0);
    assert_int_equal(beyond, 141);
    od_numbers_release(&n);
}

/* Where chance decides, numbers follow the schedules themselves. */
static void drawn_blocks(void **state)
{
    (void)state;
    struct od_plan plan = plan_of(OD_ARRIVAL_POISSON);
    struct od_numbers n;
    plan.pace.count = 0;
    plan.pace.duration_ns = SECOND;
    assert_int_equal(od_numbers_init(&n, &plan, two, 2, NULL), 0);
    int64_t next = 1;
    bool differ = false;
    int64_t before = -1;
    for (int64_t rep = 1; rep <= 3; rep++) {
        for (size_t cell = 0; cell < 2; cell++) {
            struct od_schedule schedule = {0};
            int64_t count = 0;
            assert_int_equal(first(&n, rep, cell), next);
            assert_int_equal(
                od_main_schedule(&plan, &two[cell], cell, rep, &schedule, NULL), 0);
            assert_int_equal(od_main_count(&plan, &two[cell], cell, rep, &count, NULL),
                             0);
            assert_int_equal(schedule.count, count);
            next += od_warm_count(&plan, &two[cell]) + count;
            differ = differ || (cell == 0 && before >= 0 && count != before);
            before = cell == 0 ? count : before;
            od_schedule_release(&schedule);
        }
    }
    assert_true(differ);
    assert_int_equal(od_plan_requests(&plan, two, 2), next - 1);
    od_numbers_release(&n);
}

static void seeds(void **state)
{
    (void)state;
    struct od_plan plan = plan_of(OD_ARRIVAL_POISSON);
    struct od_schedule a = {0};
    struct od_schedule b = {0};
    assert_int_equal(od_main_schedule(&plan, &two[0], 0, 1, &a, NULL), 0);
    assert_int_equal(od_main_schedule(&plan, &two[0], 0, 1, &b, NULL), 0);
    assert_int_equal(a.count, 10);
    assert_memory_equal(a.offset_ns, b.offset_ns, 10 * sizeof *a.offset_ns);
    od_schedule_release(&b);
    assert_int_equal(od_main_schedule(&plan, &two[0], 0, 2, &b, NULL), 0);
    assert_int_not_equal(a.offset_ns[0], b.offset_ns[0]);
    od_schedule_release(&b);
    assert_int_equal(od_main_schedule(&plan, &two[0], 1, 1, &b, NULL), 0);
    assert_int_not_equal(a.offset_ns[0], b.offset_ns[0]);
    od_schedule_release(&b);
    od_schedule_release(&a);
}

/* 0.001 requests are expected in a millisecond: a block may be empty, and is no error. */
static void empty_blocks(void **state)
{
    (void)state;
    struct od_plan plan = plan_of(OD_ARRIVAL_POISSON);
    struct od_cell slow = {.concurrency = 1, .rate_per_s = 1};
    int64_t count = -1;
    plan.pace.count = 0;
    plan.pace.duration_ns = SECOND / 1000;
    assert_int_equal(od_main_count(&plan, &slow, 0, 1, &count, NULL), 0);
    assert_int_equal(count, 0);
}

/* Times of a file, cut by a count or a time. */
static void traces(void **state)
{
    (void)state;
    int64_t at[] = {0, 5, 5, 90, 200};
    struct od_plan plan = plan_of(OD_ARRIVAL_TRACE);
    struct od_schedule schedule = {0};
    int64_t count = 0;
    plan.pace.trace = (struct od_trace){at, 5};
    plan.pace.count = 0;
    assert_int_equal(od_main_count(&plan, &two[0], 0, 1, &count, NULL), 0);
    assert_int_equal(count, 5);
    plan.pace.count = 2;
    assert_int_equal(od_main_schedule(&plan, &two[0], 0, 1, &schedule, NULL), 0);
    assert_int_equal(schedule.count, 2);
    assert_int_equal(od_schedule_at(&schedule, 1), 5);
    assert_true(isnan(od_schedule_rate(&schedule, 1)));
    od_schedule_release(&schedule);
    plan.pace.count = 0;
    plan.pace.duration_ns = 90;
    assert_int_equal(od_main_count(&plan, &two[0], 0, 1, &count, NULL), 0);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 5; i++) {
        at[i] += 90;
    }
    struct od_err err = {0};
    assert_int_equal(od_main_count(&plan, &two[0], 0, 1, &count, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
}

static void unknown_sizes(void **state)
{
    (void)state;
    struct od_plan plan = plan_of(OD_ARRIVAL_CLOSED);
    struct od_numbers n;
    struct od_err err = {0};
    int64_t count = 0;
    plan.pace.count = 0;
    plan.pace.duration_ns = SECOND;
    assert_int_equal(od_main_count(&plan, &two[0], 0, 1, &count, NULL), 0);
    assert_int_equal(count, -1);
    assert_false(od_plan_size_known(&plan));
    assert_int_equal(od_plan_requests(&plan, two, 2), -1);
    assert_int_equal(od_numbers_init(&n, &plan, two, 2, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    plan.pace.arrival.kind = OD_ARRIVAL_CONSTANT;
    assert_true(od_plan_size_known(&plan));
    /* 50 and 20 in a second, 2 and 6 of warm-up, 3 times. */
    assert_int_equal(od_plan_requests(&plan, two, 2), 234);
    plan.goals.search = true;
    assert_false(od_plan_size_known(&plan));
}

/* A data set of count images. */
static struct od_dataset *images(const char *folder, int count)
{
    char *paths[16];
    struct od_dataset *dataset = NULL;
    for (int i = 0; i < count; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%02d.jpg", i);
        paths[i] = fixture_image(folder, name, 8, 8);
    }
    struct od_dataset_spec spec = {.paths = (const char *const *)paths,
                                   .path_count = (size_t)count};
    assert_int_equal(od_dataset_open(&spec, &dataset, NULL), 0);
    for (int i = 0; i < count; i++) {
        free(paths[i]);
    }
    return dataset;
}

/* How often the base is first for an image in some repetitions of some passes. */
static int firsts(bool start, int64_t reps, size_t passes)
{
    int count = 0;
    for (int64_t rep = 1; rep <= reps; rep++) {
        for (size_t pass = 0; pass < passes; pass++) {
            count += od_ab_first(start, rep, pass) == 0;
        }
    }
    return count;
}

static void sides_take_turns(void **state)
{
    (void)state;
    assert_int_equal(od_ab_first(true, 1, 0), 0);
    assert_int_equal(od_ab_first(true, 1, 1), 1);
    assert_int_equal(od_ab_first(true, 2, 0), 1);
    assert_int_equal(od_ab_first(false, 1, 0), 1);
    /* Equally often over an even number, whatever the other is. */
    for (int64_t reps = 1; reps <= 10; reps++) {
        for (size_t passes = 1; passes <= 5; passes++) {
            int all = (int)reps * (int)passes;
            int base = firsts(true, reps, passes);
            assert_int_equal(firsts(false, reps, passes), all - base);
            assert_int_equal(base, all % 2 == 0 ? all / 2 : all / 2 + 1);
        }
    }
}

static void half_the_images_start_with_the_base(void **state)
{
    (void)state;
    char *folder = scratch_new();
    char texts[3][17] = {"", "", ""};
    for (int count = 1; count <= 13; count++) {
        struct od_dataset *dataset = images(folder, count);
        for (uint64_t seed = 0; seed < 20; seed++) {
            struct od_plan plan = {.dataset = dataset, .seed = seed};
            bool starts[16] = {false};
            bool again[16] = {false};
            int base = 0;
            od_ab_starts(&plan, starts);
            od_ab_starts(&plan, again);
            assert_memory_equal(starts, again, sizeof starts);
            for (int i = 0; i < count; i++) {
                base += starts[i];
                texts[seed % 3][i] = starts[i] ? 'A' : 'B';
            }
            assert_int_equal(base, (count + 1) / 2);
        }
        od_dataset_close(dataset);
    }
    /* Of the last three seeds, with 13 images. */
    assert_string_not_equal(texts[0], texts[1]);
    assert_string_not_equal(texts[1], texts[2]);
    scratch_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_follow_each_other),
        cmocka_unit_test(drawn_blocks),
        cmocka_unit_test(seeds),
        cmocka_unit_test(empty_blocks),
        cmocka_unit_test(traces),
        cmocka_unit_test(unknown_sizes),
        cmocka_unit_test(sides_take_turns),
        cmocka_unit_test(half_the_images_start_with_the_base),
    };
    return cmocka_run_group_tests_name("numbers", tests, NULL, NULL);
}
