/* Base64: the vectors of RFC 4648 section 10, and what is no base64. */
#include "wire/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void vectors(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        const char *text;
    } cases[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff\xfe", "+//+"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t len = strlen(cases[i].bytes);
        size_t chars = strlen(cases[i].text);
        char text[16] = "";
        uint8_t bytes[16];
        size_t count = 99;
        assert_int_equal(od_base64_chars(len), chars);
        assert_ptr_equal(od_base64_encode(cases[i].bytes, len, text), text + chars);
        assert_string_equal(text, cases[i].text);
        assert_true(od_base64_bytes_max(chars) >= len);
        assert_int_equal(od_base64_decode(text, chars, bytes, &count), 0);
        assert_int_equal(count, len);
        assert_memory_equal(bytes, cases[i].bytes, len);
        size_t bare = strcspn(text, "="); /* the padding may be left out */
        assert_int_equal(od_base64_decode(text, bare, bytes, &count), 0);
        assert_int_equal(count, len);
    }
}

static void refused(void **state)
{
    (void)state;
    static const char *const cases[] = {"A",    "Zg=",   "Z===", "====",     "Zm9vA",
                                        "Zm 9", "Zm9\n", "Zm-_", "Zg==Zg==", "=Zg="};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t bytes[16];
        size_t count;
        if (od_base64_decode(cases[i], strlen(cases[i]), bytes, &count) == 0) {
            fail_msg("accepted: %s", cases[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
