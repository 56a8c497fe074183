/* Reports of the columns that they need are those of all columns. */
#include "base/buf.h"
#include "report/needs.h"
#include "table/figure.h"
#include "table/specs.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const files[] = {"tests/golden/staged.csv", "tests/golden/judged.csv",
                                    "tests/golden/measured.csv"};

/* The report on a file, made of the rows' columns in set; NULL: of all. */
static void report(const struct od_output *output, const char *figure, const char *file,
                   const struct od_column_set *set, struct od_buf *out)
{
    struct od_rows rows = {.only = set};
    struct od_err err = {0};
    assert_int_equal(od_rows_read(&rows, file, NULL, NULL), 0);
    od_buf_reset(out);
    int rc = figure == NULL ? od_output_put(output, &rows, out, &err)
                            : od_figure_data(od_figure_spec_find(figure), &rows,
                                             output->choice, out, &err);
    if (rc != 0) {
        od_buf_puts(out, err.msg);
    }
    od_rows_release(&rows);
}

static void expect_enough(const struct od_output *output, const char *figure)
{
    struct od_buf all;
    struct od_buf some;
    od_buf_init(&all, 0);
    od_buf_init(&some, 0);
    struct od_column_set set = od_needs_of(output, figure, false);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        report(output, figure, files[i], NULL, &all);
        report(output, figure, files[i], &set, &some);
        assert_string_equal(some.data, all.data);
        assert_true(all.len > 0);
    }
    od_buf_release(&all);
    od_buf_release(&some);
}

static void tables_need_no_more(void **state)
{
    (void)state;
    struct od_table_choice choice = {.digits = -1, .intervals = true};
    for (size_t i = 0; od_table_spec_at(i) != NULL; i++) {
        struct od_output output = {.tables = &od_table_spec_at(i)->name,
                                   .table_count = 1,
                                   .format = "json",
                                   .choice = &choice};
        expect_enough(&output, NULL);
    }
    const char *const by[] = {"detections", "pixels", "code", "srv_proposals"};
    const char *const summary[] = {"summary", "errors", "stages"};
    choice.by = by;
    choice.by_count = sizeof by / sizeof by[0];
    struct od_output output = {
        .tables = summary, .table_count = 3, .format = "json", .choice = &choice};
    expect_enough(&output, NULL);
}

static void figures_need_no_more(void **state)
{
    (void)state;
    const struct od_table_choice choice = {.digits = -1};
    const struct od_output output = {.format = "text", .choice = &choice};
    for (size_t i = 0; od_figure_spec_at(i) != NULL; i++) {
        expect_enough(&output, od_figure_spec_at(i)->name);
    }
}

static void own_tables_and_findings_need_no_more(void **state)
{
    char *path = scratch_file(*state, "own.json",
                              "{\"name\": \"a\", \"rows\": [\"model\", \"conn_id\"], "
                              "\"columns\": \"detections\", \"value\": \"bytes_down\", "
                              "\"statistic\": [\"n\", \"mean\", \"max\"], "
                              "\"where\": \"wait_ns>1us,objects>=1\"}");
    const char *spec = path;
    const struct od_table_choice choice = {.digits = -1};
    const struct od_output output = {.specs = &spec,
                                     .spec_count = 1,
                                     .findings = true,
                                     .format = "json",
                                     .choice = &choice};
    expect_enough(&output, NULL);
    const struct od_column_set set = od_needs_of(&output, NULL, true);
    assert_true(set.has[OD_AT_wait_ns] && set.has[OD_AT_bytes_down] &&
                set.has[OD_AT_seq]);
    assert_false(set.has[OD_AT_response_ns]);
    free(path);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_need_no_more),
        cmocka_unit_test(figures_need_no_more),
        cmocka_unit_test(own_tables_and_findings_need_no_more),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
