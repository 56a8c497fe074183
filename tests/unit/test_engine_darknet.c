/* Darknet's files: the size of the weights by the cfg, the threshold, errors, detections.
 */
#include "engine/darknet_cfg.h"
#include "engine/engine.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NET  "[net]\nwidth=32\nheight=16\nchannels=3\n"
#define YOLO "[yolo]\nmask=0\nanchors=3,4\nnum=1\nclasses=2\n"

/* Weights counted by hand: biases, three numbers a filter for the normalisation, then
 * filters x inputs / groups x size x size. */
static void test_weights_are_counted(void **state)
{
    static const struct {
        const char *cfg;
        int64_t weights;
    } cases[] = {
        {NET "[convolutional]\nfilters=7\nsize=1\n" YOLO, 7 + 7 * 3},
        {NET "[convolutional]\nfilters=4\nsize=3\nbatch_normalize=1\npad=1\n" YOLO,
         4 + 12 + 4 * 3 * 9},
        {NET "[convolutional]\nfilters=4\nsize=3\npad=1\n"
             "[convolutional]\nfilters=4\nsize=3\ngroups=4\npad=1\n" YOLO,
         4 + 108 + 4 + 36},
        {NET "# a "
             "comment\n\n[maxpool]\nsize=2\nstride=2\n[dropout]\n[connected]\noutput="
             "5\n" YOLO,
         5 + 5 * 3 * 16 * 8},
        {NET "[convolutional]\r\nfilters = 8\r\nsize=1\r\n[route]\nlayers=-1\n"
             "[convolutional]\nfilters=2\nsize=1\n[route]\nlayers = 0, -1\n"
             "[convolutional]\nfilters=1\nsize=1\n" YOLO,
         8 + 24 + 2 + 16 + 1 + 10},
        {NET "[convolutional]\nfilters=8\nsize=1\n[route]\nlayers=-1\ngroups=2\n"
             "group_id=1\n[convolutional]\nfilters=1\nsize=1\n" YOLO,
         8 + 24 + 1 + 4},
        {NET "[reorg]\nstride=2\n[convolutional]\nfilters=1\nsize=1\n" YOLO, 1 + 12},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_darknet_facts facts;
        struct od_err err = {0};
        if (od_darknet_read_cfg("a.cfg", cases[i].cfg, &facts, &err) != 0) {
            fail_msg("case %zu: %s", i, err.msg);
        }
        assert_int_equal(facts.weight_count, cases[i].weights);
        assert_int_equal(facts.width, 32);
        assert_int_equal(facts.height, 16);
        assert_int_equal(facts.classes, 2);
    }
}

