/* Drawn scenes: the same pixels everywhere, boxes where the pixels changed. */
#include "dataset/scene.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct od_scene draw(uint64_t seed, int width, int height, int objects,
                            double detail)
{
    struct od_scene_spec spec = {.seed = seed,
                                 .index = 5,
                                 .width = width,
                                 .height = height,
                                 .objects = objects,
                                 .detail = detail};
    struct od_scene scene;
    struct od_err err = {0};
    if (od_scene_draw(&spec, &scene, &err) != 0) {
        fail_msg("seed %d, %d x %d, %d objects: %s", (int)seed, width, height, objects,
                 err.msg);
    }
    assert_int_equal(scene.count, objects);
    assert_int_equal(scene.image.width, width);
    assert_int_equal(scene.image.height, height);
    return scene;
}

/* FNV-1a, 64 bits. */
static uint64_t hash(const void *data, size_t len)
{
    const unsigned char *p = data;
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < len; i++) {
        h = (h ^ p[i]) * UINT64_C(1099511628211);
    }
    return h;
}

/* Golden: a change here means that the held-out scores of the models have to be measured
 * again. */
static void pixels_are_those_of_the_seed(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed;
        int width, height, objects;
        double detail;
        uint64_t hash;
    } cases[] = {
        {1, 160, 160, 0, 0, UINT64_C(0x6993ca273dae0c9a)},
        {1, 160, 160, 0, 0.5, UINT64_C(0xac6170f63563657c)},
        {1, 160, 160, 12, 0.5, UINT64_C(0x0edc49471a1996ce)},
        {2, 640, 480, 30, 1, UINT64_C(0x900d3167281af7a3)},
        {99, 333, 257, 63, 0.25, UINT64_C(0x3e6d9857214c1c62)},
        {99, 64, 64, 8, 0.25, UINT64_C(0x7d42c702fe8a1106)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_scene scene = draw(cases[i].seed, cases[i].width, cases[i].height,
                                     cases[i].objects, cases[i].detail);
        uint64_t found = hash(scene.image.pixels, od_image_bytes(&scene.image));
        if (found != cases[i].hash) {
            fail_msg("case %zu: 0x%016llx", i, (unsigned long long)found);
        }
        od_scene_release(&scene);
    }
}

static void detail_moves_no_object(void **state)
{
    (void)state;
    struct od_scene smooth = draw(3, 320, 240, 20, 0);
    struct od_scene grainy = draw(3, 320, 240, 20, 1);
    struct od_scene again = draw(3, 320, 240, 20, 1);
    struct od_scene other = draw(4, 320, 240, 20, 1);
    size_t bytes = od_image_bytes(&smooth.image);
    assert_memory_not_equal(smooth.image.pixels, grainy.image.pixels, bytes);
    assert_memory_equal(grainy.image.pixels, again.image.pixels, bytes);
    assert_memory_not_equal(grainy.image.pixels, other.image.pixels, bytes);
    for (size_t i = 0; i < smooth.count; i++) {
        const struct od_scene_object *a = &smooth.objects[i];
        const struct od_scene_object *b = &grainy.objects[i];
        assert_int_equal(a->category, b->category);
        assert_true(a->x == b->x && a->y == b->y && a->width == b->width &&
                    a->height == b->height && a->area == b->area);
    }
    assert_true(smooth.objects[0].x != other.objects[0].x);
    od_scene_release(&smooth);
    od_scene_release(&grainy);
    od_scene_release(&again);
    od_scene_release(&other);
}

/* The pixels by which two pictures differ, within a rectangle. */
struct changes {
    int x0, y0, x1, y1; /* x1, y1 behind the last one */
    int count;
};

static struct changes find_changes(const struct od_image *a, const struct od_image *b,
                                   const double *box)
{
    struct changes found = {.x0 = a->width, .y0 = a->height};
    for (int y = (int)floor(box[1]); y < (int)ceil(box[3]); y++) {
        for (int x = (int)floor(box[0]); x < (int)ceil(box[2]); x++) {
            size_t at = ((size_t)y * (size_t)a->width + (size_t)x) * 3;
            if (memcmp(a->pixels + at, b->pixels + at, 3) == 0) {
                continue;
            }
            found.x0 = x < found.x0 ? x : found.x0;
            found.y0 = y < found.y0 ? y : found.y0;
            found.x1 = x + 1 > found.x1 ? x + 1 : found.x1;
            found.y1 = y + 1 > found.y1 ? y + 1 : found.y1;
            found.count++;
        }
    }
    return found;
}

static void assert_framed(const struct changes *found, const struct od_scene_object *o)
{
    assert_true(fabs(found->x0 - o->x) <= 1);
    assert_true(fabs(found->y0 - o->y) <= 1);
    assert_true(fabs(found->x1 - (o->x + o->width)) <= 1);
    assert_true(fabs(found->y1 - (o->y + o->height)) <= 1);
}

/* The background does not depend on the objects, so that one object's pixels are those by
 * which the scene differs from the empty one. */
