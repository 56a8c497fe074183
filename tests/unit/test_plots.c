/* Figures of requests as data. */
#include "table/figure.h"
#include "table/plots.h"

#include "table_rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { REQUESTS = 1000 };

struct made {
    struct made_rows rows;
    struct od_scope scope;
    struct od_shot_list list;
    struct od_plot plot;
};

/* Requests of 1 to 1000 ms in the order of a shuffle, one image in ten each, of one cell;
 * those of "b" take 500 ms more. */
static void set_up(struct made *made, bool two)
{
    static char names[10][8];
    for (int cell = 0; cell <= two; cell++) {
        for (int64_t i = 0; i < REQUESTS; i++) {
            int64_t ms = i * 617 % REQUESTS + 1 + 500 * cell;
            struct od_record *record =
                add_row(&made->rows, "c", "c", cell == 0 ? "a" : "b", ms * 1000000);
            (void)snprintf(names[i % 10], sizeof names[0], "%d.jpg", (int)(i % 10));
            record->file_name = names[i % 10];
            record->file_bytes = 1000 * (i % 10);
            record->gt_objects = i % 10;
            record->send_ns = i * 1000000;
            record->upload_ns = 1000000;
            record->wait_ns = record->service_ns - 1000000;
            record->srv_infer_ns = 500000;
        }
    }
    made->scope.rows = rows_of(&made->rows);
    od_scope_scan(&made->scope);
    assert_int_equal(od_shots_fill(&made->list, &made->scope, "test", NULL), 0);
}

static void tear_down(struct made *made)
{
    od_plot_release(&made->plot);
    od_shots_release(&made->list);
    od_scope_release(&made->scope);
    made_rows_release(&made->rows);
}

static bool about(double found, double expected)
{
    return fabs(found - expected) <= 1e-9 * fabs(expected) + 1e-12;
}

static void the_share_grows_to_one(void **state)
{
    (void)state;
    struct made made = {0};
    set_up(&made, true);
    od_plot_cdf(&made.list, &made.plot);
    assert_int_equal(made.plot.series_count, 2);
    assert_string_equal(made.plot.series[0].label, "a tfs-grpc (n = 1000)");
    const struct od_plot_series *series = &made.plot.series[1];
    assert_in_range(series->row_count, 100, 500);
    /* The first step begins at its foot. */
    assert_true(made.plot.steps && !series->dots);
    assert_true(about(series->values[0], 501) && about(series->values[1], 0));
    assert_true(about(series->values[2], 501) && about(series->values[3], 0.001));
    for (size_t i = 1; i < series->row_count; i++) {
        /* The k-th fastest took k + 500 ms. */
        assert_true(about(series->values[2 * i], 500 + 1000 * series->values[2 * i + 1]));
    }
    assert_true(about(series->values[2 * series->row_count - 1], 1));
    assert_true(made.plot.log_x);
    tear_down(&made);
}

static void percentiles_are_those_of_the_requests(void **state)
{
    (void)state;
    struct made made = {0};
    set_up(&made, false);
    od_plot_percentiles(&made.list, &made.plot);
    assert_int_equal(made.plot.series_count, 2);
    assert_true(made.plot.series[0].row_count > 100);
    for (size_t s = 0; s < 2; s++) {
        const struct od_plot_series *series = &made.plot.series[s];
        for (size_t i = 0; i < series->row_count; i++) {
            assert_true(series->values[2 * i] < 1);
            assert_true(
                about(series->values[2 * i + 1], 1000 * series->values[2 * i] + 1));
        }
    }
    /* Of 1000 requests 6.4 are slower than the percentile 99.36: from there it is thin.
     */
    const struct od_plot_series *sure = &made.plot.series[0];
    const struct od_plot_series *thin = &made.plot.series[1];
    double end = sure->values[2 * (sure->row_count - 1)];
    assert_true(end <= 0.9936 && end > 0.99);
    assert_true(about(thin->values[0], end) && thin->values[2] > 0.9936);
    assert_true(thin->light && !sure->light && !sure->dots && *thin->label == '\0');
    assert_int_equal(made.plot.note_count, 1);
    tear_down(&made);
}

