/* Users' models: small files written here, whose boxes are the pixels of the picture. */
#include "engine/engine.h"

#include "scratch.h"
#include "tiny_onnx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void put_text(const char *folder, const char *name, const char *text)
{
    char *path = od_path_join(folder, name);
    assert_int_equal(od_file_write(path, text, strlen(text), NULL), 0);
    free(path);
}

/* Sets the numbers as the net will see them, plane by plane. */
static void set_values(struct od_image *image, size_t at, const uint8_t *values, size_t n)
{
    for (size_t i = at; i < at + n; i++) {
        image->pixels[i % 28 * 3 + i / 28] = values[i - at];
    }
}

static int open_in(const char *folder, const char *name, struct od_engine **out,
                   struct od_err *err)
{
    char *path = od_path_join(folder, name);
    struct od_engine_spec spec = {
        .name = "m", .source = path, .score_min = 0.1, .nms_iou = 0.45, .max_boxes = 100};
    int rc = od_engine_open(&spec, out, err);
    free(path);
    return rc;
}

static struct od_engine *open_or_fail(const char *folder, const char *name)
{
    struct od_engine *engine = NULL;
    struct od_err err = {0};
    if (open_in(folder, name, &engine, &err) != 0) {
        fail_msg("%s: %s", name, err.msg);
    }
    assert_string_equal(od_engine_weights(engine), "user");
    assert_true(od_engine_model_bytes(engine) > 0);
    return engine;
}

static void expect(struct od_engine *engine, const struct od_image *image,
                   const struct od_box *expected, size_t count)
{
    struct od_boxes boxes = {0};
    struct od_engine_times times;
    struct od_err err = {0};
    if (od_engine_detect(engine, image, &boxes, &times, &err) != 0) {
        fail_msg("%s", err.msg);
    }
    assert_int_equal(boxes.count, count);
    for (size_t i = 0; i < count; i++) {
        const struct od_box *b = &boxes.items[i];
        assert_int_equal(b->label, expected[i].label);
        assert_float_equal(b->score, expected[i].score, 1e-5F);
        assert_float_equal(b->x0, expected[i].x0, 1e-5F);
        assert_float_equal(b->y0, expected[i].y0, 1e-5F);
        assert_float_equal(b->x1, expected[i].x1, 1e-5F);
        assert_float_equal(b->y1, expected[i].y1, 1e-5F);
    }
    od_boxes_release(&boxes);
}

/* 51 / 255 = 0.2 pixels and so on, in an input of 7 x 4 pixels. */
static void test_rows_with_objectness(void **state)
{
    static const int64_t shape[] = {1, 12, 7};
    static const uint8_t row[] = {204, 153, 102, 51, 255, 51, 204};
    static const struct od_box expected[] = {
        {.x0 = 0.6F / 7,
         .y0 = 0.5F / 4,
         .x1 = 1.0F / 7,
         .y1 = 0.7F / 4,
         .score = 0.8F,
         .label = 2},
        {.x0 = 0.6F / 7,
         .y0 = 0.5F / 4,
         .x1 = 1.0F / 7,
         .y1 = 0.7F / 4,
         .score = 0.2F,
         .label = 1},
    };
    (void)state;
    char *folder = scratch_new();
    struct od_image image;
    od_image_init(&image, WIDTH, HEIGHT);
    set_values(&image, 3 * 7, row, sizeof row);
    onnx_reshape(folder, "rows.onnx", shape, 3);
    put_text(folder, "rows.names", "cat\ndog\n");
    struct od_engine *engine = open_or_fail(folder, "rows.onnx");
    expect(engine, &image, expected, 2);
    assert_string_equal(od_engine_label(engine, 1), "cat");
    od_engine_close(engine);
    od_image_release(&image);
    scratch_free(folder);
}

