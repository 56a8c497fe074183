/* Letters in an image. */
#include "image/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { SIDE = 40, LETTER = 18, LEFT = 10, TOP = 10 };

static void draw(const char *text, struct od_image *image)
{
    struct od_paint white = od_paint_flat(255, 255, 255, 1);
    od_image_init(image, SIDE, SIDE);
    od_draw_text(image, (struct od_point){LEFT, TOP}, LETTER, text, &white);
}

/* How many pixels have ink. */
static size_t ink(const struct od_image *image)
{
    size_t count = 0;
    for (size_t i = 0; i < od_image_bytes(image); i += 3) {
        count += image->pixels[i] > 0;
    }
    return count;
}

static void every_letter_is_another(void **state)
{
    (void)state;
    struct od_image images[127 - ' '];
    for (char c = ' '; c <= '~'; c++) {
        const char text[] = {c, '\0'};
        struct od_image *image = &images[c - ' '];
        draw(text, image);
        assert_int_equal(ink(image) == 0, c == ' ');
        for (char other = ' '; other < c; other++) {
            assert_memory_not_equal(images[other - ' '].pixels, image->pixels,
                                    od_image_bytes(image));
        }
    }
    for (size_t i = 0; i < sizeof images / sizeof images[0]; i++) {
        od_image_release(&images[i]);
    }
}

static void letters_stay_in_their_place(void **state)
{
    (void)state;
    /* From a stroke's half above the capital to the tails below the base line. */
    double unit = LETTER / 6.0;
    for (char c = '!'; c <= '~'; c++) {
        const char text[] = {c, '\0'};
        struct od_image image;
        draw(text, &image);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                bool inside = x + 1 > LEFT - unit && x < LEFT + 5 * unit &&
                              y + 1 > TOP - unit && y < TOP + 9 * unit;
                assert_true(inside || image.pixels[(y * SIDE + x) * 3] == 0);
            }
        }
        od_image_release(&image);
    }
}

static void what_is_no_ascii_is_a_box(void **state)
{
    (void)state;
    struct od_image box;
    struct od_image other;
    draw("\x01", &box);
    draw("\xc3", &other);
    assert_true(ink(&box) > 0);
    assert_memory_equal(box.pixels, other.pixels, od_image_bytes(&box));
    od_image_release(&box);
    od_image_release(&other);
}

static void widths_add_up(void **state)
{
    (void)state;
    assert_true(od_draw_text_width("", 12) <= 0);
    assert_true(od_draw_text_width("a", 12) >= 8 && od_draw_text_width("a", 12) <= 8);
    assert_true(od_draw_text_width("ab", 12) >= 20 && od_draw_text_width("ab", 12) <= 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_letter_is_another),
        cmocka_unit_test(letters_stay_in_their_place),
        cmocka_unit_test(what_is_no_ascii_is_a_box),
        cmocka_unit_test(widths_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