static void few_requests_are_shown_one_by_one(void **state)
{
    (void)state;
    struct made made = {0};
    for (int64_t i = 0; i < 5; i++) {
        (void)add_row(&made.rows, "c", "c", "a", (i + 1) * 1000000);
    }
    made.scope.rows = rows_of(&made.rows);
    od_scope_scan(&made.scope);
    assert_int_equal(od_shots_fill(&made.list, &made.scope, "test", NULL), 0);
    od_plot_percentiles(&made.list, &made.plot);
    assert_int_equal(made.plot.series[0].row_count, 5);
    assert_true(made.plot.series[0].dots);
    assert_int_equal(made.plot.series[1].row_count, 0);
    assert_string_equal(made.plot.notes[0], "1 of 1 cells have fewer than 64 requests: "
                                            "every dot is one of them");
    od_plot_release(&made.plot);
    od_plot_cdf(&made.list, &made.plot);
    assert_int_equal(made.plot.series[0].row_count, 6);
    struct od_buf out;
    od_buf_init(&out, 0);
    od_plot_gnuplot(&made.plot, OD_FIGURE_SVG, &out);
    /* The foot is no request. */
    assert_non_null(strstr(out.data, "plot $series0 every ::1 using 1:2 with points "));
    assert_non_null(strstr(out.data, ", $series0 using 1:2 with steps linewidth 2 "));
    od_buf_release(&out);
    od_plot_release(&made.plot);
    od_plot_boxes(&made.list, &made.plot);
    assert_int_equal(made.plot.note_count, 1);
    tear_down(&made);
}

static void boxes_hold_the_quartiles(void **state)
{
    (void)state;
    struct made made = {0};
    set_up(&made, false);
    od_plot_boxes(&made.list, &made.plot);
    static const double expected[] = {50.95, 250.75, 500.5, 750.25, 950.05};
    for (size_t i = 0; i < 5; i++) {
        assert_true(about(made.plot.series[0].values[i], expected[i]));
    }
    assert_int_equal(made.plot.name_count, 1);
    tear_down(&made);
}

static void courses_keep_the_order_and_the_warmup(void **state)
{
    (void)state;
    struct made made = {0};
    for (int i = 0; i < 3; i++) {
        struct od_record *record = add_row(&made.rows, "c", "c", "a", 2000000);
        record->phase = i == 0 ? "warmup" : "main";
        record->send_ns = 5000000000 + i * 1000000000;
        record = add_row(&made.rows, "c", "c", "b", 2000000);
        record->phase = i == 0 ? "warmup" : "main";
        record->send_ns = 5000000000 + i * 1000000000;
    }
    made.scope.rows = rows_of(&made.rows);
    od_scope_scan(&made.scope);
    assert_int_equal(od_shots_fill(&made.list, &made.scope, "test", NULL), 0);
    od_plot_time(&made.list, &made.plot);
    assert_int_equal(made.plot.series_count, 4);
    assert_int_equal(made.plot.series[0].row_count, 2);
    assert_true(about(made.plot.series[0].values[0], 1));
    assert_true(about(made.plot.series[0].values[2], 2));
    assert_true(made.plot.series[2].light && made.plot.series[3].light);
    assert_int_equal(made.plot.series[2].row_count, 1);
    assert_true(about(made.plot.series[2].values[0], 0));
    assert_true(about(made.plot.series[2].values[1], 2));
    /* The warm-up has the colours of its cells. */
    struct od_buf out;
    od_buf_init(&out, 0);
    od_plot_gnuplot(&made.plot, OD_FIGURE_SVG, &out);
    static const char *const parts[] = {
        "$series0 using 1:2 with points pointtype 7 pointsize 0.5 linecolor '#0072B2'",
        "$series1 using 1:2 with points pointtype 7 pointsize 0.5 linecolor '#56B4E9'",
        "$series2 using 1:2 with points pointtype 7 pointsize 0.3 linecolor '#900072B2'",
        "$series3 using 1:2 with points pointtype 7 pointsize 0.3 linecolor '#9056B4E9'",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_non_null(strstr(out.data, parts[i]));
    }
    od_buf_release(&out);
    tear_down(&made);
}

static void dependences_are_medians_of_images(void **state)
{
    (void)state;
    struct made made = {0};
    for (int64_t i = 0; i < 30; i++) {
        static char names[10][8];
        /* Image k took 10 + 3 k ms, once much more and once much less. */
        int64_t k = i % 10;
        (void)snprintf(names[k], sizeof names[0], "%d.jpg", (int)k);
        struct od_record *record = add_row(
            &made.rows, "c", "c", "a", (10 + 3 * k) * 1000000 + (i / 10 - 1) * 5000000);
        record->file_name = names[k];
        record->gt_objects = k;
    }
    made.scope.rows = rows_of(&made.rows);
    od_scope_scan(&made.scope);
    assert_int_equal(od_shots_fill(&made.list, &made.scope, "test", NULL), 0);
    od_plot_objects(&made.list, &made.plot);
    const struct od_plot_series *series = &made.plot.series[0];
    assert_int_equal(series->row_count, 10);
    assert_true(series->fitted);
    assert_true(about(series->offset, 10) && about(series->slope, 3));
    tear_down(&made);
}

