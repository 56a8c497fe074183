/* Stepping through JSON: what is well formed, and where it is not. */
#include "dataset/jsonscan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct od_json_scan scan_of(const struct od_json_text *text, struct od_err *err)
{
    return (struct od_json_scan){
        .text = text, .p = text->data, .end = text->data + text->len, .err = err};
}

/* used: how many bytes the value takes; 0: an error at line 1, column. */
static const struct {
    const char *text;
    size_t used;
    const char *error;
} values[] = {
    {"1", 1, NULL},
    {"-1.5e+3,", 7, NULL},
    {"true]", 4, NULL},
    {"null", 4, NULL},
    {"\"a\\\"b\" ", 6, NULL},
    {"[]", 2, NULL},
    {"{}", 2, NULL},
    {"[1, [2, {\"a\": []}], {}]", 23, NULL},
    {"{\"a\": 1, \"b\": [\"]\"]}x", 20, NULL},
    {"", 0, "t:1:1: the file ends too early"},
    {"[", 0, "t:1:2: the file ends too early"},
    {"[1,", 0, "t:1:4: the file ends too early"},
    {"[1,,2]", 0, "t:1:4: expected a value"},
    {"[1 2]", 0, "t:1:4: expected ',' or ']'"},
    {"[1}", 0, "t:1:3: expected ',' or ']'"},
    {"{\"a\" 1}", 0, "t:1:6: expected ':' behind a key"},
    {"{\"a\": 1]", 0, "t:1:8: expected ',' or '}'"},
    {"{1: 2}", 0, "t:1:2: expected a key in quotes"},
    {"{\"a\": 1,}", 0, "t:1:9: expected a key in quotes"},
    {"\"abc", 0, "t:1:1: a string that does not end"},
    {"\"abc\\", 0, "t:1:1: a string that does not end"},
    {"\"a\tb\"", 0, "t:1:3: control character in a string"},
    {"nul", 0, "t:1:1: expected a value"},
    {"\n\n [\n  !]", 0, "t:4:3: expected a value"},
};

static void test_skip_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct od_json_text text = {
            .name = "t", .data = values[i].text, .len = strlen(values[i].text)};
        struct od_err err = {0};
        struct od_json_scan s = scan_of(&text, &err);
        int rc = od_json_skip_value(&s);
        if (values[i].error != NULL) {
            assert_int_equal(rc, -1);
            assert_int_equal(err.code, OD_EINPUT);
            assert_string_equal(err.msg, values[i].error);
        } else {
            assert_int_equal(rc, 0);
            assert_int_equal(s.p - text.data, values[i].used);
        }
    }
}

static void test_depth(void **state)
{
    (void)state;
    for (size_t depth = 59; depth <= 61; depth++) {
        char data[256];
        memset(data, '[', depth);
        memset(data + depth, ']', depth);
        struct od_json_text text = {.name = "deep", .data = data, .len = 2 * depth};
        struct od_err err = {0};
        struct od_json_scan s = scan_of(&text, &err);
        int rc = od_json_skip_value(&s);
        assert_int_equal(rc, depth <= 60 ? 0 : -1);
        assert_string_equal(err.msg, depth <= 60 ? "" : "deep:1:61: nested too deep");
    }
}

static void test_keys(void **state)
{
    (void)state;
    struct od_json_text text = {.name = "t", .data = " \"a\\u0062\" : 5", .len = 14};
    struct od_err err = {0};
    struct od_json_scan s = scan_of(&text, &err);
    struct od_json_key key;
    assert_int_equal(od_json_next_key(&s, &key), 0);
    assert_int_equal(key.len, 7);
    assert_memory_equal(key.text, "a\\u0062", 7);
    assert_true(od_json_accept(&s, '5'));
    assert_false(od_json_accept(&s, '5'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_skip_value),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
