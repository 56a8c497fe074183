/* The lists that odbench-run prints: an entry a line, each with its explanation. */
#include "bench/lists.h"

#include "record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static size_t lines(const struct od_buf *text)
{
    size_t count = 0;
    for (size_t i = 0; i < text->len; i++) {
        count += text->data[i] == '\n';
    }
    return count;
}

static void columns(void **state)
{
    (void)state;
    struct od_buf out;
    od_buf_init(&out, 0);
    od_list_columns(&out);
    assert_int_equal(lines(&out), od_column_count());
    assert_non_null(strstr(out.data, "\nsched_ns "));
    assert_int_equal(strncmp(out.data, "schema ", 7), 0);
    od_buf_release(&out);
}

static void protocols(void **state)
{
    (void)state;
    struct od_buf out;
    od_buf_init(&out, 0);
    od_list_protocols(&out);
    assert_int_equal(strncmp(out.data, "tfs-grpc ", 9), 0);
    assert_non_null(strstr(out.data, "(payloads: tensor jpeg)\n"));
    assert_non_null(strstr(out.data, "\ntfs-rest "));
    od_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns),
        cmocka_unit_test(protocols),
    };
    return cmocka_run_group_tests_name("lists", tests, NULL, NULL);
}
