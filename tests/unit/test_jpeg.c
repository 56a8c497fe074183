/* JPEG in and out: every colour space, damage, limits. */
#include "image/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpeglib.h>

#define W 40
#define H 24

/* A file of one flat colour, made by libjpeg directly and not by the code under test. */
static unsigned char *make(J_COLOR_SPACE space, const unsigned char *colour,
                           bool progressive, unsigned long *len)
{
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr e;
    unsigned char *out = NULL;
    unsigned char row[W * 4];
    int parts = space == JCS_GRAYSCALE ? 1 : space == JCS_CMYK ? 4 : 3;
    *len = 0;
    c.err = jpeg_std_error(&e);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &out, len);
    c.image_width = W;
    c.image_height = H;
    c.input_components = parts;
    c.in_color_space = space;
    jpeg_set_defaults(&c);
    if (progressive) {
        jpeg_simple_progression(&c);
    }
    jpeg_start_compress(&c, TRUE);
    for (int x = 0; x < W * parts; x++) {
        row[x] = colour[x % parts];
    }
    while (c.next_scanline < H) {
        JSAMPROW rows[1] = {row};
        (void)jpeg_write_scanlines(&c, rows, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    return out;
}

static void near(int a, int b)
{
    assert_in_range(a + 256, b + 256 - 3, b + 256 + 3);
}

/* libjpeg writes CMYK with Adobe's marker, so inverted: 255 is "no ink". */
static void every_colour_space_becomes_rgb(void **state)
{
    (void)state;
    static const struct {
        J_COLOR_SPACE space;
        unsigned char colour[4];
        bool progressive;
        int rgb[3];
    } rows[] = {
        {JCS_GRAYSCALE, {100}, false, {100, 100, 100}},
        {JCS_RGB, {200, 60, 30}, false, {200, 60, 30}},
        {JCS_RGB, {20, 160, 230}, true, {20, 160, 230}},
        {JCS_CMYK, {255, 255, 255, 255}, false, {255, 255, 255}},
        {JCS_CMYK, {255, 128, 0, 255}, false, {255, 128, 0}},
        {JCS_CMYK, {255, 255, 255, 51}, false, {51, 51, 51}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned long len = 0;
        unsigned char *file =
            make(rows[i].space, rows[i].colour, rows[i].progressive, &len);
        struct od_jpeg_info info;
        struct od_image image;
        assert_int_equal(od_jpeg_probe(file, len, &info, NULL), 0);
        assert_int_equal(info.width, W);
        assert_int_equal(info.height, H);
        assert_int_equal(info.progressive, rows[i].progressive);
        assert_int_equal(od_jpeg_decode(file, len, OD_IMAGE_MAX_PIXELS, &image, NULL), 0);
        assert_int_equal(od_image_bytes(&image), W * H * 3);
        for (int c = 0; c < 3; c++) {
            near(image.pixels[3 * (W * 11 + 17) + c], rows[i].rgb[c]);
        }
        od_image_release(&image);
        free(file);
    }
}

static void damage_is_an_error(void **state)
{
    (void)state;
    static const unsigned char colour[] = {10, 20, 30};
    unsigned long len = 0;
    unsigned char *file = make(JCS_RGB, colour, false, &len);
    struct od_image image;
    struct od_jpeg_info info;
    /* Cut anywhere: never accepted, never a crash, nothing leaked. */
    for (unsigned long cut = 0; cut + 2 < len; cut++) {
        struct od_err err = {0};
        assert_int_equal(od_jpeg_decode(file, cut, OD_IMAGE_MAX_PIXELS, &image, &err),
                         -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_null(image.pixels);
        (void)!od_jpeg_probe(file, cut, &info, NULL);
    }
    free(file);
}

static void other_files_are_named(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"", "empty file"},
                                          {"\x89PNG\r\n\x1a\n", "PNG data"},
                                          {"GIF89a", "GIF data"},
                                          {"<html>", "HTML or XML text"},
                                          {"{\"error\"", "JSON text"},
                                          {"abc", "not a JPEG file"},
                                          {"\xFF\xD8\xFF", "damaged JPEG header"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_err err = {0};
        struct od_jpeg_info info;
        struct od_image image;
        assert_int_equal(od_jpeg_probe(rows[i][0], strlen(rows[i][0]), &info, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_non_null(strstr(err.msg, rows[i][1]));
        assert_int_equal(od_jpeg_decode(rows[i][0], strlen(rows[i][0]),
                                        OD_IMAGE_MAX_PIXELS, &image, NULL),
                         -1);
    }
}

static void too_many_pixels(void **state)
{
    (void)state;
    static const unsigned char colour[] = {1, 2, 3};
    unsigned long len = 0;
    unsigned char *file = make(JCS_RGB, colour, false, &len);
    struct od_image image;
    struct od_err err = {0};
    assert_int_equal(od_jpeg_decode(file, len, W * H - 1, &image, &err), -1);
    assert_int_equal(err.code, OD_ELIMIT);
    assert_non_null(strstr(err.msg, "40 x 24"));
    assert_int_equal(od_jpeg_decode(file, len, W * H, &image, NULL), 0);
    od_image_release(&image);
    free(file);
}

static void what_we_encode_decodes(void **state)
{
    (void)state;
    struct od_image image;
    struct od_image back;
    struct od_buf file;
    struct od_buf again;
    od_image_init(&image, 33, 17);
    for (size_t i = 0; i < od_image_bytes(&image); i++) {
        image.pixels[i] = (uint8_t)(40 + i % 3 * 60);
    }
    od_buf_init(&file, 0);
    od_buf_init(&again, 0);
    assert_int_equal(od_jpeg_encode(&image, 95, &file, NULL), 0);
    assert_int_equal(od_jpeg_encode(&image, 95, &again, NULL), 0);
    assert_int_equal(file.len, again.len);
    assert_memory_equal(file.data, again.data, file.len);
    assert_int_equal(
        od_jpeg_decode(file.data, file.len, OD_IMAGE_MAX_PIXELS, &back, NULL), 0);
    assert_int_equal(back.width, 33);
    assert_int_equal(back.height, 17);
    for (size_t i = 0; i < od_image_bytes(&image); i++) {
        near(back.pixels[i], image.pixels[i]);
    }
    od_image_release(&image);
    od_image_release(&back);
    od_buf_release(&file);
    od_buf_release(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_colour_space_becomes_rgb),
        cmocka_unit_test(damage_is_an_error),
        cmocka_unit_test(other_files_are_named),
        cmocka_unit_test(too_many_pixels),
        cmocka_unit_test(what_we_encode_decodes),
    };
    return cmocka_run_group_tests_name("jpeg", tests, NULL, NULL);
}
