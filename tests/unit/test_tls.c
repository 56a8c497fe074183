/* Certificates and keys of the server: what is taken, what is refused and with which
 * words. */
#include "server/tls.h"

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

/* Loads files of the folder; NULL stays NULL. */
static int load(const char *cert, const char *key, const char *cacert,
                struct od_server_tls **out, struct od_err *err)
{
    char *paths[3] = {od_path_join(folder, cert), od_path_join(folder, key),
                      cacert != NULL ? od_path_join(folder, cacert) : NULL};
    int rc = od_server_tls_load(paths[0], paths[1], paths[2], out, err);
    for (size_t i = 0; i < 3; i++) {
        free(paths[i]);
    }
    return rc;
}

static void test_files_become_texts(void **state)
{
    (void)state;
    struct od_server_tls *tls = NULL;
    assert_int_equal(load("a.pem", "a.key", NULL, &tls, NULL), 0);
    char *path = od_path_join(folder, "a.pem");
    char *text = scratch_read(path);
    assert_string_equal(tls->cert, text);
    assert_non_null(strstr(tls->key, "PRIVATE KEY"));
    assert_null(tls->ca);
    od_server_tls_free(tls);
    assert_int_equal(load("b.pem", "b.key", "a.pem", &tls, NULL), 0);
    assert_string_equal(tls->ca, text);
    od_server_tls_free(tls);
    od_server_tls_free(NULL);
    free(text);
    free(path);
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
        {"a.pem", "b.key", NULL, OD_EINPUT, "b.key"},
        {"a.key", "a.pem", NULL, OD_EINPUT, "a.key"},
        {"empty", "a.key", NULL, OD_EINPUT, "empty"},
        {"a.pem", "a.key", "empty", OD_EINPUT, "empty"},
        {"a.pem", "a.key", "b.key", OD_EINPUT, "b.key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_server_tls *tls = NULL;
        struct od_err err = {0};
        assert_int_equal(load(cases[i].cert, cases[i].key, cases[i].cacert, &tls, &err),
                         -1);
        assert_null(tls);
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
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
