/* Buffers: content, the maximum, and that overflow is sticky. */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void appends(void **state)
{
    (void)state;
    struct od_buf buf;
    od_buf_init(&buf, 0);
    assert_string_equal(buf.data, "");
    od_buf_puts(&buf, "ab");
    od_buf_putc(&buf, 'c');
    od_buf_printf(&buf, "%04d", 42);
    od_buf_add(&buf, "\0z", 2);
    assert_int_equal(buf.len, 9);
    assert_memory_equal(buf.data, "abc0042\0z", 10);
    char *taken = od_buf_steal(&buf);
    assert_int_equal(buf.len, 0);
    assert_string_equal(buf.data, "");
    free(taken);
    od_buf_release(&buf);
    od_buf_release(&buf);
}

static void grows_in_many_steps(void **state)
{
    (void)state;
    struct od_buf buf;
    od_buf_init(&buf, 0);
    for (int i = 0; i < 100000; i++) {
        od_buf_putc(&buf, (char)('a' + i % 26));
    }
    assert_int_equal(buf.len, 100000);
    for (size_t i = 0; i < buf.len; i++) {
        assert_int_equal(buf.data[i], 'a' + (int)(i % 26));
    }
    od_buf_release(&buf);
}

static void stops_at_the_maximum(void **state)
{
    (void)state;
    struct od_buf buf;
    struct od_err err = {0};
    od_buf_init(&buf, 4);
    od_buf_puts(&buf, "abcd");
    assert_int_equal(od_buf_check(&buf, "reply", &err), 0);
    od_buf_puts(&buf, "e");
    od_buf_puts(&buf, "");
    assert_int_equal(od_buf_check(&buf, "reply", &err), -1);
    assert_int_equal(err.code, OD_ELIMIT);
    assert_string_equal(err.msg, "reply: larger than 4 bytes");
    assert_string_equal(buf.data, "abcd");
    assert_null(od_buf_reserve(&buf, 1));
    od_buf_reset(&buf);
    od_buf_printf(&buf, "%d", 12345);
    assert_int_equal(buf.len, 0);
    assert_true(buf.overflow);
    od_buf_release(&buf);
}

static void ends_lines_without_blanks(void **state)
{
    struct od_buf buf;
    (void)state;
    od_buf_init(&buf, 0);
    od_buf_pad(&buf, 2);
    od_buf_puts(&buf, "a");
    od_buf_pad(&buf, 0);
    assert_string_equal(buf.data, "  a");
    od_buf_pad(&buf, 3);
    od_buf_end_line(&buf);
    od_buf_pad(&buf, 4);
    od_buf_end_line(&buf);
    assert_string_equal(buf.data, "  a\n\n");
    assert_int_equal(buf.len, 5);
    od_buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends),
        cmocka_unit_test(grows_in_many_steps),
        cmocka_unit_test(stops_at_the_maximum),
        cmocka_unit_test(ends_lines_without_blanks),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
