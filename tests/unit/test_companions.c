/* What the companions of two sides tell; comparisons as data. */
#include "compare/sides.h"

#include "record/validity.h"
#include "sides_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NO_META "no .meta.json tells on what machine and how it was measured: "

static int setup(void **state)
{
    *state = scratch_new();
    return 0;
}

static int teardown(void **state)
{
    scratch_free(*state);
    return 0;
}

static void assert_read(const struct sides_read *read)
{
    if (read->rc != 0) {
        fail_msg("%s", read->err.msg);
    }
}

static char *rows_file(const char *folder, const char *name, const char *run_id)
{
    struct made made;
    made_begin(&made, run_id);
    made_row(&made);
    made.next.cell_id = "c002";
    made.next.model = "rfcn";
    made_row(&made);
    made_row(&made);
    return made_end(&made, folder, name);
}

/* All warnings, a line each. */
static void assert_warnings(const struct sides_read *read, const char *expected)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t i = 0; i < read->out.warnings.count; i++) {
        od_buf_printf(&text, "%s\n", read->out.warnings.items[i]);
    }
    assert_string_equal(text.data, expected);
    od_buf_release(&text);
}

#define META_A                                                                           \
    "{\"run_id\":\"r1\",\"odbench\":\"0.1.0\",\"client\":\"lab\",\"seed\":\"1\","        \
    "\"plan\":{\"end\":\"complete\",\"repetitions\":10,\"pace\":{\"count\":0}},"         \
    "\"dataset\":{\"digest\":\"0123456789abcdef\",\"images\":10},"                       \
    "\"machine\":{\"host\":\"vm1\",\"cpu\":\"Fast 1\",\"cpus_logical\":2,"               \
    "\"cpus_physical\":1,\"governor\":\"performance\",\"kernel\":\"6.1.0\","             \
    "\"turbo\":true},\"versions\":{\"libcurl\":\"7.88\",\"libgrpc\":\"1.51\"}}"

static void test_differences(void **state)
{
    struct sides_read read = {.rc = 0};
    char *a = rows_file(*state, "a.csv", "r1");
    char *b = rows_file(*state, "b.csv", "r2");
    char *meta_a = scratch_file(*state, "a.meta.json", META_A);
    char *meta_b = scratch_file(
        *state, "b.meta.json",
        "{\"run_id\":\"r2\",\"odbench\":\"0.2.0\",\"client\":\"lab\",\"seed\":\"2\","
        "\"plan\":{\"end\":\"interrupted\",\"repetitions\":5,\"pace\":{\"count\":9}},"
        "\"dataset\":{\"digest\":\"fedcba9876543210\",\"images\":10},"
        "\"machine\":{\"host\":\"vm2\",\"cpu\":\"Fast 2\",\"cpus_logical\":4,"
        "\"cpus_physical\":2,\"governor\":\"powersave\",\"kernel\":\"6.1.0\","
        "\"turbo\":false},\"versions\":{\"libgrpc\":\"1.60\",\"jansson\":\"2.14\","
        "\"libcurl\":\"7.88\"}}");
    sides_read(&read, a, NULL, b, NULL);
    assert_read(&read);
    assert_warnings(
        &read,

        "run r2 was interrupted\n"
        "the sides differ in host: vm1 (a.csv); vm2 (b.csv)\n"
        "the sides differ in CPU: Fast 1 (a.csv); Fast 2 (b.csv)\n"
        "the sides differ in number of CPUs: 2 (a.csv); 4 (b.csv)\n"
        "the sides differ in number of cores: 1 (a.csv); 2 (b.csv)\n"
        "the sides differ in frequency governor: performance (a.csv); "
        "powersave (b.csv)\n"
        "the sides differ in turbo: true (a.csv); false (b.csv)\n"
        "the sides differ in odbench version: 0.1.0 (a.csv); 0.2.0 (b.csv)\n"
        "the sides differ in data set: 0123456789ab (a.csv); fedcba987654 "
        "(b.csv)\n"
        "the sides differ in seed: 1 (a.csv); 2 (b.csv)\n"
        "the sides differ in planned repetitions: 10 (a.csv); 5 (b.csv)\n"
        "the sides differ in planned pace\n"
        "the sides differ in version of libgrpc: 1.51 (a.csv); 1.60 (b.csv)\n");
    const struct od_compare_fact *last = &read.out.common[read.out.common_count - 1];
    assert_string_equal(last->name, "kernel");
    assert_string_equal(last->text, "6.1.0");
    sides_done(&read);
    (void)unlink(meta_b);
    free(meta_a);
    free(meta_b);
    free(a);
    free(b);
}

