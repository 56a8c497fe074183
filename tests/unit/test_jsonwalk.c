/* Elements of arrays one by one, and errors with their places. */
#include "dataset/jsonwalk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* What the callbacks saw. */
struct seen {
    size_t count;
    json_int_t sum;
    bool polygon; /* some element still had its polygon */
};

static int on_element(void *ctx, size_t index, const json_t *value, struct od_err *err)
{
    struct seen *seen = ctx;
    const json_t *n = json_object_get(value, "n");
    if (!json_is_integer(n)) {
        return od_fail(err, OD_EINPUT, "no n");
    }
    assert_int_equal(index, seen->count);
    seen->count++;
    seen->sum += json_integer_value(n);
    const json_t *polygon = json_object_get(value, "polygon");
    seen->polygon = seen->polygon || !(polygon == NULL || json_is_null(polygon));
    return 0;
}

static const struct od_json_array arrays[] = {
    {.key = "items", .unread = "polygon", .required = true, .element = on_element},
};

static int walk(const char *data, struct seen *seen, struct od_err *err)
{
    struct od_json_text text = {.name = "f.json", .data = data, .len = strlen(data)};
    *seen = (struct seen){0};
    *err = (struct od_err){0};
    return od_json_stream(&text, arrays, 1, seen, err);
}

static void test_good(void **state)
{
    static const struct {
        const char *text;
        size_t count;
        int sum;
    } cases[] = {
        {"{\"items\": []}", 0, 0},
        {" {\"x\": {\"items\": 1}, \"items\": [{\"n\": 3}, {\"n\": 4}], \"y\": 0} \n", 2,
         7},
        {"{\"items\": [{\"polygon\": [[1, 2], {\"a\": \"]\"}], \"n\": 5}]}", 1, 5},
        {"{\"items\": [{\"n\": 5, \"polygon\": []}, {\"polygon\": 1, \"n\": 6}]}", 2, 11},
        {"{\"items\":[{\"n\":1,\"polygon\":[0],\"z\":{},\"polygon\":[9]}]}", 1, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seen seen;
        struct od_err err;
        assert_int_equal(walk(cases[i].text, &seen, &err), 0);
        assert_int_equal(seen.count, cases[i].count);
        assert_int_equal(seen.sum, cases[i].sum);
        assert_false(seen.polygon);
    }
}

static void test_bad(void **state)
{
    static const struct {
        const char *text;
        const char *error;
    } cases[] = {
        {"", "f.json:1:1: the file ends too early"},
        {"[1]", "f.json:1:1: not a JSON object"},
        {"{}", "f.json: no \"items\" array in it"},
        {"{\"x\": 1}", "f.json: no \"items\" array in it"},
        {"{\"items\": 5}",
         "f.json:1:11: not an array, as images and annotations must be"},
        {"{\"items\": []} {}", "f.json:1:15: text behind the end of the object"},
        {"{\"items\": [],\n \"items\": []}", "f.json:2:3: the same key a second time"},
        {"{\"items\": [{\"n\": 1}", "f.json:1:20: the file ends too early"},
        {"{\"items\": [{\"n\": 1},\n {}]}", "f.json:2:2: items[1]: no n"},
        {"{\"items\": [7]}", "f.json:1:12: items[0]: no n"},
        {"{\"items\": [{\"polygon\": [1,, 2], \"n\": 1}]}",
         "f.json:1:27: expected a value"},
        {"{\"items\": [{\"n\": 01}]}", "f.json:1:12: items[0]: invalid token near '0'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seen seen;
        struct od_err err;
        assert_int_equal(walk(cases[i].text, &seen, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_string_equal(err.msg, cases[i].error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