static void stages_add_up(void **state)
{
    (void)state;
    struct made made = {0};
    set_up(&made, true);
    /* A server that tells of more than the wait: that is not split, as in the table. */
    made.rows.items[0].srv_infer_ns = made.rows.items[0].wait_ns + 1;
    made.scope.rows = rows_of(&made.rows);
    od_plot_stages(&made.list, &made.plot);
    for (size_t cell = 0; cell < 2; cell++) {
        double sum = 0;
        for (size_t i = 0; i < made.plot.series_count; i++) {
            sum += made.plot.series[i].values[cell];
        }
        assert_true(about(sum, 500.5 + 500 * (double)cell));
    }
    assert_string_equal(made.plot.series[1].label, "upload");
    assert_true(about(made.plot.series[1].values[0], 1));
    assert_string_equal(made.plot.series[4].label, "server: inference");
    assert_true(about(made.plot.series[4].values[0], 0.4995));
    assert_true(about(made.plot.series[4].values[1], 0.5));
    tear_down(&made);
}

/* What a mark stands for is kept, what was found is not: it has no room. */
static void notes_are_short(void **state)
{
    (void)state;
    static const struct {
        const char *note;
        const char *shorter;
    } cases[] = {
        {"[a] not at rest: edge m tfs-grpc: medians range over 20%", "[a] not at rest"},
        {"[b] no colon", "[b] no colon"},
        {"n = 4, run: x", "n = 4, run: x"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *found = od_plot_short_note(cases[i].note);
        assert_string_equal(found, cases[i].shorter);
        free(found);
    }
}

static void a_line_needs_points(void **state)
{
    (void)state;
    struct od_plot plot = {.kind = OD_PLOT_POINTS};
    struct od_plot_series *series = od_plot_add(&plot, od_xstrdup("s"));
    const double rows[][2] = {{2, 1}, {2, 5}, {2, 9}};
    for (size_t i = 0; i < 3; i++) {
        od_plot_fit(series);
        assert_false(series->fitted);
        od_plot_row(&plot, series, rows[i]);
    }
    od_plot_fit(series);
    assert_false(series->fitted); /* x does not vary */
    od_plot_release(&plot);
}

static void what_cannot_be_drawn_says_why(void **state)
{
    (void)state;
    static char names[30][16];
    struct made made = {0};
    struct od_err err = {0};
    struct od_buf out;
    od_buf_init(&out, 0);
    struct od_figure_choice choice = {.rows = {.digits = -1}};
    const struct od_figure_spec *cdf = od_figure_spec_find("cdf");
    assert_int_equal(od_figure_build(cdf, rows_of(&made.rows), &choice, &out, &err), -1);
    assert_string_equal(err.msg, "cdf: no request was answered");
    for (int i = 0; i < 30; i++) {
        (void)snprintf(names[i], sizeof names[0], "m%d", i);
        (void)add_row(&made.rows, "c", "c", names[i], 1000000);
    }
    od_err_clear(&err);
    assert_int_equal(od_figure_build(cdf, rows_of(&made.rows), &choice, &out, &err), -1);
    assert_int_equal(err.code, OD_ELIMIT);
    assert_int_equal(od_figure_data(od_figure_spec_find("figure-8"), rows_of(&made.rows),
                                    &choice.rows, &out, NULL),
                     -1);
    od_buf_release(&out);
    made_rows_release(&made.rows);
}

static void hostile_labels_stay_labels(void **state)
{
    (void)state;
    struct od_plot plot = {.kind = OD_PLOT_STACKS, .x_label = "", .y_label = "y"};
    struct od_buf out;
    double one = 1;
    plot.title = od_xstrdup("t");
    od_plot_row(&plot, od_plot_add(&plot, od_xstrdup("it's `date`\nquit")), &one);
    od_plot_name(&plot, od_xstrdup("a' b"));
    od_buf_init(&out, 0);
    od_plot_gnuplot(&plot, OD_FIGURE_SVG, &out);
    assert_non_null(strstr(out.data, "title 'it''s ?date??quit'"));
    assert_non_null(strstr(out.data, "'a'''.\"\\n\".'b' 0"));
    od_buf_release(&out);
    od_plot_release(&plot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_share_grows_to_one),
        cmocka_unit_test(percentiles_are_those_of_the_requests),
        cmocka_unit_test(few_requests_are_shown_one_by_one),
        cmocka_unit_test(boxes_hold_the_quartiles),
        cmocka_unit_test(courses_keep_the_order_and_the_warmup),
        cmocka_unit_test(dependences_are_medians_of_images),
        cmocka_unit_test(stages_add_up),
        cmocka_unit_test(notes_are_short),
        cmocka_unit_test(a_line_needs_points),
        cmocka_unit_test(what_cannot_be_drawn_says_why),
        cmocka_unit_test(hostile_labels_stay_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