static void test_bad_cfgs(void **state)
{
    static const struct {
        const char *cfg;
        const char *says;
    } cases[] = {
        {"", "a.cfg: no [yolo]"},
        {NET, "a.cfg: no [yolo]"},
        {"\x01\x02\x03", "a.cfg:1: "},
        {"width=3\n", "a.cfg:1: "},
        {"[convolutional]\nfilters=3\n" YOLO,
         "a.cfg:1: [convolutional]: comes before [net]"},
        {NET NET, "a.cfg:5: [net]: comes twice"},
        {"[net]\nwidth=32\n" YOLO, "a.cfg:1: [net]: no width and height"},
        {"[net]\nwidth=32\nheight=32\nchannels=1\n" YOLO, "a.cfg:1: channels=1"},
        {NET "[lstm]\n" YOLO, "a.cfg:5: [lstm]"},
        {NET "[convolutional]\nfilters=x\n" YOLO, "filters=x"},
        {NET "[convolutional]\nfilters=-4\n" YOLO, "filters=-4"},
        {NET "[convolutional]\nfilters=4\nstride=0\n" YOLO, "a.cfg:5: "},
        {NET "[convolutional]\nfilters=4\nsize=99\n" YOLO, "impossible size"},
        {NET "[convolutional]\nfilters=4\ngroups=2\n" YOLO, "a.cfg:5: "},
        {NET "[route]\nlayers=-1\n" YOLO, "no such layer: -1"},
        {NET "[route]\nlayers=7\n" YOLO, "no such layer: 7"},
        {NET "[route]\n" YOLO, "a.cfg:5: [route]"},
        {NET "[shortcut]\nfrom=9999999999999999999\n" YOLO, "no such layer"},
        {NET "[yolo]\nclasses=0\n", "no classes"},
        {NET "[yolo]\nmask=1\nanchors=3,4\nclasses=2\n", "a.cfg:5: [yolo]: mask"},
        {NET "[yolo]\nmask=a\nanchors=3,4\nclasses=2\n", "a.cfg:5: [yolo]: mask"},
        {NET "[yolo]\nmask=0,-1\nanchors=3,4\nclasses=2\n", "a.cfg:5: [yolo]: mask"},
        {NET "[upsample]\nstride=255\n[convolutional]\nfilters=9\n" YOLO,
         "impossible size"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_darknet_facts facts;
        struct od_err err = {0};
        assert_int_equal(od_darknet_read_cfg("a.cfg", cases[i].cfg, &facts, &err), -1);
        if (strstr(err.msg, cases[i].says) == NULL) {
            fail_msg("case %zu says \"%s\"", i, err.msg);
        }
    }
}

static void test_threshold_is_set(void **state)
{
    static const struct {
        const char *before;
        const char *after;
    } cases[] = {
        {"", ""},
        {"[net]\nthresh=1\n", "[net]\nthresh=1\n"},
        {"[yolo]\nclasses=2\n", "[yolo]\nthresh=0.005\nclasses=2\n"},
        {"[yolo]\nignore_thresh=.5\n thresh = 0.3\n[net]\nthresh=7",
         "[yolo]\nthresh=0.005\nignore_thresh=.5\n[net]\nthresh=7\n"},
        {" [region]\nthresh=.2\n", " [region]\nthresh=0.005\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_buf out;
        od_buf_init(&out, 0);
        od_darknet_set_thresh(cases[i].before, 0.005, &out);
        assert_string_equal(out.data, cases[i].after);
        od_buf_release(&out);
    }
}

static void test_weight_files_have_their_size(void **state)
{
    /* 10 floats: behind a header of 20 bytes in version 0.2, of 16 in version 0.1. */
    static const struct {
        int32_t minor;
        size_t len;
        int rc;
    } cases[] = {{2, 60, 0},  {5, 60, 0},  {2, 59, -1}, {2, 64, -1}, {1, 56, 0},
                 {1, 60, -1}, {2, 20, -1}, {2, 15, -1}, {2, 0, -1},  {-1, 60, -1}};
    char bytes[64] = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_err err = {0};
        memcpy(bytes + 4, &cases[i].minor, 4);
        assert_int_equal(
            od_darknet_check_weights("a.weights", bytes, cases[i].len, 10, &err),
            cases[i].rc);
        assert_true(cases[i].rc == 0 || strstr(err.msg, "a.weights: ") == err.msg);
    }
    struct od_err err = {0};
    int32_t two = 2;
    memcpy(bytes + 4, &two, 4);
    assert_int_equal(od_darknet_check_weights("a.weights", bytes, 59, 10, &err), -1);
    assert_non_null(strstr(err.msg, "59 bytes"));
    assert_non_null(strstr(err.msg, "60"));
}

static int open_source(const char *source, struct od_engine **out, struct od_err *err)
{
    struct od_engine_spec spec = {.name = "m",
                                  .source = source,
                                  .score_min = 0.005,
                                  .nms_iou = 0.45,
                                  .max_boxes = 100};
    return od_engine_open(&spec, out, err);
}

static void put(const char *folder, const char *name, const void *data, size_t len)
{
    char *path = od_path_join(folder, name);
    assert_int_equal(od_file_write(path, data, len, NULL), 0);
    free(path);
}

/*
 * A net of one convolution without kernels: every cell answers with the biases. Then
 * Darknet's formulas give the box: middle (cell + 0.5) / cells, size anchor / input,
 * score sigmoid(objectness) * sigmoid(class).
 */
static void put_constant_net(const char *folder)
{
    static const char cfg[] = NET "[convolutional]\nfilters=7\nsize=16\nstride=16\n"
                                  "activation=linear\n[yolo]\nmask=0\nanchors=8,4\n"
                                  "num=1\nclasses=2\n";
    static const float bias[7] = {0, 0, 0, 0, 2.0F, 1.0F, -3.0F};
    enum { KERNEL = 7 * 3 * 16 * 16 };
    char weights[20 + 4 * (7 + KERNEL)] = {0};
    static const int32_t header[5] = {0, 2, 5, 0, 0};
    memcpy(weights, header, sizeof header);
    memcpy(weights + 20, bias, sizeof bias);
    put(folder, "a.cfg", cfg, sizeof cfg - 1);
    put(folder, "a.weights", weights, sizeof weights);
    put(folder, "short.cfg", cfg, sizeof cfg - 1);
    put(folder, "short.weights", weights, sizeof weights - 4);
    put(folder, "a.names", "cat\ndog\n", 8);
}

static void check_constant_boxes(struct od_engine *engine)
{
    struct od_image image;
    struct od_boxes boxes = {0};
    struct od_engine_times times;
    struct od_err err = {0};
    od_image_init(&image, 50, 40);
    assert_int_equal(od_engine_detect(engine, &image, &boxes, &times, &err), 0);
    /* Two cells, each with 0.8808 * 0.7311 for the first class and 0.8808 * 0.0474. */
    assert_int_equal(boxes.count, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct od_box *b = &boxes.items[i];
        float x = b->x0 < 0.5F ? 0.25F : 0.75F;
        assert_int_equal(b->label, i < 2 ? 1 : 2);
        assert_float_equal(b->score, i < 2 ? 0.643914F : 0.0417725F, 1e-5F);
        assert_float_equal(b->x0, x - 0.125F, 1e-5F);
        assert_float_equal(b->x1, x + 0.125F, 1e-5F);
        assert_float_equal(b->y0, 0.375F, 1e-5F);
        assert_float_equal(b->y1, 0.625F, 1e-5F);
    }
    assert_true(times.infer_ns > 0 && times.preprocess_ns > 0);
    assert_int_equal(times.proposals, -1);
    od_boxes_release(&boxes);
    od_image_release(&image);
}

static void test_files_in_any_order(void **state)
{
    static const char *const forms[] = {"%s/a.weights", "%s/a.cfg",
                                        "%s/a.weights,%s/a.cfg", "%s/a.cfg,%s/a.weights"};
    (void)state;
    char *folder = scratch_new();
    put_constant_net(folder);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const char *second = strrchr(forms[i], ',');
        size_t len = second != NULL ? (size_t)(second - forms[i]) : strlen(forms[i]);
        char *source = od_xasprintf(
            "%s%.*s%s%s%s", folder, (int)len - 2, forms[i] + 2, second != NULL ? "," : "",
            second != NULL ? folder : "", second != NULL ? second + 3 : "");
        struct od_engine *engine = NULL;
        struct od_err err = {0};
        if (open_source(source, &engine, &err) != 0) {
            fail_msg("%s: %s", source, err.msg);
        }
        assert_string_equal(od_engine_weights(engine), "user");
        assert_true(od_engine_model_bytes(engine) > 0);
        assert_string_equal(od_engine_label(engine, 2), "dog");
        assert_null(od_engine_label(engine, 3));
        check_constant_boxes(engine);
        assert_int_equal(od_engine_hold_ns(engine), 0);
        od_engine_close(engine);
        free(source);
    }
    scratch_free(folder);
}

