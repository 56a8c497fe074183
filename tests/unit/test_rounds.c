/* The client beside a raw exchange, in rounds. Times are the machine's, so what is
 * checked is what must hold for any. */
#include "peer_conn.h"

#include "bench/rounds.h"

#include <math.h>

#define ALL 7U

static atomic_bool stop;

static struct od_rounds_ask ask_of(const struct od_rounds_servers *servers)
{
    return (struct od_rounds_ask){.servers = servers,
                                  .variants = ALL,
                                  .body_bytes = 5000,
                                  .rounds_max = 4,
                                  .batch_max = 5,
                                  .budget_ns = 60000 * MS,
                                  .stop = &stop};
}

static void check_span(const struct od_rounds_span *span, size_t count)
{
    assert_int_equal(span->count, count);
    assert_true(span->p50_ns > 0);
    assert_true(span->ratio > 0);
    assert_int_equal(span->p99_ns, -1); /* 662 samples are needed */
}

/* Sizes about what is read at once, nothing, and less than a head; kept and new. */
static void test_all(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 10, 262144, 1000000};
    struct od_rounds_servers servers = {0};
    assert_int_equal(od_rounds_open(ALL, -1, &servers, NULL), 0);
    for (size_t i = 0; i < 8; i++) {
        struct od_rounds_ask ask = ask_of(&servers);
        struct od_rounds_result result;
        struct od_err err = {0};
        ask.body_bytes = sizes[i / 2];
        ask.fresh = i % 2 == 1;
        if (od_rounds_measure(&ask, &result, &err) != 0) {
            fail_msg("%s", err.msg);
        }
        assert_int_equal(result.rounds, 4);
        for (size_t v = 0; v < OD_ROUNDS_VARIANTS; v++) {
            check_span(&result.of[v], 20);
        }
        assert_true(result.of[OD_ROUNDS_RAW].ratio == 1);
        assert_int_equal(result.of[OD_ROUNDS_RAW].cost_ns, 0);
    }
    od_rounds_close(&servers);
}

/* Raw is taken whatever is asked; what is not asked is not known; the budget ends it; 800
 * samples make a 99th percentile. */
static void test_extent(void **state)
{
    (void)state;
    struct od_rounds_servers servers = {0};
    struct od_rounds_result result;
    assert_int_equal(od_rounds_open(3U, -1, &servers, NULL), 0);
    struct od_rounds_ask ask = ask_of(&servers);
    ask.variants = 1U << OD_ROUNDS_GRPC;
    ask.budget_ns = 1;
    assert_int_equal(od_rounds_measure(&ask, &result, NULL), 0);
    assert_int_equal(result.rounds, 1);
    check_span(&result.of[OD_ROUNDS_RAW], 1);
    check_span(&result.of[OD_ROUNDS_GRPC], 1);
    assert_int_equal(result.of[OD_ROUNDS_REST].count, 0);
    assert_int_equal(result.of[OD_ROUNDS_REST].p50_ns, -1);
    assert_true(isnan(result.of[OD_ROUNDS_REST].ratio));
    ask = ask_of(&servers);
    ask.variants = 0;
    ask.batch_max = 200;
    assert_int_equal(od_rounds_measure(&ask, &result, NULL), 0);
    assert_int_equal(result.of[OD_ROUNDS_RAW].count, 800);
    assert_true(result.of[OD_ROUNDS_RAW].p99_ns >= result.of[OD_ROUNDS_RAW].p50_ns);
    od_rounds_close(&servers);
}

/* A slower client is told as slower, by what its server holds it back. */
static void test_cost(void **state)
{
    (void)state;
    struct od_rounds_servers servers = {0};
    struct od_rounds_result result;
    struct od_floor_spec slow = {.kind = OD_FLOOR_HTTP,
                                 .reply_bytes = OD_ROUNDS_REPLY,
                                 .hold_ns = 20 * MS,
                                 .cpu = -1};
    assert_int_equal(od_rounds_open(1U << OD_ROUNDS_RAW, -1, &servers, NULL), 0);
    assert_int_equal(od_floor_open(&slow, &servers.of[OD_ROUNDS_REST], NULL), 0);
    struct od_rounds_ask ask = ask_of(&servers);
    ask.variants = 1U << OD_ROUNDS_REST;
    assert_int_equal(od_rounds_measure(&ask, &result, NULL), 0);
    assert_true(result.of[OD_ROUNDS_REST].p50_ns >= 20 * MS);
    assert_true(result.of[OD_ROUNDS_REST].cost_ns > 0);
    assert_true(result.of[OD_ROUNDS_REST].ratio > 1);
    od_rounds_close(&servers);
}

static void test_failures(void **state)
{
    (void)state;
    struct od_rounds_servers servers = {0};
    struct od_rounds_result result;
    struct od_err err = {0};
    struct od_floor_spec other = {.kind = OD_FLOOR_HTTP, .reply_bytes = 1, .cpu = -1};
    assert_int_equal(od_rounds_open(1U << OD_ROUNDS_RAW, -1, &servers, NULL), 0);
    assert_int_equal(od_floor_open(&other, &servers.of[OD_ROUNDS_REST], NULL), 0);
    struct od_rounds_ask ask = ask_of(&servers);
    ask.variants = 1U << OD_ROUNDS_REST;
    assert_int_equal(od_rounds_measure(&ask, &result, &err), -1);
    assert_int_equal(err.code, OD_ESERVER);
    od_err_clear(&err);
    atomic_store(&stop, true);
    assert_int_equal(od_rounds_measure(&ask, &result, &err), -1);
    assert_int_equal(err.code, OD_ECANCELLED);
    atomic_store(&stop, false);
    od_rounds_close(&servers);
    od_err_clear(&err);
    assert_int_equal(od_rounds_open(ALL, 1 << 20, &servers, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    assert_null(servers.of[OD_ROUNDS_RAW]);
}

static int start(void **state)
{
    (void)state;
    return od_net_init(OD_GRPC, NULL) == 0 ? od_net_init(OD_HTTP, NULL) : -1;
}

static int finish(void **state)
{
    (void)state;
    od_net_shutdown(OD_GRPC);
    od_net_shutdown(OD_HTTP);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_extent),
        cmocka_unit_test(test_cost),
        cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
