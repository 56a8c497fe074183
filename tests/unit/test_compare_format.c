/*
 * Every format of a comparison against tests/golden/compare/SAMPLE.FORMAT. With a folder
 * in OD_GOLDEN_COMPARE it writes the files there instead: scripts/golden does.
 */
#include "compare/format.h"

#include "base/file.h"
#include "compare/format_parts.h"
#include "compare_sample.h"
#include "table/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct od_comparison sample_error_rate(void)
{
    return sample_share(OD_METRIC_ERROR_RATE);
}

static struct od_comparison sample_map(void)
{
    return sample_share(OD_METRIC_MAP);
}

/* Of the last cell no image was answered on both sides. */
static struct od_comparison sample_unanswered(void)
{
    struct od_comparison c = sample_clean();
    double nan = (double)NAN;
    struct od_compared *cell = sample_cell(&c, "web", nan, nan, OD_VERDICT_INCONCLUSIVE);
    cell->change = sample_change(nan, nan, nan, nan, OD_VERDICT_INCONCLUSIVE);
    cell->change.reason = "no image was answered on both sides";
    cell->images = 0;
    cell->answers = 0;
    cell->test = "none";
    return c;
}

static const struct sample {
    const char *name;
    struct od_comparison (*make)(void);
    int status;
} samples[] = {
    {"clean", sample_clean, 0},           {"verdicts", sample_verdicts, 1},
    {"missing", sample_missing, 2},       {"nothing", sample_nothing, 2},
    {"hostile", sample_hostile, 2},       {"unknown", sample_unknown, 3},
    {"pairs", sample_pairs, 3},           {"map", sample_map, 1},
    {"error-rate", sample_error_rate, 1}, {"unanswered", sample_unanswered, 2},
};

enum { SAMPLES = sizeof samples / sizeof samples[0] };

static void check_golden(const struct sample *sample,
                         const struct od_compare_format *format)
{
    struct od_comparison comparison = sample->make();
    struct od_buf out;
    struct od_buf expected;
    od_buf_init(&out, 0);
    od_buf_init(&expected, 0);
    format->render(&comparison, &out);
    const char *into = getenv("OD_GOLDEN_COMPARE");
    char *path = od_xasprintf("%s/%s.%s", into != NULL ? into : "tests/golden/compare",
                              sample->name, format->name);
    if (into != NULL) {
        assert_int_equal(od_file_write(path, out.data, out.len, NULL), 0);
    } else {
        assert_int_equal(od_file_read(path, &expected, NULL), 0);
        assert_string_equal(out.data, expected.data);
        assert_int_equal(out.len, expected.len);
    }
    free(path);
    od_buf_release(&expected);
    od_buf_release(&out);
    od_comparison_release(&comparison);
}

static void test_golden(void **state)
{
    (void)state;
    for (size_t i = 0; od_compare_format_at(i) != NULL; i++) {
        for (size_t s = 0; s < SAMPLES; s++) {
            check_golden(&samples[s], od_compare_format_at(i));
        }
    }
}

/* One after the other into the same buffer: the same bytes twice. */
static void test_same_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; od_compare_format_at(i) != NULL; i++) {
        struct od_comparison comparison = sample_verdicts();
        struct od_buf out;
        od_buf_init(&out, 0);
        od_compare_format_at(i)->render(&comparison, &out);
        size_t half = out.len;
        assert_true(half > 0);
        od_compare_format_at(i)->render(&comparison, &out);
        assert_int_equal(out.len, 2 * half);
        assert_memory_equal(out.data, out.data + half, half);
        od_buf_release(&out);
        od_comparison_release(&comparison);
    }
}

static void test_formats(void **state)
{
    (void)state;
    static const char *const names[] = {"text", "markdown", "json",
                                        "csv",  "junit",    "github"};
    size_t count = sizeof names / sizeof names[0];
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(od_compare_format_at(i)->name, names[i]);
        assert_ptr_equal(od_compare_format_find(names[i]), od_compare_format_at(i));
    }
    assert_null(od_compare_format_at(count));
    assert_null(od_compare_format_find("xml"));
    assert_null(od_compare_format_find(""));
}

/* What a job's log shows without a break. */
static void test_width(void **state)
{
    (void)state;
    for (size_t s = 0; s < SAMPLES; s++) {
        if (samples[s].make == sample_hostile) {
            continue;
        }
        struct od_comparison comparison = samples[s].make();
        struct od_buf out;
        od_buf_init(&out, 0);
        od_compare_format_find("text")->render(&comparison, &out);
        char *rest = NULL;
        size_t lines = 0;
        for (char *line = strtok_r(out.data, "\n", &rest); line != NULL;
             line = strtok_r(NULL, "\n", &rest)) {
            assert_true(od_text_width(line) <= 100);
            assert_int_not_equal(line[strlen(line) - 1], ' ');
            lines++;
        }
        assert_true(lines > 5);
        od_buf_release(&out);
        od_comparison_release(&comparison);
    }
}

