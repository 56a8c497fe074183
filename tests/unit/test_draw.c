/* Anti-aliased drawing: coverage by hand, areas by formula, circle points against libm.
 */
#include "image/draw.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct od_path rectangle(double x0, double y0, double x1, double y1)
{
    struct od_path path = {0};
    od_path_begin(&path);
    od_path_add(&path, x0, y0);
    od_path_add(&path, x1, y0);
    od_path_add(&path, x1, y1);
    od_path_add(&path, x0, y1);
    return path;
}

static struct od_path circle(double x, double y, double r, int corners)
{
    struct od_path path = {0};
    od_path_begin(&path);
    for (int i = 0; i < corners; i++) {
        double angle = 6.283185307179586 * i / corners;
        od_path_add(&path, x + r * cos(angle), y + r * sin(angle));
    }
    return path;
}

/* cmocka's own comparison is of floats. */
static void assert_near(double found, double wanted, double by)
{
    if (!(fabs(found - wanted) <= by)) {
        fail_msg("%.17g is not %.17g +- %g", found, wanted, by);
    }
}

static int pixel(const struct od_image *image, int x, int y, int channel)
{
    return image->pixels[(y * image->width + x) * 3 + channel];
}

/* What was painted on black, in whole pixels of colour 255. */
static double painted(const struct od_image *image)
{
    double sum = 0;
    for (size_t i = 0; i < od_image_bytes(image); i += 3) {
        sum += image->pixels[i] / 255.0;
    }
    return sum;
}

static void pixels_take_their_share(void **state)
{
    (void)state;
    static const struct {
        double box[4];
        int x, y, value;
    } cases[] = {
        {{1, 1, 3, 3}, 1, 1, 200}, /* whole pixels */
        {{1, 1, 3, 3}, 3, 1, 0},
        {{1, 1, 3, 3}, 0, 1, 0},
        {{1.5, 1, 3, 3}, 1, 1, 100},     /* half of it along x */
        {{1, 1.5, 3, 3}, 1, 1, 100},     /* half along y */
        {{1.5, 1.5, 3, 3}, 1, 1, 50},    /* a quarter */
        {{1.25, 1, 1.75, 2}, 1, 1, 100}, /* both edges in one pixel */
        {{1, 1, 2.25, 2}, 2, 1, 50},
        {{-5, -5, 20, 20}, 0, 0, 200}, /* larger than the image */
        {{-5, -5, 20, 20}, 7, 5, 200},
        {{-5, 0, 0, 6}, 0, 0, 0}, /* beside it */
        {{8, 0, 20, 6}, 7, 5, 0},
        {{6.5, 4.5, 9, 9}, 6, 4, 50}, /* over its corner */
        {{6.5, 4.5, 9, 9}, 7, 5, 200},
        {{2, 3, 2, 5}, 2, 3, 0}, /* without area */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_image image;
        od_image_init(&image, 8, 6);
        const double *b = cases[i].box;
        struct od_path path = rectangle(b[0], b[1], b[2], b[3]);
        struct od_paint paint = od_paint_flat(200, 0, 200, 1);
        od_draw_path(&image, &path, &paint);
        assert_int_equal(pixel(&image, cases[i].x, cases[i].y, 0), cases[i].value);
        assert_int_equal(pixel(&image, cases[i].x, cases[i].y, 1), 0);
        assert_int_equal(pixel(&image, cases[i].x, cases[i].y, 2), cases[i].value);
        od_path_release(&path);
        od_image_release(&image);
    }
}

static void opacity_blends(void **state)
{
    (void)state;
    struct od_image image;
    od_image_init(&image, 2, 2);
    struct od_path path = rectangle(0, 0, 2, 2);
    struct od_paint below = od_paint_flat(100, 100, 100, 1);
    struct od_paint above = od_paint_flat(200, 0, 100, 0.25);
    od_draw_path(&image, &path, &below);
    od_draw_path(&image, &path, &above);
    assert_int_equal(pixel(&image, 1, 1, 0), 125);
    assert_int_equal(pixel(&image, 1, 1, 1), 75);
    assert_int_equal(pixel(&image, 1, 1, 2), 100);
    od_path_release(&path);
    od_image_release(&image);
}

static void colours_change_from_start_to_end(void **state)
{
    (void)state;
    struct od_image image;
    od_image_init(&image, 10, 1);
    struct od_path path = rectangle(0, 0, 10, 1);
    struct od_paint paint = {.from = {0, 100, 0},
                             .to = {200, 100, 0},
                             .start = {2.5, 0},
                             .end = {6.5, 0},
                             .opacity = 1};
    static const int red[10] = {0, 0, 0, 50, 100, 150, 200, 200, 200, 200};
    od_draw_path(&image, &path, &paint);
    for (int x = 0; x < 10; x++) {
        assert_int_equal(pixel(&image, x, 0, 0), red[x]);
        assert_int_equal(pixel(&image, x, 0, 1), 100);
    }
    od_path_release(&path);
    od_image_release(&image);
}