/* Several runs a side: what each side has is compared, not run with run. */
static void test_sets(void **state)
{
    static const char same[] = "{\"run_id\":\"%s\",\"plan\":{\"end\":\"complete\"},"
                               "\"machine\":{\"host\":\"%s\"}}";
    static const char *const names[] = {"a", "b", "c", "d"};
    static const char *const hosts[] = {"vm1", "vm2", "vm2", "vm1"};
    struct sides_read read = {.rc = 0};
    char *rows[4];
    for (size_t i = 0; i < 4; i++) {
        char *csv = od_xasprintf("%s.csv", names[i]);
        char *meta = od_xasprintf("%s.meta.json", names[i]);
        char *text = od_xasprintf(same, names[i], hosts[i]);
        rows[i] = rows_file(*state, csv, names[i]);
        free(scratch_file(*state, meta, text));
        free(text);
        free(meta);
        free(csv);
    }
    sides_read(&read, rows[0], rows[1], NULL, rows[2], rows[3], NULL);
    assert_read(&read);
    assert_warnings(&read, "");
    sides_done(&read);
    sides_read(&read, rows[1], rows[0], NULL, rows[2], NULL);
    assert_read(&read);
    assert_warnings(&read, "the sides differ in host: vm1, vm2 (b.csv and "
                           "1 more); vm2 (c.csv)\n");
    sides_done(&read);
    for (size_t i = 0; i < 4; i++) {
        free(rows[i]);
    }
}

static void test_missing(void **state)
{
    struct sides_read read = {.rc = 0};
    char *a = rows_file(*state, "a.csv", "r1");
    char *b = rows_file(*state, "b.csv", "r2");
    char *c = rows_file(*state, "c.csv", "r3");
    sides_read(&read, a, c, NULL, b, NULL);
    assert_read(&read);
    assert_warnings(&read, NO_META "a.csv, b.csv, c.csv\n");
    sides_done(&read);
    /* One that is about another run does not count. */
    char *meta = scratch_file(*state, "a.meta.json",
                              "{\"run_id\":\"r9\",\"plan\":{\"end\":null}}");
    sides_read(&read, a, NULL, b, NULL);
    assert_read(&read);
    assert_warnings(&read, "a.meta.json is about run r9, of which there are "
                           "no rows\n" NO_META "b.csv, run r1\n");
    sides_done(&read);
    free(scratch_file(*state, "a.meta.json", META_A));
    free(scratch_file(*state, "b.meta.json", "{\"run_id\":\"r2\",\"plan\":{}}"));
    free(scratch_file(*state, "c.meta.json",
                      "{\"run_id\":\"r3\",\"plan\":{\"end\":\"max-errors\"}}"));
    sides_read(&read, a, NULL, c, b, NULL);
    assert_read(&read);
    assert_warnings(&read, "run r2 has no end: it was killed, or still goes on\n"
                           "run r3 was ended by --max-errors\n");
    sides_done(&read);
    free(scratch_file(*state, "a.meta.json", "{\"run_id\":"));
    sides_read(&read, a, NULL, b, NULL);
    assert_int_equal(read.rc, -1);
    assert_int_equal(read.err.code, OD_EINPUT);
    assert_memory_equal(read.err.msg, meta, strlen(meta));
    sides_done(&read);
    free(meta);
    free(a);
    free(b);
    free(c);
}

