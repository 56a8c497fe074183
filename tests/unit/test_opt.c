/* Option tables: parsing, errors, defaults. */
#include "cli/opt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct options {
    bool quiet;
    bool color;
    char *output;
    struct od_strings models;
    struct od_strings targets;
    int64_t count;
    int64_t warmup;
    uint64_t seed;
    double rate;
    int64_t timeout_ns;
    int64_t body_bytes;
    double share;
    char *order;
};

static const char *const orders[] = {"shuffled", "sequential", NULL};
static const char *const models[] = {"ssd", "rcnn", "yolo", NULL};
static const char *const examples[] = {"toy -q a.jpg", NULL};

#define AT(field) .offset = offsetof(struct options, field)
static const struct od_opt opts[] = {
    {.group = "Output", .letter = 'q', .name = "quiet", .help = "say less", AT(quiet)},
    {.group = "Output",
     .name = "color",
     .help = "use color",
     .fallback = "true",
     AT(color)},
    {.group = "Output",
     .letter = 'o',
     .name = "output",
     .unit = "FILE",
     .help = "write there",
     .type = OD_OPT_STRING,
     AT(output)},
    {.group = "Load",
     .letter = 'm',
     .name = "model",
     .unit = "NAME",
     .help = "models",
     .type = OD_OPT_LIST,
     .choices = models,
     .fallback = "ssd",
     AT(models)},
    {.group = "Load",
     .name = "target",
     .unit = "SPEC",
     .help = "servers",
     .type = OD_OPT_REPEAT,
     AT(targets)},
    {.group = "Load",
     .letter = 'n',
     .name = "count",
     .unit = "N",
     .help = "how many",
     .type = OD_OPT_INT,
     .min = 1,
     .max = 10,
     .fallback = "3",
     AT(count)},
    {.group = "Load",
     .name = "warmup",
     .unit = "N",
     .help = "rows before",
     .type = OD_OPT_INT,
     AT(warmup)},
    {.group = "Load",
     .name = "seed",
     .unit = "N",
     .help = "of the order",
     .type = OD_OPT_UINT64,
     .fallback = "1",
     AT(seed)},
    {.group = "Load",
     .name = "rate",
     .unit = "N",
     .help = "requests a second",
     .type = OD_OPT_REAL,
     AT(rate)},
    {.group = "Load",
     .name = "timeout",
     .unit = "TIME",
     .help = "per request",
     .type = OD_OPT_DURATION,
     .fallback = "10s",
     AT(timeout_ns)},
    {.group = "Load",
     .name = "max-body",
     .unit = "SIZE",
     .help = "largest body",
     .type = OD_OPT_BYTES,
     AT(body_bytes)},
    {.group = "Load",
     .name = "share",
     .unit = "RATIO",
     .help = "of all",
     .type = OD_OPT_RATIO,
     AT(share)},
    {.group = "Load",
     .name = "order",
     .unit = "ORDER",
     .help = "of the blocks",
     .type = OD_OPT_CHOICE,
     .choices = orders,
     .fallback = "shuffled",
     AT(order)},
};
static const struct od_program toy = {
    .name = "toy",
    .usage = "[options] IMAGE...\n--list",
    .purpose = "Show what an option table does.",
    .opts = opts,
    .opt_count = sizeof opts / sizeof opts[0],
    .examples = examples,
    .libraries = "libtoy 1.2.3",
    .schema = 1,
};

#define MAX_ARGS 8
struct parsed {
    struct options options;
    struct od_opt_result result;
    struct od_err err;
    int rc;
};

static void parse(struct parsed *p, const char *const *args)
{
    char *argv[MAX_ARGS + 2] = {(char *)(uintptr_t) "toy"};
    int argc = 1;
    memset(p, 0, sizeof *p);
    for (; argc <= MAX_ARGS && args[argc - 1] != NULL; argc++) {
        argv[argc] = (char *)(uintptr_t)args[argc - 1];
    }
    p->rc = od_opt_parse(&toy, argc, argv, &p->options, &p->result, &p->err);
}

static void release(struct parsed *p)
{
    od_opt_release(&toy, &p->options, &p->result);
}

static void test_defaults(void **state)
{
    struct parsed p;
    (void)state;
    parse(&p, (const char *const[]){NULL});
    assert_int_equal(p.rc, 0);
    assert_int_equal(p.result.action, OD_OPT_RUN);
    assert_false(p.options.quiet);
    assert_true(p.options.color);
    assert_null(p.options.output);
    assert_int_equal(p.options.models.count, 1);
    assert_string_equal(p.options.models.items[0], "ssd");
    assert_int_equal(p.options.count, 3);
    assert_int_equal(p.options.timeout_ns, 10000000000LL);
    assert_string_equal(p.options.order, "shuffled");
    for (size_t i = 0; i < toy.opt_count; i++) {
        assert_false(p.result.given[i]);
    }
    release(&p);
}

static void test_forms(void **state)
{
    struct parsed p;
    (void)state;
    parse(&p, (const char *const[]){"-qn5", "a.jpg", "--time=20ms", "--no-color",
                                    "-ofile", "--", "-x", "-", NULL});
    assert_string_equal(p.err.msg, "");
    assert_true(p.options.quiet);
    assert_false(p.options.color);
    assert_int_equal(p.options.count, 5);
    assert_int_equal(p.options.timeout_ns, 20000000);
    assert_string_equal(p.options.output, "file");
    assert_int_equal(p.result.operands.count, 3);
    assert_string_equal(p.result.operands.items[0], "a.jpg");
    assert_string_equal(p.result.operands.items[1], "-x");
    assert_string_equal(p.result.operands.items[2], "-");
    assert_true(p.result.given[0]);
    assert_false(p.result.given[3]);
    release(&p);
}

