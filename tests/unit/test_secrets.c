/* Headers and tokens: what is accepted, what is secret, and that no value is repeated. */
#include "bench/secrets.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct od_run_options with_header(const char *text)
{
    struct od_run_options options = {0};
    if (text != NULL) {
        od_strings_add(&options.headers, text);
    }
    return options;
}

static void accepts_headers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *name;
        const char *value;
        const char *source; /* NULL: harmless */
    } cases[] = {
        {"X-Key: abc ", "x-key", "abc", "--header x-key"},
        {"x.y_z-1:a:b,c", "x.y_z-1", "a:b,c", "--header x.y_z-1"},
        {"Cookie:", "cookie", "", "--header cookie"},
        {"authorization: Basic QTpC", "authorization", "Basic QTpC",
         "--header authorization"},
        {"user-AGENT: me", "user-agent", "me", NULL},
        {"X-Request-Id: 7", "x-request-id", "7", NULL},
        {"accept-language:de", "accept-language", "de", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_run_options options = with_header(cases[i].text);
        struct od_secrets secrets;
        struct od_err err = {0};
        assert_int_equal(od_secrets_build(&options, NULL, &secrets, &err), 0);
        assert_int_equal(secrets.headers.count, 1);
        assert_string_equal(secrets.headers.items[0].name, cases[i].name);
        assert_string_equal(secrets.headers.items[0].value, cases[i].value);
        if (cases[i].source == NULL) {
            assert_null(secrets.source);
        } else {
            assert_string_equal(secrets.source, cases[i].source);
        }
        od_secrets_release(&secrets);
        od_strings_release(&options.headers);
    }
}

