/* The facts of a run. */
#include "record/meta.h"

#include "base/linux.h"
#include "scratch.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/utsname.h>

#include <cmocka.h>

static void test_rfc3339(void **state)
{
    /* Seconds by `date -u -d ... +%s`. */
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {INT64_C(951782399999999999), "2000-02-28T23:59:59.999Z"},
        {INT64_C(1709164800001000000), "2024-02-29T00:00:00.001Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        od_format_rfc3339(cases[i].ns, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_companion(void **state)
{
    static const char *const cases[][2] = {
        {"results/a.csv", "results/a.meta.json"},
        {"a", "a.meta.json"},
        {"a.csv.gz", "a.csv.gz.meta.json"},
        {".csv", ".csv.meta.json"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *path = od_companion_path(cases[i][0], ".meta.json");
        assert_string_equal(path, cases[i][1]);
        free(path);
    }
}

static const char *text_at(json_t *root, const char *name, const char *inner)
{
    json_t *value = json_object_get(root, name);
    return json_string_value(inner != NULL ? json_object_get(value, inner) : value);
}

static void test_content(void **state)
{
    static const char *const argv[] = {"odbench-run", "--seed=1", "a b.jpg"};
    static const struct od_meta_pair versions[] = {{"libcurl", "7.88.1"}, {"grpc", NULL}};
    struct od_meta meta = {
        .run_id = "20260102-7",
        .program = "odbench-run",
        .argc = 3,
        .argv = argv,
        .plan = "{\"order\": \"shuffled\"}",
        .seed = UINT64_MAX,
        .dataset_digest = "ab",
        .image_count = 79,
        .start_unix_ns = INT64_C(1709164800001000000),
        .versions = versions,
        .version_count = 2,
        .load_start = "0.25 0.50 0.75 1/2 3",
        .validity = "[{\"self_cpu_ratio\": 0.1}]",
        .models = "[{\"state\": null}, 2]",
    };
    struct utsname names;
    struct od_err err = {0};
    (void)state;
    char *folder = scratch_new();
    char *path = od_path_join(folder, "x.meta.json");
    assert_int_equal(od_meta_write(&meta, path, &err), 0);
    json_t *root = json_load_file(path, 0, NULL);
    assert_non_null(root);
    assert_int_equal(uname(&names), 0);
    assert_string_equal(text_at(root, "run_id", NULL), "20260102-7");
    assert_string_equal(text_at(root, "odbench", NULL), OD_VERSION);
    assert_string_equal(text_at(root, "seed", NULL), "18446744073709551615");
    assert_string_equal(text_at(root, "plan", "order"), "shuffled");
    assert_string_equal(text_at(root, "start", NULL), "2024-02-29T00:00:00.001Z");
    assert_true(json_is_null(json_object_get(root, "end")));
    assert_string_equal(text_at(root, "versions", "libcurl"), "7.88.1");
    assert_true(json_is_null(json_object_get(json_object_get(root, "versions"), "grpc")));
    assert_string_equal(text_at(root, "machine", "host"), names.nodename);
    assert_string_equal(text_at(root, "machine", "kernel"), names.release);
    json_t *cpus = json_object_get(json_object_get(root, "machine"), "cpus_usable");
    assert_int_equal(json_integer_value(cpus), od_cpu_count());
    json_t *resolution = json_object_get(json_object_get(root, "clock"), "resolution_ns");
    assert_true(json_integer_value(resolution) > 0);
    json_t *validity = json_array_get(json_object_get(root, "validity"), 0);
    assert_true(json_real_value(json_object_get(validity, "self_cpu_ratio")) == 0.1);
    assert_int_equal(json_array_size(json_object_get(root, "models")), 2);
    assert_true(json_is_null(json_object_get(root, "resumed")));
    assert_string_equal(text_at(root, "machine", "load_start"), "0.25 0.50 0.75 1/2 3");
    assert_true(
        json_is_null(json_object_get(json_object_get(root, "machine"), "load_end")));
    json_t *images = json_object_get(json_object_get(root, "dataset"), "images");
    assert_int_equal(json_integer_value(images), 79);
    assert_int_equal(json_array_size(json_object_get(root, "command")), 3);
    json_decref(root);
    free(path);
    scratch_free(folder);
}

static void test_bad(void **state)
{
    static const struct od_meta bad[] = {
        {.plan = "{"}, {.run_id = "\xff"}, {.validity = "["}, {.models = "[1,]"}};
    static const char *const messages[] = {
        "plan: line 1: ", "a name or argument of the run is not UTF-8 text",
        "validity: line 1: ", "models: line 1: "};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct od_err err = {0};
        struct od_buf out;
        od_buf_init(&out, 0);
        assert_int_equal(od_meta_format(&bad[i], &out, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_memory_equal(err.msg, messages[i], strlen(messages[i]));
        assert_int_equal(out.len, 0);
        od_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc3339),
        cmocka_unit_test(test_companion),
        cmocka_unit_test(test_content),
        cmocka_unit_test(test_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
