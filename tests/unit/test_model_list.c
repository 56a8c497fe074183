/* Models from texts. */
#include "server/model_list.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_given(void **state)
{
    (void)state;
    char a[] = "scenes-ssd", b[] = "r=fixed:20ms", c[] = "y=w.weights,a=b.cfg";
    char *given[] = {a, b, c};
    const struct od_engine_spec common = {.models_dir = "/d", .seed = 7, .max_boxes = 3};
    struct od_model_list list = {0};
    assert_int_equal(od_model_list_init(&list, given, 3, &common, NULL), 0);
    assert_int_equal(list.count, 3);
    static const char *const wanted[][2] = {
        {"scenes-ssd", "scenes-ssd"}, {"r", "fixed:20ms"}, {"y", "w.weights,a=b.cfg"}};
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(list.specs[i].name, wanted[i][0]);
        assert_string_equal(list.specs[i].source, wanted[i][1]);
        assert_string_equal(list.specs[i].models_dir, "/d");
        assert_int_equal(list.specs[i].seed, 7);
        assert_int_equal(list.specs[i].max_boxes, 3);
    }
    od_model_list_release(&list);
    od_model_list_release(&list);
}

static void test_defaults_are_what_is_there(void **state)
{
    (void)state;
    char folder[] = "/tmp/od-models-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const struct od_engine_spec common = {.models_dir = folder};
    struct od_model_list list = {0};
    struct od_err err = {0};
    assert_int_equal(od_model_list_init(&list, NULL, 0, &common, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    assert_non_null(strstr(err.msg, folder));
    char *file = od_path_join(folder, "scenes-ssd.onnx");
    assert_int_equal(od_file_write(file, "x", 1, NULL), 0);
    assert_int_equal(od_model_list_init(&list, NULL, 0, &common, NULL), 0);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.specs[0].name, "scenes-ssd");
    od_model_list_release(&list);
    struct od_buf text;
    od_buf_init(&text, 0);
    od_model_list_describe(folder, &text);
    assert_non_null(strstr(text.data, file));
    assert_non_null(strstr(text.data, "scenes-rcnn-proposal.onnx (not there)"));
    assert_non_null(strstr(text.data, "fixed:20ms"));
    od_buf_release(&text);
    (void)unlink(file);
    (void)rmdir(folder);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_given),
        cmocka_unit_test(test_defaults_are_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
