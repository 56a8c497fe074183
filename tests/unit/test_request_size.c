/* Sizes of requests: the image in the middle, by what is sent of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dataset_fixture.h"

#include "bench/request_size.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_middle(void **state)
{
    (void)state;
    char *folder = scratch_new();
    struct od_dataset *dataset = NULL;
    struct od_plan plan = {0};
    struct od_model model = {.name = "m"};
    char *paths[3] = {fixture_image(folder, "a.jpg", 64, 48),
                      fixture_image(folder, "b.jpg", 16, 16),
                      fixture_image(folder, "c.jpg", 320, 240)};
    struct od_dataset_spec spec = {.paths = (const char *const *)paths, .path_count = 3};
    assert_int_equal(od_dataset_open(&spec, &dataset, NULL), 0);
    plan.dataset = dataset;
    struct od_target target = {0};
    struct od_cell cell = {.model = &model,
                           .target = &target,
                           .asked = model,
                           .protocol = od_protocol_find("tfs-grpc"),
                           .payload = OD_PAYLOAD_TENSOR};
    size_t bytes = 0;
    /* The tensor of 64x48 and a protobuf head of some dozens of bytes. */
    assert_int_equal(od_request_bytes(&plan, &cell, &bytes, NULL), 0);
    assert_in_range(bytes, 64 * 48 * 3 + 20, 64 * 48 * 3 + 200);
    /* Of the files' own sizes, the one in the middle. */
    int64_t files = od_dataset_at(dataset, 0)->file_bytes;
    assert_true(files > od_dataset_at(dataset, 1)->file_bytes);
    assert_true(files < od_dataset_at(dataset, 2)->file_bytes);
    cell.payload = OD_PAYLOAD_JPEG;
    assert_int_equal(od_request_bytes(&plan, &cell, &bytes, NULL), 0);
    assert_in_range(bytes, files + 20, files + 200);
    /* Base64 of it: four characters for three bytes. */
    cell.protocol = od_protocol_find("tfs-rest");
    cell.payload = OD_PAYLOAD_B64;
    assert_int_equal(od_request_bytes(&plan, &cell, &bytes, NULL), 0);
    assert_in_range(bytes, files * 4 / 3 + 20, files * 4 / 3 + 200);
    struct od_err err = {0};
    assert_int_equal(remove(paths[0]), 0);
    assert_int_equal(od_request_bytes(&plan, &cell, &bytes, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    assert_non_null(strstr(err.msg, "a.jpg"));
    od_dataset_close(dataset);
    for (size_t i = 0; i < 3; i++) {
        free(paths[i]);
    }
    scratch_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
