/* The calibration engine: its boxes, its delays and their distributions. */
#include "engine/engine.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { DRAWS = 200000 };

static struct od_engine_spec spec_of(const char *source, uint64_t seed)
{
    return (struct od_engine_spec){.name = "ruler",
                                   .source = source,
                                   .seed = seed,
                                   .score_min = 0.01,
                                   .nms_iou = 0.5,
                                   .max_boxes = 100};
}

static struct od_engine *open_or_fail(const char *source, uint64_t seed)
{
    struct od_engine_spec spec = spec_of(source, seed);
    struct od_engine *engine = NULL;
    struct od_err err = {0};
    if (od_engine_open(&spec, &engine, &err) != 0) {
        fail_msg("%s: %s", source, err.msg);
    }
    return engine;
}

/* Expected values are those of the distributions by their formulas, with five standard
 * errors of room. */
static void test_distributions(void **state)
{
    static const struct {
        const char *source;
        double mean_ns, sd_ns;
        double min_ns;
    } cases[] = {
        {"fixed:20ms", 20e6, 0, 20e6},
        {"fixed:0", 0, 0, 0},
        {"fixed:1500us", 1.5e6, 0, 1.5e6},
        {"fixed:20ms~5ms", 20e6, 5e6, 0},
        {"fixed:20ms~0", 20e6, 0, 20e6},
        {"fixed:exp:20ms", 20e6, 20e6, 0},
        /* Log-normal: mean m exp(s^2 / 2), deviation mean sqrt(exp(s^2) - 1). */
        {"fixed:lognormal:20ms~0", 20e6, 0, 20e6},
        {"fixed:lognormal:20ms~0.25", 20e6 * 1.0317434074991028,
         20e6 * 1.0317434074991028 * 0.2539575927548915, 0},
        /* Stalls and failures are no part of it. */
        {"fixed:20ms,stall=1s/10s,fail=1/3", 20e6, 0, 20e6},
        /* Cut at 0, half of a centred normal is left: mean s / sqrt(2 pi), second moment
         * s^2 / 2. */
        {"fixed:0~5ms", 5e6 * 0.3989422804014327, 5e6 * 0.5838193701035214, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_engine *engine = open_or_fail(cases[i].source, 7);
        double sum = 0;
        double squares = 0;
        double least = 1e18;
        for (int k = 0; k < DRAWS; k++) {
            double ns = (double)od_engine_hold_ns(engine);
            sum += ns;
            squares += ns * ns;
            least = ns < least ? ns : least;
        }
        double mean = sum / DRAWS;
        double sd = sqrt(fmax(0, squares / DRAWS - mean * mean));
        double room = 5 * cases[i].sd_ns / sqrt(DRAWS);
        assert_true(fabs(mean - cases[i].mean_ns) <= room);
        /* The standard error of a deviation is at most sqrt(2 / n) of it for these. */
        assert_true(fabs(sd - cases[i].sd_ns) <= 2 * room + 2);
        assert_true(least >= cases[i].min_ns);
        od_engine_close(engine);
    }
}

static void test_draws_follow_the_seed(void **state)
{
    (void)state;
    struct od_engine *a = open_or_fail("fixed:20ms~5ms", 1);
    struct od_engine *b = open_or_fail("fixed:20ms~5ms", 1);
    struct od_engine *c = open_or_fail("fixed:20ms~5ms", 2);
    int same = 0;
    for (int i = 0; i < 100; i++) {
        int64_t first = od_engine_hold_ns(a);
        assert_int_equal(first, od_engine_hold_ns(b));
        same += first == od_engine_hold_ns(c);
    }
    assert_true(same < 3);
    od_engine_close(a);
    od_engine_close(b);
    od_engine_close(c);
}

static void test_answers_without_pixels(void **state)
{
    (void)state;
    struct od_engine *engine = open_or_fail("fixed:1ms", 1);
    struct od_boxes boxes = {0};
    struct od_engine_times times;
    struct od_err err = {0};
    assert_false(od_engine_needs_pixels(engine));
    assert_string_equal(od_engine_weights(engine), "fixed");
    assert_int_equal(od_engine_model_bytes(engine), -1);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(od_engine_detect(engine, NULL, &boxes, &times, &err), 0);
        assert_int_equal(boxes.count, 2);
        assert_true(boxes.items[0].score > boxes.items[1].score);
        assert_true(boxes.items[0].score == 0.875F && boxes.items[0].label == 1);
        assert_true(boxes.items[0].x0 == 0.25F && boxes.items[0].y1 == 0.75F);
        assert_int_equal(times.proposals, -1);
        assert_int_equal(times.infer_ns, -1);
    }
    assert_string_equal(od_engine_label(engine, 2), "fixed-2");
    assert_null(od_engine_label(engine, 3));
    assert_null(od_engine_label(engine, 0));
    od_boxes_release(&boxes);
    od_engine_close(engine);
}

static void test_limits_cut_the_answer(void **state)
{
    static const struct {
        double score_min;
        size_t max_boxes;
        size_t expected;
    } cases[] = {{0, 100, 2},   {0.7, 100, 1}, {0.875, 100, 1},
                 {0.9, 100, 0}, {0, 1, 1},     {0, 0, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_engine_spec spec = spec_of("fixed:1ms", 1);
        struct od_engine *engine = NULL;
        struct od_boxes boxes = {0};
        struct od_engine_times times;
        struct od_err err = {0};
        spec.score_min = cases[i].score_min;
        spec.max_boxes = cases[i].max_boxes;
        assert_int_equal(od_engine_open(&spec, &engine, &err), 0);
        assert_int_equal(od_engine_detect(engine, NULL, &boxes, &times, &err), 0);
        assert_int_equal(boxes.count, cases[i].expected);
        od_boxes_release(&boxes);
        od_engine_close(engine);
    }
}

static void test_bad_delays(void **state)
{
    static const char *const bad[] = {
        "fixed:",
        "fixed:20",
        "fixed:-1ms",
        "fixed:20ms~",
        "fixed:~5ms",
        "fixed:exp:",
        "fixed:20ms~5",
        "fixed:2h",
        "fixed:uni:20ms",
        "fixed:20ms ",
        "fixed:exp:3h",
        "fixed:1ms~61m",
        "fixed:nan",
        "fixed:20ms~5ms~1ms",
        "fixed:20ms,",
        "fixed:lognormal:20ms",
        "fixed:20ms,fail=1/0",
        "fixed:20ms,stall=10s/1s",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct od_engine_spec spec = spec_of(bad[i], 1);
        struct od_engine *engine = NULL;
        struct od_err err = {0};
        assert_int_equal(od_engine_open(&spec, &engine, &err), -1);
        assert_null(engine);
        assert_true(err.code == OD_EINPUT || err.code == OD_ELIMIT);
        assert_non_null(strstr(err.msg, bad[i]));
        assert_null(strchr(err.msg, '\n'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distributions),
        cmocka_unit_test(test_draws_follow_the_seed),
        cmocka_unit_test(test_answers_without_pixels),
        cmocka_unit_test(test_limits_cut_the_answer),
        cmocka_unit_test(test_bad_delays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
