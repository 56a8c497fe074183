/* What a calibration holds, and its table and CSV from numbers made up by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "bench/calibrate.h"
#include "net/conn.h"

static void test_measure(void **state)
{
    (void)state;
    static const size_t sizes[] = {1000, 50000};
    struct od_calibrate ask = {.sizes = sizes,
                               .size_count = 2,
                               .client_cpu = -1,
                               .server_cpu = -1,
                               .rounds = 2,
                               .batch = 4};
    struct od_calibration calibration;
    assert_int_equal(od_net_init(OD_GRPC, NULL), 0);
    assert_int_equal(od_net_init(OD_HTTP, NULL), 0);
    assert_int_equal(od_calibrate_measure(&ask, &calibration, NULL), 0);
    assert_int_equal(calibration.size_count, 2);
    for (size_t i = 0; i < 6; i++) {
        /* A slow machine takes less of a batch than was asked for, to keep to its time.
         */
        assert_in_range(calibration.sizes[i / 3].of[i % 3].count, ask.rounds,
                        (uintmax_t)ask.rounds * (uintmax_t)ask.batch);
    }
    assert_int_equal(calibration.timers.sleeps, 1000);
    assert_true(calibration.timers.late_p50_ns >= 0);
    assert_true(calibration.timers.late_p99_ns >= calibration.timers.late_p50_ns);
    assert_true(calibration.timers.resolution_ns > 0);
    assert_true(calibration.timers.read_ns > 0);
    od_calibration_release(&calibration);

    volatile sig_atomic_t interrupted = 1;
    struct od_err err = {0};
    ask.interrupted = &interrupted;
    ask.rounds = OD_ROUNDS_MAX;
    ask.batch = 100000;
    assert_int_equal(od_calibrate_measure(&ask, &calibration, &err), -1);
    assert_int_equal(err.code, OD_ECANCELLED);
    od_calibration_release(&calibration);
    od_net_shutdown(OD_GRPC);
    od_net_shutdown(OD_HTTP);
}

static void test_text(void **state)
{
    (void)state;
    static const size_t sizes[] = {270000};
    struct od_rounds_result results[] = {{.rounds = 15,
                                          .of = {{750, 20600, 42000, 1, 0},
                                                 {750, 29800, 48000, 1.45, 9200},
                                                 {100, 35100, -1, 1.704, 14500}}}};
    struct od_calibration calibration = {results, 1, {1000, 4500, 22000, 1, 24.6}};
    struct od_calibrate ask = {
        .sizes = sizes, .size_count = 1, .client_cpu = 0, .server_cpu = -1};
    struct od_buf out;
    od_buf_init(&out, 0);
    od_calibration_table(&ask, &calibration, &out);
    assert_string_equal(
        out.data,
        "one exchange at a time with lean servers on loopback, connections kept; times "
        "in us\n"
        "client on CPU 0, servers on any CPU; ratio and cost: to the raw exchange of the "
        "same round\n"
        "\n"
        "                  raw socket                         gRPC client               "
        "          REST client\n"
        "    bytes       p50      p99       p50      p99  ratio     cost       p50      "
        "p99  ratio     cost\n"
        "   270000      20.6     42.0      29.8     48.0   1.45      9.2      35.1       "
        " "
        "-   1.70     14.5\n"
        "\n"
        "sleeps end late by 4.5 us (median of 1000), p99 22.0 us; clock: 1 ns steps, a "
        "read costs 25 ns\n");
    od_buf_reset(&out);
    ask.fresh = true;
    od_calibration_csv(&ask, &calibration, &out);
    assert_string_equal(
        out.data,
        "bytes,what,connection,rounds,samples,p50_ns,p99_ns,ratio_to_raw,cost_ns\n"
        "270000,raw,new,15,750,20600,42000,1.0000,0\n"
        "270000,gRPC,new,15,750,29800,48000,1.4500,9200\n"
        "270000,REST,new,15,100,35100,,1.7040,14500\n"
        ",sleep,,,1000,4500,22000,,\n"
        ",clock read,,,100000,25,,,\n");
    od_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measure),
        cmocka_unit_test(test_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
