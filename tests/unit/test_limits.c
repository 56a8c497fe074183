/* Errors about sizes, with the sizes and what would help. */
#include "bench/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TOO_LARGE                                                                        \
    "a request of 921729 bytes is too large for the server, see odbench-run(1), "        \
    "LIMITS: "

static void explained(void **state)
{
    (void)state;
    static const struct {
        enum od_transport transport;
        int code;
        enum od_errcode error;
        const char *text;
        const char *expected;
    } rows[] = {
        {OD_HTTP, 413, OD_ESERVER, "HTTP 413: no", TOO_LARGE "HTTP 413: no"},
        {OD_HTTP, 400, OD_ESERVER, "HTTP 400: no", "HTTP 400: no"},
        {OD_GRPC, 8, OD_ESERVER,
         "RESOURCE_EXHAUSTED: Received message larger than max (921729 vs. 4194304)",
         TOO_LARGE
         "RESOURCE_EXHAUSTED: Received message larger than max (921729 vs. 4194304)"},
        {OD_GRPC, 8, OD_ESERVER, "RESOURCE_EXHAUSTED: the queue is full",
         "RESOURCE_EXHAUSTED: the queue is full"},
        {OD_GRPC, 3, OD_ESERVER, "larger than max", "larger than max"},
        {OD_HTTP, 0, OD_ELIMIT, "h:1: the reply is larger than accepted (max. 9 bytes)",
         "h:1: the reply is larger than accepted (max. 9 bytes), see --max-reply"},
        {OD_HTTP, 0, OD_ELIMIT, "other", "other"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_err err = {.code = rows[i].error};
        (void)snprintf(err.msg, sizeof err.msg, "%s", rows[i].text);
        od_limits_explain(rows[i].transport, rows[i].code, 921729, &err);
        assert_string_equal(err.msg, rows[i].expected);
        assert_int_equal(err.code, rows[i].error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(explained)};
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
