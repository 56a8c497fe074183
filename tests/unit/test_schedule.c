/* Planned times: hand arithmetic for constant, ramp and steps; an integral of the rate
 * made by another route; Kolmogorov's test for Poisson gaps. */
#include "load/schedule.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define S  INT64_C(1000000000)
#define MS INT64_C(1000000)

static struct od_schedule make(const char *arrival, double rate, size_t count,
                               int64_t duration_ns)
{
    struct od_arrival parsed;
    struct od_schedule out;
    struct od_err err = {0};
    assert_int_equal(od_arrival_parse(arrival, &parsed, &err), 0);
    struct od_schedule_ask ask = {.arrival = &parsed,
                                  .rate_per_s = rate,
                                  .count = count,
                                  .duration_ns = duration_ns,
                                  .seed = 1};
    if (od_schedule_make(&ask, &out, &err) != 0) {
        fail_msg("%s: %s", arrival, err.msg);
    }
    od_arrival_release(&parsed);
    return out;
}

static void constant_times(void **state)
{
    (void)state;
    struct od_schedule s = make("constant", 8, 0, S);
    assert_null(s.offset_ns);
    assert_int_equal(s.count, 8); /* 0, 125 ... 875 ms; 1 s is over */
    assert_int_equal(od_schedule_at(&s, 7), 875 * MS);
    assert_true(od_schedule_rate(&s, 3) > 7.999 && od_schedule_rate(&s, 3) < 8.001);
    od_schedule_release(&s);
    s = make("constant", 3, 0, S + 1); /* the fourth is due at 1 s, within */
    assert_int_equal(s.count, 4);
    assert_int_equal(od_schedule_at(&s, 1), 333333333);
    assert_int_equal(od_schedule_at(&s, 2), 666666667);
    od_schedule_release(&s);
    s = make("constant", 1000, 100, 0);
    assert_int_equal(s.count, 100);
    assert_int_equal(od_schedule_at(&s, 99), 99 * MS);
    od_schedule_release(&s);
    s = make("constant", 1000, 100, 50 * MS);
    assert_int_equal(s.count, 50);
    od_schedule_release(&s);
    s = make("constant", 1000, 10, 50 * MS);
    assert_int_equal(s.count, 10);
    od_schedule_release(&s);
}

/* 0 to 100/s in 10 s: 5 t^2 requests by t, so request i at sqrt(i / 5); 500 of them. */
static void ramp_by_hand(void **state)
{
    (void)state;
    struct od_schedule s = make("ramp:0..100", 0, 0, 10 * S);
    assert_int_equal(s.count, 500);
    assert_int_equal(s.offset_ns[0], 0);
    assert_int_equal(s.offset_ns[5], S);
    assert_int_equal(s.offset_ns[125], 5 * S);
    assert_int_equal(s.offset_ns[499], 9989994995); /* sqrt(99.8) = 9.98999499... */
    assert_true(fabs(od_schedule_rate(&s, 125) - 50) < 1e-4);
    assert_true(od_schedule_rate(&s, 0) < 1e-9);
    od_schedule_release(&s);
    /* The same number without a time: it spans the 10 s in which 500 are expected. */
    s = make("ramp:0..100", 0, 500, 0);
    assert_int_equal(s.count, 500);
    assert_int_equal(s.offset_ns[125], 5 * S);
    od_schedule_release(&s);
    /* Falling to 0: 100 t - 5 t^2 = 375 at 5 s. */
    s = make("ramp:100..0", 0, 500, 0);
    assert_int_equal(s.count, 500);
    assert_int_equal(s.offset_ns[375], 5 * S);
    assert_true(fabs(od_schedule_rate(&s, 375) - 50) < 1e-4);
    od_schedule_release(&s);
}

/* The rate added up numerically between two neighbours is one request. */
static void ramp_by_integration(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double from, to;
        size_t count; /* the mean rate times 4 s */
    } cases[] = {{"ramp:10..400", 10, 400, 820}, {"ramp:250..20", 250, 20, 540}};
    for (size_t c = 0; c < 2; c++) {
        struct od_schedule s = make(cases[c].text, 0, 0, 4 * S);
        assert_int_equal(s.count, cases[c].count);
        for (size_t i = 1; i < s.count; i++) {
            double begin = (double)s.offset_ns[i - 1] / (double)S;
            double width = (double)s.offset_ns[i] / (double)S - begin;
            double due = 0;
            for (int k = 0; k < 100; k++) {
                double t = begin + width * (k + 0.5) / 100;
                due += (cases[c].from + (cases[c].to - cases[c].from) * t / 4) * width;
            }
            assert_true(fabs(due / 100 - 1) < 1e-6);
        }
        od_schedule_release(&s);
    }
}

