/* JSON as it is read: what is valid, and values by name and place. */
#include "wire/json.h"

#include "base/alloc.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int pass(const char *text, size_t *rest)
{
    struct od_json_cursor at;
    od_json_cursor_init(&at, text, strlen(text));
    int rc = od_json_skip(&at, NULL);
    *rest = (size_t)(at.end - at.p);
    return rc;
}

static void valid(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t rest; /* bytes behind the value */
    } cases[] = {
        {"0", 0},
        {" -0.5e+10 ", 1},
        {"null", 0},
        {"true x", 2},
        {"\"a\\u00e4\"", 0},
        {"[]", 0},
        {"[ ]", 0},
        {"{}", 0},
        {"[1,[2,{}],3]", 0},
        {"{\"a\":[{}]}}", 1},
        {"NaN", 0},
        {"-Infinity", 0},
        {"[Infinity, Inf]", 0},
        {"\"\\/\\b\\\"\"", 0},
        {"\"\xC3\xA4\"", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t rest = 0;
        assert_int_equal(pass(cases[i].text, &rest), 0);
        assert_int_equal(rest, cases[i].rest);
    }
}

static void invalid(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",       " ",     "[",         "]",       "{",        "[1",          "[1,",
        "[1,]",   "[,1]",  "{1:2}",     "{\"a\"}", "{\"a\":}", "{\"a\":1,}",  "01",
        "-",      "1.",    ".5",        "1e",      "1e+",      "+1",          "nan",
        "-NaN",   "tru",   "\"",        "\"\\",    "\"\\x\"",  "\"\\u12g4\"", "\"\\u12",
        "\"\n\"", "[1 2]", "{\"a\" 1}", "'a'",     "[}",       "{\"a\":1]",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t rest = 0;
        if (pass(cases[i], &rest) == 0) {
            fail_msg("accepted: %s", cases[i]);
        }
    }
}

static void depth(void **state)
{
    (void)state;
    char text[2 * OD_JSON_DEPTH_MAX + 4];
    for (size_t deep = OD_JSON_DEPTH_MAX; deep <= OD_JSON_DEPTH_MAX + 1; deep++) {
        memset(text, '[', deep);
        memset(text + deep, ']', deep);
        text[2 * deep] = '\0';
        size_t rest = 0;
        assert_int_equal(pass(text, &rest), deep == OD_JSON_DEPTH_MAX ? 0 : -1);
    }
}

static void document(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":[1,2.5,[],\"x\"],\"b\\n\":{\"c\":-3e2},\"a\":0,"
                               "\"n\":NaN} tail";
    struct od_json json;
    assert_int_equal(od_json_parse(&json, text, strlen(text), NULL), 0);
    assert_int_equal(json.nodes[0].count, 4);
    const struct od_json_node *list = od_json_member(&json, json.nodes, "a");
    assert_int_equal(list->type, OD_JSON_ARRAY); /* the first of equal names */
    assert_int_equal(list->count, 4);
    float value = 0;
    const struct od_json_node *item = od_json_first(&json, list);
    assert_true(od_json_float(&json, item, &value));
    assert_true(value == 1.0F);
    item = od_json_next(&json, item);
    assert_true(od_json_float(&json, item, &value));
    assert_true(value == 2.5F);
    item = od_json_next(&json, item);
    assert_int_equal(item->type, OD_JSON_ARRAY);
    assert_null(od_json_first(&json, item));
    assert_false(od_json_float(&json, item, &value));
    item = od_json_next(&json, item);
    char word[8];
    assert_int_equal(od_json_text(&json, item, word, sizeof word), 1);
    assert_string_equal(word, "x");
    const struct od_json_node *inner = od_json_member(&json, json.nodes, "b\n");
    assert_true(od_json_float(&json, od_json_member(&json, inner, "c"), &value));
    assert_true(value == -300.0F);
    assert_true(od_json_float(&json, od_json_member(&json, json.nodes, "n"), &value));
    assert_true(isnan(value));
    assert_null(od_json_member(&json, json.nodes, "z"));
    assert_null(od_json_member(&json, list, "a"));
    assert_null(od_json_member(&json, NULL, "a"));
    od_json_release(&json);
}

static void escapes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *plain;
    } cases[] = {
        {"\"\\u0041\\u00e4\\u20ac\"", "A\xC3\xA4\xE2\x82\xAC"},
        {"\"\\ud83d\\ude00\"", "\xF0\x9F\x98\x80"},
        {"\"\\ud83d\"", "\xEF\xBF\xBD"}, /* lone surrogate */
        {"\"\\ude00\\ud83dx\"", "\xEF\xBF\xBD\xEF\xBF\xBDx"},
        {"\"\\/\\\\\\\"\\b\\f\\n\\r\\t\"", "/\\\"\b\f\n\r\t"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_json json;
        char out[32];
        assert_int_equal(od_json_parse(&json, cases[i].text, strlen(cases[i].text), NULL),
                         0);
        size_t len = od_json_text(&json, json.nodes, out, sizeof out);
        assert_string_equal(out, cases[i].plain);
        assert_int_equal(len, strlen(cases[i].plain));
        assert_int_equal(od_json_text(&json, json.nodes, out, 2), len); /* cut */
        assert_int_equal(strlen(out), 1);
        od_json_release(&json);
    }
}

static void whole_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool whole;
        int64_t value;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"1050", true, 1050},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"99999999999999999999999", false, 0},
        {"1.0", false, 0},
        {"1e2", false, 0},
        {"NaN", false, 0},
        {"-Infinity", false, 0},
        {"\"1\"", false, 0},
        {"[1]", false, 0},
        {"true", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_json json;
        int64_t value = 77;
        assert_int_equal(od_json_parse(&json, cases[i].text, strlen(cases[i].text), NULL),
                         0);
        assert_int_equal(od_json_whole(&json, json.nodes, &value), cases[i].whole);
        assert_int_equal(value, cases[i].whole ? cases[i].value : 77);
        od_json_release(&json);
    }
    assert_false(od_json_whole(NULL, NULL, NULL));
}