static void test_doubts(void **state)
{
    struct sides_read read = {.rc = 0};
    char *a = rows_file(*state, "x.csv", "r1");
    char *b = rows_file(*state, "y.csv", "r2");
    free(scratch_file(*state, "x.meta.json",
                      "{\"run_id\":\"r1\",\"validity\":["
                      "{\"cell_id\":\"c001\",\"findings\":[{\"doubt\":\"few-samples\","
                      "\"detail\":\"d\",\"hint\":\"\"}]},"
                      "{\"cell_id\":\"c002\",\"findings\":[{\"doubt\":\"unsteady\","
                      "\"detail\":\"d\",\"hint\":\"\"}]}]}"));
    free(scratch_file(*state, "y.meta.json", "{\"run_id\":\"r2\"}"));
    sides_read(&read, a, NULL, b, NULL);
    assert_read(&read);
    assert_int_equal(read.sides.count, 2);
    /* rfcn is c002 */
    const struct od_cell_rows *doubtful = &read.sides.cells[0].side[OD_BASE];
    assert_int_equal(doubtful->doubts, od_doubt_bit(OD_DOUBT_UNSTEADY));
    assert_int_equal(doubtful->doubtful, 2);
    assert_int_equal(read.sides.cells[0].side[OD_NEW].doubts, 0);
    /* Few samples are for the metric to judge. */
    assert_int_equal(read.sides.cells[1].side[OD_BASE].doubts, 0);
    assert_int_equal(read.sides.cells[1].side[OD_BASE].doubtful, 0);
    sides_done(&read);
    free(a);
    free(b);
}

static void test_status(void **state)
{
    struct od_comparison c = {.cell_count = 3};
    (void)state;
    c.cells = od_xcalloc(c.cell_count, sizeof *c.cells);
    for (size_t i = 0; i < c.cell_count; i++) {
        c.cells[i].images = 1;
    }
    assert_int_equal(od_comparison_status(&c), 0);
    c.verdicts[OD_VERDICT_INCONCLUSIVE] = 1;
    c.verdicts[OD_VERDICT_IMPROVED] = 1;
    assert_int_equal(od_comparison_status(&c), 0);
    c.options.strict = true;
    assert_int_equal(od_comparison_status(&c), 3);
    /* Failures that may have become more are as open as times. */
    c.verdicts[OD_VERDICT_INCONCLUSIVE] = 0;
    assert_int_equal(od_comparison_status(&c), 0);
    c.cells[2].errors.verdict = OD_VERDICT_INCONCLUSIVE;
    assert_int_equal(od_comparison_status(&c), 3);
    c.error_regressions = 1;
    assert_int_equal(od_comparison_status(&c), 1);
    c.error_regressions = 0;
    c.verdicts[OD_VERDICT_REGRESSED] = 1;
    assert_int_equal(od_comparison_status(&c), 1);
    for (int s = 0; s < OD_SIDES; s++) {
        od_texts_add(&c.only[s], od_xstrdup("model=ssd"));
        assert_int_equal(od_comparison_status(&c), 2);
        c.options.allow_missing = true;
        assert_int_equal(od_comparison_status(&c), 1);
        c.options.allow_missing = false;
        od_texts_release(&c.only[s]);
    }
    /* Nothing to compare is never fine. */
    c.cell_count = 0;
    c.options.allow_missing = true;
    assert_int_equal(od_comparison_status(&c), 2);
    /* Nor is a cell without an image of both sides. */
    c.cell_count = 3;
    c.cells[1].images = 0;
    c.verdicts[OD_VERDICT_REGRESSED] = 0;
    c.options.strict = false;
    assert_int_equal(od_comparison_status(&c), 0);
    c.options.allow_missing = false;
    assert_int_equal(od_comparison_status(&c), 2);
    od_comparison_release(&c);
    assert_int_equal(c.options.strict, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_differences, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_missing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_doubts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_status, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
