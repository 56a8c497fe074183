/* Formats as text, pictures in them, and models that say what they want. */
#include "service/model_format.h"

#include "base/alloc.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void input_texts(void **state)
{
    (void)state;
    static const char *const good[] = {
        ("type=fp32,layout=nchw,size=640x480,fit=letterbox,channels=bgr,"
         "mean=123.5:116:103,scale=0.5"),
        "type=uint8",
        "size=1x16384",
        "mean=1",
        "scale=0.25:0.5:2",
        "channels=bgr"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct od_input_format format = {0};
        char text[OD_FORMAT_TEXT_MAX];
        assert_int_equal(od_input_format_read(good[i], &format, NULL), 0);
        od_input_format_text(&format, text);
        assert_string_equal(text, good[i]);
    }
    struct od_input_format format = {.width = 7, .planar = true};
    assert_int_equal(od_input_format_read("layout=nhwc,scale=1/255", &format, NULL), 0);
    assert_false(format.planar);
    assert_int_equal(format.width, 7);
    assert_true(fabsf(format.scale[2] * 255 - 1) < 1e-6F);
}

static void output_texts(void **state)
{
    (void)state;
    static const char *const good[] = {
        ("layout=yolo8,order=xywh,units=pixels,label-map=coco80,label-offset=-1,"
         "score-min=0.25,nms=0.5"),
        "layout=tf,order=xxyy,units=relative", "label-offset=1"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct od_output_format format = {0};
        char text[OD_FORMAT_TEXT_MAX];
        assert_int_equal(od_output_format_read(good[i], &format, NULL), 0);
        od_output_format_text(&format, text);
        assert_string_equal(text, good[i]);
    }
    struct od_output_format format = {.layout = OD_LAYOUT_TF};
    assert_int_equal(od_output_format_read("layout=auto,nms=50%", &format, NULL), 0);
    assert_int_equal(format.layout, OD_LAYOUT_AUTO);
    assert_true(format.nms_iou == 0.5F);
}

