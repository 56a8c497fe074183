/* Ranges, orders and selections of a small data set with known properties. */
#include "dataset/selection.h"

#include "dataset_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_ranges(void **state)
{
    static const struct {
        const char *text;
        bool bytes;
        int64_t low;
        int64_t high;
        const char *error;
    } cases[] = {
        {"2..5", false, 2, 5, NULL},
        {"2..", false, 2, INT64_MAX, NULL},
        {"..5", false, 0, 5, NULL},
        {"7", false, 7, 7, NULL},
        {"0", false, 0, 0, NULL},
        {"50k..200k", true, 50000, 200000, NULL},
        {"1KiB..", true, 1024, INT64_MAX, NULL},
        {"", false, 0, 0, "'' is not a range such as 2..5"},
        {"..", false, 0, 0, "'..' is not a range such as 2..5"},
        {"5..2", false, 0, 0, "'5..2' begins above its end"},
        {"a..2", false, 0, 0, "'a' is not a whole number"},
        {"1..2..3", false, 0, 0, "'2..3' is not a whole number"},
        {"-1..3", false, 0, 0, "-1 is not within 0 to 9223372036854775807"},
        {"5x..", true, 0, 0, "'5x' is not a size such as 200k, 10MB or 4MiB"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_range range = {-9, -9};
        struct od_err err = {0};
        int rc = od_range_parse(cases[i].text, cases[i].bytes, &range, &err);
        if (cases[i].error != NULL) {
            assert_int_equal(rc, -1);
            assert_string_equal(err.msg, cases[i].error);
            assert_int_equal(range.low, -9);
        } else {
            assert_int_equal(rc, 0);
            assert_int_equal(range.low, cases[i].low);
            assert_int_equal(range.high, cases[i].high);
        }
    }
}

/* Five images: name, size in pixels, padding behind the JPEG, objects (-1: not listed).
 */
static const struct {
    const char *name;
    int width;
    int height;
    int objects;
    size_t bytes; /* the file's size */
} images[] = {
    {"3.jpg", 16, 16, 2, 5000},  {"1.jpg", 32, 8, 0, 4000},   {"2.jpg", 8, 8, 4, 9000},
    {"5.jpg", 64, 64, -1, 6000}, {"4.jpg", 24, 24, 2, 50000},
};
enum { COUNT = 5 };

static char *folder;
static struct od_dataset *dataset;

static void put_images(char **paths)
{
    for (size_t i = 0; i < COUNT; i++) {
        struct od_buf data = fixture_jpeg(images[i].width, images[i].height);
        /* Bytes behind the end of a JPEG do not matter. */
        while (data.len < images[i].bytes) {
            od_buf_putc(&data, 'x');
        }
        assert_int_equal(data.len, images[i].bytes);
        char *path = od_path_join(folder, images[i].name);
        fixture_write(path, data.data, data.len);
        paths[i] = path;
        od_buf_release(&data);
    }
}

static char *put_annotations(void)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_buf_puts(&text, "{\"images\": [{\"id\": 99, \"file_name\": \"other.jpg\"}");
    for (int i = 0; i < COUNT; i++) {
        if (images[i].objects >= 0) {
            od_buf_printf(&text, ", {\"id\": %d, \"file_name\": \"%s\"}", 10 * i,
                          images[i].name);
        }
    }
    od_buf_puts(&text, "], \"annotations\": [{\"image_id\": 99, \"category_id\": 1, "
                       "\"bbox\": [0, 0, 1, 1]}");
    for (int i = 0; i < COUNT; i++) {
        for (int k = 0; k < images[i].objects; k++) {
            od_buf_printf(&text,
                          ", {\"image_id\": %d, \"category_id\": 1, \"bbox\": [0, 0, 1, "
                          "1]}",
                          10 * i);
        }
    }
    od_buf_puts(&text, "]}");
    char *path = scratch_file(folder, "a.json", text.data);
    od_buf_release(&text);
    return path;
}

static int enter(void **state)
{
    char *paths[COUNT];
    (void)state;
    folder = scratch_new();
    put_images(paths);
    char *annotations = put_annotations();
    struct od_dataset_spec spec = {.paths = (const char *const *)paths,
                                   .path_count = COUNT,
                                   .annotations = annotations};
    struct od_err err = {0};
    int rc = od_dataset_open(&spec, &dataset, &err);
    free(annotations);
    for (size_t i = 0; i < COUNT; i++) {
        free(paths[i]);
    }
    return rc;
}

static int leave(void **state)
{
    (void)state;
    od_dataset_close(dataset);
    scratch_free(folder);
    return 0;
}

/* The first characters of the picked names. */
static void expect(const struct od_picks *picks, const char *want)
{
    char got[COUNT + 1] = "";
    assert_true(picks->count <= COUNT);
    for (size_t i = 0; i < picks->count; i++) {
        got[i] = od_dataset_at(dataset, picks->items[i])->file_name[0];
    }
    assert_string_equal(got, want);
}

static void test_orders(void **state)
{
    static const struct {
        enum od_order order;
        const char *up;
        const char *down;
    } cases[] = {
        {OD_ORDER_GIVEN, "31254", "45213"},
        {OD_ORDER_NAME, "12345", "54321"},
        {OD_ORDER_ID, "35124", "42153"}, /* 0, 5, 10, 20, 40 */
        {OD_ORDER_BYTES, "13524", "42531"},
        {OD_ORDER_PIXELS, "21345", "54312"},  /* 1 and 3 are equal: by name */
        {OD_ORDER_OBJECTS, "51342", "24315"}, /* 3 and 4 are equal: by name */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_picks picks;
        od_picks_all(dataset, &picks);
        od_picks_sort(dataset, cases[i].order, false, &picks);
        expect(&picks, cases[i].up);
        od_picks_sort(dataset, cases[i].order, true, &picks);
        expect(&picks, cases[i].down);
        od_picks_release(&picks);
    }
}

