/* The gnuplot programs of figures. */
#include "table/figure.h"

#include "table_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct od_figure_choice no_choice = {.format = OD_FIGURE_SVG};
static const struct od_figure_choice as_png = {.format = OD_FIGURE_PNG};

static void bars_stand_for_means(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    (void)add_row(&rows, "edge", "edge", "m", 1500000);
    (void)add_row(&rows, "edge", "edge", "m", 2500000);
    add_row(&rows, "edge", "edge", "m", 7000000)->file_name = "b\"\\\n.jpg";
    add_row(&rows, "edge", "edge", "m", OD_NONE)->status = "timeout";
    add_row(&rows, "edge", "edge", "it's `x`", 9000000)->weights = "random";
    add_row(&rows, "edge", "edge", "m", 1)->phase = "warmup";
    add_row(&rows, "edge", "edge", "m", 1)->file_name = NULL;
    (void)add_row(&rows, "client", "edge", "m", 1);
    struct od_buf out;
    od_buf_init(&out, 0);
    struct od_err err = {0};
    assert_int_equal(od_figure_build(od_figure_spec_find("figure-8"), rows_of(&rows),
                                     &no_choice, &out, &err),
                     0);
    static const char *const parts[] = {
        "set terminal svg size 900,",
        ("$latency << END_OF_DATA\n\"a.jpg\" 9.000 2.000\n\"b???.jpg\" NaN 7.000\n"
         "END_OF_DATA\n"),
        "'Mean latency of each image, edge serving itself'",
        "'n = 4, failed and left out: 1'.\"\\n\".'it''s ?x?: random weights",
        "set ylabel 'latency (ms)'",
        "title 'it''s ?x? tfs-grpc'",
        "linecolor '#0072B2'",
        "with labels",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strstr(out.data, parts[i]) == NULL) {
            print_message("not there: %s\nin: %s\n", parts[i], out.data);
        }
        assert_non_null(strstr(out.data, parts[i]));
    }
    od_buf_reset(&out);
    assert_int_equal(od_figure_build(od_figure_spec_find("figure-8"), rows_of(&rows),
                                     &as_png, &out, &err),
                     0);
    assert_non_null(strstr(out.data, "set terminal pngcairo size 1800,"));
    od_buf_release(&out);
    made_rows_release(&rows);
}

static void check_failure(const struct od_rows *rows, const char *name,
                          const struct od_figure_choice *choice, const char *message)
{
    struct od_buf out;
    od_buf_init(&out, 0);
    struct od_err err = {0};
    assert_int_equal(od_figure_build(od_figure_spec_find(name), rows, choice, &out, &err),
                     -1);
    assert_string_equal(err.msg, message);
    assert_int_equal(out.len, 0);
    od_buf_release(&out);
}

static void what_cannot_be_drawn_is_said(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    check_failure(rows_of(&rows), "figure-8", &no_choice,
                  "figure-8: it shows machine 1 of those with placement local, and there "
                  "are 0");
    struct od_figure_choice choice = {.rows = {.client = "x"}};
    check_failure(rows_of(&rows), "figure-8", &choice,
                  "figure-8: no local rows of client x");
    struct od_record *record = add_row(&rows, "edge", "edge", "m", 5);
    record->file_name = NULL;
    check_failure(rows_of(&rows), "figure-8", &no_choice,
                  "figure-8: no latency of an image with placement local");
    check_failure(
        rows_of(&rows), "figure-10", &no_choice,
        "figure-10: it shows machine 3 of those with placement local, and there "
        "are 1");
    char names[101][16];
    for (size_t i = 0; i < 101; i++) {
        (void)snprintf(names[i], sizeof names[i], "%zu.jpg", i);
        add_row(&rows, "edge", "edge", "m", 5)->file_name = names[i];
    }
    check_failure(rows_of(&rows), "figure-8", &no_choice,
                  "figure-8: 101 images, and bars are for 100 at most");
    made_rows_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_stand_for_means),
        cmocka_unit_test(what_cannot_be_drawn_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
