/* What a web server says of an error, in one line: bodies and headers as servers send
 * them, texts by hand. */
#include "protocol/web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_text(int code, const char *location, const char *body,
                        const char *wanted)
{
    struct od_reply reply;
    char text[OD_WEB_TEXT_MAX];
    od_reply_init(&reply, 0);
    reply.code = code;
    if (location != NULL) {
        od_headers_add(&reply.headers, "Location", location);
    }
    od_buf_puts(&reply.body, body);
    od_web_error_text(NULL, &reply, text);
    od_reply_release(&reply);
    assert_string_equal(text, wanted);
}

#define TEN     "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* A redirection is not followed: its address is what the reader needs. */
static void redirections(void **state)
{
    (void)state;
    assert_text(301, "http://127.0.0.1:80/v1/", "",
                "redirected to http://127.0.0.1:80/v1/");
    assert_text(308, "/v2/", "<h1>Permanent Redirect</h1>",
                "redirected to /v2/: Permanent Redirect");
    assert_text(302, "https://host/login", "{\"error\":\"log in first\"}",
                "redirected to https://host/login: log in first");
    /* Without an address, or where it says something else, it is as any error. */
    assert_text(302, NULL, "moved", "moved");
    assert_text(302, "", "", "a body of 0 bytes without error text");
    assert_text(503, "/elsewhere", "busy", "busy");
    assert_text(201, "/made", "", "a body of 0 bytes without error text");
    /* 120 bytes of it, on one line. */
    assert_text(307,
                "/" HUNDRED TEN "012345678"
                "",
                "", "redirected to /" HUNDRED TEN "012345678");
    assert_text(307, "/" HUNDRED TEN TEN, "",
                "redirected to /" HUNDRED TEN "012345678...");
    assert_text(307, "/a\tb\x1b[31m\xc3\xbc\x7f", "", "redirected to /a?b?[31m???");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(redirections),
    };
    return cmocka_run_group_tests_name("web_error", tests, NULL, NULL);
}
