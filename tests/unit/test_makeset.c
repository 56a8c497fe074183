/* Made data sets are read back by the reader of data sets; failures leave nothing. */
#include "dataset/makeset.h"

#include "dataset/dataset.h"
#include "dataset_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

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

static struct od_design two_scenes(int64_t target_bytes)
{
    static const int objects[] = {0, 3};
    static const struct od_pixel_size size = {128, 96};
    struct od_factors factors = {.seed = 11,
                                 .objects = objects,
                                 .object_levels = 2,
                                 .bytes = &target_bytes,
                                 .byte_levels = target_bytes > 0 ? 1 : 0,
                                 .sizes = &size,
                                 .size_levels = 1,
                                 .replicates = 1,
                                 .quality = 85};
    struct od_design design;
    assert_int_equal(od_design_factorial(&factors, &design, NULL), 0);
    return design;
}

static void count_calls(size_t done, size_t total, void *arg)
{
    size_t *calls = arg;
    ++*calls;
    assert_int_equal(done, *calls);
    assert_int_equal(total, 2);
}

static void test_made(void **state)
{
    struct od_design design = two_scenes(0);
    size_t calls = 0;
    struct od_makeset_spec spec = {
        .folder = "set/a", .design = &design, .progress = count_calls, .arg = &calls};
    struct od_makeset_result made;
    struct od_err err = {0};
    (void)state;
    assert_int_equal(od_makeset(&spec, &made, &err), 0);
    assert_int_equal(calls, 2);
    assert_int_equal(made.images, 2);
    assert_int_equal(made.objects, 3);
    assert_int_equal(made.off_target, 0);

    const char *path = "set/a";
    struct od_dataset_spec open = {.paths = &path, .path_count = 1, .decode = true};
    struct od_dataset *dataset;
    assert_int_equal(od_dataset_open(&open, &dataset, &err), 0);
    assert_int_equal(od_dataset_count(dataset), 2);
    const struct od_sample *second = od_dataset_at(dataset, 1);
    assert_string_equal(second->file_name, "000000000002.jpg");
    assert_int_equal(second->width, 128);
    assert_int_equal(second->height, 96);
    assert_int_equal(second->object_count, 3);
    assert_int_equal(od_dataset_at(dataset, 0)->object_count, 0);
    assert_int_equal(od_dataset_at(dataset, 0)->file_bytes + second->file_bytes,
                     made.bytes);
    /* The boxes are those of the scene, to the four decimals of the file. */
    struct od_scene scene;
    assert_int_equal(od_scene_draw(&design.cells[1].scene, &scene, &err), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_float_equal((float)second->objects[i].x, (float)scene.objects[i].x, 1e-3f);
        assert_float_equal((float)second->objects[i].area, (float)scene.objects[i].area,
                           1e-3f);
        assert_int_equal(second->objects[i].category, scene.objects[i].category);
        assert_string_equal(od_dataset_category(dataset, second->objects[i].category),
                            od_scene_category_name(scene.objects[i].category));
    }
    od_scene_release(&scene);
    od_dataset_close(dataset);
    od_design_release(&design);
}

static void test_off_target(void **state)
{
    struct od_design design = two_scenes(900);
    struct od_makeset_spec spec = {.folder = "set", .design = &design};
    struct od_makeset_result made;
    struct od_err err = {0};
    (void)state;
    assert_int_equal(od_makeset(&spec, &made, &err), -1);
    assert_int_equal(err.code, OD_EUNSUPPORTED);
    assert_memory_equal(
        err.msg, "128 x 96 pixels with 0 objects cannot be a JPEG of 900 bytes", 60);
    assert_false(od_file_exists("set"));
    assert_int_equal(made.images, 0);
    spec.allow_off_target = true;
    od_err_clear(&err);
    assert_int_equal(od_makeset(&spec, &made, &err), 0);
    assert_int_equal(made.off_target, 2);
    od_design_release(&design);
}

/* The second scene has more objects than fit: the first one does not stay. */
static void test_nothing_stays(void **state)
{
    struct od_design design = two_scenes(0);
    struct od_makeset_spec spec = {.folder = "set", .design = &design};
    struct od_makeset_result made;
    struct od_err err = {0};
    (void)state;
    design.cells[1].scene.objects = OD_SCENE_MAX_OBJECTS + 1;
    assert_int_equal(od_makeset(&spec, &made, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    assert_false(od_file_exists("set"));
    assert_int_equal(mkdir("set", 0777), 0);
    assert_int_equal(od_makeset(&spec, &made, &err), -1);
    assert_true(od_file_exists("set"));
    assert_int_equal(rmdir("set"), 0);
    od_design_release(&design);
}

static void test_force(void **state)
{
    struct od_design design = two_scenes(0);
    struct od_makeset_spec spec = {.folder = "set", .design = &design};
    struct od_makeset_result made;
    struct od_err err = {0};
    (void)state;
    assert_int_equal(od_makeset(&spec, &made, &err), 0);
    assert_int_equal(od_makeset(&spec, &made, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_string_equal(err.msg, "set: not empty (--force replaces an earlier data set)");
    od_err_clear(&err);
    spec.force = true;
    design.count = 1;
    assert_int_equal(od_makeset(&spec, &made, &err), 0);
    assert_true(od_file_exists("set/images/000000000001.jpg"));
    assert_false(od_file_exists("set/images/000000000002.jpg"));
    assert_int_equal(unlink("set/design.csv"), 0);
    assert_int_equal(od_makeset(&spec, &made, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_true(od_file_exists("set/images/000000000001.jpg"));
    od_design_release(&design);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_made, enter, leave),
        cmocka_unit_test_setup_teardown(test_off_target, enter, leave),
        cmocka_unit_test_setup_teardown(test_nothing_stays, enter, leave),
        cmocka_unit_test_setup_teardown(test_force, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