static void one_object_changes_the_pixels_of_its_box(void **state)
{
    (void)state;
    int seen[OD_SCENE_CATEGORIES + 1] = {0};
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct od_scene empty = draw(seed, 200, 170, 0, 0);
        struct od_scene scene = draw(seed, 200, 170, 1, 0);
        const struct od_scene_object *o = &scene.objects[0];
        const double all[4] = {0, 0, 200, 170};
        struct changes found = find_changes(&scene.image, &empty.image, all);
        assert_framed(&found, o);
        /* Pixels that the edge cuts count whole. */
        assert_true(found.count >= o->area * 0.97);
        assert_true(found.count <= o->area + 2 * (o->width + o->height));
        double size = fmax(o->width, o->height);
        assert_true(size > 0.08 * 170 && size <= 0.36 * 170 + 1e-9);
        seen[o->category]++;
        od_scene_release(&empty);
        od_scene_release(&scene);
    }
    for (int c = 1; c <= OD_SCENE_CATEGORIES; c++) {
        assert_in_range(seen[c], 8, 60);
    }
}

static void assert_apart(const struct od_scene_object *a, const struct od_scene_object *b)
{
    double w = fmin(a->x + a->width, b->x + b->width) - fmax(a->x, b->x);
    double h = fmin(a->y + a->height, b->y + b->height) - fmax(a->y, b->y);
    double least = fmin(a->width * a->height, b->width * b->height);
    assert_true(w <= 0 || h <= 0 || w * h <= 0.15 * least);
}

static void check_crowd(uint64_t seed, int width, int height, int objects)
{
    struct od_scene empty = draw(seed, width, height, 0, 0);
    struct od_scene scene = draw(seed, width, height, objects, 0);
    struct od_image *rest = &scene.image;
    for (size_t i = 0; i < scene.count; i++) {
        const struct od_scene_object *o = &scene.objects[i];
        const double box[4] = {o->x, o->y, o->x + o->width, o->y + o->height};
        assert_true(box[0] >= 0 && box[1] >= 0 && box[2] <= width && box[3] <= height);
        assert_true(o->area > 0 && o->area <= o->width * o->height + 1e-9);
        struct changes found = find_changes(&scene.image, &empty.image, box);
        assert_framed(&found, o);
        for (size_t k = 0; k < i; k++) {
            assert_apart(&scene.objects[k], o);
        }
    }
    /* Without the boxes nothing differs. */
    for (size_t i = 0; i < scene.count; i++) {
        const struct od_scene_object *o = &scene.objects[i];
        for (int y = (int)o->y; y < (int)ceil(o->y + o->height); y++) {
            for (int x = (int)o->x; x < (int)ceil(o->x + o->width); x++) {
                size_t at = ((size_t)y * (size_t)width + (size_t)x) * 3;
                memcpy(rest->pixels + at, empty.image.pixels + at, 3);
            }
        }
    }
    assert_memory_equal(rest->pixels, empty.image.pixels, od_image_bytes(rest));
    od_scene_release(&empty);
    od_scene_release(&scene);
}

static void crowds_fit_and_stay_apart(void **state)
{
    (void)state;
    static const int sizes[][2] = {
        {160, 160}, {640, 480}, {64, 64}, {64, 640}, {500, 333},
    };
    static const int counts[] = {2, 10, 30, 63, 100};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
            check_crowd(10 * i + k, sizes[i][0], sizes[i][1], counts[k]);
        }
    }
}

