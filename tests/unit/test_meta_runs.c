/* Facts of runs, and lists of variants, out of files. */
#include "base/file.h"
#include "record/meta_runs.h"
#include "table/variant_list.h"

#include "scratch.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void write_file(const char *path, const char *text)
{
    assert_int_equal(od_file_write(path, text, strlen(text), NULL), 0);
}

static void facts_are_found_by_run(void **state)
{
    (void)state;
    write_file(
        "a.meta.json",
        "{\"run_id\": \"z\", \"end\": \"2026\", \"machine\": {\"cpu\": \"X\", "
        "\"turbo\": true}, \"plan\": {\"end\": \"complete\", \"planned_rows\": 9}, "
        "\"versions\": {\"b\": \"2\", \"a\": \"1\"}, \"models\": [{\"model\": \"m\", "
        "\"bytes\": 5}, {\"model\": \"m\", \"bytes\": 6}, {\"model\": \"n\", "
        "\"accuracy\": 0.5, \"variant\": \"small\"}]}");
    write_file("b.meta.json", "{\"run_id\": \"a\", \"end\": null}");
    write_file(
        "c.meta.json",
        "{\"run_id\": \"q\", \"end\": \"2026\", \"plan\": {\"end\": \"max-errors\"}}");
    struct od_meta_runs runs = {0};
    struct od_err err = {0};
    static const char *const paths[] = {"a.csv", "b.csv",    "c.csv",
                                        "a.csv", "none.csv", "-"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_int_equal(od_meta_runs_add(&runs, paths[i], &err), 0);
    }
    assert_int_equal(runs.count, 3);
    assert_string_equal(runs.runs[0].run_id, "a");
    assert_int_equal(runs.runs[0].state, OD_META_OPEN);
    assert_string_equal(runs.runs[1].end, "max-errors");
    assert_int_equal(runs.runs[1].state, OD_META_STOPPED);
    const struct od_meta_run *run = od_meta_runs_find(&runs, "z");
    assert_int_equal(run->state, OD_META_COMPLETE);
    assert_int_equal(run->planned_rows, 9);
    assert_string_equal(od_meta_run_text(run, "cpu"), "X");
    assert_string_equal(od_meta_run_text(run, "turbo"), "yes");
    assert_string_equal(od_meta_run_text(run, "library a"), "1");
    assert_null(od_meta_run_text(run, "governor"));
    assert_string_equal(run->facts[run->fact_count - 2].name, "library a");
    assert_int_equal(run->model_count, 2);
    assert_int_equal(run->models[0].bytes, 5);
    assert_true(isnan(run->models[0].accuracy));
    assert_string_equal(run->models[1].variant, "small");
    assert_null(od_meta_runs_find(&runs, "none"));
    assert_null(od_meta_runs_find(&runs, NULL));
    od_meta_runs_release(&runs);
}

static void a_broken_companion_is_named(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{\"run_id\": }", "x.meta.json:1: "},
        {"{\"id\": \"a\"}", "x.meta.json: it has no run_id"},
        {"[]", "x.meta.json: it has no run_id"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_meta_runs runs = {0};
        struct od_err err = {0};
        write_file("x.meta.json", cases[i][0]);
        assert_int_equal(od_meta_runs_add(&runs, "x.csv", &err), -1);
        assert_ptr_equal(strstr(err.msg, cases[i][1]), err.msg);
        assert_int_equal(err.code, OD_EINPUT);
        od_meta_runs_release(&runs);
    }
}

static void variants_keep_their_digits(void **state)
{
    (void)state;
    write_file("v.csv", OD_VARIANT_COLUMNS "\r\nnet,original,0.70,124.5,4.30\n\n"
                                           "net,small,,,\n");
    struct od_variant_list list = {0};
    assert_true(od_variant_file("v.csv"));
    assert_int_equal(od_variant_list_read(&list, "v.csv", NULL), 0);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].accuracy, "0.70");
    assert_int_equal(list.items[0].latency_ns, 124500000);
    assert_string_equal(list.items[0].size_mb, "4.30");
    assert_null(list.items[1].accuracy);
    assert_int_equal(list.items[1].latency_ns, -1);
    od_variant_list_release(&list);
    write_file("w.csv", OD_VARIANT_COLUMNS ",more\n");
    assert_false(od_variant_file("w.csv"));
    assert_false(od_variant_file("none.csv"));
    assert_false(od_variant_file("."));
    assert_false(od_variant_file("-"));
}

static void bad_lines_of_variants_are_named(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "v.csv: 1: it is empty"},
        {"model\n", "v.csv: 1: the columns are not " OD_VARIANT_COLUMNS},
        {OD_VARIANT_COLUMNS "\na,b\n", "v.csv: 2: not 5 fields"},
        {OD_VARIANT_COLUMNS "\na,b,1,2,3,4\n", "v.csv: 2: not 5 fields"},
        {OD_VARIANT_COLUMNS "\na,b,0.5,1,2\na,b,x,,\n",
         "v.csv: 3: 'x' is no number of digits"},
        {OD_VARIANT_COLUMNS "\na,b,0x1,,\n", "v.csv: 2: '0x1' is no number of digits"},
        {OD_VARIANT_COLUMNS "\na,b,1.,,\n", "v.csv: 2: '1.' is no number of digits"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_variant_list list = {0};
        struct od_err err = {0};
        write_file("v.csv", cases[i][0]);
        assert_int_equal(od_variant_list_read(&list, "v.csv", &err), -1);
        assert_string_equal(err.msg, cases[i][1]);
        od_variant_list_release(&list);
    }
}

int main(void)
{
    char *folder = scratch_new();
    if (chdir(folder) != 0) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_found_by_run),
        cmocka_unit_test(a_broken_companion_is_named),
        cmocka_unit_test(variants_keep_their_digits),
        cmocka_unit_test(bad_lines_of_variants_are_named),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scratch_free(folder);
    return failed;
}
