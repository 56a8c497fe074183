/* Ranges, ticks and names below the axes of figures. */
#include "table/plot_parts.h"

#include "base/alloc.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct od_plot points(const double *numbers, size_t count)
{
    struct od_plot plot = {.kind = OD_PLOT_POINTS, .x_label = "x", .y_label = "y"};
    struct od_plot_series *series = od_plot_add(&plot, od_xstrdup("s"));
    for (size_t i = 0; i < count; i++) {
        double row[] = {numbers[i], numbers[i]};
        od_plot_row(&plot, series, row);
    }
    return plot;
}

static bool about(double found, double expected)
{
    return fabs(found - expected) <= 1e-9 * fabs(expected) + 1e-12;
}

static void ranges(void **state)
{
    (void)state;
    static const struct {
        double numbers[3];
        bool logarithmic;
        double low;
        double high;
    } cases[] = {
        {{10, 20, 110}, false, 0, 118},        /* 0 is near */
        {{100, 105, 110}, false, 99.2, 110.8}, /* 0 is far */
        {{1, 1.5, 2}, false, 0.92, 2.08},
        {{5, 5, 5}, false, 3.75, 6.25}, /* equal ones are no range */
        {{0, 0, 0}, false, 0, 1},
        {{-2, 0, 2}, false, -2.32, 2.32},
        {{10, 100, 1000}, true, 7.943282347, 1258.925412},
        {{5, 5, 5}, true, 4.761904762, 5.25},
        {{0, -1, 5}, true, 4.761904762, 5.25}, /* these have no logarithm */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_plot plot = points(cases[i].numbers, 3);
        struct od_plot_range range = od_plot_range(&plot, 2U, cases[i].logarithmic);
        assert_true(fabs(range.low - cases[i].low) < 1e-6);
        assert_true(fabs(range.high - cases[i].high) < 1e-6);
        od_plot_release(&plot);
    }
    static const double none[] = {(double)NAN, (double)INFINITY};
    struct od_plot plot = points(none, 2);
    struct od_plot_range range = od_plot_range(&plot, 3U, false);
    assert_true(about(range.low, 0) && about(range.high, 1));
    od_plot_release(&plot);
}

/* What gnuplot is told of the axes; owned by the caller. */
static char *axes_of(const struct od_plot *plot)
{
    struct od_buf out;
    od_buf_init(&out, 0);
    od_plot_put_axes(plot, &out);
    char *text = od_buf_steal(&out);
    od_buf_release(&out);
    return text;
}

static void ticks_of_logarithms(void **state)
{
    (void)state;
    static const double times[] = {18, 40, 700};
    static const double decades[] = {0.02, 3000, 5};
    struct od_plot plot = points(times, 3);
    plot.log_x = true;
    plot.log_y = true;
    char *text = axes_of(&plot);
    assert_non_null(strstr(text, "set logscale x\nset xrange [14.9893:840.6]\n"
                                 "set xtics (20, 50, 100, 200, 500)\n"));
    assert_non_null(strstr(text, "set ytics (20, 50, 100, 200, 500)\n"));
    free(text);
    od_plot_release(&plot);
    plot = points(decades, 3);
    plot.log_y = true;
    text = axes_of(&plot);
    assert_non_null(strstr(text, "set ytics (0.1, 1, 10, 100, 1000)\n"));
    free(text);
    od_plot_release(&plot);
}

static void names_stand_where_they_fit(void **state)
{
    (void)state;
    struct od_plot plot = {.kind = OD_PLOT_STACKS, .x_label = "", .y_label = "y"};
    for (int i = 0; i < 8; i++) {
        od_plot_name(&plot, od_xstrdup("model tfs-grpc (n = 12)"));
    }
    assert_true(od_plot_upright(&plot));
    char *text = axes_of(&plot);
    assert_null(strstr(text, "rotate"));
    free(text);
    od_plot_name(&plot, od_xstrdup("ninth"));
    assert_false(od_plot_upright(&plot));
    free(plot.names[8]);
    plot.name_count = 8;
    /* One word is wider than the place of its bar. */
    free(plot.names[3]);
    plot.names[3] = od_xstrdup("a-model-with-a-long-name rest");
    assert_false(od_plot_upright(&plot));
    text = axes_of(&plot);
    assert_non_null(strstr(text, "right rotate by 60"));
    free(text);
    /* The first name would reach beyond the left edge. */
    free(plot.names[0]);
    plot.names[0] =
        od_xstrdup("a-name-of-sixty-letters-that-lies-below-the-first-bar-of-all");
    text = axes_of(&plot);
    const char *margin = strstr(text, "set lmargin at screen 0.");
    assert_non_null(margin);
    assert_true(strtod(margin + strlen("set lmargin at screen "), NULL) > 0.14);
    free(text);
    od_plot_release(&plot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges),
        cmocka_unit_test(ticks_of_logarithms),
        cmocka_unit_test(names_stand_where_they_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
