/* SHA-256 against the examples of FIPS 180-4 and sha256sum(1). */
#include "dataset/sha256.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* "abc" and the 448 bit message are FIPS 180-4's examples; "" is from sha256sum. */
static const struct {
    const char *text;
    const char *digest;
} cases[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void test_digests(void **state)
{
    char *folder = scratch_new();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char digest[OD_SHA256_SIZE];
        struct od_err err = {0};
        od_sha256_bytes(cases[i].text, strlen(cases[i].text), digest);
        assert_string_equal(digest, cases[i].digest);
        char *path = scratch_file(folder, "f", cases[i].text);
        digest[0] = '\0';
        assert_int_equal(od_sha256_file(path, digest, &err), 0);
        assert_string_equal(digest, cases[i].digest);
        free(path);
    }
    scratch_free(folder);
}

static void test_errors(void **state)
{
    char digest[OD_SHA256_SIZE];
    struct od_err err = {0};
    (void)state;
    assert_int_equal(od_sha256_file("/nowhere/x", digest, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    assert_string_equal(err.msg, "/nowhere/x: No such file or directory");
    od_err_clear(&err);
    assert_int_equal(od_sha256_file("/", digest, &err), -1);
    assert_int_equal(err.code, OD_ESYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digests),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
