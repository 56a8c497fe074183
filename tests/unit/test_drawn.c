/* Detections on images. */
#include "report/drawn.h"

#include "base/file.h"
#include "scratch.h"
#include "table_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { WIDTH = 200, HEIGHT = 120 };

static const uint8_t *pixel(const struct od_image *image, int x, int y)
{
    return &image->pixels[(y * image->width + x) * 3];
}

static bool dark(const struct od_image *image, int x, int y)
{
    const uint8_t *p = pixel(image, x, y);
    return p[0] + p[1] + p[2] < 30;
}

static void frames_and_labels_are_where_they_belong(void **state)
{
    (void)state;
    struct od_image image;
    const struct od_found found[] = {
        {.category_id = 1, .box = {50, 60, 80, 40}, .score = 0.9}};
    od_image_init(&image, WIDTH, HEIGHT);
    od_draw_found(&image, found, 1, NULL);
    assert_false(dark(&image, 50, 80));  /* left edge */
    assert_false(dark(&image, 129, 80)); /* right edge */
    assert_false(dark(&image, 90, 99));  /* lower edge */
    assert_true(dark(&image, 90, 80));   /* inside */
    assert_true(dark(&image, 40, 80));   /* outside */
    assert_false(dark(&image, 51, 57));  /* the label above */
    assert_true(dark(&image, 52, 20));
    od_image_release(&image);
}

static void what_reaches_outside_is_cut(void **state)
{
    (void)state;
    struct od_image image;
    const struct od_found found[] = {
        {.category_id = 3, .box = {-50, -20, 1000, 1000}, .score = 0.5},
        {.category_id = -7, .box = {190, 110, 50, 50}, .score = 0.7},
        {.category_id = 8, .box = {0, 0, 0, 0}, .score = 1},
    };
    od_image_init(&image, WIDTH, HEIGHT);
    od_draw_found(&image, found, 3, NULL);
    assert_false(dark(&image, 0, 60));
    assert_false(dark(&image, WIDTH - 1, 60));
    assert_false(dark(&image, 100, HEIGHT - 1));
    od_image_release(&image);
    od_image_init(&image, 1, 1);
    od_draw_found(&image, found, 3, NULL);
    od_image_release(&image);
}

static void the_surest_lies_on_top(void **state)
{
    (void)state;
    const struct od_found one[] = {
        {.category_id = 0, .box = {50, 60, 80, 40}, .score = 0.9},
        {.category_id = 4, .box = {50, 60, 80, 40}, .score = 0.6}};
    const struct od_found two[] = {one[1], one[0]};
    struct od_image a;
    struct od_image b;
    od_image_init(&a, WIDTH, HEIGHT);
    od_image_init(&b, WIDTH, HEIGHT);
    od_draw_found(&a, one, 2, NULL);
    od_draw_found(&b, two, 2, NULL);
    assert_memory_equal(a.pixels, b.pixels, od_image_bytes(&a));
    const uint8_t *edge = pixel(&a, 50, 90);
    assert_true(edge[0] > edge[2]); /* orange, not blue */
    od_image_release(&a);
    od_image_release(&b);
}

/* A folder with one grey image a.jpg, and two rows about it. */
struct place {
    char *folder;
    char *image;
    struct made_rows rows;
    struct od_detection_line line;
    struct od_recorded recorded;
    struct od_drawing drawing;
};

static void set_up(struct place *place, const char *model)
{
    struct od_image image;
    struct od_buf data;
    *place = (struct place){.folder = scratch_new()};
    place->image = od_path_join(place->folder, "a.jpg");
    od_image_init(&image, WIDTH, HEIGHT);
    od_buf_init(&data, 0);
    assert_int_equal(od_jpeg_encode(&image, 90, &data, NULL), 0);
    assert_int_equal(od_file_write(place->image, data.data, data.len, NULL), 0);
    od_buf_release(&data);
    od_image_release(&image);
    for (int64_t i = 1; i <= 2; i++) {
        struct od_record *record = add_row(&place->rows, "c", "c", model, 1000);
        record->run_id = "run";
        record->cell_id = "c1";
        record->seq = i;
        record->width = WIDTH;
        record->height = HEIGHT;
    }
    place->line = (struct od_detection_line){
        .found = {.category_id = 5, .box = {50, 60, 80, 40}, .score = 0.8},
        .run_id = "run",
        .cell_id = "c1",
        .seq = 1};
    place->recorded = (struct od_recorded){.items = &place->line, .count = 1};
    place->drawing = (struct od_drawing){.rows = rows_of(&place->rows),
                                         .recorded = &place->recorded,
                                         .images = place->folder,
                                         .out = place->folder,
                                         .least_score = 0.5};
}

