/* The project's own models: crops, and how right they are on scenes never trained on. */
#include "base/alloc.h"
#include "dataset/scene.h"
#include "engine/crop.h"
#include "engine/engine.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* A seed of this test alone. */
enum { SCENES = 300, SEED = 5150424, MAX_FOUND = 100 };

/* Windows on a picture whose red is 10 x + y, whose green is 200 and whose blue is 7 y.
 * Expected values by hand: bilinear sampling is exact on planes, and the border repeats.
 */
static void test_crops(void **state)
{
    static const struct {
        struct od_window window;
        float red[4]; /* of 2 x 2 samples, row by row */
    } cases[] = {
        {{0, 0, 2, 2}, {0, 10, 1, 11}},
        {{2, 1, 6, 5},
         {10 * 2.5F + 1.5F, 10 * 4.5F + 1.5F, 10 * 2.5F + 3.5F, 10 * 4.5F + 3.5F}},
        {{0, 0, 10, 5}, {20 + 0.75F, 70 + 0.75F, 20 + 3.25F, 70 + 3.25F}},
        {{-8, -8, -4, -4}, {0, 0, 0, 0}},
        {{8, 3, 16, 7}, {10 * 9 + 3.5F, 10 * 9 + 3.5F, 10 * 9 + 4, 10 * 9 + 4}},
        {{3.25, 2, 3.25, 2}, {27.5F + 1.5F, 27.5F + 1.5F, 27.5F + 1.5F, 27.5F + 1.5F}},
    };
    (void)state;
    struct od_image image;
    od_image_init(&image, 10, 5);
    for (int y = 0; y < 5; y++) {
        for (int x = 0; x < 10; x++) {
            uint8_t *p = image.pixels + (y * 10 + x) * 3;
            p[0] = (uint8_t)(10 * x + y);
            p[1] = 200;
            p[2] = (uint8_t)(7 * y);
        }
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float out[12];
        od_crop_sample(&image, &cases[i].window, 2, out);
        for (size_t k = 0; k < 4; k++) {
            assert_float_equal(out[k], cases[i].red[k], 1e-4F);
            assert_float_equal(out[4 + k], 200, 1e-4F);
        }
        assert_float_equal(out[8], out[9], 1e-4F);
    }
    od_image_release(&image);
}

/* One detection over all scenes, and whether it hit an object that nothing better hit. */
struct hit {
    int label;
    float score;
    bool right;
};

struct tally {
    struct hit hits[SCENES * MAX_FOUND];
    size_t count;
    size_t objects[OD_SCENE_CATEGORIES + 1];
    double objects_in[SCENES];
    double proposals[SCENES];
};

static double overlap(const struct od_box *b, const struct od_scene_object *o,
                      const struct od_image *image)
{
    double x0 = (double)b->x0 * image->width;
    double y0 = (double)b->y0 * image->height;
    double x1 = (double)b->x1 * image->width;
    double y1 = (double)b->y1 * image->height;
    double w = fmin(x1, o->x + o->width) - fmax(x0, o->x);
    double h = fmin(y1, o->y + o->height) - fmax(y0, o->y);
    double both = w > 0 && h > 0 ? w * h : 0;
    return both / ((x1 - x0) * (y1 - y0) + o->width * o->height - both);
}

/* COCO's matching: best first, each takes the free object that it overlaps most, >= 0.5.
 */
static void match(struct tally *t, const struct od_scene *scene,
                  const struct od_boxes *found)
{
    bool taken[OD_SCENE_MAX_OBJECTS] = {false};
    for (size_t i = 0; i < found->count; i++) {
        const struct od_box *b = &found->items[i];
        size_t best = scene->count;
        double most = 0.5;
        for (size_t k = 0; k < scene->count; k++) {
            double iou = overlap(b, &scene->objects[k], &scene->image);
            if (scene->objects[k].category == b->label && !taken[k] && iou >= most) {
                best = k;
                most = iou;
            }
        }
        if (best < scene->count) {
            taken[best] = true;
        }
        t->hits[t->count++] = (struct hit){
            .label = b->label, .score = b->score, .right = best < scene->count};
    }
    for (size_t k = 0; k < scene->count; k++) {
        t->objects[scene->objects[k].category]++;
    }
}

static int by_score(const void *a, const void *b)
{
    const struct hit *x = a;
    const struct hit *y = b;
    return (x->score < y->score) - (x->score > y->score);
}

/* Precision at 101 recalls, each the best at that recall or beyond (COCO's rules). */
static double average_precision(const struct tally *t, int label)
{
    double best[101] = {0};
    size_t right = 0;
    size_t seen = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (t->hits[i].label == label) {
            seen++;
            right += t->hits[i].right;
            double precision = (double)right / (double)seen;
            double recall = (double)right / (double)t->objects[label];
            for (int r = 0; r <= 100 && r / 100.0 <= recall; r++) {
                best[r] = fmax(best[r], precision);
            }
        }
    }
    double sum = 0;
    for (int r = 0; r <= 100; r++) {
        sum += best[r];
    }
    return sum / 101;
}

