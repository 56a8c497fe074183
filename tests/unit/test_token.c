/* Bearer tokens: files and headers, by RFC 6750 section 2.1 and RFC 9110 section 11.1. */
#include "server/token.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_files(void **state)
{
    (void)state;
    static const struct {
        const char *text, *token; /* NULL: refused */
    } cases[] = {
        {"abc", "abc"},
        {"abc\n", "abc"},
        {"abc\r\n", "abc"},
        {"abc \t\n", "abc"},
        {"abc\nnext\n", "abc"},
        {"a.b-c_d~e+f/g==\n", "a.b-c_d~e+f/g=="},
        {"", NULL},
        {"\n", NULL},
        {" abc\n", NULL},
        {"secret word", NULL},
        {"secret\x01", NULL},
        {"secr\xc3\xa9t", NULL},
    };
    char *folder = scratch_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *path = scratch_file(folder, "token", cases[i].text);
        char *token = NULL;
        struct od_err err = {0};
        if (cases[i].token != NULL) {
            assert_int_equal(od_token_load(path, &token, &err), 0);
            assert_string_equal(token, cases[i].token);
        } else {
            assert_int_equal(od_token_load(path, &token, &err), -1);
            assert_null(token);
            assert_int_equal(err.code, OD_EINPUT);
            assert_non_null(strstr(err.msg, path));
            assert_null(strstr(err.msg, "secr"));
        }
        free(token);
        free(path);
    }
    char *token = NULL;
    struct od_err err = {0};
    assert_int_equal(od_token_load("/no/such/token", &token, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    scratch_free(folder);
}

static void test_headers(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        bool matches;
    } cases[] = {
        {"Bearer abc", true},   {"bearer abc", true},  {"BEARER   abc", true},
        {NULL, false},          {"", false},           {"Bearer", false},
        {"Bearer ", false},     {"Bearerabc", false},  {"Bearer ab", false},
        {"Bearer abcd", false}, {"Bearer abC", false}, {"Bearer abc ", false},
        {"Basic abc", false},   {"abc", false},        {"Bearer xbc", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(od_token_matches("abc", cases[i].header), cases[i].matches);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
