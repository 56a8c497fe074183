/*
 * The judge over a whole run: which cells it judges, what it takes from plan and cell,
 * and what makes a run doubtful, which is what --strict asks. Expected values by hand.
 */
#include "bench/judge_run.h"

#include "judge_cell.h"

#include <jansson.h>

enum { CELLS = 3 };

/* A run of cells without doubts. */
struct made {
    struct od_plan plan;
    struct od_cell cells[CELLS];
    struct od_run run;
    struct od_run_result result;
};

static void make(struct made *m)
{
    *m = (struct made){.plan = {.warmup = 5, .iterations = 1, .repetitions = BLOCKS}};
    m->result.cells = od_xcalloc(CELLS, sizeof *m->result.cells);
    m->result.cell_count = CELLS;
    for (int i = 0; i < CELLS; i++) {
        struct cell one;
        good(&one);
        m->cells[i] = (struct od_cell){.concurrency = 1, .rate_per_s = (double)NAN};
        m->cells[i].id[0] = 'a';
        m->cells[i].id[1] = (char)('1' + i);
        m->result.cells[i] = one.result;
    }
    m->run = (struct od_run){.plan = &m->plan, .cells = m->cells, .cell_count = CELLS};
}

/* As in a run whose result the caller releases. */
static void unmake(struct made *m)
{
    od_run_result_release(&m->result);
}

static unsigned doubts_of(const struct made *m, int cell)
{
    return od_cell_validity_doubts(&m->result.validity[cell]);
}

/* Every block slower than the one before: nothing else is wrong with it. */
static void unsettle(struct od_cell_result *cell)
{
    for (size_t i = 0; i < cell->block_count; i++) {
        int64_t ns = (10 + (int64_t)i) * MS;
        cell->blocks[i].median_ns = cell->blocks[i].head_ns = cell->blocks[i].rest_ns =
            ns;
    }
}

/* A calm run passes --strict. */
static void test_calm(void **state)
{
    struct made m;
    (void)state;
    make(&m);
    assert_false(od_run_in_doubt(&m.run, &m.result)); /* not judged yet */
    od_run_judge(&m.run, &m.result);
    assert_int_equal(m.result.validity_count, CELLS);
    for (int i = 0; i < CELLS; i++) {
        assert_int_equal(doubts_of(&m, i), 0);
        assert_string_equal(m.result.validity[i].cell_id, m.cells[i].id);
        assert_int_equal(m.result.validity[i].counted, BLOCKS * EACH);
    }
    assert_false(od_run_in_doubt(&m.run, &m.result));
    unmake(&m);
}

/* One cell in doubt is enough, wherever it stands. */
static void test_doubt(void **state)
{
    (void)state;
    for (int i = 0; i < CELLS; i++) {
        struct made m;
        make(&m);
        unsettle(&m.result.cells[i]);
        od_run_judge(&m.run, &m.result);
        for (int k = 0; k < CELLS; k++) {
            assert_int_equal(doubts_of(&m, k),
                             k == i ? od_doubt_bit(OD_DOUBT_UNSTEADY) : 0);
        }
        assert_true(od_run_in_doubt(&m.run, &m.result));
        unmake(&m);
    }
}

/* A step of a search that missed the objective is meant to go too far; one that kept it
 * counts. */
