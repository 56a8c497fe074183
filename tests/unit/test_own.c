/* Tables that a file describes. */
#include "base/file.h"
#include "table/own.h"

#include "scratch.h"
#include "table_rows.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PATH "own.json"

static const struct od_table_choice no_choice = {.digits = -1};

/* NULL with *err when it cannot be read. */
static struct od_own *read_own(const char *text, struct od_err *err)
{
    struct od_own *own = NULL;
    assert_int_equal(od_file_write(PATH, text, strlen(text), err), 0);
    int rc = od_own_read(PATH, &own, err);
    assert_int_equal(rc, own != NULL ? 0 : -1);
    return own;
}

static void statistics_stand_side_by_side(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    for (int64_t i = 1; i <= 4; i++) {
        (void)add_row(&rows, "c", "c", "m", i * 1000000);
        add_row(&rows, "c", "c", "m", i * 2000000)->protocol = "tfs-rest";
    }
    add_row(&rows, "c", "c", "m", OD_NONE)->status = "timeout";
    (void)add_row(&rows, "c", "d", "m", 7000000);
    struct od_err err = {0};
    struct od_own *own =
        read_own("{\"name\": \"mine\", \"rows\": \"model\", \"columns\": "
                 "[\"protocol\"], \"statistic\": [\"n\", \"failed\", "
                 "\"mean\", \"max\", \"p90\"], \"where\": "
                 "\"target=c\", \"unit\": \"us\", \"digits\": 1}",
                 &err);
    assert_non_null(own);
    struct od_table table = {0};
    assert_int_equal(od_own_build(own, rows_of(&rows), &no_choice, &table, &err), 0);
    assert_string_equal(table.title, "mine (us)");
    assert_int_equal(table.row_count, 1);
    assert_int_equal(table.column_count, 11);
    static const char *const printed[] = {"m", "4", "1",      "2500.0", "4000.0", "",
                                          "4", "0", "5000.0", "8000.0", ""};
    struct od_buf out;
    od_buf_init(&out, 0);
    for (size_t i = 0; i < 11; i++) {
        od_buf_reset(&out);
        od_cell_format(&table, od_table_cell(&table, 0, i), &out);
        assert_string_equal(out.data, printed[i]);
    }
    assert_true(od_table_cell(&table, 0, 5)->too_few);
    od_buf_release(&out);
    od_table_release(&table);
    od_own_free(own);
    made_rows_release(&rows);
}

static void values_need_not_be_times(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    for (int64_t i = 1; i <= 3; i++) {
        add_row(&rows, "c", "c", "m", 1000000)->bytes_up = i * i;
    }
    struct od_err err = {0};
    struct od_own *own =
        read_own("{\"name\": \"b\", \"rows\": [\"model\"], \"statistic\": "
                 "[\"mean\", \"p50\"], \"value\": \"bytes_up\"}",
                 &err);
    assert_non_null(own);
    struct od_table table = {0};
    assert_int_equal(od_own_build(own, rows_of(&rows), &no_choice, &table, &err), 0);
    assert_null(table.unit);
    assert_string_equal(table.title, "b");
    assert_int_equal(od_table_cell(&table, 0, 1)->kind, OD_CELL_REAL);
    assert_true(od_table_cell(&table, 0, 1)->real > 4.66);
    assert_int_equal(od_table_cell(&table, 0, 2)->number, 4);
    od_table_release(&table);
    od_own_free(own);
    made_rows_release(&rows);
}

static void what_is_wrong_is_said_in_one_line(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", PATH ":1: '[' or '{' expected near end of file"},
        {"[1]", PATH ": a table is a JSON object"},
        {"{}", PATH ": name is missing"},
        {"{\"name\": \"a\", \"rows\": [], \"statistic\": \"n\"}",
         PATH ": rows is missing"},
        {"{\"name\": \"a\", \"rows\": \"model\"}", PATH ": statistic is missing"},
        {"{\"name\": 5}", PATH ": name is a text"},
        {"{\"rows\": [\"model\", 5]}", PATH ": rows is a text or an array of texts"},
        {"{\"rows\": \"modal\"}",
         PATH ": rows: modal: no such column; try --list-columns"},
        {"{\"statistic\": \"mode\"}",
         PATH ": statistic: mode is none of n, failed, mean, "
              "min, p50, p90, p95, p99, p99.9 and max"},
        {"{\"value\": \"model\"}", PATH ": value: model is no column of whole numbers"},
        {"{\"value\": \"pixels\"}", PATH ": value: pixels is no column of whole numbers"},
        {"{\"unit\": \"h\"}", PATH ": unit: h is none of ns, us, ms and s"},
        {"{\"digits\": 7}", PATH ": digits is a whole number of 0 to 6"},
        {"{\"where\": \"x=1\"}", PATH ": where: 'x=1': no such column"},
        {"{\"colour\": \"red\"}", PATH ": a table has no member colour"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_err err = {0};
        assert_null(read_own(cases[i][0], &err));
        assert_string_equal(err.msg, cases[i][1]);
        assert_int_equal(err.code, OD_EINPUT);
    }
    struct od_own *own = NULL;
    struct od_err err = {0};
    assert_int_equal(od_own_read("missing.json", &own, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
}

int main(void)
{
    char *folder = scratch_new();
    if (chdir(folder) != 0) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statistics_stand_side_by_side),
        cmocka_unit_test(values_need_not_be_times),
        cmocka_unit_test(what_is_wrong_is_said_in_one_line),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scratch_free(folder);
    return failed;
}