/* 10, 20, 30/s for 2 s each: 20 + 40 + 60 requests. */
static void steps_by_hand(void **state)
{
    (void)state;
    struct od_schedule s = make("steps:10..30:10", 0, 0, 6 * S);
    assert_int_equal(s.count, 120);
    assert_int_equal(s.offset_ns[1], 100 * MS);
    assert_int_equal(s.offset_ns[19], 1900 * MS);
    assert_int_equal(s.offset_ns[20], 2 * S);
    assert_int_equal(s.offset_ns[21], 2050 * MS);
    assert_int_equal(s.offset_ns[60], 4 * S);
    assert_int_equal(s.offset_ns[63], 4100 * MS);
    assert_true(fabs(od_schedule_rate(&s, 19) - 10) < 1e-4);
    assert_true(fabs(od_schedule_rate(&s, 20) - 20) < 1e-4);
    assert_true(fabs(od_schedule_rate(&s, 119) - 30) < 1e-4);
    od_schedule_release(&s);
    s = make("steps:10..30:10", 0, 120, 0);
    assert_int_equal(s.count, 120);
    assert_int_equal(s.offset_ns[60], 4 * S);
    od_schedule_release(&s);
    /* A part of a request is carried over: 7 a step of 0.7 s at 10/s, then 0.5 + 3.5. */
    s = make("steps:10..5:5", 0, 0, 1500 * MS);
    assert_int_equal(s.count, 12); /* 7.5 + 3.75 = 11.25: requests 0 to 11 */
    assert_int_equal(s.offset_ns[7], 700 * MS);
    assert_int_equal(s.offset_ns[8], 850 * MS); /* half a request after 750 ms at 5/s */
    od_schedule_release(&s);
}

static int ascending(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

/* The largest distance between the gaps' distribution and 1 - exp(-rate x). */
static double kolmogorov(const struct od_schedule *s, double rate)
{
    double *gaps = malloc(s->count * sizeof *gaps);
    assert_non_null(gaps);
    for (size_t i = 0; i < s->count; i++) {
        int64_t before = i == 0 ? 0 : s->offset_ns[i - 1];
        gaps[i] = (double)(s->offset_ns[i] - before) / (double)S;
    }
    qsort(gaps, s->count, sizeof *gaps, ascending);
    double worst = 0;
    for (size_t i = 0; i < s->count; i++) {
        double f = -expm1(-rate * gaps[i]);
        worst = fmax(worst, fmax(f - (double)i / (double)s->count,
                                 (double)(i + 1) / (double)s->count - f));
    }
    free(gaps);
    return worst;
}

/*
 * 1.63 / sqrt(n) is the 1 % point of Kolmogorov's distribution: of 40 seeds, 0.4 are
 * expected beyond it, and more than 4 with a probability below 0.0001. The seeds are
 * fixed, so the outcome is too.
 */
static void poisson_gaps_are_exponential(void **state)
{
    (void)state;
    struct od_arrival arrival = {.kind = OD_ARRIVAL_POISSON};
    int beyond = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct od_schedule s;
        struct od_schedule_ask ask = {.arrival = &arrival,
                                      .rate_per_s = 200,
                                      .count = 5000,
                                      .seed = seed,
                                      .stream = seed % 3};
        assert_int_equal(od_schedule_make(&ask, &s, NULL), 0);
        assert_int_equal(s.count, 5000);
        beyond += kolmogorov(&s, 200) > 1.63 / sqrt(5000);
        /* The same gaps at another rate must be found out. */
        assert_true(kolmogorov(&s, 220) > 1.63 / sqrt(5000));
        od_schedule_release(&s);
    }
    assert_in_range(beyond, 0, 4);
}

/*
 * Times and Kolmogorov's distance as scipy and Python's logarithm give them
 * (tests/oracle/load_stats.py): the same on every machine.
 */
