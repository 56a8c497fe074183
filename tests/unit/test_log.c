/* Messages: the text form, and JSON that a foreign reader (jansson) understands. */
#include "cli/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <jansson.h>

#include <cmocka.h>

/* 2026-11-21T10:39:39.123Z by date(1). */
#define WHEN INT64_C(1795257579123456789)

static void as_text(void **state)
{
    (void)state;
    struct od_log log = {.program = "odbench-run"};
    struct od_buf out;
    od_buf_init(&out, 0);
    od_log_line(&log, OD_LOG_ERROR, WHEN, "no images", &out);
    od_log_line(&log, OD_LOG_WARNING, WHEN, "slow", &out);
    od_log_line(&log, OD_LOG_INFO, WHEN, "rows in x", &out);
    assert_string_equal(out.data, "odbench-run: no images\n"
                                  "odbench-run: warning: slow\n"
                                  "odbench-run: rows in x\n");
    od_buf_release(&out);
}

static json_t *parse(const struct od_buf *out)
{
    json_error_t where;
    assert_int_equal(out->data[out->len - 1], '\n');
    assert_ptr_equal(strchr(out->data, '\n'), out->data + out->len - 1);
    json_t *root = json_loadb(out->data, out->len, JSON_REJECT_DUPLICATES, &where);
    if (root == NULL) {
        fail_msg("%s: %s", where.text, out->data);
    }
    return root;
}

static const char *string_at(const json_t *root, const char *key)
{
    return json_string_value(json_object_get(root, key));
}

static void as_json(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"plain", "plain"},
        {"a \"b\" \\ \n\t\x01\x7f", "a \"b\" \\ \n\t\x01\x7f"},
        {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
         "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"},
        {"cut \xc3", "cut \xef\xbf\xbd"},
        {"\xc0\xaf|\xed\xa0\x80|\xf5", "\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd"
                                       "\xef\xbf\xbd|\xef\xbf\xbd"},
        {"\xe0\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"", ""},
    };
    struct od_log log = {.program = "odbench-run", .json = true};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_buf out;
        od_buf_init(&out, 0);
        od_log_line(&log, OD_LOG_WARNING, WHEN, cases[i].text, &out);
        json_t *root = parse(&out);
        assert_string_equal(string_at(root, "message"), cases[i].expected);
        assert_string_equal(string_at(root, "level"), "warning");
        assert_string_equal(string_at(root, "program"), "odbench-run");
        assert_string_equal(string_at(root, "time"), "2026-11-21T10:39:39.123Z");
        assert_int_equal(json_object_size(root), 4);
        json_decref(root);
        od_buf_release(&out);
    }
}

static void progress(void **state)
{
    (void)state;
    struct od_log log = {.program = "odbench-run", .json = true};
    struct od_progress now = {.done = 120,
                              .total = 480,
                              .elapsed_ns = 30000000000,
                              .failed = 2,
                              .rate_per_s = 41.25,
                              .median_ns = 12345678,
                              .note = "c001"};
    struct od_buf out;
    od_buf_init(&out, 0);
    od_log_progress(&log, WHEN, &now, &out);
    json_t *root = parse(&out);
    assert_string_equal(string_at(root, "level"), "progress");
    assert_string_equal(string_at(root, "note"), "c001");
    static const struct {
        const char *key;
        double value;
    } numbers[] = {{"done", 120},        {"total", 480}, {"failed", 2},
                   {"elapsed_s", 30},    {"left_s", 90}, {"rate_per_s", 41.25},
                   {"median_ms", 12.346}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        double value = json_number_value(json_object_get(root, numbers[i].key));
        assert_true(value > numbers[i].value - 1e-9 && value < numbers[i].value + 1e-9);
    }
    json_decref(root);
    od_buf_reset(&out);
    od_log_progress(&log, WHEN, &(struct od_progress){.elapsed_ns = 5}, &out);
    root = parse(&out);
    /* time, level, program, done, failed, elapsed_s: nothing that is not known. */
    assert_int_equal(json_object_size(root), 6);
    json_decref(root);
    od_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_text),
        cmocka_unit_test(as_json),
        cmocka_unit_test(progress),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
