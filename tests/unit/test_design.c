/* Designs: every combination, balance, and ranges of random scenes. */
#include "dataset/design.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_sizes(void **state)
{
    static const struct {
        const char *text;
        int width;
        int height;
        const char *error;
    } cases[] = {
        {"640x480", 640, 480, NULL},
        {"64x4096", 64, 4096, NULL},
        {"640", 0, 0, "'640' is not a size such as 640x480"},
        {"640x", 0, 0, "'' is not a whole number"},
        {"x480", 0, 0, "'' is not a whole number"},
        {"640x480x", 0, 0, "'480x' is not a whole number"},
        {"63x64", 0, 0, "63 is not within 64 to 4096"},
        {"64x4097", 0, 0, "4097 is not within 64 to 4096"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_pixel_size size = {0, 0};
        struct od_err err = {0};
        int rc = od_pixel_size_parse(cases[i].text, &size, &err);
        assert_int_equal(rc, cases[i].error != NULL ? -1 : 0);
        assert_string_equal(err.msg, cases[i].error != NULL ? cases[i].error : "");
        assert_int_equal(size.width, cases[i].width);
        assert_int_equal(size.height, cases[i].height);
    }
}

static void test_factorial(void **state)
{
    static const int objects[] = {0, 7};
    static const int64_t bytes[] = {10000, 20000, 30000};
    static const struct od_pixel_size sizes[] = {{320, 240}, {640, 480}};
    struct od_factors factors = {.seed = 5,
                                 .objects = objects,
                                 .object_levels = 2,
                                 .bytes = bytes,
                                 .byte_levels = 3,
                                 .sizes = sizes,
                                 .size_levels = 2,
                                 .replicates = 4,
                                 .quality = 90};
    struct od_design design;
    (void)state;
    assert_int_equal(od_design_factorial(&factors, &design, NULL), 0);
    assert_int_equal(design.count, 2 * 3 * 2 * 4);
    for (size_t i = 0; i < design.count; i++) {
        const struct od_design_cell *cell = &design.cells[i];
        assert_int_equal(cell->replicate, 1 + i / 12);
        assert_int_equal(cell->scene.objects, objects[i / 6 % 2]);
        assert_int_equal(cell->scene.width, sizes[i / 3 % 2].width);
        assert_int_equal(cell->target_bytes, bytes[i % 3]);
        assert_int_equal(cell->scene.index, i / 3); /* one scene in all file sizes */
        assert_int_equal(cell->scene.seed, 5);
    }
    od_design_release(&design);
    factors.byte_levels = 0;
    assert_int_equal(od_design_factorial(&factors, &design, NULL), 0);
    assert_int_equal(design.count, 16);
    assert_int_equal(design.cells[3].target_bytes, 0);
    assert_int_equal(design.cells[3].quality, 90);
    od_design_release(&design);
    factors.replicates = 250001;
    struct od_err err = {0};
    assert_int_equal(od_design_factorial(&factors, &design, &err), -1);
    assert_int_equal(err.code, OD_ELIMIT);
    assert_string_equal(err.msg, "1000004 images: at most 1000000 can be made");
    assert_null(design.cells);
}

static void test_random(void **state)
{
    struct od_mixture mixture = {
        .seed = 3, .count = 2000, .sides = {160, 640}, .objects = {0, 30}, .quality = 90};
    struct od_design a, b;
    int counts[31] = {0};
    (void)state;
    assert_int_equal(od_design_random(&mixture, &a, NULL), 0);
    assert_int_equal(od_design_random(&mixture, &b, NULL), 0);
    assert_int_equal(a.count, 2000);
    for (size_t i = 0; i < a.count; i++) {
        const struct od_scene_spec *s = &a.cells[i].scene;
        assert_memory_equal(s, &b.cells[i].scene, sizeof *s);
        assert_in_range(s->width, 160, 640);
        assert_in_range(s->height, 160, 640);
        assert_true(s->height <= 2 * s->width && s->height >= s->width / 2);
        assert_in_range(s->objects, 0, 30);
        assert_true(s->detail >= 0 && s->detail < 1);
        assert_int_equal(s->index, i);
        counts[s->objects]++;
    }
    /* 64.5 are expected of each; 6 standard deviations are 47. */
    for (int i = 0; i <= 30; i++) {
        assert_in_range(counts[i], 17, 112);
    }
    od_design_release(&a);
    od_design_release(&b);
    mixture.count = 100;
    mixture.sizes = (const struct od_pixel_size[]){{80, 90}, {100, 110}};
    mixture.size_count = 2;
    assert_int_equal(od_design_random(&mixture, &a, NULL), 0);
    for (size_t i = 0; i < a.count; i++) {
        const struct od_scene_spec *s = &a.cells[i].scene;
        assert_true((s->width == 80 && s->height == 90) ||
                    (s->width == 100 && s->height == 110));
    }
    od_design_release(&a);
}

static void test_random_refused(void **state)
{
    static const struct {
        struct od_mixture mixture;
        const char *error;
    } cases[] = {
        {{.count = 1, .sides = {63, 100}},
         "sides of 63..100 pixels: 64 to 4096 are possible"},
        {{.count = 1, .sides = {64, 4097}},
         "sides of 64..4097 pixels: 64 to 4096 are possible"},
        {{.count = 1, .sides = {64, 64}, .objects = {0, 101}},
         "101 objects: 0 to 100 are possible"},
        {{.count = 1000001, .sides = {64, 64}},
         "1000001 images: at most 1000000 can be made"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_design design;
        struct od_err err = {0};
        assert_int_equal(od_design_random(&cases[i].mixture, &design, &err), -1);
        assert_string_equal(err.msg, cases[i].error);
        assert_int_equal(design.count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_factorial),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_random_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
