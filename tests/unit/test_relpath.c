/* Paths as seen from another folder. */
#include "dataset/relpath.h"

#include "dataset_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_relative(void **state)
{
    static const struct {
        const char *folder;
        const char *target;
        const char *want;
    } cases[] = {
        {"a", "a/f", "f"},
        {"", "a/f", "a/f"},
        {".", "a/b/g", "a/b/g"},
        {"a/b", "a/f", "../f"},
        {"a/b", "ab/h", "../../ab/h"},
        {"ab", "a/b/g", "../a/b/g"},
        {"a/b/", "a/b/../f", "../f"},
        {"a/b/.", "./a/b//g", "g"},
    };
    char *folder = scratch_new();
    char *a = fixture_folder(folder, "a");
    char *b = fixture_folder(folder, "a/b");
    char *ab = fixture_folder(folder, "ab");
    char *files[] = {scratch_file(a, "f", ""), scratch_file(b, "g", ""),
                     scratch_file(ab, "h", "")};
    (void)state;
    assert_int_equal(chdir(folder), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *out = NULL;
        struct od_err err = {0};
        assert_int_equal(od_path_relative(cases[i].folder, cases[i].target, &out, &err),
                         0);
        assert_string_equal(out, cases[i].want);
        free(out);
    }
    char *out = NULL;
    assert_int_equal(od_path_relative("/", files[0], &out, NULL), 0);
    assert_string_equal(out, files[0] + 1);
    free(out);
    out = NULL;
    struct od_err err = {0};
    assert_int_equal(od_path_relative("a", "a/none", &out, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    assert_null(out);
    od_err_clear(&err);
    assert_int_equal(od_path_relative("none", "a/f", &out, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_string_equal(err.msg, "none: No such file or directory");
    assert_int_equal(chdir("/"), 0);
    for (size_t i = 0; i < 3; i++) {
        (void)unlink(files[i]);
        free(files[i]);
    }
    scratch_free(b);
    scratch_free(a);
    scratch_free(ab);
    scratch_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
