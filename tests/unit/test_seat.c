/* Which failures --retries sends again (odbench-run(1), --retries). */
#include "bench/seat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void again(void **state)
{
    (void)state;
    static const struct {
        enum od_transport transport;
        const char *status;
        int64_t code;
        bool again;
    } rows[] = {
        {OD_HTTP, "ok", 200, false},         {OD_HTTP, "connect", OD_NONE, true},
        {OD_GRPC, "reset", OD_NONE, true},   {OD_GRPC, "timeout", OD_NONE, true},
        {OD_HTTP, "http_error", 503, true},  {OD_HTTP, "http_error", 429, true},
        {OD_HTTP, "http_error", 404, false}, {OD_HTTP, "http_error", 500, false},
        {OD_HTTP, "http_error", 14, false},  {OD_GRPC, "grpc_error", 14, true},
        {OD_GRPC, "grpc_error", 8, true},    {OD_GRPC, "grpc_error", 5, false},
        {OD_GRPC, "grpc_error", 13, false},  {OD_GRPC, "decode", 0, false},
        {OD_HTTP, "cancelled", 0, false},    {OD_HTTP, "invalid", 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_record r;
        od_record_init(&r);
        r.status = rows[i].status;
        r.code = rows[i].code;
        assert_int_equal(od_seat_again(rows[i].transport, &r), rows[i].again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(again)};
    return cmocka_run_group_tests_name("seat", tests, NULL, NULL);
}