/* A member is found however its name is written. */
static void escaped_members(void **state)
{
    (void)state;
    static const char text[] =
        "{\"\\u0061b\":1,\"ab\":2,\"a\":3,\"\\\\\":4,\"n\\u0061me\":5}";
    static const struct {
        const char *name;
        int64_t value;
    } cases[] = {{"ab", 1}, {"a", 3}, {"\\", 4}, {"name", 5}};
    struct od_json json;
    assert_int_equal(od_json_parse(&json, text, strlen(text), NULL), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t value = 0;
        assert_true(od_json_whole(&json, od_json_member(&json, json.nodes, cases[i].name),
                                  &value));
        assert_int_equal(value, cases[i].value);
    }
    assert_null(od_json_member(&json, json.nodes, "\\\\"));
    assert_null(od_json_member(&json, json.nodes, "n\\u0061me"));
    assert_null(od_json_member(&json, json.nodes, ""));
    od_json_release(&json);
}

/* Longer than what is read, whatever its value. */
static void long_numbers(void **state)
{
    (void)state;
    for (size_t len = 100; len <= 101; len++) {
        char text[102];
        memset(text, '0', len);
        memcpy(text, "1e", 2);
        text[len - 1] = '1';
        struct od_json json;
        float value = 0;
        double wide = 0;
        assert_int_equal(od_json_parse(&json, text, len, NULL), 0);
        assert_int_equal(od_json_float(&json, json.nodes, &value), len == 100);
        assert_int_equal(od_json_double(&json, json.nodes, &wide), len == 100);
        assert_true(value == (len == 100 ? 10.0F : 0.0F));
        od_json_release(&json);
    }
}

static void keys(void **state)
{
    static const struct {
        const char *text;
        const char *key; /* NULL: refused */
        const char *says;
    } cases[] = {
        {" \"a\\u0062\" : 1", "ab", ""},
        {"\"\":", "", ""},
        {"a:", NULL, "Missing a name"},
        {"\"a", NULL, "Missing a closing quotation mark"},
        {"\"a\" 1", NULL, "Missing a colon"},
        {"", NULL, "Missing a name"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_json_cursor at;
        struct od_json_string key = {0};
        struct od_err err = {0};
        od_json_cursor_init(&at, cases[i].text, strlen(cases[i].text));
        int rc = od_json_key(&at, &key, &err);
        assert_int_equal(rc, cases[i].key != NULL ? 0 : -1);
        assert_non_null(strstr(err.msg, cases[i].says));
        if (rc == 0) {
            bool escaped = key.escaped;
            char *plain = od_json_plain(&key);
            assert_int_equal(plain != NULL, escaped);
            assert_int_equal(key.len, strlen(cases[i].key));
            assert_memory_equal(key.raw, cases[i].key, key.len);
            assert_int_equal(od_json_need(&at, '1', "no", NULL), i == 0 ? 0 : -1);
            free(plain);
        }
    }
}

static void cut_documents(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":[1.5,true,null,\"x\\u0041\"],\"b\":{\"c\":NaN}}";
    for (size_t len = 0; len < sizeof text - 1; len++) {
        /* Memory of just that size, so that a sanitizer sees a read behind it. */
        char *copy = od_xmalloc(len);
        memcpy(copy, text, len);
        struct od_json json;
        struct od_err err = {0};
        assert_int_equal(od_json_parse(&json, copy, len, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        od_json_release(&json);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid),
        cmocka_unit_test(invalid),
        cmocka_unit_test(depth),
        cmocka_unit_test(document),
        cmocka_unit_test(escapes),
        cmocka_unit_test(cut_documents),
        cmocka_unit_test(keys),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(escaped_members),
        cmocka_unit_test(long_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