static void test_types(void **state)
{
    struct parsed p;
    (void)state;
    parse(&p,
          (const char *const[]){"--seed=18446744073709551615", "--rate", "-0.5",
                                "--max-body", "4MiB", "--share=1%", "--warmup=0", NULL});
    assert_string_equal(p.err.msg, "");
    assert_true(p.options.seed == UINT64_MAX);
    assert_true(p.options.rate == -0.5);
    assert_int_equal(p.options.body_bytes, 4194304);
    assert_true(p.options.share == 0.01);
    release(&p);
}

static void test_lists(void **state)
{
    struct parsed p;
    (void)state;
    parse(&p, (const char *const[]){"-m", "rcnn,yolo", "--model", "ssd", "--target",
                                    "a=h,grpc=1", "--target=b=h", NULL});
    assert_string_equal(p.err.msg, "");
    assert_int_equal(p.options.models.count, 3);
    assert_string_equal(p.options.models.items[0], "rcnn");
    assert_string_equal(p.options.models.items[2], "ssd");
    assert_int_equal(p.options.targets.count, 2);
    assert_string_equal(p.options.targets.items[0], "a=h,grpc=1");
    assert_string_equal(p.options.targets.items[1], "b=h");
    release(&p);
}

static void test_set(void **state)
{
    struct parsed p;
    struct od_err err = {0};
    (void)state;
    parse(&p, (const char *const[]){NULL});
    assert_int_equal(od_opt_set(&toy, &p.options, "model", "yolo", &err), 0);
    assert_int_equal(p.options.models.count, 1);
    assert_string_equal(p.options.models.items[0], "yolo");
    assert_int_equal(od_opt_set(&toy, &p.options, "quiet", "true", &err), 0);
    assert_true(p.options.quiet);
    assert_int_equal(od_opt_set(&toy, &p.options, "qui", "true", &err), -1);
    assert_string_equal(err.msg, "qui: no such option");
    od_err_clear(&err);
    assert_int_equal(od_opt_set(&toy, &p.options, "quiet", "yes", &err), -1);
    assert_string_equal(err.msg, "quiet: 'yes' is neither true nor false");
    release(&p);
}

static void test_errors(void **state)
{
    static const struct {
        const char *args[4];
        const char *message;
    } cases[] = {
        {{"--frobnicate"}, "unknown option --frobnicate; try toy --help"},
        {{"--frob=1"}, "unknown option --frob; try toy --help"},
        {{"-z"}, "unknown option -z; try toy --help"},
        {{"--=x"}, "unknown option --; try toy --help"},
        {{"--co"}, "option --co may mean several options; try toy --help"},
        {{"--timeout"}, "option --timeout needs a value (TIME); try toy --help"},
        {{"-n"}, "option --count needs a value (N); try toy --help"},
        {{"--quiet=1"}, "option --quiet takes no value, not '1'; try toy --help"},
        {{"-n", "11"}, "option --count: 11 is not within 1 to 10; try toy --help"},
        {{"-nx"}, "option --count: 'x' is not a whole number; try toy --help"},
        {{"--warmup=-1"},
         "option --warmup: -1 is not within 0 to 9223372036854775807; try toy --help"},
        {{"--timeout", "5"},
         "option --timeout: '5' is not a duration such as 500ms, 2s or 1m; try toy "
         "--help"},
        {{"--order", "random"},
         "option --order: 'random' is none of shuffled, sequential; try toy --help"},
        {{"--model", "ssd,,yolo"},
         "option --model: 'ssd,,yolo' has an empty item; try toy --help"},
        {{"--model", "ssd,vgg"},
         "option --model: 'vgg' is none of ssd, rcnn, yolo; try toy --help"},
        {{"--completion", "zsh"},
         "option --completion: 'zsh' is none of bash; try toy --help"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct parsed p;
        parse(&p, cases[i].args);
        assert_int_equal(p.rc, -1);
        assert_string_equal(p.err.msg, cases[i].message);
        assert_int_equal(p.err.code, OD_EINPUT);
        release(&p);
    }
}

static void test_exact_name_wins(void **state)
{
    static const struct od_opt two[] = {
        {.group = "A",
         .name = "rates",
         .unit = "N",
         .help = "x",
         .type = OD_OPT_INT,
         AT(count)},
        {.group = "A",
         .name = "rate",
         .unit = "N",
         .help = "x",
         .type = OD_OPT_INT,
         AT(warmup)},
    };
    struct od_program program = {
        .name = "two", .usage = "", .purpose = "", .opts = two, .opt_count = 2};
    struct options options = {0};
    struct od_opt_result result;
    struct od_err err = {0};
    char arg0[] = "two";
    char arg1[] = "--rate=7";
    char *argv[] = {arg0, arg1, NULL};
    (void)state;
    assert_int_equal(od_opt_parse(&program, 2, argv, &options, &result, &err), 0);
    assert_int_equal(options.warmup, 7);
    assert_int_equal(options.count, 0);
    od_opt_release(&program, &options, &result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_exact_name_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
