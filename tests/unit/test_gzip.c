/* Compressed bodies: there and back, from several segments, and broken ones. */
#include "wire/gzip.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LARGE = 3000000 };

/* As "printf hello | gzip -9n" and zlib's own form of it by Python's zlib.compress. */
static const unsigned char hello_gzip[] = {31,  139, 8,  0,   0,   0,   0, 0, 2,
                                           3,   203, 72, 205, 201, 201, 7, 0, 134,
                                           166, 16,  54, 5,   0,   0,   0};
static const unsigned char hello_zlib[] = {120, 156, 203, 72, 205, 201, 201,
                                           7,   0,   6,   44, 2,   21};

static void there_and_back(void **state)
{
    (void)state;
    unsigned char *bytes = od_xmalloc(LARGE);
    struct od_rng rng;
    od_rng_init(&rng, 3, 0);
    for (size_t i = 0; i < LARGE; i++) {
        bytes[i] = (unsigned char)(i < LARGE / 2 ? od_rng_below(&rng, 256) : 7);
    }
    struct od_message message = {.verb = "POST", .path = od_xstrdup("/p")};
    od_headers_add(&message.headers, "A", "b");
    od_message_borrow(&message, bytes, 5);
    od_message_own(&message, od_xstrdup("own"), 3);
    od_message_borrow(&message, bytes + 5, 0);
    od_message_borrow(&message, bytes + 5, LARGE - 5);
    struct od_buf before;
    struct od_buf after;
    od_buf_init(&before, 0);
    od_buf_init(&after, 0);
    od_message_flatten(&message, &before);
    assert_int_equal(od_message_gzip(&message, NULL), 0);
    assert_int_equal(message.segment_count, 1);
    assert_true(od_message_bytes(&message) < LARGE * 6 / 10);
    assert_string_equal(message.path, "/p");
    assert_string_equal(od_headers_get(&message.headers, "a"), "b");
    assert_string_equal(od_headers_get(&message.headers, "content-encoding"), "gzip");
    assert_int_equal(
        od_gunzip(message.segments[0].data, message.segments[0].len, &after, NULL), 0);
    assert_int_equal(after.len, before.len);
    assert_memory_equal(after.data, before.data, before.len);
    od_buf_release(&before);
    od_buf_release(&after);
    od_message_release(&message);
    free(bytes);
}

static void from_others(void **state)
{
    (void)state;
    struct od_buf out;
    od_buf_init(&out, 0);
    assert_int_equal(od_gunzip(hello_gzip, sizeof hello_gzip, &out, NULL), 0);
    assert_int_equal(od_gunzip(hello_zlib, sizeof hello_zlib, &out, NULL), 0);
    assert_string_equal(out.data, "hellohello");
    od_buf_release(&out);
}

static void broken(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof hello_gzip; len++) {
        struct od_buf out;
        struct od_err err = {0};
        od_buf_init(&out, 0);
        assert_int_equal(od_gunzip(hello_gzip, len, &out, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        od_buf_release(&out);
    }
    struct od_buf out;
    struct od_err err = {0};
    od_buf_init(&out, 4);
    assert_int_equal(od_gunzip(hello_gzip, sizeof hello_gzip, &out, &err), -1);
    assert_int_equal(err.code, OD_ELIMIT);
    assert_non_null(strstr(err.msg, "more than 4 bytes"));
    od_buf_release(&out);
}

static void nothing(void **state)
{
    (void)state;
    struct od_message message = {.verb = "GET"};
    assert_int_equal(od_message_gzip(&message, NULL), 0);
    assert_int_equal(message.segment_count, 0);
    assert_null(od_headers_get(&message.headers, "Content-Encoding"));
    od_message_release(&message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(from_others),
        cmocka_unit_test(broken),
        cmocka_unit_test(nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
