/* Doubts and findings: names, text, JSON both ways. */
#include "record/validity.h"

#include "scratch.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_names(void **state)
{
    char marks[OD_DOUBT_COUNT + 1];
    (void)state;
    for (unsigned i = 0; i < OD_DOUBT_COUNT; i++) {
        enum od_doubt doubt = (enum od_doubt)i;
        assert_int_equal(od_doubt_find(od_doubt_name(doubt)), doubt);
        assert_true(strlen(od_doubt_text(doubt)) > 10);
        assert_int_equal(od_doubt_mark(doubt), 'a' + (int)i);
    }
    assert_int_equal(od_doubt_find("none"), OD_DOUBT_COUNT);
    assert_string_equal(od_doubt_marks(0, marks), "");
    assert_string_equal(
        od_doubt_marks(od_doubt_bit(OD_DOUBT_STEAL) | od_doubt_bit(OD_DOUBT_UNSTEADY),
                       marks),
        "ai");
    assert_string_equal(od_doubt_marks(~0U, marks), "abcdefghijklmno");
}

static void test_findings(void **state)
{
    struct od_cell_validity cells[2];
    struct od_buf text;
    (void)state;
    od_buf_init(&text, 0);
    od_cell_validity_init(&cells[0]);
    od_cell_validity_init(&cells[1]);
    (void)snprintf(cells[0].cell_id, sizeof cells[0].cell_id, "c001");
    (void)snprintf(cells[1].cell_id, sizeof cells[1].cell_id, "c002");
    od_validity_explain(cells, 2, NULL, &text);
    assert_string_equal(text.data, "");
    od_cell_validity_add(&cells[1], OD_DOUBT_SWAP, NULL, "%d pages", 9);
    od_cell_validity_add(&cells[1], OD_DOUBT_UNSTEADY, "--stability 10%x3", "range %d%%",
                         12);
    od_cell_validity_add(&cells[1], OD_DOUBT_SWAP, NULL, "once is enough");
    od_cell_validity_add(&cells[0], OD_DOUBT_SWAP, "", "1 page");
    assert_int_equal(cells[1].finding_count, 2);
    assert_int_equal(od_cell_validity_doubts(&cells[1]),
                     (1U << OD_DOUBT_SWAP) | (1U << OD_DOUBT_UNSTEADY));
    od_validity_explain(cells, 2, NULL, &text);
    assert_string_equal(text.data, "[a] the latency had not come to rest\n"
                                   "    c002: range 12%; try --stability 10%x3\n"
                                   "[j] the machine swapped\n"
                                   "    c001: 1 page\n"
                                   "    c002: 9 pages\n");
    static const char *const labels[] = {"one", "two"};
    od_buf_reset(&text);
    od_validity_explain(cells + 1, 1, labels + 1, &text);
    assert_memory_equal(text.data + strlen("[a] the latency had not come to rest\n"),
                        "    two: range 12%", strlen("    two: range 12%"));
    od_cell_validity_release(&cells[0]);
    od_cell_validity_release(&cells[1]);
    od_buf_release(&text);
}

/* Of many cells only the first are told. */
static void test_many(void **state)
{
    struct od_cell_validity cells[OD_EXPLAINED + 2];
    struct od_buf text;
    (void)state;
    od_buf_init(&text, 0);
    for (size_t i = 0; i < OD_EXPLAINED + 2; i++) {
        od_cell_validity_init(&cells[i]);
        (void)snprintf(cells[i].cell_id, sizeof cells[i].cell_id, "c%zu", i);
        od_cell_validity_add(&cells[i], OD_DOUBT_THROTTLED, NULL, "once");
    }
    od_validity_explain(cells, OD_EXPLAINED + 2, NULL, &text);
    assert_string_equal(text.data, "[k] the CPU was throttled for heat\n"
                                   "    c0: once\n    c1: once\n    c2: once\n"
                                   "    c3: once\n    and 2 more cells\n");
    od_buf_reset(&text);
    od_validity_explain(cells, OD_EXPLAINED + 1, NULL, &text);
    assert_non_null(strstr(text.data, "    and 1 more cell\n"));
    for (size_t i = 0; i < OD_EXPLAINED + 2; i++) {
        od_cell_validity_release(&cells[i]);
    }
    od_buf_release(&text);
}

static struct od_cell_validity sample(void)
{
    struct od_cell_validity cell = {.cell_id = "c007",
                                    .counted = 1,
                                    .failed = 2,
                                    .unsent = 3,
                                    .span_ns = 4,
                                    .offered_per_s = 5.5,
                                    .achieved_per_s = 6.25,
                                    .lateness_p50_ns = 7,
                                    .lateness_p99_ns = 8,
                                    .windows_range_ratio = 0.1,
                                    .windows_slope_ratio = -0.2,
                                    .windows = 9,
                                    .repetitions = 10,
                                    .floor_raw_ns = 11,
                                    .floor_client_ns = 12,
                                    .self_cpu_ratio = 1.5,
                                    .busy_ratio = 0.75,
                                    .steal_ratio = 0.001};
    od_cell_validity_add(&cell, OD_DOUBT_CACHE, "more images", "\"quoted\" 30%%");
    return cell;
}

