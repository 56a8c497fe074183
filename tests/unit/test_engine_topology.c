/* Architectures with random weights: the same for a seed, and the published sizes. */
#include "engine/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void fill(struct od_image *image)
{
    od_image_init(image, 320, 240);
    for (size_t i = 0; i < od_image_bytes(image); i++) {
        image->pixels[i] = (uint8_t)(i * i / 977 + i / 3);
    }
}

static void detect(const char *source, uint64_t seed, struct od_boxes *out,
                   struct od_engine_times *times)
{
    struct od_engine_spec spec = {.name = "m",
                                  .source = source,
                                  .seed = seed,
                                  .score_min = 0.0,
                                  .nms_iou = 0.5,
                                  .max_boxes = 20};
    struct od_engine *engine = NULL;
    struct od_image image;
    struct od_err err = {0};
    if (od_engine_open(&spec, &engine, &err) != 0) {
        fail_msg("%s: %s", source, err.msg);
    }
    assert_string_equal(od_engine_weights(engine), "random");
    assert_int_equal(od_engine_model_bytes(engine), -1);
    assert_true(od_engine_needs_pixels(engine));
    fill(&image);
    if (od_engine_detect(engine, &image, out, times, &err) != 0) {
        fail_msg("%s: %s", source, err.msg);
    }
    od_image_release(&image);
    od_engine_close(engine);
}

static bool equal(const struct od_boxes *a, const struct od_boxes *b)
{
    return a->count == b->count &&
           (a->count == 0 ||
            memcmp(a->items, b->items, a->count * sizeof *a->items) == 0);
}

static void check(const char *source, int64_t proposals, int max_label)
{
    struct od_boxes first = {0};
    struct od_boxes again = {0};
    struct od_boxes other = {0};
    struct od_engine_times times;
    detect(source, 5, &first, &times);
    assert_int_equal(times.proposals, proposals);
    assert_true(times.infer_ns > times.preprocess_ns);
    assert_true(first.count > 0 && first.count <= 20);
    for (size_t i = 0; i < first.count; i++) {
        const struct od_box *b = &first.items[i];
        assert_true(b->label >= 1 && b->label <= max_label);
        assert_true(b->score > 0 && b->score <= 1);
        assert_true(b->x1 > b->x0 && b->y1 > b->y0);
        assert_true(i == 0 || b->score <= first.items[i - 1].score);
    }
    detect(source, 5, &again, &times);
    assert_true(equal(&first, &again));
    detect(source, 6, &other, &times);
    assert_false(equal(&first, &other));
    od_boxes_release(&first);
    od_boxes_release(&again);
    od_boxes_release(&other);
}

static void test_ssd(void **state)
{
    (void)state;
    check("topology:ssd-mobilenet-v1", -1, 90);
}

/* These take seconds and up to 0.6 GB, so only on demand. */
static void test_slow_ones(void **state)
{
    (void)state;
    if (getenv("ODBENCH_TEST_SLOW") == NULL) {
        print_message("skipped: ODBENCH_TEST_SLOW is not set\n");
        skip();
    }
    check("topology:rfcn-resnet101", 300, 90);
    check("topology:yolov4", -1, 90);
}

static void test_unknown_ones(void **state)
{
    static const char *const bad[] = {"topology:", "topology:ssd", "topology:yolov4 "};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct od_engine_spec spec = {.name = "m", .source = bad[i], .max_boxes = 1};
        struct od_engine *engine = NULL;
        struct od_err err = {0};
        assert_int_equal(od_engine_open(&spec, &engine, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_string_equal(strchr(err.msg, '(') != NULL ? strchr(err.msg, '(') : err.msg,
                            "(known: ssd-mobilenet-v1, rfcn-resnet101, yolov4)");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ssd),
        cmocka_unit_test(test_slow_ones),
        cmocka_unit_test(test_unknown_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
