/* Which images files, folders, data set folders and manifests stand for. */
#include "dataset/collect.h"

#include "dataset_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A folder for one test: everything in it goes away with it. */
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

static void put(const char *path, const char *text)
{
    fixture_write(path, text, strlen(text));
}

static void put_folder(const char *path)
{
    assert_int_equal(od_mkdirs(path, NULL), 0);
}

/* The paths, blanks between them. Owned by the caller. */
static char *joined(const struct od_files *files)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t i = 0; i < files->count; i++) {
        od_buf_printf(&text, "%s%s", i > 0 ? " " : "", files->items[i].path);
    }
    char *data = od_buf_steal(&text);
    od_buf_release(&text);
    return data;
}

static void expect(const char *path, const char *images, const char *want,
                   const char *annotations)
{
    struct od_files files = {0};
    struct od_err err = {0};
    if (od_files_add(&files, path, images, &err) != 0) {
        fail_msg("%s", err.msg);
    }
    char *got = joined(&files);
    assert_string_equal(got, want);
    if (annotations == NULL) {
        assert_null(files.annotations);
    } else {
        assert_string_equal(files.annotations, annotations);
    }
    free(got);
    od_files_release(&files);
}

static void expect_error(const char *path, enum od_errcode code, const char *want)
{
    struct od_files files = {0};
    struct od_err err = {0};
    assert_int_equal(od_files_add(&files, path, NULL, &err), -1);
    assert_int_equal(err.code, code);
    assert_string_equal(err.msg, want);
    od_files_release(&files);
}

static void test_folder(void **state)
{
    (void)state;
    put_folder("d");
    put("d/b.jpg", "");
    put("d/a.JPEG", "");
    put("d/c.png", "");
    put("d/.hidden.jpg", "");
    put("d/.jpg", "");
    put("d/10.jpg", "");
    expect("d", NULL, "d/10.jpg d/a.JPEG d/b.jpg", NULL);
    expect("d/", NULL, "d/10.jpg d/a.JPEG d/b.jpg", NULL);
    expect("d/c.png", NULL, "d/c.png", NULL);
    expect("d/none.jpg", NULL, "d/none.jpg", NULL);
    put_folder("empty");
    expect_error("empty", OD_EINPUT, "empty: no .jpg or .jpeg files in this folder");
    put("notes.json", "{}");
    expect_error("notes.json", OD_EINPUT,
                 "notes.json: annotations, not images: use --annotations");
}

static void test_data_set_folders(void **state)
{
    (void)state;
    put_folder("made/images");
    put("made/images/1.jpg", "");
    expect_error("made", OD_EINPUT, "made: no .jpg or .jpeg files in this folder");
    put("made/instances.json", "");
    expect("made", NULL, "made/images/1.jpg", "made/instances.json");
    put_folder("coco/annotations");
    put("coco/annotations/instances_val2017.json", "");
    put("coco/annotations/instances_train2017.json", "");
    put("coco/annotations/captions_val2017.json", "");
    put_folder("coco/val2017");
    put("coco/val2017/1.jpg", "");
    expect("coco", NULL, "coco/val2017/1.jpg", "coco/annotations/instances_val2017.json");
    put_folder("coco/train2017");
    expect("coco", NULL, "coco/val2017/1.jpg", "coco/annotations/instances_val2017.json");
    put("coco/train2017/2.jpg", "");
    expect_error(
        "coco", OD_EINPUT,
        "coco/annotations/instances_val2017.json: a second file of annotations "
        "beside coco/annotations/instances_train2017.json; say which one counts");
}

static void test_manifests(void **state)
{
    static const char digest[] =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    char *with = od_xasprintf("# annotations: ../i.json\n%s  x/1.jpg\n", digest);
    (void)state;
    put_folder("m");
    put_folder("other/x");
    put_folder("flat");
    put("m/list.txt", "2.jpg\n/abs/3.jpg\n");
    put("m/set.manifest", with);
    expect("m/list.txt", NULL, "m/2.jpg /abs/3.jpg", NULL);
    expect("m/list.txt", "other", "other/2.jpg /abs/3.jpg", NULL);
    expect("m/set.manifest", NULL, "m/x/1.jpg", "m/../i.json");
    expect("m/set.manifest", "other", "other/x/1.jpg", "other/../i.json");
    put("flat/1.jpg", "");
    expect("m/set.manifest", "flat", "flat/1.jpg", "flat/../i.json");
    struct od_files files = {0};
    assert_int_equal(od_files_add(&files, "m/set.manifest", NULL, NULL), 0);
    assert_string_equal(files.items[0].sha256, digest);
    od_files_release(&files);
    put("m/empty.txt", "# nothing\n");
    expect_error("m/empty.txt", OD_EINPUT, "m/empty.txt: names no image");
    expect_error("m/none.manifest", OD_ENOENT,
                 "m/none.manifest: No such file or directory");
    free(with);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_folder, enter, leave),
        cmocka_unit_test_setup_teardown(test_data_set_folders, enter, leave),
        cmocka_unit_test_setup_teardown(test_manifests, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