static void poisson_times_are_prescribed(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed, stream;
        int64_t first, second, third, last;
        double distance;
    } cases[] = {
        {1, 0, 4779424, 11298774, 21751582, INT64_C(24934930084), 0.010657471},
        {2, 0, 1336619, 1735340, 13219648, INT64_C(25230912892), 0.013042037},
        {3, 5, 5332785, 9950676, 13246805, INT64_C(24871418773), 0.013847709},
        {12345, 1, 21671615, 23363183, 37539422, INT64_C(24223834692), 0.019919134},
        {UINT64_MAX, 7, 1321481, 23343440, 25068582, INT64_C(25410220963), 0.017460533},
    };
    struct od_arrival arrival = {.kind = OD_ARRIVAL_POISSON};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_schedule s;
        struct od_schedule_ask ask = {.arrival = &arrival,
                                      .rate_per_s = 200,
                                      .count = 5000,
                                      .seed = cases[i].seed,
                                      .stream = cases[i].stream};
        assert_int_equal(od_schedule_make(&ask, &s, NULL), 0);
        assert_int_equal(s.offset_ns[0], cases[i].first);
        assert_int_equal(s.offset_ns[1], cases[i].second);
        assert_int_equal(s.offset_ns[2], cases[i].third);
        assert_int_equal(s.offset_ns[4999], cases[i].last);
        assert_true(fabs(kolmogorov(&s, 200) - cases[i].distance) < 1e-8);
        od_schedule_release(&s);
    }
}

static void poisson_depends_on_seed_and_stream(void **state)
{
    (void)state;
    struct od_arrival arrival = {.kind = OD_ARRIVAL_POISSON};
    struct od_schedule_ask ask = {
        .arrival = &arrival, .rate_per_s = 100, .duration_ns = 10 * S, .seed = 9};
    struct od_schedule a;
    struct od_schedule b;
    assert_int_equal(od_schedule_make(&ask, &a, NULL), 0);
    assert_int_equal(od_schedule_make(&ask, &b, NULL), 0);
    /* 1000 expected; four standard deviations are 126. */
    assert_in_range(a.count, 874, 1126);
    assert_true(a.offset_ns[a.count - 1] < 10 * S);
    assert_int_equal(a.count, b.count);
    assert_memory_equal(a.offset_ns, b.offset_ns, a.count * sizeof *a.offset_ns);
    od_schedule_release(&b);
    ask.stream = 1;
    assert_int_equal(od_schedule_make(&ask, &b, NULL), 0);
    assert_int_not_equal(a.offset_ns[0], b.offset_ns[0]);
    od_schedule_release(&b);
    od_schedule_release(&a);
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *arrival;
        double rate;
        size_t count;
        int64_t duration_ns;
        const char *says;
    } cases[] = {
        {"closed", 1, 1, 0, "a closed loop has no planned times"},
        {"constant", 0, 1, 0, "rate 0 is not above 0"},
        {"poisson", (double)NAN, 1, 0, "rate nan is not above 0"},
        {"constant", 1, 0, 0, "constant arrivals need a number of requests or a time"},
        {"ramp:1..2", 0, 0, 0, "ramp arrivals need a number of requests or a time"},
        {"poisson", 1e-6, 0, MS, "no request falls into 0.001 s of poisson arrivals"},
        {"constant", 1e6, 0, 101 * S,
         "more than 100000000 planned requests in one block"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_arrival arrival;
        struct od_schedule out;
        struct od_err err = {0};
        assert_int_equal(od_arrival_parse(cases[i].arrival, &arrival, &err), 0);
        struct od_schedule_ask ask = {.arrival = &arrival,
                                      .rate_per_s = cases[i].rate,
                                      .count = cases[i].count,
                                      .duration_ns = cases[i].duration_ns};
        assert_int_equal(od_schedule_make(&ask, &out, &err), -1);
        assert_string_equal(err.msg, cases[i].says);
        assert_int_equal(out.count, 0);
        od_arrival_release(&arrival);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_times),
        cmocka_unit_test(ramp_by_hand),
        cmocka_unit_test(ramp_by_integration),
        cmocka_unit_test(steps_by_hand),
        cmocka_unit_test(poisson_gaps_are_exponential),
        cmocka_unit_test(poisson_times_are_prescribed),
        cmocka_unit_test(poisson_depends_on_seed_and_stream),
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
