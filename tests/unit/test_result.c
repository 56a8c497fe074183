/* What is gathered about a block, and when a cell has enough. */
#include "bench/result.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct od_block_facts facts_of(const int64_t *ns, size_t count)
{
    struct od_block_facts facts = {0};
    struct od_samples samples = {0};
    for (size_t i = 0; i < count; i++) {
        od_samples_add(&samples, ns[i], 0);
    }
    od_block_facts_latencies(&facts, &samples);
    od_samples_release(&samples);
    return facts;
}

static void latencies(void **state)
{
    (void)state;
    int64_t ns[600];
    struct od_block_facts none = facts_of(ns, 0);
    assert_int_equal(none.counted, 0);
    assert_int_equal(none.median_ns, -1);
    assert_int_equal(none.head_ns, -1);
    /* Five slow ones, then all alike. */
    for (size_t i = 0; i < 600; i++) {
        ns[i] = i < 5 ? 900 + (int64_t)i : 100;
    }
    struct od_block_facts few = facts_of(ns, 19);
    assert_int_equal(few.median_ns, 100);
    assert_int_equal(few.head_ns, -1);
    assert_int_equal(few.rest_ns, -1);
    struct od_block_facts some = facts_of(ns, 20);
    assert_int_equal(some.head_ns, 902);
    assert_int_equal(some.rest_ns, 100);
    assert_int_equal(some.median_ns, 100);
    assert_int_equal(some.counted, 20);
    /* Of 600 the first 50 are looked at: 5 slow, 45 not. */
    struct od_block_facts many = facts_of(ns, 600);
    assert_int_equal(many.head_ns, 100);
}

static void add_block(struct od_cell_result *r, int64_t median_ns, int64_t counted)
{
    struct od_block_facts facts = {.median_ns = median_ns, .counted = counted};
    for (int64_t i = 0; i < counted; i++) {
        od_samples_add(&r->samples, median_ns, 0);
    }
    od_cell_result_block(r, &facts);
}

static void goals(void **state)
{
    (void)state;
    struct od_goals enough = {.min_samples = 25};
    struct od_goals stable = {.stable_windows = 3, .stable_ratio = 0.1};
    struct od_cell_result r = {0};
    assert_true(od_goals_met(&enough, &r)); /* it never began */
    add_block(&r, 150, 10);
    add_block(&r, 100, 10);
    assert_false(od_goals_met(&enough, &r));
    add_block(&r, 105, 10);
    assert_true(od_goals_met(&enough, &r));
    assert_false(od_goals_met(&stable, &r));
    add_block(&r, 95, 10);
    assert_true(od_goals_met(&stable, &r));
    add_block(&r, 200, 10);
    assert_false(od_goals_met(&stable, &r));
    add_block(&r, -1, 0); /* nothing counts any more: no hope */
    assert_true(od_goals_met(&stable, &r));
    od_cell_result_release(&r);
    assert_int_equal(r.block_count, 0);
}

/* Boxes count at any score; pictures that are annotated with nothing do not tell. */
static void found(void **state)
{
    static const struct {
        int64_t gt_objects;
        int64_t detections;
        double max_score; /* -1: no box */
        int64_t boxed;
        int64_t empty;
    } cases[] = {
        {OD_NONE, 2, 0.9, 1, 0}, {OD_NONE, 0, 0.1, 1, 0}, {OD_NONE, 0, -1, 0, 1},
        {3, 0, -1, 0, 1},        {0, 0, -1, 0, 0},        {0, 0, 0.25, 1, 0},
        {3, OD_NONE, -1, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_found sum = {0};
        struct od_record record;
        od_record_init(&record);
        record.gt_objects = cases[i].gt_objects;
        record.detections = cases[i].detections;
        if (cases[i].max_score >= 0) {
            record.max_score = cases[i].max_score;
        }
        od_found_add(&sum, &record);
        assert_int_equal(sum.boxed, cases[i].boxed);
        assert_int_equal(sum.empty, cases[i].empty);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latencies),
        cmocka_unit_test(goals),
        cmocka_unit_test(found),
    };
    return cmocka_run_group_tests_name("result", tests, NULL, NULL);
}