static void test_columns_without_objectness(void **state)
{
    static const int64_t shape[] = {1, 6, 14};
    static const uint8_t column[] = {204, 153, 102, 51, 51, 204};
    static const struct od_box expected[] = {
        {.x0 = 0.6F / 7,
         .y0 = 0.5F / 4,
         .x1 = 1.0F / 7,
         .y1 = 0.7F / 4,
         .score = 0.8F,
         .label = 2},
        {.x0 = 0.6F / 7,
         .y0 = 0.5F / 4,
         .x1 = 1.0F / 7,
         .y1 = 0.7F / 4,
         .score = 0.2F,
         .label = 1},
    };
    (void)state;
    char *folder = scratch_new();
    struct od_image image;
    od_image_init(&image, WIDTH, HEIGHT);
    for (size_t i = 0; i < sizeof column; i++) {
        set_values(&image, 14 * i + 9, &column[i], 1);
    }
    onnx_reshape(folder, "columns.onnx", shape, 3);
    struct od_engine *engine = open_or_fail(folder, "columns.onnx");
    expect(engine, &image, expected, 2);
    assert_null(od_engine_label(engine, 1));
    od_engine_close(engine);
    od_image_release(&image);
    scratch_free(folder);
}

/* By default (pixel - 127) / 128: 255 is 1, 191 is 0.5, 159 is 0.25. */
static void test_detections(void **state)
{
    static const int64_t shape[] = {1, 1, 12, 7};
    static const uint8_t row[] = {127, 255, 191, 127, 159, 191, 255};
    static const struct od_box expected = {
        .x0 = 0, .y0 = 0.25F, .x1 = 0.5F, .y1 = 1, .score = 0.5F, .label = 1};
    (void)state;
    char *folder = scratch_new();
    struct od_image image;
    od_image_init(&image, WIDTH, HEIGHT);
    set_values(&image, 7, row, sizeof row);
    onnx_reshape(folder, "found.onnx", shape, 4);
    struct od_engine *engine = open_or_fail(folder, "found.onnx");
    expect(engine, &image, &expected, 1);
    od_engine_close(engine);
    od_image_release(&image);
    scratch_free(folder);
}

/* The corners serve as scores as well; the one of class 0 is "nothing". With a scale of
 * 1/128 and a mean of 127 black is -0.99, so all other rows say nothing. */
static void test_pair(void **state)
{
    static const uint8_t row[] = {127, 151, 191, 255};
    static const struct od_box expected[] = {
        {.x0 = 0, .y0 = 0.1875F, .x1 = 0.5F, .y1 = 1, .score = 1, .label = 3},
        {.x0 = 0, .y0 = 0.1875F, .x1 = 0.5F, .y1 = 1, .score = 1, .label = 7},
        {.x0 = 0, .y0 = 0.1875F, .x1 = 0.5F, .y1 = 1, .score = 0.5F, .label = 2},
        {.x0 = 0, .y0 = 0.1875F, .x1 = 0.5F, .y1 = 1, .score = 0.5F, .label = 6},
        {.x0 = 0, .y0 = 0.1875F, .x1 = 0.5F, .y1 = 1, .score = 0.1875F, .label = 1},
        {.x0 = 0, .y0 = 0.1875F, .x1 = 0.5F, .y1 = 1, .score = 0.1875F, .label = 5},
    };
    (void)state;
    char *folder = scratch_new();
    struct od_image image;
    od_image_init(&image, WIDTH, HEIGHT);
    set_values(&image, 4 * 5, row, sizeof row);
    onnx_pair(folder, "pair.onnx");
    put_text(folder, "pair.names", "a\nb\nc\nd\ne\nf\ng\n");
    struct od_engine *engine = open_or_fail(folder, "pair.onnx");
    expect(engine, &image, expected, 6);
    assert_string_equal(od_engine_label(engine, 3), "c");
    od_engine_close(engine);
    od_image_release(&image);
    scratch_free(folder);
}

