/* Options from --plan and --set: who wins, what is refused, what is not quoted. */
#include "bench/options.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct line {
    struct od_run_options options;
    struct od_opt_result parsed;
    struct od_err err;
    int rc;
};

/* Parses a command line and completes it. */
static struct line complete(const char *const *args)
{
    struct line line = {.rc = 0};
    char *argv[24] = {NULL};
    int argc = 0;
    argv[argc++] = od_xstrdup("odbench-run");
    for (size_t i = 0; args[i] != NULL; i++) {
        argv[argc++] = od_xstrdup(args[i]);
    }
    line.rc =
        od_opt_parse(&od_run_program, argc, argv, &line.options, &line.parsed, &line.err);
    if (line.rc == 0) {
        line.rc = od_run_options_complete(&line.options, line.parsed.given,
                                          &line.parsed.operands, &line.err);
    }
    for (int i = 0; i < argc; i++) {
        free(argv[i]);
    }
    return line;
}

static void release(struct line *line)
{
    od_opt_release(&od_run_program, &line->options, &line->parsed);
}

#define COMPLETE(...) complete((const char *const[]){__VA_ARGS__, NULL})

static void plan_then_set_then_given(void **state)
{
    (void)state;
    char *folder = scratch_new();
    char *plan = scratch_file(folder, "plan.json",
                              "{\"seed\": 5, \"model\": [\"a\", \"b\"], \"limit\": 7,"
                              " \"quiet\": true, \"header\": [\"X-A: 1\", \"X-B: 2\"],"
                              " \"warmup\": 3, \"images\": [\"one\", \"two\"]}");
    struct line l = COMPLETE("--plan", plan, "--set", "seed=6", "--set", "limit=8",
                             "--set=model=c", "--set", "model=d,e", "--limit", "9");
    assert_int_equal(l.rc, 0);
    assert_int_equal(l.options.seed, 6);   /* --set over the plan */
    assert_int_equal(l.options.limit, 9);  /* given over --set */
    assert_int_equal(l.options.warmup, 3); /* the plan over the default */
    assert_true(l.options.quiet);
    assert_int_equal(l.options.models.count, 3);
    assert_string_equal(l.options.models.items[0], "c");
    assert_string_equal(l.options.models.items[2], "e");
    assert_int_equal(l.options.headers.count, 2);
    assert_string_equal(l.options.headers.items[1], "X-B: 2");
    assert_int_equal(l.parsed.operands.count, 2);
    release(&l);
    l = COMPLETE("--plan", plan, "--set", "images=x", "--set", "images=y, z", "--set",
                 "quiet=false", "--set", "header=X-C: 3,4", "--set", "concurrency=4");
    assert_int_equal(l.rc, 0);
    assert_false(l.options.quiet);
    assert_int_equal(l.parsed.operands.count, 2);
    assert_string_equal(l.parsed.operands.items[1], "y, z");
    assert_int_equal(l.options.headers.count, 1);
    assert_string_equal(l.options.headers.items[0], "X-C: 3,4");
    assert_int_equal(l.options.concurrency.count, 1);
    assert_string_equal(l.options.concurrency.items[0], "4");
    release(&l);
    l = COMPLETE("--plan", plan, "--set", "images=x", "--set", "model=c", "-m", "z",
                 "given.jpg");
    assert_int_equal(l.rc, 0);
    assert_int_equal(l.parsed.operands.count, 1);
    assert_string_equal(l.parsed.operands.items[0], "given.jpg");
    assert_int_equal(l.options.models.count, 1);
    assert_string_equal(l.options.models.items[0], "z");
    release(&l);
    free(plan);
    scratch_free(folder);
}

static void set_without_a_plan(void **state)
{
    (void)state;
    struct line l = COMPLETE("--set", "timeout=2s", "--set", "probe=false", "a.jpg");
    assert_int_equal(l.rc, 0);
    assert_int_equal(l.options.timeout_ns, 2000000000);
    assert_false(l.options.probe);
    release(&l);
}

/* SECRET must not be repeated. */
static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *set;
        const char *says;
    } cases[] = {
        {"seed", "--set: not KEY=VALUE"},
        {"=SECRET", "--set: not KEY=VALUE"},
        {"header:SECRET", "--set: not KEY=VALUE"},
        {"sed=SECRET", "--set: sed: no such option"},
        {"plan=x", "--set: plan: no such option"},
        {"set=seed=1", "--set: set: no such option"},
        {"help=true", "--set: help: no such option"},
        {"seed=x", "--set: seed: 'x' is not a whole number below 2^64"},
        {"quiet=yes", "--set: quiet: 'yes' is neither true nor false"},
        {"order=any", "--set: order: 'any' is none of random, sequential"},
        {"images=", "--set: images: no path"},
        {"model=a,,b", "--set: model: 'a,,b' has an empty item"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct line l = COMPLETE("--set", cases[i].set);
        assert_int_equal(l.rc, -1);
        assert_string_equal(l.err.msg, cases[i].says);
        release(&l);
    }
}

static void refuses_plans(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"[]", "not a JSON object"},
        {"{\"seed\": }", "plan.json:1: "},
        {"{\"plan\": \"x\"}", "plan.json: \"plan\": no such option"},
        {"{\"set\": [\"seed=1\"]}", "plan.json: \"set\": no such option"},
        {"{\"seed\": [1]}", "plan.json: \"seed\": takes one value, not a list"},
        {"{\"seed\": {}}", "plan.json: \"seed\": not a string, number, true or false"},
        {"{\"images\": [1]}", "plan.json: \"images\": not a list of paths"},
        {"{\"header\": [{\"X\": \"SECRET\"}]}", "plan.json: \"header\": not a string"},
    };
    char *folder = scratch_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *plan = scratch_file(folder, "plan.json", cases[i].text);
        struct line l = COMPLETE("--plan", plan);
        assert_int_equal(l.rc, -1);
        assert_int_equal(l.err.code, OD_EINPUT);
        if (strstr(l.err.msg, cases[i].says) == NULL) {
            fail_msg("'%s' does not say '%s'", l.err.msg, cases[i].says);
        }
        assert_null(strstr(l.err.msg, "SECRET"));
        release(&l);
        free(plan);
    }
    scratch_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan_then_set_then_given),
        cmocka_unit_test(set_without_a_plan),
        cmocka_unit_test(refuses),
        cmocka_unit_test(refuses_plans),
    };
    return cmocka_run_group_tests_name("planfile", tests, NULL, NULL);
}
