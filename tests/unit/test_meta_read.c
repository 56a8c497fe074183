/* The facts of a run, read back. */
#include "record/meta_read.h"

#include "base/jsonfile.h"
#include "scratch.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
    *state = scratch_new();
    return 0;
}

static int teardown(void **state)
{
    scratch_free(*state);
    return 0;
}

static void check_key(const char *path, const char *key, const char *expected)
{
    char *value = NULL;
    struct od_err err = {0};
    assert_int_equal(od_meta_get(path, key, &value, &err), 0);
    if (expected == NULL) {
        assert_null(value);
    } else {
        assert_string_equal(value, expected);
    }
    free(value);
}

static void test_meta(void **state)
{
    char *value = NULL;
    struct od_err err = {0};
    char *path =
        scratch_file(*state, "m.json",
                     "{\"a\": \"t\", \"n\": null, \"p\": {\"z\": 1, \"b\": [true, "
                     "2.5], \"seed\": 7}}");
    check_key(path, "a", "t");
    check_key(path, "n", NULL);
    check_key(path, "x.y", NULL);
    check_key(path, "a.b", NULL);
    check_key(path, "p.seed", "7");
    check_key(path, "p", "{\"b\":[true,2.5],\"seed\":7,\"z\":1}");
    free(path);
    path = scratch_file(*state, "bad.json", "{\"a\":\n");
    assert_int_equal(od_meta_get(path, "a", &value, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    assert_non_null(strstr(err.msg, "bad.json:2: "));
    free(path);
    od_err_clear(&err);
    path = scratch_file(*state, "list.json", "[]");
    assert_int_equal(od_meta_get(path, "a", &value, &err), -1);
    assert_non_null(strstr(err.msg, "not an object"));
    free(path);
    od_err_clear(&err);
    assert_int_equal(od_meta_get("/nonexistent.json", "a", &value, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    assert_null(value);
}

/* Any file of JSON: an array too, each key once, and no byte more than is allowed. */
static void test_file(void **state)
{
    static const struct {
        const char *text;
        size_t max;
        enum od_errcode code;
        const char *says;
    } cases[] = {
        {"[1]", 3, OD_OK, ""},
        {"[1]\n", 3, OD_ELIMIT, "f.json"},
        {"{\"a\": 1,\n\"a\": 2}", 99, OD_EINPUT, "f.json:2: duplicate object key"},
        {"7", 99, OD_EINPUT, "f.json:1: "},
        {"", 99, OD_EINPUT, "f.json:1: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *path = scratch_file(*state, "f.json", cases[i].text);
        struct od_err err = {0};
        json_t *root = NULL;
        int rc = od_json_file_read(path, cases[i].max, &root, &err);
        assert_int_equal(rc, cases[i].code == OD_OK ? 0 : -1);
        assert_int_equal(err.code, cases[i].code);
        assert_non_null(strstr(err.msg, cases[i].says));
        assert_int_equal(root != NULL, rc == 0);
        json_decref(root);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_meta),
        cmocka_unit_test(test_file),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