/* The same rows fed blue first with another scale. */
static void test_conf(void **state)
{
    static const int64_t shape[] = {1, 12, 7};
    /* 0.1 each: a middle of 2, 1, a size of 2, 1, a certain class 1. */
    static const uint8_t row[] = {20, 10, 20, 10, 10, 10, 0};
    static const struct od_box expected = {.x0 = 1.0F / 7,
                                           .y0 = 0.5F / 4,
                                           .x1 = 3.0F / 7,
                                           .y1 = 1.5F / 4,
                                           .score = 1,
                                           .label = 1};
    (void)state;
    char *folder = scratch_new();
    struct od_image image;
    od_image_init(&image, WIDTH, HEIGHT);
    for (size_t i = 0; i < sizeof row; i++) {
        image.pixels[3 * i + 2] = row[i]; /* blue is the first plane */
    }
    onnx_reshape(folder, "a.onnx", shape, 3);
    put_text(folder, "a.conf",
             "# how it was trained\nscale = 0.1\n\nmean=0,0,0\n channels = bgr # so\n");
    struct od_engine *engine = open_or_fail(folder, "a.onnx");
    expect(engine, &image, &expected, 1);
    od_engine_close(engine);
    od_image_release(&image);
    scratch_free(folder);
}

static void test_bad_confs(void **state)
{
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"what\n", "a.conf:1: \"what\" is not"},
        {"\nsize=3\n", "a.conf:2: unknown key"},
        {"width=0\n", "a.conf:1: "},
        {"scale=\n", "a.conf:1: "},
        {"mean=1,2\n", "not one or three"},
        {"mean=1,2,3,4\n", "a.conf:1: "},
        {"channels=grey\n", "is not rgb or bgr"},
        {"height=99999999\n", "a.conf:1: "},
    };
    static const int64_t shape[] = {1, 12, 7};
    (void)state;
    char *folder = scratch_new();
    onnx_reshape(folder, "a.onnx", shape, 3);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_engine *engine = NULL;
        struct od_err err = {0};
        put_text(folder, "a.conf", cases[i].text);
        assert_int_equal(open_in(folder, "a.onnx", &engine, &err), -1);
        if (strstr(err.msg, cases[i].says) == NULL) {
            fail_msg("case %zu says \"%s\"", i, err.msg);
        }
    }
    scratch_free(folder);
}

/* Graphs that are valid ONNX, but not what can be read. */
static void put_odd_graphs(const char *folder)
{
    static const int64_t flat[] = {1, 84};
    static const int64_t open_shape[] = {1, 3, 0, 0};
    static const int64_t grey[] = {1, 1, HEIGHT, WIDTH};
    struct od_buf graph;
    onnx_reshape(folder, "flat.onnx", flat, 2);
    od_buf_init(&graph, 0);
    onnx_node(&graph, "NonMaxSuppression", "image", NULL, "out");
    onnx_value(&graph, 11, "image", onnx_input, 4);
    onnx_write(folder, "nms.onnx", &graph);
    od_buf_init(&graph, 0);
    onnx_node(&graph, "Relu", "image", NULL, "out");
    onnx_value(&graph, 11, "image", open_shape, 4);
    onnx_write(folder, "open.onnx", &graph);
    od_buf_init(&graph, 0);
    onnx_node(&graph, "Relu", "image", NULL, "out");
    onnx_value(&graph, 11, "image", grey, 4);
    onnx_write(folder, "grey.onnx", &graph);
    od_buf_init(&graph, 0);
    onnx_node(&graph, "Add", "image", "other", "out");
    onnx_value(&graph, 11, "image", onnx_input, 4);
    onnx_value(&graph, 11, "other", onnx_input, 4);
    onnx_write(folder, "two.onnx", &graph);
    od_buf_init(&graph, 0);
    onnx_node(&graph, "NoSuchOperator", "image", NULL, "out");
    onnx_value(&graph, 11, "image", onnx_input, 4);
    onnx_value(&graph, 12, "out", onnx_input, 4);
    onnx_write(folder, "nosuch.onnx", &graph);
    od_buf_init(&graph, 0);
    onnx_write(folder, "hollow.onnx", &graph);
}

