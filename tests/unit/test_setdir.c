/* The folder of a made data set: what is written, undone, and never touched. */
#include "dataset/setdir.h"

#include "dataset_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char *root;

static int enter(void **state)
{
    (void)state;
    root = scratch_new();
    return chdir(root);
}

static int leave(void **state)
{
    (void)state;
    char *command = od_xasprintf("rm -r '%s'", root);
    int rc = chdir("/") != 0 || system(command) != 0 ? -1 : 0;
    free(command);
    free(root);
    return rc;
}

static void put_all(struct od_setdir *dir)
{
    assert_int_equal(od_setdir_put_image(dir, 1, "one", 3, NULL), 0);
    assert_int_equal(od_setdir_put_image(dir, 2, "two", 3, NULL), 0);
    assert_int_equal(od_setdir_put(dir, "instances.json", "{}", 2, NULL), 0);
    assert_int_equal(od_setdir_put(dir, "design.csv", OD_SETDIR_DESIGN_HEADER,
                                   strlen(OD_SETDIR_DESIGN_HEADER), NULL),
                     0);
}

static void test_undo(void **state)
{
    struct od_setdir dir;
    (void)state;
    assert_int_equal(od_setdir_open("x/set", false, &dir, NULL), 0);
    put_all(&dir);
    char *text = scratch_read("x/set/images/000000000002.jpg");
    assert_string_equal(text, "two");
    free(text);
    fixture_write("x/set/mine", "m", 1);
    od_setdir_undo(&dir);
    assert_false(od_file_exists("x/set/images"));
    assert_false(od_file_exists("x/set/design.csv"));
    assert_true(od_file_exists("x/set/mine"));
    od_setdir_release(&dir);
    assert_int_equal(unlink("x/set/mine"), 0);
    assert_int_equal(od_setdir_open("x/set", false, &dir, NULL), 0);
    put_all(&dir);
    od_setdir_undo(&dir);
    od_setdir_release(&dir);
    assert_true(od_file_exists("x/set")); /* it was there before */
    assert_false(od_file_exists("x/set/images"));
}

static void test_force(void **state)
{
    struct od_setdir dir;
    struct od_err err = {0};
    (void)state;
    assert_int_equal(od_setdir_open("set", false, &dir, NULL), 0);
    put_all(&dir);
    od_setdir_release(&dir);
    fixture_write("set/images/photo.jpg", "p", 1);
    fixture_write("set/images/0000000000003.jpg", "13 digits", 9);
    assert_int_equal(od_setdir_open("set", false, &dir, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_int_equal(od_setdir_open("set", true, &dir, NULL), 0);
    od_setdir_release(&dir);
    assert_false(od_file_exists("set/images/000000000001.jpg"));
    assert_false(od_file_exists("set/instances.json"));
    assert_true(od_file_exists("set/images/photo.jpg"));
    assert_true(od_file_exists("set/images/0000000000003.jpg"));
    /* Now nothing of ours is there any more. */
    od_err_clear(&err);
    assert_int_equal(od_setdir_open("set", true, &dir, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_non_null(strstr(err.msg, "did not make"));
}

static void test_not_a_folder(void **state)
{
    struct od_setdir dir;
    struct od_err err = {0};
    (void)state;
    fixture_write("file", "f", 1);
    assert_int_equal(od_setdir_open("file", true, &dir, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_string_equal(err.msg, "file: Not a directory");
    od_err_clear(&err);
    assert_int_equal(od_setdir_open("file/set", true, &dir, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_undo, enter, leave),
        cmocka_unit_test_setup_teardown(test_force, enter, leave),
        cmocka_unit_test_setup_teardown(test_not_a_folder, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
