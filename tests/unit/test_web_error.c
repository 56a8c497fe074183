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

/* Pages whose heading is their title, or its words, say it once; all others keep both. */
static void titles(void **state)
{
    static const struct {
        const char *body;
        const char *wanted;
    } cases[] = {
        /* nginx */
        {"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
         "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>"
         "\r\n</body>\r\n</html>\r\n",
         "502 Bad Gateway nginx/1.22.1"},
        /* Flask */
        {"<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n"
         "<h1>Not Found</h1>\n<p>The requested URL was not found.</p>\n",
         "404 Not Found The requested URL was not found."},
        /* http.server of Python */
        {"<TITLE>Error response</TITLE><h1>Error response</h1><p>Error code: 404</p>",
         "Error response Error code: 404"},
        {"<title>Not Found</title><h1>Not Found</h1>", "Not Found"},
        {"<title>\n 500  Oops </title>\n<h1>500\nOops</h1>", "500 Oops"},
        {"<title>Error</title><h1>Error: no model m</h1>", "Error Error: no model m"},
        {"<title>Error</title><h1>Errors</h1>", "Error Errors"},
        {"<title>503</title><p>busy</p>", "503 busy"},
        {"<title>503</title>503 503", "503 503"},
        {"<title></title><h1>a</h1> a a", "a a a"},
        {"<h1>again</h1><p>again</p>", "again again"},
        {"<title>404 Not Found</title", "404 Not Found"},
        {"<title>404 Not Found", "404 Not Found"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_text(500, NULL, cases[i].body, cases[i].wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(redirections),
        cmocka_unit_test(titles),
    };
    return cmocka_run_group_tests_name("web_error", tests, NULL, NULL);
}
