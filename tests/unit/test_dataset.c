/* Data sets: samples, annotations, identity, and files that cannot be used. */
#include "dataset/dataset.h"

#include "dataset/sha256.h"
#include "dataset_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char *folder;

static int enter(void **state)
{
    (void)state;
    folder = scratch_new();
    return chdir(folder);
}

static int leave(void **state)
{
    (void)state;
    int rc = chdir("/");
    scratch_free(folder);
    return rc;
}

static void put_image(const char *name, int width, int height)
{
    free(fixture_image("", name, width, height));
}

static void put(const char *name, const void *data, size_t len)
{
    fixture_write(name, data, len);
}

/* Opens paths, a NULL-terminated list. */
static int open_paths(const char *const *paths, struct od_dataset_spec spec,
                      struct od_dataset **out, struct od_err *err)
{
    spec.paths = paths;
    for (spec.path_count = 0; paths[spec.path_count] != NULL;) {
        spec.path_count++;
    }
    *err = (struct od_err){0};
    return od_dataset_open(&spec, out, err);
}

#define PATHS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char ANNOTATIONS[] =
    "{\"images\": [{\"id\": 5, \"file_name\": \"000000000139.jpg\", \"width\": 40, "
    "\"height\": 30}, {\"id\": 6, \"file_name\": \"b.jpg\", \"width\": 41, \"height\": "
    "30}, {\"id\": 7, \"file_name\": \"gone.jpg\"}], \"annotations\": ["
    "{\"image_id\": 5, \"category_id\": 1, \"bbox\": [1, 2, 3, 4]},"
    "{\"image_id\": 5, \"category_id\": 2, \"bbox\": [5, 6, 7, 8], \"iscrowd\": 1},"
    "{\"image_id\": 8, \"category_id\": 2, \"bbox\": [5, 6, 7, 8]}],"
    "\"categories\": [{\"id\": 1, \"name\": \"cat\"}]}";

static void test_samples(void **state)
{
    struct od_dataset *d = NULL;
    struct od_err err;
    (void)state;
    put_image("000000000139.jpg", 40, 30);
    put_image("b.jpg", 40, 30);
    put_image("c.jpg", 17, 9);
    put("a.json", ANNOTATIONS, strlen(ANNOTATIONS));
    struct od_dataset_spec spec = {.annotations = "a.json"};
    assert_int_equal(open_paths(PATHS("."), spec, &d, &err), 0);
    assert_int_equal(od_dataset_count(d), 3);
    const struct od_sample *s = od_dataset_at(d, 0);
    struct od_buf data;
    od_buf_init(&data, 0);
    assert_int_equal(od_sample_read(s, &data, &err), 0);
    assert_int_equal(s->file_bytes, data.len);
    assert_memory_equal(data.data, "\xff\xd8\xff", 3);
    assert_int_equal(od_sample_read(s, &data, &err), 0);
    assert_int_equal(s->file_bytes, data.len); /* emptied first */
    od_buf_release(&data);
    assert_string_equal(s->file_name, "000000000139.jpg");
    assert_string_equal(s->path, "./000000000139.jpg");
    assert_int_equal(s->image_id, 5);
    assert_int_equal(s->width, 40);
    assert_int_equal(s->height, 30);
    assert_int_equal(s->components, 3);
    assert_false(s->progressive);
    assert_int_equal(s->object_count, 2);
    assert_true(s->objects[1].x == 5 && s->objects[1].crowd == 1);
    assert_int_equal(od_dataset_at(d, 1)->object_count, 0);
    assert_int_equal(od_dataset_at(d, 2)->object_count, -1);
    assert_int_equal(od_dataset_at(d, 2)->image_id, 3);
    struct od_dataset_warnings w;
    od_dataset_get_warnings(d, &w);
    assert_int_equal(w.images_unannotated, 1);
    assert_int_equal(w.images_size_differs, 1);
    assert_int_equal(w.annotations_missing_image, 1);
    assert_string_equal(od_dataset_category(d, 1), "cat");
    assert_null(od_dataset_category(d, 2));
    assert_string_equal(od_dataset_annotations(d), "a.json");
    od_dataset_close(d);
    (void)state;
}