/* SECRET stands for what must not be repeated. */
static void refuses_headers_without_quoting(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"Bearer SECRET", "--header: number 1 is not NAME:VALUE"},
        {":SECRET", "--header: number 1 is not NAME:VALUE"},
        {"X Key:SECRET", "--header: number 1 is not NAME:VALUE"},
        {"SECRET\n:1", "--header: number 1 is not NAME:VALUE"},
        {"X-Key:SECRET\r\nX: 1",
         "--header x-key: its value holds a character that is not printable ASCII"},
        {"X-Key:SECRET\xC3\xA4",
         "--header x-key: its value holds a character that is not printable ASCII"},
        {"X-Key:SECRET\n",
         "--header x-key: its value holds a character that is not printable ASCII"},
        {"Content-Length:SECRET", "--header content-length: set by the program itself"},
        {"grpc-timeout:SECRET", "--header grpc-timeout: set by the program itself"},
        {"host:SECRET", "--header host: set by the program itself"},
        {"x-key-bin:SECRET", "--header x-key-bin: binary metadata is not supported"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_run_options options = with_header(cases[i].text);
        struct od_secrets secrets;
        struct od_err err = {0};
        assert_int_equal(od_secrets_build(&options, NULL, &secrets, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_non_null(strstr(err.msg, cases[i].says));
        assert_null(strstr(err.msg, "SECRET"));
        od_secrets_release(&secrets);
        od_strings_release(&options.headers);
    }
}

static void reads_tokens(void **state)
{
    (void)state;
    char *folder = scratch_new();
    char *path = scratch_file(folder, "token", "  eyJ.a-b_c~+/=\n");
    struct od_run_options options = {.token_file = path};
    struct od_secrets secrets;
    assert_int_equal(od_secrets_build(&options, NULL, &secrets, NULL), 0);
    assert_string_equal(secrets.headers.items[0].name, "authorization");
    assert_string_equal(secrets.headers.items[0].value, "Bearer eyJ.a-b_c~+/=");
    assert_non_null(strstr(secrets.source, "--token-file "));
    od_secrets_release(&secrets);
    char variable[] = "KEY";
    options = (struct od_run_options){.token_env = variable};
    assert_int_equal(od_secrets_build(&options, "t0ken", &secrets, NULL), 0);
    assert_string_equal(secrets.headers.items[0].value, "Bearer t0ken");
    assert_string_equal(secrets.source, "--token-env KEY");
    od_secrets_release(&secrets);
    free(path);
    scratch_free(folder);
}

static void refuse(const struct od_run_options *options, const char *env,
                   const char *says)
{
    struct od_secrets secrets;
    struct od_err err = {0};
    assert_int_equal(od_secrets_build(options, env, &secrets, &err), -1);
    if (strstr(err.msg, says) == NULL) {
        fail_msg("'%s' does not say '%s'", err.msg, says);
    }
    assert_null(strstr(err.msg, "SECRET"));
    od_secrets_release(&secrets);
}

static void refuses_tokens_without_quoting(void **state)
{
    (void)state;
    char *folder = scratch_new();
    char *empty = scratch_file(folder, "empty", " \n");
    char *two = scratch_file(folder, "two", "SECRET 2\n");
    char *good = scratch_file(folder, "good", "SECRET");
    char key[] = "KEY";
    char mistaken[] = "eyJ.SECRET";
    refuse(&(struct od_run_options){.token_file = empty}, NULL, "empty: empty");
    refuse(&(struct od_run_options){.token_file = two}, NULL, "a token is one word");
    refuse(&(struct od_run_options){.token_env = key}, NULL, "--token-env KEY: not set");
    refuse(&(struct od_run_options){.token_env = key}, "", "--token-env KEY: empty");
    refuse(&(struct od_run_options){.token_env = mistaken}, NULL,
           "--token-env: no environment variable of that name");
    refuse(&(struct od_run_options){.token_env = key}, "SECRET\x01",
           "a token is one word");
    refuse(&(struct od_run_options){.token_file = good, .token_env = key}, "SECRET",
           "--token-env KEY: another option brings an Authorization header already");
    struct od_run_options both = with_header("AUTHORIZATION: Basic SECRET");
    both.token_file = good;
    refuse(&both, NULL, "another option brings an Authorization header already");
    od_strings_release(&both.headers);
    refuse(&(struct od_run_options){.token_file = good, .paper = true}, NULL,
           "--paper sends the study's headers alone");
    free(good);
    free(two);
    free(empty);
    scratch_free(folder);
}

static void guards_plain_text(void **state)
{
    (void)state;
    static const char *const safe[] = {"localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8",
                                       "::1"};
    static const char *const far[] = {
        "10.0.0.7", "127.example.net", "localhost.example", "128.0.0.1", "::2",
        "0.0.0.0",  "edge.local",      "2130706433",        "::"};
    struct od_secrets none = {0};
    struct od_secrets one = {.source = od_xstrdup("--token-env KEY")};
    for (size_t i = 0; i < sizeof safe / sizeof *safe; i++) {
        assert_int_equal(od_secrets_guard(&one, "t", safe[i], false, NULL), 0);
    }
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        struct od_err err = {0};
        assert_int_equal(od_secrets_guard(&one, "edge", far[i], false, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_non_null(strstr(err.msg, "target 'edge'"));
        assert_non_null(strstr(err.msg, "--token-env KEY would travel in plain text"));
        assert_non_null(strstr(err.msg, "--allow-plaintext-token"));
        assert_int_equal(od_secrets_guard(&one, "edge", far[i], true, NULL), 0);
        assert_int_equal(od_secrets_guard(&none, "edge", far[i], false, NULL), 0);
    }
    od_secrets_release(&one);
}

static void hides_values(void **state)
{
    (void)state;
    static const char *const argv[] = {
        "odbench-run",
        "-H",
        "X-Key:SECRET",
        "-HX-Key:SECRET",
        "-qHX-Key:SECRET",
        "--header=X-Key:SECRET",
        "--head",
        "X-Key:SECRET",
        "--set",
        "header=Cookie: SECRET2",
        "--set=header=Cookie: SECRET2",
        "-HSECRET3",
        "-HA:SECRET4:b",
        "b:c",
        "a.jpg",
    };
    static const char *const expected[] = {
        "odbench-run",
        "-H",
        "X-Key:[hidden]",
        "-HX-Key:[hidden]",
        "-qHX-Key:[hidden]",
        "--header=X-Key:[hidden]",
        "--head",
        "X-Key:[hidden]",
        "--set",
        "header=Cookie:[hidden]",
        "--set=header=Cookie:[hidden]",
        "-H[hidden]",
        "-HA:[hidden]",
        "b:[hidden]",
        "a.jpg",
    };
    int argc = sizeof argv / sizeof *argv;
    struct od_run_options options = with_header("X-Key:SECRET");
    od_strings_add(&options.headers, "SECRET3");
    od_strings_add(&options.headers, "b:c");
    od_strings_add(&options.headers, "SECRET4:b"); /* the end of another */
    od_strings_add(&options.headers, "A:SECRET4:b");
    od_strings_add(&options.set, "seed=1");
    od_strings_add(&options.set, "header=Cookie: SECRET2");
    char **hidden = od_secrets_hide(&options, argc, argv);
    for (int i = 0; i < argc; i++) {
        assert_string_equal(hidden[i], expected[i]);
    }
    assert_null(hidden[argc]);
    od_argv_free(hidden, argc);
    od_strings_release(&options.headers);
    od_strings_release(&options.set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_headers),
        cmocka_unit_test(refuses_headers_without_quoting),
        cmocka_unit_test(reads_tokens),
        cmocka_unit_test(refuses_tokens_without_quoting),
        cmocka_unit_test(guards_plain_text),
        cmocka_unit_test(hides_values),
    };
    return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
