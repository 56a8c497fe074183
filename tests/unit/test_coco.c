/* COCO annotations: what is read, what is refused, and a file of the real one's size. */
#include "dataset/coco.h"

#include "base/buf.h"
#include "base/rng.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

static int parse(const char *text, struct od_coco *coco, struct od_err *err)
{
    *err = (struct od_err){0};
    return od_coco_parse("a.json", text, strlen(text), coco, err);
}

static void test_read(void **state)
{
    static const char text[] =
        "{\"annotations\": ["
        "{\"id\": 7, \"image_id\": 20, \"category_id\": 3, \"bbox\": [1, 2.5, 3, 4], "
        "\"area\": 10.5, \"iscrowd\": 0, \"segmentation\": [[1, 2, 3, 4, 5, 6]]},"
        "{\"id\": 8, \"image_id\": 10, \"category_id\": 1, \"bbox\": [0, 0, 2, 3]},"
        "{\"id\": 9, \"image_id\": 99, \"category_id\": 1, \"bbox\": [0, 0, 1, 1]},"
        "{\"image_id\": 20, \"category_id\": 1, \"bbox\": [5, 5, 1, 1], \"iscrowd\": 1, "
        "\"segmentation\": {\"counts\": [1, 2], \"size\": [4, 4]}}],"
        "\"images\": [{\"id\": 20, \"file_name\": \"b.jpg\", \"width\": 64, \"height\": "
        "48}, {\"id\": 10, \"file_name\": \"sub/a.jpg\"}, {\"id\": 30, \"file_name\": "
        "\"c.jpg\"}],"
        "\"categories\": [{\"id\": 1, \"name\": \"person\"}, {\"id\": 3, \"name\": "
        "\"car\"}]}";
    struct od_coco coco;
    struct od_err err;
    (void)state;
    assert_int_equal(parse(text, &coco, &err), 0);
    assert_int_equal(coco.image_count, 3);
    assert_int_equal(coco.object_count, 3);
    assert_int_equal(coco.annotations_stray, 1);
    const struct od_coco_image *b = od_coco_find(&coco, "/x/b.jpg");
    assert_non_null(b);
    assert_int_equal(b->id, 20);
    assert_int_equal(b->width, 64);
    assert_int_equal(b->height, 48);
    assert_int_equal(b->count, 2);
    const struct od_object *o = &coco.objects[b->first];
    assert_int_equal(o[0].id, 7);
    assert_int_equal(o[0].category, 3);
    assert_true(o[0].x == 1 && o[0].y == 2.5 && o[0].width == 3 && o[0].height == 4);
    assert_true(o[0].area == 10.5);
    assert_int_equal(o[0].crowd, 0);
    assert_int_equal(o[1].id, 4); /* its position */
    assert_int_equal(o[1].crowd, 1);
    const struct od_coco_image *a = od_coco_find(&coco, "a.jpg");
    assert_int_equal(a->count, 1);
    assert_true(coco.objects[a->first].area == 6); /* of the box */
    assert_int_equal(od_coco_find(&coco, "c.jpg")->count, 0);
    assert_null(od_coco_find(&coco, "d.jpg"));
    assert_string_equal(od_coco_category(&coco, 3), "car");
    assert_null(od_coco_category(&coco, 2));
    od_coco_release(&coco);
}

static void test_same_names(void **state)
{
    static const char text[] =
        "{\"annotations\": [], \"images\": ["
        "{\"id\": 1, \"file_name\": \"x/a.jpg\"}, {\"id\": 2, \"file_name\": "
        "\"y/a.jpg\"}, {\"id\": 3, \"file_name\": \"z/y/a.jpg\"}]}";
    struct od_coco coco;
    struct od_err err;
    (void)state;
    assert_int_equal(parse(text, &coco, &err), 0);
    assert_int_equal(od_coco_find(&coco, "/d/x/a.jpg")->id, 1);
    assert_int_equal(od_coco_find(&coco, "y/a.jpg")->id, 2);
    assert_int_equal(od_coco_find(&coco, "/d/z/y/a.jpg")->id, 3);
    assert_null(od_coco_find(&coco, "/d/w/a.jpg"));
    assert_null(od_coco_find(&coco, "a.jpg"));
    od_coco_release(&coco);
}

#define IMAGE         "\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\"}]"
#define NOTE(members) "{" IMAGE ", \"annotations\": [{" members "}]}"

