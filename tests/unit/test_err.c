/* Errors: the first wins, context goes in front, long texts are cut. */
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void first_error_wins(void **state)
{
    (void)state;
    struct od_err err = {0};
    assert_int_equal(od_fail(&err, OD_EINPUT, "line %d", 3), -1);
    assert_int_equal(od_fail(&err, OD_EBUG, "later"), -1);
    assert_int_equal(err.code, OD_EINPUT);
    assert_string_equal(err.msg, "line 3");
    assert_int_equal(od_fail(NULL, OD_EBUG, "nobody listens"), -1);
    od_err_clear(&err);
    assert_int_equal(err.code, OD_OK);
    assert_string_equal(err.msg, "");
}

static void context_goes_in_front(void **state)
{
    (void)state;
    struct od_err err = {0};
    od_err_context(&err, "unused");
    assert_string_equal(err.msg, "");
    (void)od_fail(&err, OD_ENOENT, "no such file");
    od_err_context(&err, "%s", "a.jpg");
    od_err_context(&err, "data set");
    assert_string_equal(err.msg, "data set: a.jpg: no such file");
}

/* A two-byte character that straddles the end goes whole. */
static void long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    char text[600];
    for (size_t shift = 0; shift < 2; shift++) {
        struct od_err err = {0};
        memset(text, 'x', sizeof text);
        for (size_t i = shift; i + 2 < sizeof text; i += 2) {
            memcpy(text + i, "\xC3\xA9", 2);
        }
        text[sizeof text - 1] = '\0';
        (void)od_fail(&err, OD_EINPUT, "%s", text);
        size_t len = strlen(err.msg);
        assert_true(len < sizeof err.msg && len > sizeof err.msg - 6);
        assert_string_equal(err.msg + len - 3, "...");
        assert_int_equal((len - 3 - shift) % 2, 0);
        od_err_context(&err, "outer");
        assert_true(strlen(err.msg) < sizeof err.msg);
        assert_memory_equal(err.msg, "outer: ", 7);
    }
}

static void codes_have_names_and_exit_statuses(void **state)
{
    (void)state;
    static const struct {
        enum od_errcode code;
        int status;
    } table[] = {{OD_OK, 0},     {OD_EINPUT, 2},       {OD_ENOENT, 2},   {OD_ELIMIT, 2},
                 {OD_ESYS, 2},   {OD_EOUTPUT, 6},      {OD_ECONNECT, 4}, {OD_ETIMEOUT, 4},
                 {OD_ERESET, 4}, {OD_ECANCELLED, 130}, {OD_EBUG, 70}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(od_code_exit(table[i].code), table[i].status);
        assert_true(strlen(od_err_name(table[i].code)) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_error_wins),
        cmocka_unit_test(context_goes_in_front),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(codes_have_names_and_exit_statuses),
    };
    return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