static void test_bad_files(void **state)
{
    static const struct {
        const char *first, *second;
        enum od_errcode code;
        const char *says;
    } cases[] = {
        {"none.weights", NULL, OD_ENOENT, "none.weights"},
        {"lonely.weights", NULL, OD_ENOENT, "lonely.cfg"},
        {"short.weights", NULL, OD_EINPUT,
         "short.weights: 21548 bytes, while its cfg asks for 21552"},
        {"a.weights", "a.weights", OD_EINPUT, "goes with a .cfg file"},
        {"lonely.weights", "a.cfg", OD_EINPUT, "lonely.weights: "},
        {"a.weights", "empty.cfg", OD_EINPUT, "empty.cfg: no [yolo]"},
    };
    (void)state;
    char *folder = scratch_new();
    put_constant_net(folder);
    put(folder, "lonely.weights", "abc", 3);
    put(folder, "empty.cfg", "", 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *source = od_xasprintf(
            "%s/%s%s%s%s%s", folder, cases[i].first, cases[i].second != NULL ? "," : "",
            cases[i].second != NULL ? folder : "", cases[i].second != NULL ? "/" : "",
            cases[i].second != NULL ? cases[i].second : "");
        struct od_engine *engine = NULL;
        struct od_err err = {0};
        assert_int_equal(open_source(source, &engine, &err), -1);
        assert_null(engine);
        assert_int_equal(err.code, cases[i].code);
        if (strstr(err.msg, cases[i].says) == NULL) {
            fail_msg("%s says \"%s\"", source, err.msg);
        }
        free(source);
    }
    scratch_free(folder);
}

