/* Manifests: sha256sum's lines, plain lists, what cannot stand in one. */
#include "dataset/manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define A64       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A63       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64       "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define LOWER_B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static int parse(const char *text, size_t len, struct od_manifest *out,
                 struct od_err *err)
{
    *err = (struct od_err){0};
    return od_manifest_parse("m.txt", text, len, out, err);
}

static void test_lines(void **state)
{
    static const struct {
        const char *line;
        const char *name; /* NULL: no entry */
        const char *sha256;
    } cases[] = {
        {"a.jpg", "a.jpg", ""},
        {"  dir/b c.jpg\t\r", "dir/b c.jpg", ""},
        {A64 "  a.jpg", "a.jpg", A64},
        {A64 " *a.jpg", "a.jpg", A64},
        {A64 "  *a.jpg", "*a.jpg", A64},
        {B64 "  ../x/a.jpg", "../x/a.jpg", LOWER_B64},
        {A63 "  a.jpg", A63 "  a.jpg", ""},
        {A63 "g  a.jpg", A63 "g  a.jpg", ""},
        {A64, A64, ""},
        {"# a.jpg", NULL, NULL},
        {"", NULL, NULL},
        {" \t\r", NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        struct od_manifest m;
        struct od_err err;
        int len = snprintf(text, sizeof text, "first.jpg\n%s\nlast.jpg", cases[i].line);
        assert_int_equal(parse(text, (size_t)len, &m, &err), 0);
        assert_int_equal(m.count, cases[i].name != NULL ? 3 : 2);
        assert_string_equal(m.entries[m.count - 1].name, "last.jpg");
        assert_int_equal(m.entries[m.count - 1].line, 3);
        if (cases[i].name != NULL) {
            assert_string_equal(m.entries[1].name, cases[i].name);
            assert_string_equal(m.entries[1].sha256, cases[i].sha256);
            assert_int_equal(m.entries[1].line, 2);
        }
        od_manifest_release(&m);
    }
}

static void test_bad(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        const char *error;
    } cases[] = {
        {"", 0, "m.txt: names no image"},
        {"# nothing\n\n", 11, "m.txt: names no image"},
        {"a.jpg\nb\0c\n", 10, "m.txt:2: not text: a NUL byte"},
        {"a.jpg\n\\" A64 "  a\\nb", 6 + 1 + 64 + 6,
         "m.txt:2: names with line ends are not supported"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_manifest m;
        struct od_err err;
        assert_int_equal(parse(cases[i].text, cases[i].len, &m, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_string_equal(err.msg, cases[i].error);
        assert_int_equal(m.count, 0);
        assert_null(m.entries);
    }
}

static void test_round_trip(void **state)
{
    static const char want[] =
        "# odbench manifest 1\n# annotations: ../i.json\n" A64 "  x/a b.jpg\nplain.jpg\n";
    struct od_manifest m = {0};
    struct od_manifest back;
    struct od_buf text;
    struct od_err err = {0};
    (void)state;
    od_buf_init(&text, 0);
    m.annotations = strdup("../i.json");
    od_manifest_add(&m, "x/a b.jpg", A64);
    od_manifest_add(&m, "plain.jpg", NULL);
    assert_int_equal(od_manifest_render(&m, &text, &err), 0);
    assert_string_equal(text.data, want);
    assert_int_equal(parse(text.data, text.len, &back, &err), 0);
    assert_int_equal(back.count, 2);
    assert_string_equal(back.annotations, "../i.json");
    assert_string_equal(back.entries[0].name, "x/a b.jpg");
    assert_string_equal(back.entries[0].sha256, A64);
    assert_string_equal(back.entries[1].sha256, "");
    od_manifest_release(&back);
    od_manifest_release(&m);
    od_buf_release(&text);
}

static void test_names_that_cannot(void **state)
{
    static const char *const names[] = {"",       "a\nb.jpg", " a.jpg", "a.jpg ",
                                        "#a.jpg", "\\a.jpg",  "a\r.jpg"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct od_manifest m = {0};
        struct od_buf text;
        struct od_err err = {0};
        od_buf_init(&text, 0);
        od_manifest_add(&m, names[i], A64);
        assert_int_equal(od_manifest_render(&m, &text, &err), -1);
        assert_int_equal(err.code, OD_EUNSUPPORTED);
        od_manifest_release(&m);
        od_buf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_names_that_cannot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