#define EVERYTHING .bytes = OD_RANGE_ALL, .objects = OD_RANGE_ALL, .pixels = OD_RANGE_ALL

static void test_select(void **state)
{
    const struct {
        struct od_selection selection;
        const char *want;
    } cases[] = {
        {{EVERYTHING}, "12345"},
        {{EVERYTHING, .first = 2}, "12"},
        {{EVERYTHING, .first = 9}, "12345"},
        {{EVERYTHING, .random = 9}, "12345"},
        {{.bytes = {4500, 9000}, .objects = OD_RANGE_ALL, .pixels = OD_RANGE_ALL}, "235"},
        {{.bytes = OD_RANGE_ALL, .objects = {0, 2}, .pixels = OD_RANGE_ALL}, "134"},
        {{.bytes = OD_RANGE_ALL, .objects = {0, 2}, .pixels = OD_RANGE_ALL, .first = 1},
         "1"},
        {{.bytes = OD_RANGE_ALL, .objects = OD_RANGE_ALL, .pixels = {0, 256}}, "123"},
        {{.bytes = {6000, INT64_MAX}, .objects = {2, 4}, .pixels = {0, 100}}, "2"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_picks picks;
        size_t missing = 9;
        struct od_err err = {0};
        assert_int_equal(od_select(dataset, &cases[i].selection, &picks, &missing, &err),
                         0);
        expect(&picks, cases[i].want);
        assert_int_equal(missing, 0);
        od_picks_release(&picks);
    }
}

static void test_select_nothing(void **state)
{
    struct od_selection s = {
        .bytes = {1, 2}, .objects = OD_RANGE_ALL, .pixels = OD_RANGE_ALL};
    struct od_picks picks;
    size_t missing;
    struct od_err err = {0};
    (void)state;
    assert_int_equal(od_select(dataset, &s, &picks, &missing, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    assert_string_equal(err.msg, "none of 5 images fits the selection");
    assert_int_equal(picks.count, 0);
}

static void test_list(void **state)
{
    static const char text[] = "dir/4.jpg\n# no\n1.jpg\n4.jpg\n";
    struct od_manifest list;
    struct od_picks picks;
    size_t missing;
    struct od_err err = {0};
    (void)state;
    assert_int_equal(od_manifest_parse("l.txt", text, strlen(text), &list, &err), 0);
    struct od_selection s = {EVERYTHING, .list = &list, .list_name = "l.txt"};
    assert_int_equal(od_select(dataset, &s, &picks, &missing, &err), 0);
    expect(&picks, "414");
    od_picks_release(&picks);
    od_manifest_add(&list, "x.jpg", NULL);
    list.entries[3].line = 5;
    assert_int_equal(od_select(dataset, &s, &picks, &missing, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    assert_string_equal(err.msg, "l.txt:5: x.jpg is not among the images");
    s.allow_missing = true;
    assert_int_equal(od_select(dataset, &s, &picks, &missing, &err), 0);
    expect(&picks, "414");
    assert_int_equal(missing, 1);
    od_picks_release(&picks);
    od_manifest_release(&list);
}

/* Draws of 2 out of 5: the same for a seed, and each of the ten pairs turns up. */
static void test_random(void **state)
{
    bool pairs[6][6] = {{false}};
    int seen = 0;
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct od_selection s = {EVERYTHING, .random = 2, .seed = seed};
        size_t first[2] = {0};
        for (int twice = 0; twice < 2; twice++) {
            struct od_picks picks;
            size_t missing;
            assert_int_equal(od_select(dataset, &s, &picks, &missing, NULL), 0);
            assert_int_equal(picks.count, 2);
            int a = od_dataset_at(dataset, picks.items[0])->file_name[0] - '0';
            int b = od_dataset_at(dataset, picks.items[1])->file_name[0] - '0';
            assert_true(a < b);
            assert_true(twice == 0 || memcmp(first, picks.items, sizeof first) == 0);
            memcpy(first, picks.items, sizeof first);
            seen += pairs[a][b] ? 0 : 1;
            pairs[a][b] = true;
            od_picks_release(&picks);
        }
    }
    assert_int_equal(seen, 10);
}

static void test_manifest(void **state)
{
    struct od_picks picks;
    struct od_manifest m;
    struct od_err err = {0};
    struct od_manifest_spec spec = {.folder = folder};
    char digest[OD_SHA256_SIZE];
    (void)state;
    od_picks_all(dataset, &picks);
    picks.count = 2;
    assert_int_equal(od_picks_manifest(dataset, &picks, &spec, &m, &err), 0);
    assert_string_equal(m.annotations, "a.json");
    assert_int_equal(m.count, 2);
    assert_string_equal(m.entries[1].name, "1.jpg");
    assert_int_equal(od_sha256_file(od_dataset_at(dataset, 1)->path, digest, &err), 0);
    assert_string_equal(m.entries[1].sha256, digest);
    od_manifest_release(&m);
    spec.bare_names = true;
    assert_int_equal(od_picks_manifest(dataset, &picks, &spec, &m, &err), 0);
    assert_null(m.annotations);
    assert_string_equal(m.entries[0].name, "3.jpg");
    od_manifest_release(&m);
    od_picks_release(&picks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),   cmocka_unit_test(test_orders),
        cmocka_unit_test(test_select),   cmocka_unit_test(test_select_nothing),
        cmocka_unit_test(test_list),     cmocka_unit_test(test_random),
        cmocka_unit_test(test_manifest),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