static void holes_stay_empty(void **state)
{
    (void)state;
    struct od_image image;
    od_image_init(&image, 12, 12);
    struct od_path path = rectangle(1, 1, 11, 11);
    od_path_begin(&path); /* the other way round */
    od_path_add(&path, 4, 4);
    od_path_add(&path, 4, 8);
    od_path_add(&path, 8, 8);
    od_path_add(&path, 8, 4);
    struct od_paint paint = od_paint_flat(255, 255, 255, 1);
    od_draw_path(&image, &path, &paint);
    assert_int_equal(pixel(&image, 2, 2, 0), 255);
    assert_int_equal(pixel(&image, 5, 5, 0), 0);
    assert_near(od_path_area(&path), 84, 1e-12);
    assert_near(painted(&image), 84, 1e-9);
    od_path_release(&path);
    od_image_release(&image);
}

static void circles_have_their_area(void **state)
{
    (void)state;
    static const double radius[] = {0.8, 3.3, 10, 47.5};
    for (size_t i = 0; i < sizeof radius / sizeof *radius; i++) {
        struct od_image image;
        od_image_init(&image, 100, 100);
        struct od_path path = circle(50.3, 49.8, radius[i], 720);
        struct od_paint paint = od_paint_flat(255, 255, 255, 1);
        od_draw_path(&image, &path, &paint);
        double area = 3.141592653589793 * radius[i] * radius[i];
        assert_near(od_path_area(&path), area, area * 1e-4);
        assert_near(painted(&image), area, area * 0.004 + 0.02);
        od_path_release(&path);
        od_image_release(&image);
    }
}

static void bounds_move_with_the_path(void **state)
{
    (void)state;
    struct od_path path = circle(5, 7, 2, 4);
    struct od_point low, high;
    od_path_move(&path, 10, -1);
    od_path_bounds(&path, &low, &high);
    assert_near(low.x, 13, 1e-12);
    assert_near(low.y, 4, 1e-12);
    assert_near(high.x, 17, 1e-12);
    assert_near(high.y, 8, 1e-12);
    assert_near(od_path_area(&path), 8, 1e-12);
    od_path_reset(&path);
    od_path_bounds(&path, &low, &high);
    assert_near(high.x - low.x + high.y - low.y, 0, 0);
    assert_near(od_path_area(&path), 0, 0);
    od_path_release(&path);
}

static void lines_and_frames_have_their_area(void **state)
{
    (void)state;
    struct od_paint paint = od_paint_flat(255, 255, 255, 1);
    struct od_image image;
    od_image_init(&image, 60, 60);
    od_draw_line(&image, (struct od_point){10, 10}, (struct od_point){40, 50}, 3, &paint);
    assert_near(painted(&image), 50 * 3, 1.5);
    od_image_release(&image);
    od_image_init(&image, 60, 60);
    od_draw_line(&image, (struct od_point){10, 10}, (struct od_point){10, 10}, 3, &paint);
    assert_near(painted(&image), 0, 0);
    od_draw_frame(&image, (struct od_point){10, 20}, (struct od_point){50, 40}, 2,
                  &paint);
    assert_near(painted(&image), 40 * 20 - 36 * 16, 1e-9);
    assert_int_equal(pixel(&image, 10, 20, 0), 255);
    assert_int_equal(pixel(&image, 30, 30, 0), 0);
    od_image_release(&image);
    od_image_init(&image, 60, 60);
    od_draw_frame(&image, (struct od_point){10, 20}, (struct od_point){13, 40}, 2,
                  &paint);
    assert_near(painted(&image), 3 * 20, 1e-9);
    od_image_release(&image);
}

static void circle_points_are_those_of_libm(void **state)
{
    (void)state;
    for (int i = -4000; i <= 4000; i++) {
        double turns = i / 1024.0;
        struct od_point p = od_circle_point(turns);
        assert_true(fabs(p.x - cos(6.283185307179586 * turns)) < 2e-14);
        assert_true(fabs(p.y - sin(6.283185307179586 * turns)) < 2e-14);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_take_their_share),
        cmocka_unit_test(opacity_blends),
        cmocka_unit_test(colours_change_from_start_to_end),
        cmocka_unit_test(holes_stay_empty),
        cmocka_unit_test(circles_have_their_area),
        cmocka_unit_test(bounds_move_with_the_path),
        cmocka_unit_test(lines_and_frames_have_their_area),
        cmocka_unit_test(circle_points_are_those_of_libm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
