/* Heads of HTTP/1 requests; what they mean is read off RFC 9112 by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "floor/http_head.h"

#include <string.h>

struct want {
    const char *text;
    enum od_floor_head_state state;
    uint64_t body_bytes;
    bool keep;
    bool continues;
};

static const struct want wants[] = {
    {"GET / HTTP/1.1\r\n\r\n", OD_FLOOR_HEAD_WHOLE, 0, true, false},
    {"GET / HTTP/1.0\r\n\r\n", OD_FLOOR_HEAD_WHOLE, 0, false, false},
    {"\r\n\r\nPOST /a HTTP/1.1\nContent-Length: 12\n\n", OD_FLOOR_HEAD_WHOLE, 12, true,
     false},
    {"POST /a HTTP/1.1\r\ncontent-length:\t0120 \r\nHost: a\r\n\r\n", OD_FLOOR_HEAD_WHOLE,
     120, true, false},
    {"POST /a HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
     OD_FLOOR_HEAD_WHOLE, 5, true, false},
    {"POST /a HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n",
     OD_FLOOR_HEAD_WHOLE, UINT64_MAX, true, false},
    {"GET / HTTP/1.1\r\nConnection: Close\r\n\r\n", OD_FLOOR_HEAD_WHOLE, 0, false, false},
    {"GET / HTTP/1.1\r\nConnection: te , close,x\r\n\r\n", OD_FLOOR_HEAD_WHOLE, 0, false,
     false},
    {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", OD_FLOOR_HEAD_WHOLE, 0, true,
     false},
    {"PUT / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 9\r\n\r\n",
     OD_FLOOR_HEAD_WHOLE, 9, true, true},
    {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", OD_FLOOR_HEAD_UNMEASURED, 0,
     false, false},
    {"", OD_FLOOR_HEAD_MORE, 0, false, false},
    {"\r\n", OD_FLOOR_HEAD_MORE, 0, false, false},
    {"GET / HTTP/1.1\r\nHost: a\r\n", OD_FLOOR_HEAD_MORE, 0, false, false},
    {"GET / HTTP/1.1\r\nHost: a\r\n\r", OD_FLOOR_HEAD_MORE, 0, false, false},
    {"GET\r\n\r\n", OD_FLOOR_HEAD_BAD, 0, false, false},
    {"GET HTTP/1.1\r\n\r\n", OD_FLOOR_HEAD_BAD, 0, false, false},
    {" / HTTP/1.1\r\n\r\n", OD_FLOOR_HEAD_BAD, 0, false, false},
    {"GET / HTTP/2.0\r\n\r\n", OD_FLOOR_HEAD_BAD, 0, false, false},
    {"GET / HTTP/1.2\r\n\r\n", OD_FLOOR_HEAD_BAD, 0, false, false},
    {"HEAD / HTTP/1.1\r\n\r\n", OD_FLOOR_HEAD_BAD, 0, false, false},
    {"CONNECT a:1 HTTP/1.1\r\n\r\n", OD_FLOOR_HEAD_BAD, 0, false, false},
    {"GET / HTTP/1.1\r\nno colon\r\n\r\n", OD_FLOOR_HEAD_BAD, 0, false, false},
    {"GET / HTTP/1.1\r\n: no name\r\n\r\n", OD_FLOOR_HEAD_BAD, 0, false, false},
    {"POST / HTTP/1.1\r\nContent-Length:\r\n\r\n", OD_FLOOR_HEAD_BAD, 0, false, false},
    {"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", OD_FLOOR_HEAD_BAD, 0, false, false},
    {"POST / HTTP/1.1\r\nContent-Length: 1 2\r\n\r\n", OD_FLOOR_HEAD_BAD, 0, false,
     false},
    {"POST / HTTP/1.1\r\nContent-Length: 18446744073709551616\r\n\r\n", OD_FLOOR_HEAD_BAD,
     0, false, false},
    {"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
     OD_FLOOR_HEAD_BAD, 0, false, false},
};

static void test_heads(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wants / sizeof *wants; i++) {
        const struct want *want = &wants[i];
        struct od_floor_head head = {0};
        print_message("  %.40s\n", want->text);
        assert_int_equal(od_floor_head_parse(want->text, strlen(want->text), &head),
                         want->state);
        if (want->state == OD_FLOOR_HEAD_WHOLE) {
            assert_int_equal(head.head_bytes, strlen(want->text));
            assert_true(head.body_bytes == want->body_bytes);
            assert_int_equal(head.keep, want->keep);
            assert_int_equal(head.continues, want->continues);
        }
    }
}

/* Whatever stands behind the head is left alone, and no part of a head is whole. */
static void test_parts(void **state)
{
    (void)state;
    static const char text[] = "POST /x HTTP/1.1\r\nContent-Length: 3\r\n\r\n";
    static const char more[] = "POST /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET";
    struct od_floor_head head = {0};
    for (size_t len = 0; len < sizeof text - 1; len++) {
        assert_int_equal(od_floor_head_parse(text, len, &head), OD_FLOOR_HEAD_MORE);
    }
    assert_int_equal(od_floor_head_parse(more, sizeof more - 1, &head),
                     OD_FLOOR_HEAD_WHOLE);
    assert_int_equal(head.head_bytes, sizeof text - 1);
    assert_int_equal(head.body_bytes, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