/* The samples say what od_comparison_status makes of them. */
static void test_status(void **state)
{
    (void)state;
    for (size_t s = 0; s < SAMPLES; s++) {
        struct od_comparison comparison = samples[s].make();
        assert_int_equal(od_comparison_status(&comparison), samples[s].status);
        od_comparison_release(&comparison);
    }
}

/* An empty cell may be missing, as long as another one is not; failures that regressed
 * are an answer. */
static void test_status_empty(void **state)
{
    (void)state;
    struct od_comparison comparison = sample_unanswered();
    struct od_compared *web = &comparison.cells[2];
    assert_true(od_comparison_refuses(&comparison, web));
    assert_false(od_comparison_refuses(&comparison, &comparison.cells[0]));
    comparison.options.allow_missing = true;
    assert_false(od_comparison_refuses(&comparison, web));
    assert_int_equal(od_comparison_status(&comparison), 0);
    comparison.options.strict = true;
    assert_int_equal(od_comparison_status(&comparison), 3);
    comparison.cells[0].images = comparison.cells[1].images = 0;
    assert_true(od_comparison_refuses(&comparison, web));
    assert_int_equal(od_comparison_status(&comparison), 2);
    comparison.options.metric = OD_METRIC_ERROR_RATE;
    assert_false(od_comparison_refuses(&comparison, web));
    web->side[OD_NEW].requests = 0;
    web->side[OD_NEW].failed = 0;
    assert_true(od_compared_empty(web, OD_METRIC_ERROR_RATE));
    comparison.options.metric = OD_METRIC_P50;
    comparison.options.allow_missing = false;
    for (size_t i = 0; i < comparison.cell_count; i++) {
        comparison.cells[i].errors.verdict = OD_VERDICT_REGRESSED;
    }
    comparison.error_regressions = comparison.cell_count;
    assert_int_equal(od_comparison_status(&comparison), 1);
    od_comparison_release(&comparison);
}