/* The members of the text by jansson, then the whole way there and back. */
static void test_json(void **state)
{
    (void)state;
    struct od_cell_validity cells[2] = {sample()};
    od_cell_validity_init(&cells[1]);
    (void)snprintf(cells[1].cell_id, sizeof cells[1].cell_id, "c008");
    struct od_buf text;
    od_buf_init(&text, 0);
    od_buf_puts(&text, "{\"run_id\":\"r-1\",\"validity\":");
    od_validity_format(cells, 2, &text);
    od_buf_putc(&text, '}');
    json_t *root = json_loads(text.data, 0, NULL);
    json_t *first = json_array_get(json_object_get(root, "validity"), 0);
    json_t *second = json_array_get(json_object_get(root, "validity"), 1);
    assert_int_equal(json_integer_value(json_object_get(first, "span_ns")), 4);
    assert_true(json_is_null(json_object_get(second, "span_ns")));
    assert_true(json_is_null(json_object_get(second, "offered_per_s")));
    json_decref(root);

    char *dir = scratch_new();
    char *path = scratch_file(dir, "x.meta.json", text.data);
    struct od_cell_validity *back = NULL;
    size_t count = 0;
    char run_id[64];
    struct od_err err = {0};
    assert_int_equal(od_validity_read(path, run_id, &back, &count, &err), 0);
    assert_string_equal(run_id, "r-1");
    assert_int_equal(count, 2);
    assert_int_equal(back[0].lateness_p99_ns, 8);
    assert_true(back[0].offered_per_s == 5.5 && back[0].windows_slope_ratio == -0.2);
    assert_int_equal(back[0].finding_count, 1);
    assert_int_equal(back[0].findings[0].doubt, OD_DOUBT_CACHE);
    assert_string_equal(back[0].findings[0].detail, "\"quoted\" 30%");
    assert_string_equal(back[0].findings[0].hint, "more images");
    assert_int_equal(back[1].counted, -1);
    assert_true(isnan(back[1].steal_ratio));
    struct od_buf again;
    od_buf_init(&again, 0);
    od_buf_puts(&again, "{\"run_id\":\"r-1\",\"validity\":");
    od_validity_format(back, count, &again);
    od_buf_putc(&again, '}');
    assert_string_equal(again.data, text.data);
    for (size_t i = 0; i < 2; i++) {
        od_cell_validity_release(&back[i]);
        od_cell_validity_release(&cells[i]);
    }
    free(back);
    free(path);
    scratch_free(dir);
    od_buf_release(&text);
    od_buf_release(&again);
}

static void test_broken(void **state)
{
    static const struct {
        const char *text;
        const char *message; /* behind "PATH: "; NULL: fine, without cells */
    } cases[] = {
        {"{\"run_id\":\"r\"}", NULL},
        {"{\"run_id\":\"r\",\"validity\":null}", NULL},
        {"{\"run_id\":\"r\",\"validity\":[]}", NULL},
        {"[]", "no run_id: not the facts of a run"},
        {"{\"run_id\":\"r\",\"validity\":{}}", "validity is not an array"},
        {"{\"run_id\":\"r\",\"validity\":[{}]}", "a cell without a cell_id"},
        {"{\"run_id\":\"r\",\"validity\":[{\"cell_id\":\"c1\"}]}",
         "c1: findings is not an array"},
        {"{\"run_id\":\"r\",\"validity\":[{\"cell_id\":\"c1\",\"failed\":1.5}]}",
         "c1: failed is not a number"},
        {"{\"run_id\":\"r\",\"validity\":[{\"cell_id\":\"c1\",\"findings\":"
         "[{\"doubt\":\"x\"}]}]}",
         "c1: unknown doubt x"},
    };
    (void)state;
    char *dir = scratch_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *path = scratch_file(dir, "x.meta.json", cases[i].text);
        struct od_cell_validity *cells = NULL;
        size_t count = 9;
        char run_id[64];
        struct od_err err = {0};
        int rc = od_validity_read(path, run_id, &cells, &count, &err);
        assert_int_equal(rc, cases[i].message != NULL ? -1 : 0);
        assert_int_equal(count, 0);
        assert_null(cells);
        if (cases[i].message != NULL) {
            char *want = od_xasprintf("%s: %s", path, cases[i].message);
            assert_string_equal(err.msg, want);
            assert_int_equal(err.code, OD_EINPUT);
            free(want);
        }
        free(path);
    }
    struct od_cell_validity *cells = NULL;
    size_t count = 9;
    char run_id[64];
    struct od_err err = {0};
    assert_int_equal(od_validity_read("/none/x", run_id, &cells, &count, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    scratch_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),  cmocka_unit_test(test_findings),
        cmocka_unit_test(test_many),   cmocka_unit_test(test_json),
        cmocka_unit_test(test_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
