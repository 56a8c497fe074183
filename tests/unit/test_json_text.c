/* JSON text: numbers, strings and layout as TensorFlow Serving writes them. */
#include "wire/json_text.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* By hand from odbench-wire(7), Numbers: %.6g where that is the same float, else %.9g;
 * ".0" behind. */
static void floats(void **state)
{
    (void)state;
    static const struct {
        float value;
        const char *text;
    } cases[] = {
        {0.0F, "0.0"},
        {-0.0F, "-0.0"},
        {100.0F, "100.0"},
        {0.1F, "0.1"},
        {0.93F, "0.93"},
        {1.0F / 3.0F, "0.333333343"},
        {1e-7F, "1e-07"},
        {1e20F, "1e+20"},
        {16777216.0F, "16777216.0"},
        {123456.0F, "123456.0"},
        {1234567.0F, "1234567.0"},
        {FLT_MAX, "3.40282347e+38"},
        {NAN, "NaN"},
        {INFINITY, "Infinity"},
        {-INFINITY, "-Infinity"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_buf out;
        od_buf_init(&out, 0);
        od_json_put_float(&out, cases[i].value);
        assert_string_equal(out.data, cases[i].text);
        od_buf_release(&out);
    }
}

static void strings(void **state)
{
    (void)state;
    struct od_buf out;
    od_buf_init(&out, 0);
    od_json_put_string(&out, "a\"b\\c/\n\t\x01\xC3\xA4");
    assert_string_equal(out.data, "\"a\\\"b\\\\c/\\n\\t\\u0001\xC3\xA4\"");
    od_buf_release(&out);
}

static void arrays(void **state)
{
    (void)state;
    static const float values[] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const struct {
        size_t dims[3];
        size_t rank;
        const char *text;
    } cases[] = {
        {{0}, 0, "1.0"},
        {{3}, 1, "[1.0, 2.0, 3.0]"},
        {{0}, 1, "[]"},
        {{2, 2}, 2, "[[1.0, 2.0], [3.0, 4.0]]"},
        {{2, 0}, 2, "[[], []]"},
        {{2, 0, 4}, 3, "[[], []]"},
        {{0, 4}, 2, "[]"},
        {{1, 1, 2}, 3, "[[[1.0, 2.0]]]"},
        {{2, 2, 2}, 3, "[[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_buf out;
        od_buf_init(&out, 0);
        od_json_put_floats(&out, values, cases[i].dims, cases[i].rank);
        assert_string_equal(out.data, cases[i].text);
        od_buf_release(&out);
    }
}

static void layout(void **state)
{
    (void)state;
    struct od_buf out;
    od_buf_init(&out, 0);
    struct od_json_writer writer = {.out = &out};
    od_json_open(&writer, NULL, '{');
    od_json_open(&writer, "empty", '{');
    od_json_close(&writer, '}');
    od_json_open(&writer, "list", '[');
    od_json_item(&writer, NULL);
    od_buf_puts(&out, "1");
    od_json_item(&writer, NULL);
    od_buf_puts(&out, "2");
    od_json_close(&writer, ']');
    od_json_put_member(&writer, "k", "v");
    od_json_close(&writer, '}');
    assert_string_equal(out.data, "{\n"
                                  "    \"empty\": {},\n"
                                  "    \"list\": [\n"
                                  "        1,\n"
                                  "        2\n"
                                  "    ],\n"
                                  "    \"k\": \"v\"\n"
                                  "}");
    od_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floats),
        cmocka_unit_test(strings),
        cmocka_unit_test(arrays),
        cmocka_unit_test(layout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