static void test_unreadable_models(void **state)
{
    static const struct {
        const char *name;
        enum od_errcode code;
        const char *says;
    } cases[] = {
        {"none.onnx", OD_ENOENT, "none.onnx"},
        {"flat.onnx", OD_EUNSUPPORTED, "1x84"},
        {"nms.onnx", OD_EUNSUPPORTED, "operator NonMaxSuppression"},
        {"open.onnx", OD_EINPUT, "give width and height"},
        {"grey.onnx", OD_EUNSUPPORTED, "its input \"image\""},
        {"two.onnx", OD_EINPUT, "2 inputs"},
        {"nosuch.onnx", OD_EINPUT, "nosuch.onnx: opencv"},
        {"hollow.onnx", OD_EINPUT, "no ONNX model"},
        {"text.onnx", OD_EINPUT, "no ONNX model"},
        {"empty.onnx", OD_EINPUT, "no ONNX model"},
        {"cut.onnx", OD_EINPUT, "no ONNX model"},
        {"lonely.pb", OD_ENOENT, "lonely.pbtxt"},
        {"lonely.caffemodel", OD_ENOENT, "lonely.prototxt"},
        {"a.pb", OD_EINPUT, "a.pb"},
        {"b.caffemodel", OD_EINPUT, "b.prototxt:2: braces"},
    };
    (void)state;
    char *folder = scratch_new();
    put_odd_graphs(folder);
    put_text(folder, "text.onnx", "This is no model.\n");
    put_text(folder, "empty.onnx", "");
    put_text(folder, "cut.onnx",
             "\x08\x06\x3a\x7f"
             "abc");
    put_text(folder, "lonely.pb", "a");
    put_text(folder, "lonely.caffemodel", "a");
    put_text(folder, "a.pb", "This is no model.");
    put_text(folder, "a.pbtxt", "node { name: \"a\" op: \"Placeholder\" }\n");
    put_text(folder, "b.caffemodel", "");
    put_text(folder, "b.prototxt", "layer { # }\n name: \"}\"");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_engine *engine = NULL;
        struct od_err err = {0};
        assert_int_equal(open_in(folder, cases[i].name, &engine, &err), -1);
        assert_null(engine);
        if (err.code != cases[i].code || strstr(err.msg, cases[i].says) == NULL) {
            fail_msg("%s says %d \"%s\"", cases[i].name, (int)err.code, err.msg);
        }
        assert_null(strchr(err.msg, '\n'));
    }
    scratch_free(folder);
}

/* (pixel - 127.5) / 127.5 by default, blue first: 255 is 1. */
static void test_caffe(void **state)
{
    static const char net[] =
        "name: \"tiny\"\ninput: \"data\"\ninput_dim: 1\ninput_dim: 3\n"
        "input_dim: 4\ninput_dim: 7\nlayer { name: \"out\" type: "
        "\"Reshape\" bottom: \"data\" top: \"out\" reshape_param { "
        "shape { dim: 1 dim: 1 dim: 12 dim: 7 } } }\n";
    static const uint8_t row[] = {200, 255, 255, 128, 128, 255, 255};
    static const float near_0 = 0.5F / 127.5F;
    static const struct od_box expected = {
        .x0 = near_0, .y0 = near_0, .x1 = 1, .y1 = 1, .score = 1, .label = 1};
    (void)state;
    char *folder = scratch_new();
    struct od_image image;
    od_image_init(&image, WIDTH, HEIGHT);
    for (size_t i = 0; i < sizeof row; i++) {
        image.pixels[3 * i + 2] = row[i];
    }
    put_text(folder, "tiny.prototxt", net);
    put_text(folder, "tiny.caffemodel", "\x0a\x04tiny");
    put_text(folder, "tiny.conf", "width=7\nheight=4\n");
    struct od_engine *engine = open_or_fail(folder, "tiny.caffemodel");
    expect(engine, &image, &expected, 1);
    od_engine_close(engine);
    od_image_release(&image);
    scratch_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_with_objectness),
        cmocka_unit_test(test_columns_without_objectness),
        cmocka_unit_test(test_detections),
        cmocka_unit_test(test_pair),
        cmocka_unit_test(test_conf),
        cmocka_unit_test(test_bad_confs),
        cmocka_unit_test(test_unreadable_models),
        cmocka_unit_test(test_caffe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
