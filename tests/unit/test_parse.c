/* Numbers, durations and sizes: tables of text and value. */
#include "base/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define BAD          INT64_MIN
#define COUNT(array) (sizeof(array) / sizeof *(array))

struct row {
    const char *text;
    int64_t value; /* BAD: refused */
};

static void check(const struct row *row, int rc, int64_t value, const struct od_err *err)
{
    if (row->value == BAD) {
        assert_int_equal(rc, -1);
        assert_int_equal(err->code, OD_EINPUT);
        assert_non_null(strstr(err->msg, row->text));
        assert_int_equal(value, 77);
    } else {
        assert_int_equal(rc, 0);
        assert_int_equal(value, row->value);
    }
}

static void whole_numbers(void **state)
{
    (void)state;
    static const struct row rows[] = {{"0", 0},
                                      {"-5", -5},
                                      {"100", 100},
                                      {"101", BAD},
                                      {"", BAD},
                                      {" 1", BAD},
                                      {"+1", BAD},
                                      {"1 ", BAD},
                                      {"1.0", BAD},
                                      {"0x1", BAD},
                                      {"99999999999999999999", BAD}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct od_err err = {0};
        int64_t value = 77;
        int rc = od_parse_i64(rows[i].text, -5, 100, &value, &err);
        check(&rows[i], rc, value, &err);
    }
    uint64_t big = 0;
    assert_int_equal(od_parse_u64("18446744073709551615", &big, NULL), 0);
    assert_true(big == UINT64_MAX);
    assert_int_equal(od_parse_u64("18446744073709551616", &big, NULL), -1);
    assert_int_equal(od_parse_u64("-1", &big, NULL), -1);
}

static void durations(void **state)
{
    (void)state;
    static const struct row rows[] = {{"20ms", 20000000},
                                      {"1.5s", 1500000000},
                                      {"50us", 50000},
                                      {"100ns", 100},
                                      {"2m", INT64_C(120000000000)},
                                      {"1h", INT64_C(3600000000000)},
                                      {"0", 0},
                                      {"0s", 0},
                                      {"0.0000001s", 100},
                                      {"5", BAD},
                                      {"-1s", BAD},
                                      {"1 s", BAD},
                                      {"s", BAD},
                                      {"1e300h", BAD},
                                      {"nans", BAD},
                                      {"1sx", BAD},
                                      {"", BAD}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct od_err err = {0};
        int64_t value = 77;
        int rc = od_parse_duration_ns(rows[i].text, &value, &err);
        check(&rows[i], rc, value, &err);
    }
}

static void sizes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"100", 100},    {"64k", 64000},       {"10MB", 10000000}, {"4MiB", 4194304},
        {"1.5Ki", 1536}, {"1GiB", 1073741824}, {"2G", 2000000000}, {"7B", 7},
        {"1T", BAD},     {"-1", BAD},          {"k", BAD},         {"12 k", BAD}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct od_err err = {0};
        int64_t value = 77;
        int rc = od_parse_bytes(rows[i].text, &value, &err);
        check(&rows[i], rc, value, &err);
    }
}

static void shares_and_reals(void **state)
{
    (void)state;
    double value = 0;
    assert_int_equal(od_parse_ratio("1%", &value, NULL), 0);
    assert_true(value == 0.01);
    assert_int_equal(od_parse_ratio("0.25", &value, NULL), 0);
    assert_true(value == 0.25);
    assert_int_equal(od_parse_ratio("101%", &value, NULL), -1);
    assert_int_equal(od_parse_ratio("", &value, NULL), -1);
    assert_int_equal(od_parse_double("-2.5", -3, 3, &value, NULL), 0);
    assert_true(value == -2.5);
    assert_int_equal(od_parse_double("4", -3, 3, &value, NULL), -1);
    assert_int_equal(od_parse_double("inf", -3, 3, &value, NULL), -1);
    assert_int_equal(od_parse_double("1x", -3, 3, &value, NULL), -1);
}

/* The published averages need half up in integers: paper/README names 43.393 and 974.781.
 */
static void milliseconds(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        int digits;
        const char *text;
    } rows[] = {
        {43392500, 3, "43.393"}, {974780500, 3, "974.781"}, {974780499, 3, "974.780"},
        {0, 3, "0.000"},         {999999, 0, "1"},          {1, 6, "0.000001"},
        {-1500000, 1, "-1.5"},   {-400, 3, "0.000"},        {745527300, 4, "745.5273"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[32];
        od_format_ms(rows[i].ns, rows[i].digits, text, sizeof text);
        assert_string_equal(text, rows[i].text);
    }
}

static void durations_for_people(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {{812, "812 ns"},
                {20400000, "20.4 ms"},
                {1530000000, "1.53 s"},
                {INT64_C(125000000000), "2m05s"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[32];
        od_format_duration(rows[i].ns, text, sizeof text);
        assert_string_equal(text, rows[i].text);
    }
}

static void trims(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {" \ta b\r\n", "a b"}, {"", ""}, {" \n", ""}, {"x", "x"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[16];
        (void)strcpy(text, rows[i][0]);
        assert_string_equal(od_trim(text), rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers), cmocka_unit_test(durations),
        cmocka_unit_test(sizes),         cmocka_unit_test(shares_and_reals),
        cmocka_unit_test(milliseconds),  cmocka_unit_test(durations_for_people),
        cmocka_unit_test(trims),
    };
    return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
