/* The progress line: content, width, pace. */
#include "cli/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_content(void **state)
{
    /* 25 % after 30 s leaves 90 s; 50 % after 2 s leaves 2 s. */
    static const struct {
        struct od_progress progress;
        const char *text;
    } cases[] = {
        {{.done = 0, .total = 480, .elapsed_ns = 5}, "\r 0/480   0%"},
        {{.done = 120, .total = 480, .elapsed_ns = 30000000000, .note = "ssd grpc"},
         "\r 120/480  25%  1m30s left  ssd grpc"},
        {{.done = 2, .total = 4, .elapsed_ns = 2000000000}, "\r 2/4  50%  2 s left"},
        {{.done = 7, .total = 0, .elapsed_ns = 9, .note = "x"}, "\r 7  x"},
        {{.done = 7, .elapsed_ns = 9, .left_ns = 65000000000}, "\r 7  1m05s left"},
        {{.done = 120,
          .total = 480,
          .elapsed_ns = 30000000000,
          .left_ns = 5000000000,
          .failed = 2,
          .rate_per_s = 41.27,
          .median_ns = 12340000,
          .note = "c001 ssd"},
         "\r 120/480  25%  5 s left  2 failed  41.3/s  median 12.3 ms  c001 ssd"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_buf out;
        od_buf_init(&out, 0);
        od_progress_line(&cases[i].progress, &out);
        assert_int_equal(out.len, 80);
        size_t len = strlen(cases[i].text);
        assert_memory_equal(out.data, cases[i].text, len);
        assert_int_equal(strspn(out.data + len, " "), 80 - len);
        od_buf_release(&out);
    }
}

static void test_width_is_held(void **state)
{
    struct od_progress progress = {
        .done = 1, .columns = 20, .note = "\xc3\xa4\xc3\xa4\xc3\xa4 a long, long note"};
    struct od_buf out;
    (void)state;
    od_buf_init(&out, 0);
    od_progress_line(&progress, &out);
    /* 19 columns behind the carriage return; three of them take two bytes. */
    assert_string_equal(out.data, "\r 1  \xc3\xa4\xc3\xa4\xc3\xa4 a long, lon");
    od_buf_reset(&out);
    od_progress_erase(21, &out);
    assert_string_equal(out.data, "\r                    \r");
    od_buf_release(&out);
}

static void test_due(void **state)
{
    int64_t last = 0;
    (void)state;
    assert_true(od_progress_due(&last, 1000));
    assert_false(od_progress_due(&last, 1000 + 99999999));
    assert_true(od_progress_due(&last, 1000 + 100000000));
    assert_int_equal(last, 100001000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_content),
        cmocka_unit_test(test_width_is_held),
        cmocka_unit_test(test_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
