/* Options of the load: what they mean together, and what does not go together. */
#include "bench/build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct parsed {
    struct od_run_options options;
    struct od_opt_result result;
    struct od_plan plan;
    struct od_err err;
    int rc;
};

/* words: options, as on the command line, a blank between two. */
static void build(const char *words, struct parsed *p)
{
    char text[512];
    char *argv[40] = {(char *)(uintptr_t) "odbench-run", text};
    int argc = 1;
    char *rest = NULL;
    *p = (struct parsed){0};
    assert_true(strlen(words) < sizeof text);
    memcpy(text, words, strlen(words) + 1);
    for (char *w = strtok_r(text, " ", &rest); w != NULL;
         w = strtok_r(NULL, " ", &rest)) {
        argv[argc++] = w;
    }
    assert_int_equal(
        od_opt_parse(&od_run_program, argc, argv, &p->options, &p->result, &p->err), 0);
    p->plan.repetitions = p->options.repetitions;
    p->rc = od_plan_build_load(&p->options, &p->plan, &p->err);
}

static void release(struct parsed *p)
{
    od_plan_release(&p->plan);
    od_opt_release(&od_run_program, &p->options, &p->result);
}

static void fine(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        enum od_arrival_kind kind;
        size_t rates;
        int64_t concurrency;
        int64_t max_repetitions;
    } rows[] = {
        {"-r 4", OD_ARRIVAL_CLOSED, 0, 1, 4},
        {"-r 4 --arrival closed -d 2s --ab a=h --ab b=h", OD_ARRIVAL_CLOSED, 0, 1, 4},
        {"-r 4 --arrival closed -d 2s --duration-stop close", OD_ARRIVAL_CLOSED, 0, 1, 4},
        {"--rate 10..30:10 -r 2", OD_ARRIVAL_CONSTANT, 3, 16, 2},
        {"--rate 5,7 --arrival poisson -r 2", OD_ARRIVAL_POISSON, 2, 16, 2},
        {"--arrival ramp:1..9 --stability 10%x3 -r 2", OD_ARRIVAL_RAMP, 0, 16, 10},
        {"--min-samples 9 --max-repetitions 3 -r 2", OD_ARRIVAL_CLOSED, 0, 1, 3},
        {"--search-max-rate --slo p99<9ms -r 2", OD_ARRIVAL_CONSTANT, 0, 16, 2},
        {"--search-max-rate --slo p99<9ms -R 3 --arrival poisson -r 2",
         OD_ARRIVAL_POISSON, 1, 16, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parsed p;
        build(rows[i].words, &p);
        assert_string_equal(p.err.msg, "");
        assert_int_equal(p.rc, 0);
        assert_int_equal(p.plan.pace.arrival.kind, rows[i].kind);
        assert_int_equal(p.plan.pace.rate_count, rows[i].rates);
        assert_int_equal(p.plan.concurrency[0], rows[i].concurrency);
        assert_int_equal(p.plan.goals.max_repetitions, rows[i].max_repetitions);
        release(&p);
    }
}

static void refused(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"--rate 5 --arrival closed", "--rate: a closed loop has none"},
        {"--rate 5 --arrival steps:1..3:1", "--rate: --arrival steps has rates"},
        {"--arrival poisson", "--arrival poisson needs --rate"},
        {"--arrival sometimes", "--arrival: "},
        {"--rate 0", "--rate: "},
        {"--duration-stop close", "--duration-stop close needs --duration"},
        {"--arrival poisson --rate 200 --duration 10m -r 10000", "more than 1e+09"},
        {"--pin 99999", "--pin: CPU 99999"},
        {"--pin x", "--pin: "},
        {"--stability 10", "--stability: "},
        {"--slo fast", "--slo: "},
        {"--max-repetitions 3", "--max-repetitions is the limit of"},
        {"--min-samples 9 --max-repetitions 3 -r 5", "--max-repetitions 3 is below"},
        {"--search-max-rate", "--search-max-rate needs --slo"},
        {"--search-max-rate --slo p99<9ms --arrival closed", "not closed"},
        {"--search-max-rate --slo p99<9ms -R 1,2", "begins at one --rate, not at 2"},
        {"--search-max-rate --slo p99<9ms --min-samples 5", "--min-samples do not go"},
        {"--paper --rate 5", "--paper sends one request at a time"},
        {"--paper --retries 1", "not as --retries asks"},
        {"--paper --ab a=h", "not as --ab asks"},
        {"--ab a=h --rate 5", "--ab and --rate do not go together: a request of a pair"},
        {"--ab a=h --arrival ramp:1..9 -d 1s", "--ab and --arrival do not go together"},
        {"--ab a=h --search-max-rate --slo p99<9ms", "--ab and --search-max-rate do not"},
        {"--ab a=h -d 1s --duration-stop close", "would leave halves of pairs"},
        {"--ab a=h --allow-unreachable", "--ab and --allow-unreachable do not go"},
        {"--paper -c 2", "not as --concurrency asks"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parsed p;
        build(rows[i][0], &p);
        if (strstr(rows[i][0], "-c 2") != NULL) {
            od_plan_release(&p.plan);
            od_plan_add_concurrency(&p.plan, 2);
            p.rc = od_plan_build_load(&p.options, &p.plan, &p.err);
        }
        assert_int_equal(p.rc, -1);
        assert_int_equal(p.err.code, OD_EINPUT);
        if (strstr(p.err.msg, rows[i][1]) == NULL) {
            fail_msg("'%s': %s", rows[i][0], p.err.msg);
        }
        release(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fine),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests_name("build_load", tests, NULL, NULL);
}
