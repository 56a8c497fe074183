/* Running gnuplot: a picture, its own message, a folder that is not there. */
#include "report/gnuplot.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Files in a folder. */
static size_t count_files(const char *folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        count += entry->d_name[0] != '.';
    }
    (void)closedir(dir);
    return count;
}

static void skip_without_gnuplot(void)
{
    if (!od_file_exists("/usr/bin/gnuplot")) {
        skip();
    }
}

static void a_picture_is_put_in_place(void **state)
{
    (void)state;
    skip_without_gnuplot();
    char *folder = scratch_new();
    char *path = scratch_file(folder, "a.svg", "an old picture");
    const char *program = "set terminal svg\nplot x\n";
    struct od_err err = {0};
    assert_int_equal(od_gnuplot_run(program, strlen(program), path, &err), 0);
    char *text = scratch_read(path);
    assert_non_null(strstr(text, "<svg"));
    assert_non_null(strstr(text, "</svg>"));
    assert_int_equal(count_files(folder), 1);
    free(text);
    free(path);
    scratch_free(folder);
}

static void a_failure_says_why_and_leaves_nothing(void **state)
{
    (void)state;
    skip_without_gnuplot();
    char *folder = scratch_new();
    char *path = od_path_join(folder, "a.svg");
    static const struct {
        const char *program;
        enum od_errcode code;
        const char *message;
    } cases[] = {
        {"set terminal svg\nplot nothing(x)\n", OD_ESYS, "undefined"},
        {"# nothing is drawn\n", OD_EOUTPUT, "gnuplot wrote nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_err err = {0};
        assert_int_equal(
            od_gnuplot_run(cases[i].program, strlen(cases[i].program), path, &err), -1);
        assert_int_equal(err.code, cases[i].code);
        assert_non_null(strstr(err.msg, cases[i].message));
        assert_int_equal(count_files(folder), 0);
    }
    free(path);
    path = od_path_join(folder, "no/such/a.svg");
    struct od_err err = {0};
    assert_int_equal(od_gnuplot_run("plot x\n", 7, path, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_non_null(strstr(err.msg, path));
    free(path);
    scratch_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_put_in_place),
        cmocka_unit_test(a_failure_says_why_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