static void test_ids_and_limit(void **state)
{
    static const struct {
        const char *name;
        int64_t id;
    } cases[] = {
        {"000000000285.jpg", 285},
        {"COCO_val2014_000000000042.jpg", 42},
        {"img_7_left.jpg", 7},
        {"none.jpg", 4},
        {"0.jpg", 5},
        {"9123456789012345678.jpg", 123456789012345678},
    };
    struct od_dataset *d = NULL;
    struct od_err err;
    const char *paths[7] = {0};
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        put_image(cases[i].name, 8, 8);
        paths[i] = cases[i].name;
    }
    assert_int_equal(open_paths(paths, (struct od_dataset_spec){0}, &d, &err), 0);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(od_dataset_at(d, i)->image_id, cases[i].id);
        assert_int_equal(od_dataset_at(d, i)->object_count, -1);
    }
    od_dataset_close(d);
    struct od_dataset_spec spec = {.limit = 2};
    assert_int_equal(open_paths(paths, spec, &d, &err), 0);
    assert_int_equal(od_dataset_count(d), 2);
    od_dataset_close(d);
    assert_int_equal(open_paths(PATHS("0.jpg", "0.jpg"), spec, &d, &err), 0);
    assert_int_equal(od_dataset_count(d), 2);
    od_dataset_close(d);
}

