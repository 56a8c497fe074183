/* Objectives; quantiles of type 7 over 1 .. n ms are known by hand. */
#include "bench/result.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS INT64_C(1000000)

/* Response times of 1 to count ms, service times of 1 ms. */
static struct od_cell_result result_of(int64_t count, bool open)
{
    struct od_cell_result r = {.samples = {.open = open}};
    for (int64_t i = 1; i <= count; i++) {
        od_samples_add(&r.samples, MS, i * MS);
    }
    return r;
}

static void verdicts(void **state)
{
    (void)state;
    static const struct {
        int64_t count;
        bool open;
        int64_t failed;
        int64_t unsent;
        int64_t limit_ns;
        enum od_slo_verdict verdict;
        const char *why;
    } rows[] = {
        /* The 95th percentile of 1 .. 201 ms is 191 ms. */
        {201, true, 0, 0, 192 * MS, OD_SLO_KEPT, ""},
        {201, true, 0, 0, 191 * MS, OD_SLO_MISSED, "p95 is 191.000 ms"},
        {201, false, 0, 0, 2 * MS, OD_SLO_KEPT, ""},
        {201, false, 0, 0, MS, OD_SLO_MISSED, "p95 is 1.000 ms"},
        {201, true, 2, 0, 192 * MS, OD_SLO_KEPT, ""},
        {201, true, 3, 0, 192 * MS, OD_SLO_MISSED, "1.5% failed"},
        {201, true, 0, 1, 192 * MS, OD_SLO_MISSED, "1 were never sent"},
        {129, true, 0, 0, 192 * MS, OD_SLO_UNKNOWN, "p95 needs 130 samples, not 129"},
        {0, true, 9, 0, 192 * MS, OD_SLO_MISSED, "100.0% failed"},
        {0, true, 0, 0, 192 * MS, OD_SLO_UNKNOWN, "p95 needs 130 samples, not 0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_slo slo = {950, rows[i].limit_ns};
        struct od_cell_result r = result_of(rows[i].count, rows[i].open);
        r.failed = rows[i].failed;
        r.unsent = rows[i].unsent;
        struct od_objective o = od_objective_check(&slo, &r);
        assert_string_equal(o.why, rows[i].why);
        assert_int_equal(o.verdict, rows[i].verdict);
        od_cell_result_release(&r);
    }
}

/* A block whose last request was due after a second. */
static void late_senders(void **state)
{
    (void)state;
    static const struct {
        int64_t late_ns;
        int64_t span_ns;
        enum od_slo_verdict verdict;
    } rows[] = {{40 * MS, 1000 * MS, OD_SLO_KEPT},
                {60 * MS, 1000 * MS, OD_SLO_MISSED},
                {9 * MS, 100 * MS, OD_SLO_KEPT}, /* less than 10 ms */
                {11 * MS, 100 * MS, OD_SLO_MISSED}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_slo slo = {500, 900 * MS};
        struct od_cell_result r = result_of(201, true);
        struct od_block_facts facts = {.begin_ns = 5,
                                       .last_due_ns = 5 + rows[i].span_ns,
                                       .last_sent_ns =
                                           5 + rows[i].span_ns + rows[i].late_ns};
        od_cell_result_block(&r, &facts);
        assert_int_equal(od_objective_check(&slo, &r).verdict, rows[i].verdict);
        od_cell_result_release(&r);
    }
}

/* 0.05 = 0.5^4.3 = 0.75^10.4 = 0.89^25.7: by a pocket calculator. */
static void a_low_quantile_needs_samples_too(void **state)
{
    (void)state;
    static const struct {
        int permille;
        size_t needs;
    } rows[] = {{1, 1}, {500, 5}, {750, 11}, {890, 26}, {900, 64}, {990, 662}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_slo slo = {rows[i].permille, 900 * MS};
        assert_int_equal(od_slo_needs(&slo), rows[i].needs);
        struct od_cell_result r = result_of((int64_t)rows[i].needs, false);
        assert_int_equal(od_objective_check(&slo, &r).verdict, OD_SLO_KEPT);
        od_cell_result_release(&r);
        r = result_of((int64_t)rows[i].needs - 1, false);
        assert_int_equal(od_objective_check(&slo, &r).verdict, OD_SLO_UNKNOWN);
        od_cell_result_release(&r);
    }
}

static void words(void **state)
{
    (void)state;
    char text[64];
    od_slo_format(&(struct od_slo){999, 20 * MS}, text, sizeof text);
    assert_string_equal(text, "p99.9<20 ms");
    od_slo_format(&(struct od_slo){500, 1500 * MS}, text, sizeof text);
    assert_string_equal(text, "p50<1.5 s");
    assert_string_equal(od_slo_verdict_name(OD_SLO_NONE), "");
    assert_string_equal(od_slo_verdict_name(OD_SLO_KEPT), "kept");
    assert_string_equal(od_slo_verdict_name(OD_SLO_UNKNOWN), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts),
        cmocka_unit_test(late_senders),
        cmocka_unit_test(a_low_quantile_needs_samples_too),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests_name("objective", tests, NULL, NULL);
}
