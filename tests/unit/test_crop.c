/* Windows cut out of an image, against values by hand. */
#include "engine/crop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
