/* Whether answers for the same image are the same. */
#include "bench/verify.h"

#include "dataset_fixture.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { IMAGES = 20, THREADS = 4 };

/* Two cells of decoded pixels, one of file bytes, and one of another target. */
static char box_name[] = "box";
static char far_name[] = "far";
static struct od_target box = {.name = box_name};
static struct od_target far = {.name = far_name};
static struct od_model model = {.name = "ssd"};

static void make_cells(struct od_cell cells[4])
{
    static const enum od_payload payloads[4] = {OD_PAYLOAD_TENSOR, OD_PAYLOAD_JSON,
                                                OD_PAYLOAD_JPEG, OD_PAYLOAD_TENSOR};
    for (int i = 0; i < 4; i++) {
        cells[i] = (struct od_cell){
            .target = i < 3 ? &box : &far,
            .model = &model,
            .protocol = od_protocol_find(i == 1 ? "tfs-rest" : "tfs-grpc"),
            .payload = payloads[i]};
        (void)snprintf(cells[i].id, sizeof cells[i].id, "c%03d", i + 1);
    }
}

static void test_groups(void **state)
{
    struct od_cell cells[4];
    (void)state;
    make_cells(cells);
    struct od_verify *v = od_verify_new(cells, 4, IMAGES);
    od_verify_add(v, 0, 3, "00000000000000aa");
    od_verify_add(v, 0, 3, "00000000000000aa");
    od_verify_add(v, 1, 3, "00000000000000aa");
    od_verify_add(v, 1, 4, "0000000000000000");
    od_verify_add(v, 0, 4, "0000000000000000");
    od_verify_add(v, 0, 5, "");
    /* Other forms and targets answer as they like. */
    od_verify_add(v, 2, 3, "00000000000000bb");
    od_verify_add(v, 3, 3, "00000000000000cc");
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(od_verify_differing(v, i), 0);
    }
    /* An image counts once, in the cell whose answer differs from the first. */
    od_verify_add(v, 1, 3, "ffffffffffffffff");
    od_verify_add(v, 1, 3, "fffffffffffffffe");
    od_verify_add(v, 1, 19, "1");
    od_verify_add(v, 1, 19, "2");
    od_verify_add(v, 2, 3, "00000000000000bc");
    assert_int_equal(od_verify_differing(v, 0), 0);
    assert_int_equal(od_verify_differing(v, 1), 2);
    assert_int_equal(od_verify_differing(v, 2), 1);
    assert_int_equal(od_verify_differing(v, 3), 0);
    od_verify_free(v);
    od_verify_free(NULL);
}

static void test_describe(void **state)
{
    struct od_cell cells[4];
    struct od_err err = {0};
    struct od_buf out;
    char *paths[2];
    char *folder = scratch_new();
    (void)state;
    make_cells(cells);
    paths[0] = fixture_image(folder, "a.jpg", 8, 8);
    paths[1] = fixture_image(folder, "b.jpg", 8, 8);
    struct od_dataset_spec spec = {.paths = (const char *const *)paths, .path_count = 2};
    struct od_dataset *dataset = NULL;
    assert_int_equal(od_dataset_open(&spec, &dataset, &err), 0);
    struct od_verify *v = od_verify_new(cells, 4, 2);
    od_verify_add(v, 0, 1, "a");
    od_verify_add(v, 1, 1, "b");
    od_buf_init(&out, 0);
    od_verify_describe(v, dataset, 0, &out);
    assert_string_equal(out.data, "");
    od_verify_describe(v, dataset, 1, &out);
    assert_string_equal(out.data, "c002 (box, ssd, tfs-rest, json): answers for 1 of 2 "
                                  "images differ from the first ones, e.g. b.jpg (c001)");
    od_buf_release(&out);
    od_verify_free(v);
    od_dataset_close(dataset);
    free(paths[0]);
    free(paths[1]);
    scratch_free(folder);
}

static void *add_all(void *context)
{
    struct od_verify *v = context;
    for (size_t i = 0; i < 100 * (size_t)IMAGES; i++) {
        /* In the last round the odd images get another answer, from every thread. */
        bool other = i / IMAGES == 99 && i % 2 == 1;
        od_verify_add(v, i % 2, i % IMAGES, other ? "2" : "1");
    }
    return NULL;
}

static void test_threads(void **state)
{
    struct od_cell cells[4];
    pthread_t threads[THREADS];
    (void)state;
    make_cells(cells);
    struct od_verify *v = od_verify_new(cells, 4, IMAGES);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, add_all, v), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(od_verify_differing(v, 0), 0);
    assert_int_equal(od_verify_differing(v, 1), IMAGES / 2);
    od_verify_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_describe),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
