/* How long a run goes on: expected values by hand. */
#include "bench/left.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define S INT64_C(1000000000)

static void closed_loops_learn(void **state)
{
    (void)state;
    struct od_plan plan = {.repetitions = 3};
    struct od_cell cells[3] = {{.rate_per_s = (double)NAN},
                               {.rate_per_s = (double)NAN},
                               {.rate_per_s = (double)NAN, .skipped = true}};
    struct od_run run = {.plan = &plan, .cells = cells, .cell_count = 3};
    struct od_left left;
    od_left_init(&left, &run);
    assert_int_equal(od_left_ns(&left, 0), -1);
    od_left_begin(&left, 0, 10 * S);
    assert_int_equal(od_left_ns(&left, 11 * S), -1);
    od_left_end(&left, 14 * S);
    /* 4 s a block of the first cell, and the mean for the other: 2 * 4 + 3 * 4. */
    assert_int_equal(od_left_ns(&left, 14 * S), 20 * S);
    od_left_begin(&left, 1, 14 * S);
    /* 2 * 4, the rest of this one, and two more of it. */
    assert_int_equal(od_left_ns(&left, 15 * S), (8 + 3 + 8) * S);
    assert_int_equal(od_left_ns(&left, 30 * S), (8 + 0 + 8) * S);
    od_left_end(&left, 24 * S); /* 10 s */
    assert_int_equal(od_left_ns(&left, 24 * S), (8 + 20) * S);
    for (int rep = 2; rep <= 3; rep++) {
        for (size_t cell = 0; cell < 2; cell++) {
            od_left_begin(&left, cell, 0);
            od_left_end(&left, S);
        }
    }
    assert_int_equal(od_left_ns(&left, 0), 0);
    /* A repetition that a goal adds: the rest of it alone, by the mean of 10, 1, 1. */
    od_left_begin(&left, 1, 100 * S);
    assert_int_equal(od_left_ns(&left, 101 * S), 3 * S);
    od_left_release(&left);
}

static void plans_are_known_ahead(void **state)
{
    (void)state;
    struct od_plan plan = {
        .repetitions = 2,
        .seed = 1,
        .pace = {.arrival = {.kind = OD_ARRIVAL_CONSTANT}, .count = 51}};
    struct od_cell cells[2] = {{.rate_per_s = 10}, {.rate_per_s = 25}};
    struct od_run run = {.plan = &plan, .cells = cells, .cell_count = 2};
    struct od_left left;
    /* Request 50 is due at 50 / rate. */
    assert_int_equal(od_block_planned_ns(&plan, &cells[0], 0), 5 * S);
    od_left_init(&left, &run);
    assert_int_equal(od_left_ns(&left, 0), 2 * 5 * S + 2 * 2 * S);
    od_left_begin(&left, 0, 0);
    assert_int_equal(od_left_ns(&left, S), 4 * S + 5 * S + 2 * 2 * S);
    od_left_end(&left, 6 * S); /* with warm-up */
    assert_int_equal(od_left_ns(&left, 6 * S), 6 * S + 2 * 2 * S);
    od_left_release(&left);
    plan.pace.duration_ns = 7 * S;
    assert_int_equal(od_block_planned_ns(&plan, &cells[0], 0), 7 * S);
    plan.pace.arrival.kind = OD_ARRIVAL_CLOSED;
    assert_int_equal(od_block_planned_ns(&plan, &cells[0], 0), 7 * S);
    plan.pace.duration_ns = 0;
    assert_int_equal(od_block_planned_ns(&plan, &cells[0], 0), -1);
}

static void searches_are_not_foreseen(void **state)
{
    (void)state;
    struct od_plan plan = {.repetitions = 1, .goals = {.search = true}};
    struct od_cell cell = {.rate_per_s = (double)NAN};
    struct od_run run = {.plan = &plan, .cells = &cell, .cell_count = 1};
    struct od_left left;
    od_left_init(&left, &run);
    od_left_begin(&left, 5, 0); /* a step */
    od_left_end(&left, S);
    assert_int_equal(od_left_ns(&left, S), -1);
    od_left_release(&left);
}

/* The other side of a pair is measured in the blocks of the base. */
static void pairs_are_one_block(void **state)
{
    (void)state;
    struct od_plan plan = {.repetitions = 3, .ab = true};
    struct od_cell cells[2] = {{.twin = 1}, {.side = 1}};
    struct od_run run = {.plan = &plan, .cells = cells, .cell_count = 2};
    struct od_left left;
    od_left_init(&left, &run);
    od_left_begin(&left, 0, 0);
    od_left_end(&left, 5 * S);
    assert_int_equal(od_left_ns(&left, 5 * S), 10 * S);
    od_left_release(&left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_loops_learn),
        cmocka_unit_test(plans_are_known_ahead),
        cmocka_unit_test(searches_are_not_foreseen),
        cmocka_unit_test(pairs_are_one_block),
    };
    return cmocka_run_group_tests_name("left", tests, NULL, NULL);
}
