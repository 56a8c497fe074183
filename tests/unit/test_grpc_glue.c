/* gRPC core's types to ours and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/grpc_glue.h"
#include "net/grpc_locks.h"

#include <grpc/byte_buffer.h>
#include <stdlib.h>
#include <string.h>

static void test_time(void **state)
{
    (void)state;
    gpr_timespec time = od_grpc_time(INT64_C(12345678901234567));
    assert_int_equal(time.tv_sec, 12345678);
    assert_int_equal(time.tv_nsec, 901234567);
    assert_int_equal(time.clock_type, GPR_CLOCK_MONOTONIC);
}

static void test_text(void **state)
{
    (void)state;
    grpc_slice slice = grpc_slice_from_static_string("/a.B/C");
    char *text = od_grpc_text(slice);
    assert_string_equal(text, "/a.B/C");
    assert_true(od_grpc_equals(slice, "/a.B/C"));
    assert_false(od_grpc_equals(slice, "/a.B/CD"));
    assert_false(od_grpc_equals(slice, "/a.B/"));
    free(text);
    text = od_grpc_text(grpc_empty_slice());
    assert_string_equal(text, "");
    free(text);
}

static void test_metadata(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *value;
        int rc;
    } cases[] = {
        {"x-one", "1", 0},         {"two", "", 0},           {"raw-bin", "\x01\xff", 0},
        {"Upper", "no", -1},       {"sp ace", "no", -1},     {"", "no", -1},
        {"line", "no\r\nway", -1}, {"tail", "\xc3\xa4", -1},
    };
    struct od_grpc_metadata made = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_err err = {0};
        int rc = od_grpc_metadata_add(&made, cases[i].name, cases[i].value, &err);
        assert_int_equal(rc, cases[i].rc);
        assert_int_equal(err.code, rc == 0 ? OD_OK : OD_EINPUT);
    }
    assert_int_equal(made.count, 3);
    grpc_metadata_array array = {.count = made.count, .metadata = made.items};
    struct od_headers headers = {0};
    od_grpc_metadata_read(&array, &headers);
    assert_int_equal(headers.count, 3);
    assert_string_equal(od_headers_get(&headers, "x-one"), "1");
    assert_string_equal(od_headers_get(&headers, "two"), "");
    assert_string_equal(od_headers_get(&headers, "raw-bin"), "\x01\xff");
    od_headers_release(&headers);
    od_grpc_metadata_release(&made);
    od_grpc_metadata_release(&made);
}

static void test_message(void **state)
{
    (void)state;
    static const char first[] = "hello, ";
    struct od_message message = {0};
    od_message_borrow(&message, first, 7);
    od_message_borrow(&message, "", 0);
    od_message_borrow(&message, "world", 5);
    grpc_byte_buffer *bytes = od_grpc_message_borrow(&message);
    assert_int_equal(grpc_byte_buffer_length(bytes), 12);
    struct od_buf out;
    struct od_err err = {0};
    od_buf_init(&out, 12);
    assert_int_equal(od_grpc_message_read(bytes, &out, &err), 0);
    assert_string_equal(out.data, "hello, world");
    od_buf_release(&out);
    od_buf_init(&out, 11);
    assert_int_equal(od_grpc_message_read(bytes, &out, &err), -1);
    assert_int_equal(err.code, OD_ELIMIT);
    assert_int_equal(out.len, 0);
    od_buf_release(&out);
    grpc_byte_buffer_destroy(bytes);
    od_message_release(&message);

    bytes = od_grpc_message_borrow(&message);
    assert_int_equal(grpc_byte_buffer_length(bytes), 0);
    grpc_byte_buffer_destroy(bytes);
}

static int setup(void **state)
{
    (void)state;
    grpc_init();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    grpc_shutdown_blocking();
    return 0;
}

/* Debian 12's Abseil has the switch; where this fails calls only cost more. */
static void test_locks(void **state)
{
    (void)state;
    assert_true(od_grpc_locks_init());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_time),     cmocka_unit_test(test_text),
        cmocka_unit_test(test_metadata), cmocka_unit_test(test_message),
        cmocka_unit_test(test_locks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
