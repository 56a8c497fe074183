/* Names beside points: none hides another, none leaves the plot. */
#include "table/plot_labels.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define WIDTH  760.0
#define HEIGHT 420.0

static struct od_place place(double x, double y, double width)
{
    return (struct od_place){x, y, x - 8, x + 8, y - 20, y + 20, width};
}

static bool apart(const struct od_place_label *a, double a_width,
                  const struct od_place_label *b, double b_width)
{
    return a->x + a_width <= b->x || b->x + b_width <= a->x || fabs(a->y - b->y) >= 15;
}

static void check(const struct od_place *places, size_t count)
{
    struct od_place_label labels[24];
    struct od_place_label again[24];
    assert_in_range(count, 1, 24);
    od_places_arrange(places, count, WIDTH, HEIGHT, labels);
    od_places_arrange(places, count, WIDTH, HEIGHT, again);
    for (size_t i = 0; i < count; i++) {
        assert_true(fabs(labels[i].x - again[i].x) < 1e-12);
        assert_true(fabs(labels[i].y - again[i].y) < 1e-12);
        assert_true(labels[i].x >= 0 && labels[i].x + places[i].width <= WIDTH);
        assert_true(labels[i].y >= 7 && labels[i].y <= HEIGHT - 7);
        for (size_t k = 0; k < count; k++) {
            struct od_place_label point = {.x = places[k].x - 5, .y = places[k].y};
            assert_true(k == i ||
                        apart(&labels[i], places[i].width, &labels[k], places[k].width));
            assert_true(apart(&labels[i], places[i].width, &point, 10));
        }
    }
}

static void one_stands_beside_its_point(void **state)
{
    (void)state;
    struct od_place_label label;
    struct od_place middle = place(300, 200, 120);
    middle.left = middle.right = middle.x;
    middle.top = middle.bottom = middle.y;
    od_places_arrange(&middle, 1, WIDTH, HEIGHT, &label);
    assert_false(label.leads);
    assert_true(fabs(label.x - 310) < 1e-9 && fabs(label.y - 200) < 1e-9);
    /* At the right edge it stands on the other side. */
    middle.x = 755;
    od_places_arrange(&middle, 1, WIDTH, HEIGHT, &label);
    assert_true(label.x + 120 < 755 && !label.leads);
    check(&middle, 1);
}

static void equal_points_have_a_place_each(void **state)
{
    (void)state;
    struct od_place places[6];
    struct od_place_label labels[6];
    for (size_t i = 0; i < 6; i++) {
        places[i] = place(400, 210, 150);
    }
    check(places, 6);
    od_places_arrange(places, 6, WIDTH, HEIGHT, labels);
    size_t leads = 0;
    for (size_t i = 0; i < 6; i++) {
        leads += labels[i].leads;
        /* The line ends at the name. */
        assert_true(labels[i].to_x >= labels[i].x && labels[i].to_x <= labels[i].x + 150);
        assert_true(fabs(labels[i].to_y - labels[i].y) <= 8);
    }
    assert_in_range(leads, 1, 5);
}

static void many_fit(void **state)
{
    (void)state;
    struct od_place places[24];
    for (size_t i = 0; i < 24; i++) {
        places[i] = place(60 + 85.0 * (double)(i % 8),
                          80 + 120.0 * (double)(i / 8) + 5.0 * (double)(i % 3),
                          110 + 5.0 * (double)(i % 4));
    }
    check(places, 24);
}

static void a_name_that_fits_nowhere_has_a_place(void **state)
{
    (void)state;
    struct od_place_label label;
    struct od_place wide = place(100, 100, WIDTH + 50);
    od_places_arrange(&wide, 1, WIDTH, HEIGHT, &label);
    assert_true(isfinite(label.x) && isfinite(label.y));
    od_places_arrange(NULL, 0, WIDTH, HEIGHT, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_stands_beside_its_point),
        cmocka_unit_test(equal_points_have_a_place_each),
        cmocka_unit_test(many_fit),
        cmocka_unit_test(a_name_that_fits_nowhere_has_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