static double mean_average_precision(struct tally *t)
{
    double sum = 0;
    qsort(t->hits, t->count, sizeof *t->hits, by_score);
    for (int label = 1; label <= OD_SCENE_CATEGORIES; label++) {
        sum += average_precision(t, label);
    }
    return sum / OD_SCENE_CATEGORIES;
}

static double correlation(const double *x, const double *y, size_t n)
{
    double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
    double count = (double)n;
    for (size_t i = 0; i < n; i++) {
        sx += x[i];
        sy += y[i];
        sxx += x[i] * x[i];
        syy += y[i] * y[i];
        sxy += x[i] * y[i];
    }
    return (count * sxy - sx * sy) /
           sqrt((count * sxx - sx * sx) * (count * syy - sy * sy));
}

/* A scene as a client would send it: through JPEG of quality 90. */
static void look_at(struct od_engine *engine, size_t index, struct tally *t)
{
    struct od_scene_spec spec = od_scene_random_spec(SEED, index, 160, 640);
    struct od_scene scene;
    struct od_buf jpeg;
    struct od_image image;
    struct od_boxes found = {0};
    struct od_engine_times times;
    struct od_err err = {0};
    od_buf_init(&jpeg, 0);
    assert_int_equal(od_scene_draw(&spec, &scene, &err), 0);
    assert_int_equal(od_jpeg_encode(&scene.image, 90, &jpeg, &err), 0);
    assert_int_equal(
        od_jpeg_decode(jpeg.data, jpeg.len, OD_IMAGE_MAX_PIXELS, &image, &err), 0);
    if (od_engine_detect(engine, &image, &found, &times, &err) != 0) {
        fail_msg("scene %zu: %s", index, err.msg);
    }
    assert_true(found.count <= MAX_FOUND);
    match(t, &scene, &found);
    t->objects_in[index] = (double)scene.count;
    t->proposals[index] = (double)times.proposals;
    od_boxes_release(&found);
    od_image_release(&image);
    od_buf_release(&jpeg);
    od_scene_release(&scene);
}

/* Of the model's files, one or two. */
static int64_t bytes_of(const char *source)
{
    static const char *const files[] = {"scenes-ssd.onnx", "scenes-rcnn-proposal.onnx",
                                        "scenes-rcnn-crop.onnx"};
    int64_t sum = 0;
    for (size_t i = 0; i < 3; i++) {
        struct stat facts;
        char *path = od_xasprintf("datasets/models/%s", files[i]);
        if (strncmp(files[i], source, strlen(source)) == 0) {
            assert_int_equal(stat(path, &facts), 0);
            sum += (int64_t)facts.st_size;
        }
        free(path);
    }
    return sum;
}

/* Gives the mean average precision at an overlap of 0.5; fills t. Owned by the caller. */
static struct tally *run(const char *source, double *map)
{
    struct od_engine_spec spec = {.name = source,
                                  .source = source,
                                  .models_dir = "datasets/models",
                                  .score_min = 0.01,
                                  .nms_iou = 0.5,
                                  .max_boxes = MAX_FOUND};
    struct od_engine *engine = NULL;
    struct od_err err = {0};
    struct tally *t = calloc(1, sizeof *t);
    assert_non_null(t);
    if (od_engine_open(&spec, &engine, &err) != 0) {
        fail_msg("%s", err.msg);
    }
    assert_string_equal(od_engine_weights(engine), "trained");
    assert_int_equal(od_engine_model_bytes(engine), bytes_of(source));
    for (int label = 1; label <= OD_SCENE_CATEGORIES; label++) {
        assert_string_equal(od_engine_label(engine, label),
                            od_scene_category_name(label));
    }
    assert_null(od_engine_label(engine, OD_SCENE_CATEGORIES + 1));
    for (size_t i = 0; i < SCENES; i++) {
        look_at(engine, i, t);
    }
    od_engine_close(engine);
    *map = mean_average_precision(t);
    print_message("%s: mAP@0.5 %.4f over %d scenes\n", source, *map, SCENES);
    return t;
}

static void test_one_stage(void **state)
{
    double map;
    (void)state;
    struct tally *t = run("scenes-ssd", &map);
    assert_true(t->proposals[0] < 0);
    free(t);
    assert_true(map >= 0.95);
}

/* How much is looked at, and with it the time, has to follow the number of objects. */
static void test_two_stages(void **state)
{
    double map;
    (void)state;
    struct tally *t = run("scenes-rcnn", &map);
    double r = correlation(t->objects_in, t->proposals, SCENES);
    free(t);
    print_message("scenes-rcnn: proposals follow objects with r = %.3f\n", r);
    assert_true(r >= 0.9);
    assert_true(map >= 0.90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crops),
        cmocka_unit_test(test_one_stage),
        cmocka_unit_test(test_two_stages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
