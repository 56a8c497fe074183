/* What the lean servers answer with; the protobuf bytes are laid out by hand from the
 * encoding's specification: tag (15 << 3 | 2) = 0x7a, then a varint, then so many bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "floor/link.h"

#include <string.h>

static void test_fill(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        unsigned char front[4];
        size_t front_len;
    } wants[] = {
        {2, {0x7a, 0x00}, 2},
        {3, {0x7a, 0x01}, 2},
        {129, {0x7a, 0x7f}, 2},               /* 127 bytes */
        {130, {0x7a, 0xff, 0x00}, 3},         /* 127, its length in two bytes */
        {131, {0x7a, 0x80, 0x01}, 3},         /* 128 */
        {2048, {0x7a, 0xfd, 0x0f}, 3},        /* 2045 = 15 * 128 + 125 */
        {16386, {0x7a, 0xff, 0x7f}, 3},       /* 16383 */
        {16388, {0x7a, 0x80, 0x80, 0x01}, 4}, /* 16384 */
    };
    char out[16388];
    for (size_t i = 0; i < sizeof wants / sizeof *wants; i++) {
        od_floor_reply_fill(OD_FLOOR_GRPC, out, wants[i].len);
        assert_memory_equal(out, wants[i].front, wants[i].front_len);
    }
    od_floor_reply_fill(OD_FLOOR_HTTP, out, 4);
    assert_memory_equal(out, "\"00\"", 4);
    od_floor_reply_fill(OD_FLOOR_HTTP, out, 1);
    assert_memory_equal(out, "0", 1);
    od_floor_reply_fill(OD_FLOOR_GRPC, out, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
