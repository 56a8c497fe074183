/* Listings of known images in every format, totals and warnings. */
#include "dataset/listing.h"

#include "dataset_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char *folder;
static struct od_dataset *dataset;
static struct od_picks picks;

/* a.jpg with 2 objects, "b,\".jpg" without annotations, c\n.jpg with none; each file is
 * filled up to a known size. */
static void put(const char *name, int width, int height, size_t bytes)
{
    struct od_buf data = fixture_jpeg(width, height);
    while (data.len < bytes) {
        od_buf_putc(&data, 'x');
    }
    fixture_write(name, data.data, data.len);
    od_buf_release(&data);
}

static int enter(void **state)
{
    static const char notes[] =
        "{\"images\": [{\"id\": 7, \"file_name\": \"a.jpg\"}, {\"id\": 8, "
        "\"file_name\": \"c\\n.jpg\"}], \"annotations\": ["
        "{\"image_id\": 7, \"category_id\": 1, \"bbox\": [0, 0, 1, 1]},"
        "{\"image_id\": 7, \"category_id\": 1, \"bbox\": [0, 0, 1, 1]}]}";
    static const char *const paths[] = {"a.jpg", "b,\".jpg", "c\n.jpg"};
    struct od_dataset_spec spec = {
        .paths = paths, .path_count = 3, .annotations = "i.json"};
    (void)state;
    folder = scratch_new();
    if (chdir(folder) != 0) {
        return -1;
    }
    put("a.jpg", 40, 30, 4000);
    put("b,\".jpg", 100, 8, 12345);
    put("c\n.jpg", 8, 8, 5000);
    fixture_write("i.json", notes, strlen(notes));
    if (od_dataset_open(&spec, &dataset, NULL) != 0) {
        return -1;
    }
    od_picks_all(dataset, &picks);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    od_picks_release(&picks);
    od_dataset_close(dataset);
    int rc = chdir("/");
    scratch_free(folder);
    return rc;
}

static void test_formats(void **state)
{
    static const struct {
        enum od_listing_format format;
        bool details;
        const char *want;
    } cases[] = {
        {OD_LISTING_TEXT, false,
         "a.jpg     4000  40x30  2\n"
         "b,\".jpg  12345  100x8  -\n"
         "c?.jpg    5000    8x8  0\n"},
        {OD_LISTING_CSV, false,
         "file_name,file_bytes,width,height,gt_objects\n"
         "a.jpg,4000,40,30,2\n"
         "\"b,\"\".jpg\",12345,100,8,\n"
         "\"c\n.jpg\",5000,8,8,0\n"},
        {OD_LISTING_JSON, false,
         "[\n"
         " {\"file_name\": \"a.jpg\", \"file_bytes\": 4000, \"width\": 40, \"height\": "
         "30, \"gt_objects\": 2},\n"
         " {\"file_name\": \"b,\\\".jpg\", \"file_bytes\": 12345, \"width\": 100, "
         "\"height\": 8, \"gt_objects\": null},\n"
         " {\"file_name\": \"c\\n.jpg\", \"file_bytes\": 5000, \"width\": 8, \"height\": "
         "8, \"gt_objects\": 0}\n]\n"},
        {OD_LISTING_TEXT, true,
         "a.jpg     4000  40x30  2  7  colour  baseline  a.jpg\n"
         "b,\".jpg  12345  100x8  -  2  colour  baseline  b,\".jpg\n"
         "c?.jpg    5000    8x8  0  8  colour  baseline  c?.jpg\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_buf out;
        od_buf_init(&out, 0);
        od_listing_render(dataset, &picks, cases[i].format, cases[i].details, &out);
        assert_string_equal(out.data, cases[i].want);
        od_buf_release(&out);
    }
}

static void test_nothing(void **state)
{
    static const char *const wants[] = {
        "", "file_name,file_bytes,width,height,gt_objects\n", "[\n]\n"};
    struct od_picks none = {0};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct od_buf out;
        od_buf_init(&out, 0);
        od_listing_render(dataset, &none, (enum od_listing_format)i, false, &out);
        assert_string_equal(out.data, wants[i]);
        od_buf_release(&out);
    }
}

static void test_totals(void **state)
{
    struct od_buf out;
    (void)state;
    od_buf_init(&out, 0);
    od_listing_totals(dataset, &picks, &out);
    size_t one[] = {1};
    struct od_picks unknown = {.items = one, .count = 1};
    od_listing_totals(dataset, &unknown, &out);
    assert_string_equal(out.data,
                        "3 images, 21345 bytes, 2 objects, 1 without annotations\n"
                        "1 image, 12345 bytes\n");
    od_buf_release(&out);
}

static void test_warnings(void **state)
{
    struct od_dataset_warnings w = {0};
    struct od_buf out;
    (void)state;
    od_buf_init(&out, 0);
    od_listing_warnings(&w, &out);
    assert_string_equal(out.data, "");
    w = (struct od_dataset_warnings){.images_unannotated = 2,
                                     .annotations_missing_image = 3};
    od_listing_warnings(&w, &out);
    assert_string_equal(out.data,
                        "3 annotations are of images that their file does not list\n"
                        "2 images are not in the annotations\n");
    od_buf_release(&out);
}

static void test_colours(void **state)
{
    (void)state;
    assert_string_equal(od_colour_name(1), "grey");
    assert_string_equal(od_colour_name(3), "colour");
    assert_string_equal(od_colour_name(4), "CMYK");
    assert_string_equal(od_colour_name(2), "other");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats), cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_totals),  cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_colours),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