/* The identity is what `sha256sum 1.jpg 2.jpg | sha256sum` prints. */
static void test_digest(void **state)
{
    struct od_dataset *d = NULL;
    struct od_err err;
    char got[65];
    char want[65];
    (void)state;
    put_image("1.jpg", 8, 8);
    put_image("2.jpg", 9, 9);
    assert_int_equal(system("sha256sum 1.jpg 2.jpg | sha256sum > sum"), 0);
    char *sum = scratch_read("sum");
    memcpy(want, sum, 64);
    want[64] = '\0';
    free(sum);
    struct od_dataset_spec spec = {0};
    assert_int_equal(open_paths(PATHS("1.jpg", "2.jpg"), spec, &d, &err), 0);
    assert_int_equal(od_dataset_digest(d, got, &err), 0);
    assert_string_equal(got, want);
    od_dataset_close(d);
    assert_int_equal(open_paths(PATHS("2.jpg", "1.jpg"), spec, &d, &err), 0);
    assert_int_equal(od_dataset_digest(d, got, &err), 0);
    assert_string_not_equal(got, want);
    (void)unlink("1.jpg");
    assert_int_equal(od_dataset_digest(d, got, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    od_dataset_close(d);
}

static void test_manifest_digest(void **state)
{
    char digest[OD_SHA256_SIZE];
    struct od_dataset *d = NULL;
    struct od_err err;
    (void)state;
    put_image("1.jpg", 8, 8);
    assert_int_equal(od_sha256_file("1.jpg", digest, &err), 0);
    char *line = od_xasprintf("%s  1.jpg\n", digest);
    put("m.manifest", line, strlen(line));
    free(line);
    struct od_dataset_spec spec = {0};
    assert_int_equal(open_paths(PATHS("m.manifest"), spec, &d, &err), 0);
    od_dataset_close(d);
    put_image("1.jpg", 8, 9);
    assert_int_equal(open_paths(PATHS("m.manifest"), spec, &d, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    assert_memory_equal(err.msg, "1.jpg: not the file of the manifest: its SHA-256", 48);
    assert_null(d);
}

/* A header behind 100 kB of application data. */
static void test_long_header(void **state)
{
    struct od_buf data = fixture_jpeg(33, 22);
    struct od_buf file;
    struct od_dataset *d = NULL;
    struct od_err err;
    (void)state;
    od_buf_init(&file, 0);
    od_buf_add(&file, data.data, 2);
    for (int i = 0; i < 2; i++) {
        od_buf_add(&file, "\xff\xed\xc3\x52", 4); /* APP13, 50002 bytes with its length */
        char *to = od_buf_reserve(&file, 50000);
        memset(to, 'x', 50000);
        od_buf_advance(&file, 50000);
    }
    od_buf_add(&file, data.data + 2, data.len - 2);
    put("long.jpg", file.data, file.len);
    assert_int_equal(open_paths(PATHS("long.jpg"), (struct od_dataset_spec){0}, &d, &err),
                     0);
    assert_int_equal(od_dataset_at(d, 0)->width, 33);
    assert_int_equal(od_dataset_at(d, 0)->file_bytes, file.len);
    od_dataset_close(d);
    put("long.jpg", file.data, 90000);
    assert_int_equal(open_paths(PATHS("long.jpg"), (struct od_dataset_spec){0}, &d, &err),
                     -1);
    assert_int_equal(err.code, OD_EINPUT);
    assert_memory_equal(err.msg, "long.jpg: damaged JPEG header", 29);
    od_buf_release(&file);
    od_buf_release(&data);
}

static void test_bad_files(void **state)
{
    static const struct {
        const char *name;
        const char *data;
        size_t len;
        enum od_errcode code;
        const char *error; /* how it begins */
    } cases[] = {
        {"none.jpg", NULL, 0, OD_ENOENT, "none.jpg: No such file"},
        {"empty.jpg", "", 0, OD_EINPUT, "empty.jpg: empty file"},
        {"png.jpg", "\x89PNG\r\n\x1a\n....", 12, OD_EINPUT,
         "png.jpg: not a JPEG file: PNG data"},
        {"text.jpg", "hello", 5, OD_EINPUT, "text.jpg: not a JPEG file"},
        {"two.jpg", "\xff\xd8\xff\xe0", 4, OD_EINPUT, "two.jpg: damaged JPEG header"},
    };
    const char *paths[7] = {"good.jpg"};
    struct od_dataset *d = NULL;
    struct od_err err;
    (void)state;
    put_image("good.jpg", 8, 8);
    for (size_t i = 0; i < 5; i++) {
        if (cases[i].data != NULL) {
            put(cases[i].name, cases[i].data, cases[i].len);
        }
        assert_int_equal(open_paths(PATHS("good.jpg", cases[i].name),
                                    (struct od_dataset_spec){0}, &d, &err),
                         -1);
        assert_int_equal(err.code, cases[i].code);
        assert_memory_equal(err.msg, cases[i].error, strlen(cases[i].error));
        assert_null(d);
        paths[i + 1] = cases[i].name;
    }
    struct od_dataset_spec spec = {.skip_bad = true};
    assert_int_equal(open_paths(paths, spec, &d, &err), 0);
    assert_int_equal(od_dataset_count(d), 1);
    for (size_t i = 0; i < 5; i++) {
        assert_memory_equal(od_dataset_bad(d, i), cases[i].error, strlen(cases[i].error));
    }
    assert_null(od_dataset_bad(d, 5));
    od_dataset_close(d);
}

static void test_decode(void **state)
{
    struct od_buf data = fixture_jpeg(64, 64);
    struct od_dataset *d = NULL;
    struct od_err err;
    (void)state;
    put("cut.jpg", data.data, data.len * 3 / 4);
    assert_int_equal(open_paths(PATHS("cut.jpg"), (struct od_dataset_spec){0}, &d, &err),
                     0);
    od_dataset_close(d);
    struct od_dataset_spec spec = {.decode = true};
    assert_int_equal(open_paths(PATHS("cut.jpg"), spec, &d, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    assert_memory_equal(err.msg, "cut.jpg: damaged JPEG:", 22);
    put("whole.jpg", data.data, data.len);
    assert_int_equal(open_paths(PATHS("whole.jpg"), spec, &d, &err), 0);
    od_dataset_close(d);
    od_buf_release(&data);
}

static void test_bad_annotations(void **state)
{
    struct od_dataset *d = NULL;
    struct od_err err;
    (void)state;
    put_image("a.jpg", 8, 8);
    put("a.json", "{\"images\": [}", 13);
    struct od_dataset_spec spec = {.annotations = "a.json"};
    assert_int_equal(open_paths(PATHS("a.jpg"), spec, &d, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    assert_string_equal(err.msg, "a.json:1:13: expected a value");
    spec.annotations = "none.json";
    assert_int_equal(open_paths(PATHS("a.jpg"), spec, &d, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    assert_null(d);
    od_dataset_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_samples, enter, leave),
        cmocka_unit_test_setup_teardown(test_ids_and_limit, enter, leave),
        cmocka_unit_test_setup_teardown(test_digest, enter, leave),
        cmocka_unit_test_setup_teardown(test_manifest_digest, enter, leave),
        cmocka_unit_test_setup_teardown(test_long_header, enter, leave),
        cmocka_unit_test_setup_teardown(test_bad_files, enter, leave),
        cmocka_unit_test_setup_teardown(test_decode, enter, leave),
        cmocka_unit_test_setup_teardown(test_bad_annotations, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