static void test_search(void **state)
{
    static const struct {
        enum od_slo_verdict verdict;
        bool step;
        bool doubt;
    } cases[] = {
        {OD_SLO_KEPT, true, true},
        {OD_SLO_MISSED, true, false},
        {OD_SLO_MISSED, false, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct made m;
        make(&m);
        m.cells[1].step = cases[i].step;
        m.result.cells[1].objective.verdict = cases[i].verdict;
        unsettle(&m.result.cells[1]);
        od_run_judge(&m.run, &m.result);
        assert_int_equal(doubts_of(&m, 1), od_doubt_bit(OD_DOUBT_UNSTEADY));
        assert_int_equal(od_run_in_doubt(&m.run, &m.result), cases[i].doubt);
        unmake(&m);
    }
}

/* --stability's limit and the objective's percentile are the plan's. */
static void test_goals(void **state)
{
    struct made m;
    (void)state;
    make(&m);
    unsettle(&m.result.cells[0]); /* ranges over 9 / 14.5 = 62.1 % */
    m.plan.goals.stable_windows = 3;
    m.plan.goals.stable_ratio = 0.7;
    od_run_judge(&m.run, &m.result);
    assert_false(od_run_in_doubt(&m.run, &m.result));
    unmake(&m);
    /* p99.9 needs 6636 samples, of which there are 1000; p95, printed anyway, 130. */
    make(&m);
    m.plan.goals.has_slo = true;
    m.plan.goals.slo.permille = 999;
    od_run_judge(&m.run, &m.result);
    assert_int_equal(doubts_of(&m, 2), od_doubt_bit(OD_DOUBT_FEW_SAMPLES));
    unmake(&m);
    make(&m);
    m.plan.goals.has_slo = true;
    m.plan.goals.slo.permille = 500;
    od_samples_release(&m.result.cells[2].samples);
    for (int i = 0; i < 129; i++) {
        od_samples_add(&m.result.cells[2].samples, 10 * MS, 10 * MS);
    }
    od_run_judge(&m.run, &m.result);
    assert_int_equal(doubts_of(&m, 1), 0);
    assert_int_equal(doubts_of(&m, 2), od_doubt_bit(OD_DOUBT_FEW_SAMPLES));
    unmake(&m);
}

/* Only cells that have blocks are written. */
static void test_json(void **state)
{
    struct made m;
    (void)state;
    make(&m);
    assert_null(od_run_validity_json(NULL));
    assert_null(od_run_validity_json(&m.result));
    m.result.cells[1].block_count = 0;
    unsettle(&m.result.cells[2]);
    od_run_judge(&m.run, &m.result);
    char *text = od_run_validity_json(&m.result);
    json_t *root = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(root), 2);
    for (size_t i = 0; i < 2; i++) {
        json_t *cell = json_array_get(root, i);
        assert_string_equal(json_string_value(json_object_get(cell, "cell_id")),
                            i == 0 ? "a1" : "a3");
        assert_int_equal(json_array_size(json_object_get(cell, "findings")), i);
    }
    json_decref(root);
    free(text);
    assert_true(od_run_in_doubt(&m.run, &m.result));
    unmake(&m);
}

/* The hint asks for a scale only where floats are sent and none is given. */
static void test_no_boxes(void **state)
{
    static const struct {
        struct od_input_format in;
        bool hint;
    } cases[] = {
        {{.dtype = OD_DTYPE_NONE}, false},
        {{.dtype = OD_DTYPE_UINT8}, false},
        {{.dtype = OD_DTYPE_FP32}, true},
        {{.dtype = OD_DTYPE_FP16}, true},
        {{.dtype = OD_DTYPE_FP32, .scale = {0.1F, 0.1F, 0.1F}}, false},
        {{.dtype = OD_DTYPE_FP32, .mean = {0, 0, 100}}, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct made m;
        make(&m);
        m.cells[1].asked.in = cases[i].in;
        m.result.cells[1].found.empty = BLOCKS * EACH;
        od_run_judge(&m.run, &m.result);
        assert_int_equal(doubts_of(&m, 0), 0);
        assert_int_equal(doubts_of(&m, 1), od_doubt_bit(OD_DOUBT_NO_BOXES));
        assert_string_equal(m.result.validity[1].findings[0].hint,
                            cases[i].hint ? "--input-format scale=1/255" : "");
        assert_true(od_run_in_doubt(&m.run, &m.result));
        unmake(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calm),   cmocka_unit_test(test_doubt),
        cmocka_unit_test(test_search), cmocka_unit_test(test_goals),
        cmocka_unit_test(test_json),   cmocka_unit_test(test_no_boxes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