static void tear_down(struct place *place, const char *made)
{
    if (made != NULL) {
        char *path = od_path_join(place->folder, made);
        assert_int_equal(remove(path), 0);
        path[od_path_base(path) - path] = '\0';
        assert_int_equal(remove(path), 0);
        free(path);
    }
    made_rows_release(&place->rows);
    free(place->image);
    scratch_free(place->folder);
}

static bool is_drawn(const struct place *place, const char *made)
{
    char *path = od_path_join(place->folder, made);
    struct od_buf data;
    struct od_image image;
    od_buf_init(&data, 0);
    assert_int_equal(od_file_read(path, &data, NULL), 0);
    assert_int_equal(
        od_jpeg_decode(data.data, data.len, OD_IMAGE_MAX_PIXELS, &image, NULL), 0);
    bool drawn = !dark(&image, 50, 80);
    od_image_release(&image);
    od_buf_release(&data);
    free(path);
    return drawn;
}

static void an_image_gets_a_picture_a_model(void **state)
{
    (void)state;
    struct place place;
    struct od_drawn drawn;
    set_up(&place, "m");
    assert_int_equal(od_draw_all(&place.drawing, &drawn, NULL), 0);
    assert_int_equal(drawn.pictures, 1);
    assert_int_equal(drawn.absent, 0);
    assert_true(is_drawn(&place, "m/a.jpg"));
    place.drawing.least_score = 0.81;
    assert_int_equal(od_draw_all(&place.drawing, &drawn, NULL), 0);
    assert_false(is_drawn(&place, "m/a.jpg"));
    tear_down(&place, "m/a.jpg");
}

static void names_stay_in_the_folder(void **state)
{
    (void)state;
    struct place place;
    struct od_drawn drawn;
    set_up(&place, "../x/y");
    place.rows.items[0].file_name = "../../a.jpg";
    place.rows.items[1].file_name = "../../a.jpg";
    place.drawing.rows = rows_of(&place.rows);
    assert_int_equal(od_draw_all(&place.drawing, &drawn, NULL), 0);
    assert_true(is_drawn(&place, "_._x_y/a.jpg"));
    tear_down(&place, "_._x_y/a.jpg");
}

static void what_cannot_be_drawn_says_why(void **state)
{
    (void)state;
    struct place place;
    struct od_drawn drawn;
    struct od_err err = {0};
    set_up(&place, "m");
    place.drawing.images = "/nonexistent";
    assert_int_equal(od_draw_all(&place.drawing, &drawn, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    assert_int_equal(drawn.absent, 1);
    place.rows.items[0].status = "timeout";
    place.rows.items[1].status = "timeout";
    place.drawing.rows = rows_of(&place.rows);
    od_err_clear(&err);
    assert_int_equal(od_draw_all(&place.drawing, &drawn, &err), -1);
    assert_non_null(strstr(err.msg, "no request was answered"));
    tear_down(&place, NULL);
}

static void an_image_is_never_replaced(void **state)
{
    (void)state;
    struct place place;
    struct od_drawn drawn;
    struct od_err err = {0};
    set_up(&place, "m");
    /* out/m is the folder of the images. */
    char *link_path = od_path_join(place.folder, "m");
    assert_int_equal(symlink(".", link_path), 0);
    assert_int_equal(od_draw_all(&place.drawing, &drawn, &err), -1);
    assert_non_null(strstr(err.msg, "would replace the image"));
    assert_false(is_drawn(&place, "a.jpg"));
    assert_int_equal(unlink(link_path), 0);
    free(link_path);
    tear_down(&place, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_and_labels_are_where_they_belong),
        cmocka_unit_test(what_reaches_outside_is_cut),
        cmocka_unit_test(the_surest_lies_on_top),
        cmocka_unit_test(an_image_gets_a_picture_a_model),
        cmocka_unit_test(names_stay_in_the_folder),
        cmocka_unit_test(what_cannot_be_drawn_says_why),
        cmocka_unit_test(an_image_is_never_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
