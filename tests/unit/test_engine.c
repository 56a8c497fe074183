/* The engine interface: checks of the specification, images, two threads at once. */
#include "engine/engine.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MODELS "datasets/models"

static void test_bad_specs(void **state)
{
    static const struct {
        struct od_engine_spec spec;
        const char *says;
    } cases[] = {
        {{.name = NULL, .source = "fixed:1ms"}, "without a name"},
        {{.name = "", .source = "fixed:1ms"}, "without a name"},
        {{.name = "m", .source = NULL}, "m: model without a source"},
        {{.name = "m", .source = ""}, "m: model without a source"},
        {{.name = "m", .source = "fixed:1ms", .score_min = 1.5}, "m: smallest score 1.5"},
        {{.name = "m", .source = "fixed:1ms", .score_min = (double)NAN},
         "m: smallest score"},
        {{.name = "m", .source = "fixed:1ms", .nms_iou = -0.1}, "m: overlap -0.1"},
        {{.name = "m", .source = "what"}, "m: \"what\" is no model"},
        {{.name = "m", .source = "photo.jpg"}, "m: \"photo.jpg\" is no model"},
        {{.name = "m", .source = ".onnx"}, "m: \".onnx\" is no model"},
        {{.name = "m", .source = "scenes-ssd", .models_dir = "/no/such"},
         "m: /no/such/scenes-ssd.onnx"},
        {{.name = "m", .source = "scenes-rcnn", .models_dir = "/no/such"},
         "m: /no/such/scenes-rcnn-proposal.onnx"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_engine *engine = NULL;
        struct od_err err = {0};
        assert_int_equal(od_engine_open(&cases[i].spec, &engine, &err), -1);
        assert_null(engine);
        if (strstr(err.msg, cases[i].says) == NULL) {
            fail_msg("case %zu says \"%s\"", i, err.msg);
        }
    }
    od_engine_close(NULL);
}

static struct od_engine *open_scenes(const char *source)
{
    struct od_engine_spec spec = {.name = "m",
                                  .source = source,
                                  .models_dir = MODELS,
                                  .score_min = 0.01,
                                  .nms_iou = 0.5,
                                  .max_boxes = 100};
    struct od_engine *engine = NULL;
    struct od_err err = {0};
    if (od_engine_open(&spec, &engine, &err) != 0) {
        fail_msg("%s: %s", source, err.msg);
    }
    return engine;
}

static void test_images_must_be_there(void **state)
{
    static const struct od_image bad[] = {{.width = 10, .height = 10}, {.pixels = NULL}};
    (void)state;
    struct od_engine *engine = open_scenes("scenes-ssd");
    struct od_boxes boxes = {0};
    struct od_engine_times times;
    struct od_err err = {0};
    assert_int_equal(od_engine_detect(engine, NULL, &boxes, &times, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(od_engine_detect(engine, &bad[i], &boxes, &times, NULL), -1);
        assert_int_equal(boxes.count, 0);
    }
    od_boxes_release(&boxes);
    od_engine_close(engine);
}

/* From a single pixel to a strip: every size has to be looked at. */
static void test_images_of_any_size(void **state)
{
    static const struct {
        int width, height;
    } sizes[] = {{1, 1}, {1, 3000}, {3000, 2}, {224, 224}, {641, 479}};
    static const char *const sources[] = {"scenes-ssd", "scenes-rcnn"};
    (void)state;
    for (size_t s = 0; s < 2; s++) {
        struct od_engine *engine = open_scenes(sources[s]);
        struct od_boxes boxes = {0};
        struct od_engine_times times;
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct od_image image;
            struct od_err err = {0};
            od_image_init(&image, sizes[i].width, sizes[i].height);
            if (od_engine_detect(engine, &image, &boxes, &times, &err) != 0) {
                fail_msg("%d x %d: %s", sizes[i].width, sizes[i].height, err.msg);
            }
            assert_true(times.proposals >= (s == 0 ? -1 : 0));
            od_image_release(&image);
        }
        od_boxes_release(&boxes);
        od_engine_close(engine);
    }
}

/* What a thread of its own found; both threads look at the same picture. */
struct look {
    const struct od_image *image;
    struct od_boxes boxes;
    int rc;
};

static void *look(void *arg)
{
    struct look *l = arg;
    struct od_engine_spec spec = {.name = "m",
                                  .source = "scenes-rcnn",
                                  .models_dir = MODELS,
                                  .score_min = 0.001,
                                  .nms_iou = 0.5,
                                  .max_boxes = 100};
    struct od_engine *engine = NULL;
    struct od_engine_times times;
    struct od_err err = {0};
    l->rc = od_engine_open(&spec, &engine, &err);
    for (int i = 0; i < 5 && l->rc == 0; i++) {
        l->rc = od_engine_detect(engine, l->image, &l->boxes, &times, &err);
    }
    od_engine_close(engine);
    return NULL;
}

static void test_two_threads(void **state)
{
    (void)state;
    struct od_image image;
    od_image_init(&image, 300, 200);
    for (size_t i = 0; i < od_image_bytes(&image); i++) {
        image.pixels[i] = (uint8_t)(i / 50 * 37);
    }
    struct look looks[2] = {{.image = &image}, {.image = &image}};
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, look, &looks[i]), 0);
    }
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(looks[i].rc, 0);
    }
    assert_int_equal(looks[0].boxes.count, looks[1].boxes.count);
    for (size_t i = 0; i < looks[0].boxes.count; i++) {
        assert_memory_equal(&looks[0].boxes.items[i], &looks[1].boxes.items[i],
                            sizeof looks[0].boxes.items[i]);
    }
    od_boxes_release(&looks[0].boxes);
    od_boxes_release(&looks[1].boxes);
    od_image_release(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_specs),
        cmocka_unit_test(test_images_must_be_there),
        cmocka_unit_test(test_images_of_any_size),
        cmocka_unit_test(test_two_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