static void other_specs_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct od_scene_spec spec;
        const char *text;
    } cases[] = {
        {{.width = 63, .height = 100}, "63 x 100"},
        {{.width = 100, .height = 4097}, "100 x 4097"},
        {{.width = 100, .height = 100, .objects = -1}, "-1 objects"},
        {{.width = 100, .height = 100, .objects = 101}, "101 objects"},
        {{.width = 100, .height = 100, .detail = 1.5}, "1.5"},
        {{.width = 100, .height = 100, .detail = -0.5}, "-0.5"},
        {{.width = 100, .height = 100, .detail = (double)NAN}, "nan"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_err err = {0};
        struct od_scene scene;
        assert_int_equal(od_scene_draw(&cases[i].spec, &scene, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_non_null(strstr(err.msg, cases[i].text));
        assert_null(scene.image.pixels);
        assert_null(scene.objects);
    }
}

static void random_specs_spread_over_their_ranges(void **state)
{
    (void)state;
    double objects = 0, detail = 0, sides = 0;
    int narrow = 0;
    for (uint64_t i = 0; i < 2000; i++) {
        struct od_scene_spec spec = od_scene_random_spec(8, i, 160, 640);
        struct od_scene_spec again = od_scene_random_spec(8, i, 160, 640);
        double ratio = (double)spec.width / spec.height;
        assert_true(spec.seed == 8 && spec.index == i);
        assert_true(spec.width == again.width && spec.height == again.height &&
                    spec.objects == again.objects && spec.detail == again.detail);
        assert_in_range(spec.width, 160, 640);
        assert_in_range(spec.height, 160, 640);
        assert_in_range(spec.objects, 0, 30);
        assert_true(spec.detail >= 0 && spec.detail < 1);
        assert_true(ratio > 0.498 && ratio < 2.02);
        objects += spec.objects / 2000.0;
        detail += spec.detail / 2000.0;
        sides += log(spec.width) / 2000.0;
        narrow += ratio < 0.8;
    }
    /* Five standard errors around the means of uniform numbers. */
    assert_true(fabs(objects - 15) < 1);
    assert_true(fabs(detail - 0.5) < 0.033);
    assert_true(fabs(sides - log(320)) < 0.045);
    assert_in_range(narrow, 300, 1100);
}

static void categories_have_names(void **state)
{
    (void)state;
    static const char *const names[] = {"disc", "ring",  "square",  "triangle",
                                        "star", "cross", "hexagon", "crescent"};
    for (int i = 0; i < OD_SCENE_CATEGORIES; i++) {
        assert_string_equal(od_scene_category_name(i + 1), names[i]);
    }
    assert_null(od_scene_category_name(0));
    assert_null(od_scene_category_name(OD_SCENE_CATEGORIES + 1));
}

static void fit(const struct od_scene_spec *spec, size_t target,
                struct od_scene_jpeg *jpeg)
{
    struct od_err err = {0};
    struct od_scene scene, plain;
    struct od_jpeg_info info;
    assert_int_equal(od_scene_fit_jpeg(spec, target, &scene, jpeg, &err), 0);
    assert_int_equal(od_jpeg_probe(jpeg->data.data, jpeg->data.len, &info, &err), 0);
    assert_int_equal(info.width, spec->width);
    assert_int_equal(info.height, spec->height);
    /* The same scene as without a wanted size, but for the detail. */
    struct od_scene_spec same = *spec;
    same.detail = jpeg->detail;
    assert_int_equal(od_scene_draw(&same, &plain, &err), 0);
    size_t bytes = od_image_bytes(&plain.image);
    assert_memory_equal(plain.image.pixels, scene.image.pixels, bytes);
    assert_int_equal(plain.count, scene.count);
    for (size_t i = 0; i < plain.count; i++) {
        assert_true(plain.objects[i].x == scene.objects[i].x);
    }
    od_scene_release(&plain);
    od_scene_release(&scene);
}

static void assert_reaches(const struct od_scene_spec *spec, size_t target)
{
    struct od_scene_jpeg jpeg;
    fit(spec, target, &jpeg);
    double ratio = (double)jpeg.data.len / (double)target;
    if (!jpeg.reached || ratio < 0.98 || ratio > 1.02) {
        fail_msg("%d x %d, %d objects: %zu of %zu bytes at detail %g, quality %d",
                 spec->width, spec->height, spec->objects, jpeg.data.len, target,
                 jpeg.detail, jpeg.quality);
    }
    assert_in_range(jpeg.quality, 50, 98);
    od_scene_jpeg_release(&jpeg);
}

static void files_of_one_size_hold_any_number_of_objects(void **state)
{
    (void)state;
    static const struct {
        int width, height;
        size_t target;
    } cases[] = {
        {160, 160, 8000},   {160, 160, 14000},  {320, 240, 20000},  {640, 480, 40000},
        {640, 480, 100000}, {640, 480, 160000}, {640, 640, 240000},
    };
    static const int counts[] = {0, 5, 30};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
            struct od_scene_spec spec = {.seed = 11,
                                         .index = i,
                                         .width = cases[i].width,
                                         .height = cases[i].height,
                                         .objects = counts[k]};
            assert_reaches(&spec, cases[i].target);
        }
    }
}

static void sizes_out_of_reach_give_the_nearest(void **state)
{
    (void)state;
    struct od_scene_spec spec = {
        .seed = 12, .index = 1, .width = 320, .height = 320, .objects = 10};
    struct od_scene_jpeg low, high, again;
    fit(&spec, 100, &low);
    fit(&spec, 10000000, &high);
    fit(&spec, 10000000, &again);
    assert_false(low.reached);
    assert_false(high.reached);
    assert_int_equal(low.quality, 50);
    assert_true(low.detail == 0);
    assert_int_equal(high.quality, 98);
    assert_true(high.detail == 1);
    assert_int_equal(high.data.len, again.data.len);
    assert_memory_equal(high.data.data, again.data.data, high.data.len);
    od_scene_jpeg_release(&low);
    od_scene_jpeg_release(&high);
    od_scene_jpeg_release(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_are_those_of_the_seed),
        cmocka_unit_test(detail_moves_no_object),
        cmocka_unit_test(one_object_changes_the_pixels_of_its_box),
        cmocka_unit_test(crowds_fit_and_stay_apart),
        cmocka_unit_test(other_specs_are_refused),
        cmocka_unit_test(random_specs_spread_over_their_ranges),
        cmocka_unit_test(categories_have_names),
        cmocka_unit_test(files_of_one_size_hold_any_number_of_objects),
        cmocka_unit_test(sizes_out_of_reach_give_the_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