/* The published files: sizes from their folder's listing, and what they see in a photo.
 */
static void test_published_models(void **state)
{
    const char *models = getenv("ODBENCH_TEST_MODELS");
    const char *photos = getenv("ODBENCH_TEST_COCO");
    (void)state;
    if (models == NULL || photos == NULL) {
        print_message("skipped: ODBENCH_TEST_MODELS and ODBENCH_TEST_COCO are not set\n");
        skip();
    }
    static const char *const names[] = {"yolo-fastest-1.1.weights",
                                        "yolo-fastest-1.1-xl.weights"};
    for (size_t i = 0; i < 2; i++) {
        char *source = od_path_join(models, names[i]);
        char *photo = od_path_join(photos, "val2017/000000000802.jpg");
        struct od_engine *engine = NULL;
        struct od_buf jpeg;
        struct od_image image;
        struct od_boxes boxes = {0};
        struct od_engine_times times;
        struct od_err err = {0};
        od_buf_init(&jpeg, 0);
        assert_int_equal(open_source(source, &engine, &err), 0);
        assert_int_equal(od_file_read(photo, &jpeg, &err), 0);
        assert_int_equal(
            od_jpeg_decode(jpeg.data, jpeg.len, OD_IMAGE_MAX_PIXELS, &image, &err), 0);
        assert_int_equal(od_engine_detect(engine, &image, &boxes, &times, &err), 0);
        assert_true(boxes.count > 0);
        /* A kitchen with a refrigerator and an oven, COCO's categories 82 and 79. */
        assert_true(boxes.items[0].label == 82 || boxes.items[0].label == 79);
        assert_true(boxes.items[0].score > 0.2F);
        assert_string_equal(od_engine_label(engine, 82), "refrigerator");
        assert_null(od_engine_label(engine, 12));
        od_boxes_release(&boxes);
        od_image_release(&image);
        od_buf_release(&jpeg);
        od_engine_close(engine);
        free(photo);
        free(source);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights_are_counted),
        cmocka_unit_test(test_bad_cfgs),
        cmocka_unit_test(test_threshold_is_set),
        cmocka_unit_test(test_weight_files_have_their_size),
        cmocka_unit_test(test_files_in_any_order),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_published_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
