/* Certificates and keys: what is taken, what is refused and with which words. GnuTLS made
 * the files, so what fits what is known. */
#include "net/pem.h"

#include "tls_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char *folder;

static int setup(void **state)
{
    (void)state;
    folder = scratch_new();
    tls_files_make(folder, "a");
    tls_files_make(folder, "b");
    free(scratch_file(folder, "empty", ""));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_free(folder);
    return 0;
}

static char *path_of(const char *name)
{
    return name != NULL ? od_path_join(folder, name) : NULL;
}

/* Loads files of the folder; NULL stays NULL. */
static int load(const char *cert, const char *key, const char *cacert, struct od_pem *out,
                struct od_err *err)
{
    char *paths[3] = {path_of(cert), path_of(key), path_of(cacert)};
    const struct od_tls tls = {
        .on = true, .cert = paths[0], .key = paths[1], .cacert = paths[2]};
    int rc = od_pem_load(&tls, out, err);
    for (size_t i = 0; i < 3; i++) {
        free(paths[i]);
    }
    return rc;
}

static void test_files_become_texts(void **state)
{
    (void)state;
    struct od_pem pem;
    char *path = od_path_join(folder, "a.pem");
    char *text = scratch_read(path);
    assert_int_equal(load("a.pem", "a.key", NULL, &pem, NULL), 0);
    assert_string_equal(pem.cert.data, text);
    assert_non_null(strstr(pem.key.data, "PRIVATE KEY"));
    assert_int_equal(pem.cacert.len, 0);
    od_pem_release(&pem);
    assert_int_equal(load("b.pem", "b.key", "a.pem", &pem, NULL), 0);
    assert_string_equal(pem.cacert.data, text);
    od_pem_release(&pem);
    assert_int_equal(load(NULL, NULL, "a.pem", &pem, NULL), 0);
    assert_int_equal(pem.cert.len, 0);
    assert_int_equal(pem.key.len, 0);
    od_pem_release(&pem);
    free(text);
    free(path);
}

static void test_nothing_is_read_without_tls(void **state)
{
    (void)state;
    struct od_pem pem;
    const struct od_tls off = {.cert = "/nowhere/a.pem", .cacert = "/nowhere/b.pem"};
    assert_int_equal(od_pem_load(&off, &pem, NULL), 0);
    assert_int_equal(pem.cert.len, 0);
    assert_int_equal(pem.cacert.len, 0);
    od_pem_release(&pem);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *cert, *key, *cacert;
        enum od_errcode code;
        const char *named;
    } cases[] = {
        {"no.pem", "a.key", NULL, OD_ENOENT, "no.pem"},
        {"a.pem", "no.key", NULL, OD_ENOENT, "no.key"},
        {"a.pem", "a.key", "no.pem", OD_ENOENT, "no.pem"},
        {NULL, NULL, "no.pem", OD_ENOENT, "no.pem"},
        {"a.pem", NULL, NULL, OD_EINPUT, "a.pem: the key"},
        {NULL, "a.key", NULL, OD_EINPUT, "a.key: the certificate"},
        {"a.pem", "b.key", NULL, OD_EINPUT, "b.key"},
        {"a.key", "a.pem", NULL, OD_EINPUT, "a.key"},
        {"empty", "a.key", NULL, OD_EINPUT, "empty"},
        {"a.pem", "empty", NULL, OD_EINPUT, "empty"},
        {"a.pem", "a.key", "empty", OD_EINPUT, "empty"},
        {"a.pem", "a.key", "b.key", OD_EINPUT, "b.key"},
        {NULL, NULL, "b.key", OD_EINPUT, "b.key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_pem pem;
        struct od_err err = {0};
        assert_int_equal(load(cases[i].cert, cases[i].key, cases[i].cacert, &pem, &err),
                         -1);
        assert_int_equal(pem.cert.len + pem.key.len + pem.cacert.len, 0);
        assert_int_equal(err.code, cases[i].code);
        assert_non_null(strstr(err.msg, cases[i].named));
        assert_null(strchr(err.msg, '\n'));
        assert_null(strstr(err.msg, "BEGIN"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_become_texts),
        cmocka_unit_test(test_nothing_is_read_without_tls),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