static void test_bad(void **state)
{
    static const struct {
        const char *text;
        const char *error; /* how it ends */
    } cases[] = {
        {"", "a.json:1:1: the file ends too early"},
        {"{\"images\": []}", "a.json: no \"annotations\" array in it"},
        {"{\"annotations\": []}", "a.json: no \"images\" array in it"},
        {"{\"images\": {}, \"annotations\": []}",
         "a.json:1:12: not an array, as images and annotations must be"},
        {"[{\"image_id\": 1, \"score\": 0.5}]", "a.json:1:1: not a JSON object"},
        {"{\"images\": [1], \"annotations\": []}", "images[0]: not an object"},
        {"{\"images\": [{}], \"annotations\": []}", "images[0]: no \"id\""},
        {"{\"images\": [{\"id\": \"1\"}]}", "images[0]: \"id\" is not a whole number"},
        {"{\"images\": [{\"id\": 1.5}]}", "images[0]: \"id\" is not a whole number"},
        {"{\"images\": [{\"id\": 1}]}",
         "images[0]: \"file_name\" is missing or not a text"},
        {"{\"images\": [{\"id\": 1, \"file_name\": 5}]}",
         "images[0]: \"file_name\" is missing or not a text"},
        {"{\"images\": [{\"id\": 1, \"file_name\": \"a\", \"width\": -4}]}",
         "images[0]: \"width\" is -4"},
        {"{\"annotations\": [], \"images\": [{\"id\": 5, \"file_name\": \"a\"}, "
         "{\"id\": 5, \"file_name\": \"b\"}]}",
         "a.json: image id 5 twice (a, b)"},
        {NOTE(""), "annotations[0]: no \"image_id\""},
        {NOTE("\"image_id\": 1"), "annotations[0]: no \"category_id\""},
        {NOTE("\"image_id\": 1, \"category_id\": 1"),
         "annotations[0]: \"bbox\" is not an array of four numbers"},
        {NOTE("\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3]"),
         "annotations[0]: \"bbox\" is not an array of four numbers"},
        {NOTE("\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, \"3\", 4]"),
         "annotations[0]: \"bbox\" is not an array of four numbers"},
        {NOTE("\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, -3, 4]"),
         "annotations[0]: \"bbox\" has a negative size"},
        {NOTE("\"image_id\": 1, \"category_id\": 3000000000, \"bbox\": [1, 2, 3, 4]"),
         "annotations[0]: \"category_id\" is 3000000000"},
        {NOTE("\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, 4], \"area\": "
              "[]"),
         "annotations[0]: \"area\" is not a number"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_coco coco;
        struct od_err err;
        assert_int_equal(parse(cases[i].text, &coco, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        size_t len = strlen(err.msg);
        size_t want = strlen(cases[i].error);
        assert_true(len >= want);
        assert_string_equal(err.msg + len - want, cases[i].error);
        assert_memory_equal(err.msg, "a.json:", 7);
        assert_int_equal(coco.image_count, 0);
    }
}

/* Every cut of a good file is an error, none a crash. */
static void test_cut(void **state)
{
    static const char text[] = "{\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\"}], "
                               "\"annotations\": [{\"image_id\": 1, \"category_id\": 2, "
                               "\"bbox\": [1, 2, 3, 4], \"segmentation\": [[1]]}]}";
    (void)state;
    for (size_t len = 0; len < sizeof text - 1; len++) {
        struct od_coco coco;
        struct od_err err = {0};
        assert_int_equal(od_coco_parse("cut", text, len, &coco, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
    }
}

/* As many images and annotations as instances_val2017.json, with polygons of the same
 * mean length, so about 20 MB. */
static void write_large(struct od_buf *out, size_t images, size_t notes)
{
    struct od_rng rng;
    od_rng_init(&rng, 1, 0);
    od_buf_puts(out, "{\"info\": {}, \"annotations\": [");
    for (size_t i = 0; i < notes; i++) {
        od_buf_printf(out, "%s{\"segmentation\": [[", i > 0 ? ", " : "");
        size_t points = 6 + (size_t)od_rng_below(&rng, 105);
        for (size_t k = 0; k < points; k++) {
            od_buf_printf(out, "%s%.2f", k > 0 ? ", " : "", od_rng_range(&rng, 0, 640));
        }
        od_buf_printf(out,
                      "]], \"area\": %.4f, \"iscrowd\": 0, \"image_id\": %zu, \"bbox\": "
                      "[%.2f, 3.5, 20, 30], \"category_id\": %zu, \"id\": %zu}",
                      od_rng_range(&rng, 10, 5000), i % images + 1, (double)(i % 600),
                      i % 90 + 1, i + 1);
    }
    od_buf_puts(out, "], \"images\": [");
    for (size_t i = 0; i < images; i++) {
        od_buf_printf(out,
                      "%s{\"license\": 4, \"file_name\": \"%012zu.jpg\", \"height\": "
                      "427, \"width\": 640, \"id\": %zu}",
                      i > 0 ? ", " : "", i + 1, i + 1);
    }
    od_buf_puts(out, "]}");
}

static void test_large(void **state)
{
    enum { IMAGES = 5000, NOTES = 36781 };
    char *folder = scratch_new();
    struct od_buf text;
    struct od_coco coco;
    struct od_err err = {0};
    (void)state;
    od_buf_init(&text, 0);
    write_large(&text, IMAGES, NOTES);
    assert_in_range(text.len, 18000000, 24000000);
    char *path = scratch_file(folder, "large.json", text.data);
    od_buf_release(&text);
    assert_int_equal(od_coco_load(path, &coco, &err), 0);
    assert_int_equal(coco.image_count, IMAGES);
    assert_int_equal(coco.object_count, NOTES);
    for (size_t i = 0; i < IMAGES; i++) {
        assert_int_equal(coco.images[i].count, NOTES / IMAGES + (i < NOTES % IMAGES));
        assert_int_equal(coco.objects[coco.images[i].first].id, i + 1);
    }
    od_coco_release(&coco);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    assert_true(usage.ru_maxrss < 400 * 1000);
#endif
    free(path);
    scratch_free(folder);
}

static void test_files(void **state)
{
    char *folder = scratch_new();
    char *path = od_path_join(folder, "none.json");
    struct od_coco coco;
    struct od_err err = {0};
    (void)state;
    assert_int_equal(od_coco_load(path, &coco, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    assert_non_null(strstr(err.msg, "none.json"));
    free(path);
    /* A file with a hole counts with its whole size and is not read. */
    path = scratch_file(folder, "huge.json", "{");
    assert_int_equal(truncate(path, (off_t)1 << 40), 0);
    od_err_clear(&err);
    assert_int_equal(od_coco_load(path, &coco, &err), -1);
    assert_int_equal(err.code, OD_ELIMIT);
    assert_non_null(strstr(err.msg, "huge.json"));
    free(path);
    scratch_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),  cmocka_unit_test(test_same_names),
        cmocka_unit_test(test_bad),   cmocka_unit_test(test_cut),
        cmocka_unit_test(test_files), cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
