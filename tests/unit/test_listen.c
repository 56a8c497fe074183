/* Addresses and listening sockets. */
#include "server/listen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_resolve(void **state)
{
    (void)state;
    static const struct {
        const char *host, *address;
        bool loopback;
    } cases[] = {
        {"127.0.0.1", "127.0.0.1", true},
        {"127.0.0.3", "127.0.0.3", true},
        {"::1", "::1", true},
        {"0.0.0.0", "0.0.0.0", false},
        {"::", "::", false},
        {"192.0.2.7", "192.0.2.7", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char address[OD_ADDRESS_MAX] = "";
        bool loopback = false;
        assert_int_equal(od_listen_resolve(cases[i].host, address, &loopback, NULL), 0);
        assert_string_equal(address, cases[i].address);
        assert_int_equal(loopback, cases[i].loopback);
    }
    char address[OD_ADDRESS_MAX] = "";
    bool loopback = false;
    struct od_err err = {0};
    assert_int_equal(od_listen_resolve("no such host", address, &loopback, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    assert_non_null(strstr(err.msg, "no such host"));
}

static void test_port_in_use(void **state)
{
    (void)state;
    int first = -1, second = -1, port = 0, other = 0;
    struct od_err err = {0};
    assert_int_equal(od_listen_open("127.0.0.1", 0, &first, &port, NULL), 0);
    assert_true(port > 0);
    assert_int_equal(od_listen_open("127.0.0.1", port, &second, &other, &err), -1);
    assert_int_equal(err.code, OD_ESYS);
    char wanted[64];
    (void)snprintf(wanted, sizeof wanted, "127.0.0.1 port %d", port);
    assert_non_null(strstr(err.msg, wanted));
    /* The same port of another loopback address is free. */
    assert_int_equal(od_listen_open("127.0.0.2", port, &second, &other, NULL), 0);
    assert_int_equal(other, port);
    od_listen_shut(first);
    od_listen_shut(second);
    od_listen_shut(-1);
}

static void test_format(void **state)
{
    (void)state;
    char text[64];
    od_listen_format("127.0.0.1", 8500, text, sizeof text);
    assert_string_equal(text, "127.0.0.1:8500");
    od_listen_format("::1", 0, text, sizeof text);
    assert_string_equal(text, "[::1]:0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resolve),
        cmocka_unit_test(test_port_in_use),
        cmocka_unit_test(test_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