/* Values beside each other, rounded by hand. */
static void test_values(void **state)
{
    (void)state;
    static const struct {
        double base;
        double new_;
        const char *base_text;
        const char *new_text;
    } cases[] = {
        {431.2e6, 452.8e6, "431.2ms", "452.8ms"},
        {999.96e3, 1.0e6, "1.000ms", "1.000ms"}, /* 1000.0us */
        {999.94e3, 1.0e6, "999.9us", "1000us"},
        {0.99e6, 12.0e6, "990.0us", "12000us"},
        {1e3, 1e6, "1.000us", "1.000ms"}, /* a thousand is another world */
        {1e3, 0.999e6, "1.000us", "999.0us"},
        {59.99996e9, 61.5e9, "60.00s", "61.50s"},
        {86400e9, 1e9, "86400s", "1.000s"},
        {0.5, 3, "0.5000ns", "3.000ns"},
        {0, 3e6, "0.000ms", "3.000ms"},
        {(double)NAN, 3e6, "-", "3.000ms"},
        {3e6, (double)INFINITY, "3.000ms", "-"},
        {-1.5e6, 3e6, "-1.500ms", "3.000ms"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_comparison c = {.options = {.metric = OD_METRIC_MEAN}};
        struct od_compared cell = {
            .side = {{.value = cases[i].base}, {.value = cases[i].new_}}};
        struct od_compare_line line = {0};
        od_line_of_metric(&c, &cell, &line);
        assert_string_equal(line.part[OD_LINE_BASE], cases[i].base_text);
        assert_string_equal(line.part[OD_LINE_NEW], cases[i].new_text);
    }
}

static void test_changes(void **state)
{
    (void)state;
    static const struct {
        double ratio;
        double p;
        int64_t images;
        const char *change;
        const char *odds;
    } cases[] = {
        {1.0501, 0.00196, 10, "+5.01%", "(p=0.002 n=10)"},
        {0.9412, 0.0009999, 1, "-5.88%", "(p<0.001 n=1)"},
        {0.99999, 0.001, 0, "+0.00%", "(p=0.001 n=0)"},
        {1, 1, 3, "+0.00%", "(p=1.000 n=3)"},
        {0.99994, 0.9996, 3, "-0.01%", "(p=1.000 n=3)"},
        {123.4567, 0, 3, "+12245.67%", "(p<0.001 n=3)"},
        {(double)NAN, (double)NAN, 3, "-", "(n=3)"},
        {(double)INFINITY, 0.5, 3, "-", "(p=0.500 n=3)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_comparison c = {.options = {.metric = OD_METRIC_P99}};
        struct od_compared cell = {.images = cases[i].images,
                                   .change = {.ratio = cases[i].ratio,
                                              .p_adjusted = cases[i].p,
                                              .verdict = OD_VERDICT_INCONCLUSIVE}};
        struct od_compare_line line = {0};
        od_line_of_metric(&c, &cell, &line);
        assert_string_equal(line.part[OD_LINE_CHANGE], cases[i].change);
        assert_string_equal(line.part[OD_LINE_ODDS], cases[i].odds);
    }
}

/* Every verdict of the whole, in words. */
static const struct headline {
    enum od_verdict change[3];
    bool errors; /* of the last cell regressed */
    bool strict;
    size_t missing;
    bool allow;
    size_t empty;     /* cells at the end */
    bool open_errors; /* of all cells */
    const char *text;
} headlines[] = {
    {.text = "no regression in 3 cells"},
    {{OD_VERDICT_IMPROVED}, .text = "no regression: 1 of 3 cells improved"},
    {{OD_VERDICT_REGRESSED, OD_VERDICT_IMPROVED, OD_VERDICT_INCONCLUSIVE},
     .text = "1 of 3 cells regressed, 1 improved, 1 inconclusive"},
    {{OD_VERDICT_REGRESSED},
     .errors = true,
     .text = "2 of 3 cells regressed (1 in errors)"},
    {.errors = true, .text = "1 of 3 cells regressed in errors"},
    {{OD_VERDICT_INCONCLUSIVE},
     .text = "no regression found, but 1 of 3 cells is inconclusive"},
    {{OD_VERDICT_INCONCLUSIVE, OD_VERDICT_INCONCLUSIVE, OD_VERDICT_IMPROVED},
     .strict = true,
     .text = "no regression found, 1 improved, but 2 of 3 cells are inconclusive, "
             "which --strict refuses"},
    {{OD_VERDICT_INCONCLUSIVE, OD_VERDICT_INCONCLUSIVE, OD_VERDICT_INCONCLUSIVE},
     .text = "nothing can be said: all cells are inconclusive"},
    {.missing = 1,
     .text = "incomplete: 1 cell is on one side only; no regression in 3 cells"},
    {.missing = 2,
     .allow = true,
     .text = "no regression in 3 cells; 2 cells are on one side only"},
    {{[2] = OD_VERDICT_INCONCLUSIVE},
     .missing = 1,
     .empty = 1,
     .text = "incomplete: 1 cell is on one side only, 1 cell has no common image; no "
             "regression found, but 1 of 3 cells is inconclusive"},
    {{[1] = OD_VERDICT_INCONCLUSIVE, OD_VERDICT_INCONCLUSIVE},
     .empty = 2,
     .allow = true,
     .text = "no regression found, but 2 of 3 cells are inconclusive; 2 cells have no "
             "common image"},
    {{OD_VERDICT_INCONCLUSIVE, OD_VERDICT_INCONCLUSIVE, OD_VERDICT_INCONCLUSIVE},
     .empty = 3,
     .strict = true,
     .text = "nothing can be said: no image was answered on both sides"},
    {{OD_VERDICT_INCONCLUSIVE},
     .open_errors = true,
     .text =
         "no regression found, but 1 of 3 cells is inconclusive; whether more fail is "
         "open in 2 cells"},
};

static void test_headlines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof headlines / sizeof headlines[0]; i++) {
        struct od_compared cells[3] = {0};
        for (size_t k = 0; k < 3; k++) {
            cells[k].change.verdict = headlines[i].change[k];
            cells[k].errors.verdict = headlines[i].open_errors ? OD_VERDICT_INCONCLUSIVE
                                                               : OD_VERDICT_EQUIVALENT;
            cells[k].images = k + headlines[i].empty < 3 ? 1 : 0;
        }
        if (headlines[i].errors) {
            cells[2].errors.verdict = OD_VERDICT_REGRESSED;
        }
        struct od_comparison c = {
            .options = {.strict = headlines[i].strict,
                        .allow_missing = headlines[i].allow},
            .cells = cells,
            .cell_count = 3,
            .only = {{.count = headlines[i].missing}},
        };
        struct od_buf out;
        od_buf_init(&out, 0);
        od_put_headline(&c, &out);
        assert_string_equal(out.data, headlines[i].text);
        od_buf_release(&out);
    }
}

static void test_clean(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"plain", "plain"},
        {"a\tb\r\nc", "a b  c"},
        {"\x1B[0m\x01\x7F", "?[0m??"},
        {"\xC3\xA9 \xC2\xB1", "\xC3\xA9 \xC2\xB1"},
        {"\xC2\x9B", "\xEF\xBF\xBD"}, /* CSI, as terminals read it */
        {"\xFFx\xE4\xBD", "\xEF\xBF\xBDx\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xEF\xBF\xBE", "\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *clean = od_text_clean(cases[i][0]);
        assert_string_equal(clean, cases[i][1]);
        free(clean);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),    cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_formats),   cmocka_unit_test(test_width),
        cmocka_unit_test(test_status),    cmocka_unit_test(test_status_empty),
        cmocka_unit_test(test_values),    cmocka_unit_test(test_changes),
        cmocka_unit_test(test_headlines), cmocka_unit_test(test_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
