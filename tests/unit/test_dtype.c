/* Element types: names, sizes, and their bytes as floats and back. The halves were looked
 * up in the IEEE 754 format itself, and their rounding with numpy.float16. */
#include "service/dtype.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int number;
        size_t size;
    } all[] = {
        {"FP32", 1, 4},    {"FP64", 2, 8},    {"INT32", 3, 4},   {"UINT8", 4, 1},
        {"INT16", 5, 2},   {"INT8", 6, 1},    {"BYTES", 7, 0},   {"INT64", 9, 8},
        {"BOOL", 10, 1},   {"BF16", 14, 2},   {"UINT16", 17, 2}, {"FP16", 19, 2},
        {"UINT32", 22, 4}, {"UINT64", 23, 8},
    };
    size_t named = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_string_equal(od_dtype_name(all[i].number), all[i].name);
        assert_int_equal(od_dtype_of(all[i].name, strlen(all[i].name)), all[i].number);
        assert_int_equal(od_dtype_size(all[i].number), all[i].size);
    }
    for (int number = -2; number < 140; number++) {
        named += od_dtype_name(number)[0] != '\0';
    }
    assert_int_equal(named, sizeof all / sizeof *all);
    assert_int_equal(od_dtype_of("uint8", 5), OD_DTYPE_UINT8);
    assert_int_equal(od_dtype_of("uint16x", 6), OD_DTYPE_UINT16);
    assert_int_equal(od_dtype_of("UINT", 4), OD_DTYPE_NONE);
    assert_int_equal(od_dtype_of("", 0), OD_DTYPE_NONE);
    assert_int_equal(od_dtype_size(0), 0);
}

/* The bytes of a number in every type, at an odd address. */
static void to_floats(void **state)
{
    (void)state;
    static const struct {
        enum od_dtype dtype;
        const char *bytes;
        float value;
    } cases[] = {
        {OD_DTYPE_UINT8, "\xFF", 255},
        {OD_DTYPE_INT8, "\xFF", -1},
        {OD_DTYPE_INT8, "\x80", -128},
        {OD_DTYPE_BOOL, "\1", 1},
        {OD_DTYPE_UINT16, "\1\xFF", 65281},
        {OD_DTYPE_INT16, "\0\x80", -32768},
        {OD_DTYPE_UINT32, "\0\0\0\x80", 2147483648.0F},
        {OD_DTYPE_INT32, "\0\0\0\x80", -2147483648.0F},
        {OD_DTYPE_INT32, "\xFE\xFF\xFF\xFF", -2},
        {OD_DTYPE_UINT64, "\0\0\0\0\0\0\0\x80", 9223372036854775808.0F},
        {OD_DTYPE_INT64, "\xFD\xFF\xFF\xFF\xFF\xFF\xFF\xFF", -3},
        {OD_DTYPE_FP32, "\0\0\xC0\x3F", 1.5F},
        {OD_DTYPE_FP64, "\0\0\0\0\0\0\xF8\xBF", -1.5F},
        {OD_DTYPE_BF16, "\xC0\xBF", -1.5F},
        {OD_DTYPE_FP16, "\0\x3E", 1.5F},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char twice[17];
        float got[2] = {0};
        size_t size = od_dtype_size((int)cases[i].dtype);
        memcpy(twice + 1, cases[i].bytes, size);
        memcpy(twice + 1 + size, cases[i].bytes, size);
        assert_true(od_dtype_floats((int)cases[i].dtype, twice + 1, 2, got));
        assert_float_equal(got[0], cases[i].value, 0);
        assert_float_equal(got[1], cases[i].value, 0);
    }
    float untouched = 7;
    assert_true(od_dtype_floats(OD_DTYPE_FP32, NULL, 0, &untouched));
    assert_false(od_dtype_floats(OD_DTYPE_BYTES, "abcd", 1, &untouched));
    assert_false(od_dtype_floats(8, "abcd", 1, &untouched));
    assert_float_equal(untouched, 7, 0);
}

/* Every half there is, by the format's own words. */
static void all_halves(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 65536; bits++) {
        const unsigned char bytes[2] = {(unsigned char)bits, (unsigned char)(bits >> 8)};
        const int exponent = (int)(bits >> 10 & 31);
        const double fraction = (double)(bits & 1023) / 1024;
        float got = 0;
        unsigned char back[2] = {0};
        assert_true(od_dtype_floats(OD_DTYPE_FP16, bytes, 1, &got));
        assert_true(od_dtype_bytes(OD_DTYPE_FP16, &got, 1, back));
        if (exponent == 31 && fraction > 0) {
            assert_true(isnan(got));
            float again = 0;
            (void)od_dtype_floats(OD_DTYPE_FP16, back, 1, &again);
            assert_true(isnan(again));
            continue;
        }
        double value = exponent == 0    ? ldexp(fraction, -14)
                       : exponent == 31 ? (double)INFINITY
                                        : ldexp(1 + fraction, exponent - 15);
        assert_true((double)got == (bits >> 15 != 0 ? -value : value));
        assert_int_equal(signbit(got) != 0, bits >> 15);
        assert_memory_equal(back, bytes, 2);
    }
}

/* To the nearest, of two as near to the even one. */
static void rounding(void **state)
{
    (void)state;
    static const struct {
        enum od_dtype dtype;
        float value;
        unsigned bits;
    } cases[] = {
        {OD_DTYPE_FP16, 2049, 0x6800},
        {OD_DTYPE_FP16, 2051, 0x6802},
        {OD_DTYPE_FP16, 65519.99F, 0x7BFF},
        {OD_DTYPE_FP16, 65520, 0x7C00},
        {OD_DTYPE_FP16, -1e9F, 0xFC00},
        {OD_DTYPE_FP16, 0x1p-25F, 0x0000},
        {OD_DTYPE_FP16, 0x1.000002p-25F, 0x0001},
        {OD_DTYPE_FP16, 0x1.8p-24F, 0x0002},
        {OD_DTYPE_FP16, 0x1.ffbp-15F, 0x03FF},
        {OD_DTYPE_FP16, 0x1.ffcp-15F, 0x0400},
        {OD_DTYPE_BF16, 0x1.01p0F, 0x3F80},
        {OD_DTYPE_BF16, 0x1.010002p0F, 0x3F81},
        {OD_DTYPE_BF16, 0x1.03p0F, 0x3F82},
        {OD_DTYPE_BF16, 0x1.fffffep127F, 0x7F80},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char got[2] = {0};
        assert_true(od_dtype_bytes((int)cases[i].dtype, &cases[i].value, 1, got));
        assert_int_equal(got[0] | got[1] << 8, cases[i].bits);
    }
    unsigned char eight[8];
    const float third = 1.0F / 3;
    double wide = 0;
    assert_true(od_dtype_bytes(OD_DTYPE_FP64, &third, 1, eight));
    memcpy(&wide, eight, sizeof wide);
    assert_true(wide == (double)third);
    assert_false(od_dtype_bytes(OD_DTYPE_UINT8, &third, 1, eight));
    assert_false(od_dtype_bytes(OD_DTYPE_BYTES, &third, 1, eight));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(to_floats),
        cmocka_unit_test(all_halves),
        cmocka_unit_test(rounding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