static void bad_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } rows[] = {
        {"", "'' is not KEY=VALUE"},
        {"type", "'type' is not KEY=VALUE"},
        {"type=", "'type=' is not KEY=VALUE"},
        {"type=fp32,", "'' is not KEY=VALUE"},
        {"type=int64", "type: 'int64' is none of uint8, fp32, fp16"},
        {"layout=chw", "layout: 'chw' is none of nhwc, nchw"},
        {"size=640", "size: '640' is not WIDTHxHEIGHT"},
        {"size=x640", "size: 'x640' is not"},
        {"size=0x640", "size: '0x640' is not"},
        {"mean=1:2", "mean: '1:2' is neither"},
        {"mean=1:2:3:4", "neither a number nor three"},
        {"scale=1/0", "scale: "},
        {"scale=nan", "scale: "},
        {"colour=red", "colour: 'colour' is none of type, layout"},
        {"type=uint8,scale=2", "mean and scale need a type of floats, not uint8"},
    };
    static const struct {
        const char *text;
        const char *says;
    } out_rows[] = {
        {"layout=yolo9", "layout: 'yolo9' is none of auto, tf"},
        {"nms=2", "nms: "},
        {"score-min=-1", "score-min: "},
        {"label-offset=x", "label-offset: "},
        {"type=fp32", "type: 'type' is none of layout, order"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_input_format format = {.width = 3};
        struct od_err err = {0};
        assert_int_equal(od_input_format_read(rows[i].text, &format, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        if (strstr(err.msg, rows[i].says) == NULL) {
            fail_msg("%s: %s", rows[i].text, err.msg);
        }
        assert_int_equal(format.dtype, OD_DTYPE_NONE);
    }
    for (size_t i = 0; i < sizeof out_rows / sizeof *out_rows; i++) {
        struct od_output_format format = {0};
        struct od_err err = {0};
        assert_int_equal(od_output_format_read(out_rows[i].text, &format, &err), -1);
        if (strstr(err.msg, out_rows[i].says) == NULL) {
            fail_msg("%s: %s", out_rows[i].text, err.msg);
        }
    }
}

/* 2 x 1: red 10 20 30, then 40 50 60. */
static uint8_t two_pixels[] = {10, 20, 30, 40, 50, 60};
static const struct od_image two = {.pixels = two_pixels, .width = 2, .height = 1};

static void packed(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        float values[6];
    } rows[] = {
        {"type=uint8", {10, 20, 30, 40, 50, 60}},
        {"channels=bgr", {30, 20, 10, 60, 50, 40}},
        {"layout=nchw", {10, 40, 20, 50, 30, 60}},
        {"layout=nchw,channels=bgr", {30, 60, 20, 50, 10, 40}},
        {"type=fp32", {10, 20, 30, 40, 50, 60}},
        {"type=fp32,mean=10:20:30,scale=0.5", {0, 0, 0, 15, 15, 15}},
        {"type=fp16,channels=bgr,mean=10:20:30,scale=2", {40, 0, -40, 100, 60, 20}},
        {"type=fp64,layout=nchw,scale=1:2:4", {10, 40, 40, 100, 120, 240}},
        {"type=bf16", {10, 20, 30, 40, 50, 60}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_input_format format = {0};
        struct od_fitted fitted;
        struct od_image back;
        float values[6] = {0};
        assert_int_equal(od_input_format_read(rows[i].format, &format, NULL), 0);
        assert_int_equal(od_model_fit_picture(&format, &two, &fitted, NULL), 0);
        const struct od_picture *picture = &fitted.picture;
        int dtype =
            picture->dtype == OD_DTYPE_NONE ? OD_DTYPE_UINT8 : (int)picture->dtype;
        assert_int_equal(picture->len, 6 * od_dtype_size(dtype));
        assert_true(od_dtype_floats(dtype, picture->data, 6, values));
        for (size_t k = 0; k < 6; k++) {
            assert_true(values[k] == rows[i].values[k]);
        }
        assert_int_equal(od_model_picture_pixels(&format, picture, &back, NULL), 0);
        assert_memory_equal(back.pixels, two_pixels, sizeof two_pixels);
        od_image_release(&back);
        od_fitted_release(&fitted);
    }
}

static void plain_is_not_copied(void **state)
{
    (void)state;
    struct od_fitted fitted;
    struct od_input_format format = {0};
    assert_int_equal(od_model_fit_picture(&format, &two, &fitted, NULL), 0);
    assert_ptr_equal(fitted.picture.data, two_pixels);
    assert_null(fitted.bytes);
    assert_true(fitted.picture.area.x1 == 0);
    format.width = 2;
    format.height = 1;
    format.dtype = OD_DTYPE_UINT8;
    assert_int_equal(od_model_fit_picture(&format, &two, &fitted, NULL), 0);
    assert_ptr_equal(fitted.picture.data, two_pixels);
}

static void refused_pictures(void **state)
{
    (void)state;
    struct od_err err = {0};
    struct od_fitted fitted;
    struct od_image back;
    assert_int_equal(od_model_fit_picture(&(struct od_input_format){0},
                                          &(struct od_image){0}, &fitted, &err),
                     -1);
    assert_string_equal(err.msg, "a picture of 0x0 pixels");
    od_err_clear(&err);
    struct od_input_format whole = {.dtype = OD_DTYPE_INT64};
    assert_int_equal(od_model_fit_picture(&whole, &two, &fitted, &err), -1);
    assert_string_equal(err.msg, "no picture can be of type INT64");
    od_err_clear(&err);
    struct od_input_format scaled = {.scale = {0.5F, 1, 1}};
    assert_int_equal(od_model_fit_picture(&scaled, &two, &fitted, &err), -1);
    od_err_clear(&err);
    struct od_picture picture = {
        .data = two_pixels, .len = 6, .width = 2, .height = 1, .dtype = OD_DTYPE_FP32};
    assert_int_equal(
        od_model_picture_pixels(&(struct od_input_format){0}, &picture, &back, &err), -1);
    assert_string_equal(err.msg, "6 bytes are no picture of 2x1 FP32 pixels");
}

/* NaN and what is out of range become pixels all the same. */
static void wild_values(void **state)
{
    (void)state;
    struct od_image back;
    const float values[] = {(float)NAN, -5, 300, 1e30F, 0.4F, 254.6F};
    uint8_t bytes[24];
    assert_true(od_dtype_bytes(OD_DTYPE_FP32, values, 6, bytes));
    struct od_picture picture = {
        .data = bytes, .len = 24, .width = 2, .height = 1, .dtype = OD_DTYPE_FP32};
    assert_int_equal(
        od_model_picture_pixels(&(struct od_input_format){0}, &picture, &back, NULL), 0);
    const uint8_t expected[] = {0, 0, 255, 255, 0, 255};
    assert_memory_equal(back.pixels, expected, sizeof expected);
    od_image_release(&back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(input_texts),         cmocka_unit_test(output_texts),
        cmocka_unit_test(bad_texts),           cmocka_unit_test(packed),
        cmocka_unit_test(plain_is_not_copied), cmocka_unit_test(refused_pictures),
        cmocka_unit_test(wild_values),
    };
    return cmocka_run_group_tests_name("model formats", tests, NULL, NULL);
}
