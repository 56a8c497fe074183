/* Files of planned times. */
#include "load/trace.h"

#include "load/schedule.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void reads_times(void **state)
{
    (void)state;
    static const char text[] = "# seconds, or with a unit\n"
                               "0\n\n  0.25  # the second\r\n250ms\n1e0\n1.5s\n\t\n"
                               "2000000us\n1m";
    static const int64_t expected[] = {0,          250000000,  250000000,  1000000000,
                                       1500000000, 2000000000, 60000000000};
    struct od_trace trace;
    struct od_err err = {0};
    assert_int_equal(od_trace_parse("t", text, sizeof text - 1, &trace, &err), 0);
    assert_int_equal(trace.count, 7);
    for (size_t i = 0; i < trace.count; i++) {
        assert_int_equal(trace.at_ns[i], expected[i]);
    }
    od_trace_release(&trace);
    assert_int_equal(od_trace_parse("t", "", 0, &trace, &err), 0);
    assert_int_equal(trace.count, 0);
    od_trace_release(&trace);
}

static void names_the_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"1\n2\nthree\n", "t:3: 'three' is not a duration such as 500ms, 2s or 1m"},
        {"-1\n", "t:1: -1 is not within 0 to 9e+09"},
        {"1 2\n", "t:1: '1 2' is not a duration such as 500ms, 2s or 1m"},
        {"# c\n2\n1.999\n", "t:3: comes before the time on the line above it"},
        {"1ms\n0x10\n", "t:2: '0x10' is not a duration such as 500ms, 2s or 1m"},
        {"e\n", "t:1: 'e' is not a number"},
        {"1e99\n", "t:1: 1e99 is not within 0 to 9e+09"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_trace trace;
        struct od_err err = {0};
        assert_int_equal(
            od_trace_parse("t", cases[i].text, strlen(cases[i].text), &trace, &err), -1);
        assert_string_equal(err.msg, cases[i].says);
        assert_int_equal(err.code, OD_EINPUT);
        od_trace_release(&trace);
    }
    char line[400];
    struct od_trace trace;
    struct od_err err = {0};
    memset(line, '1', sizeof line);
    assert_int_equal(od_trace_parse("t", line, sizeof line, &trace, &err), -1);
    assert_string_equal(err.msg, "t:1: not a time");
    od_trace_release(&trace);
    err = (struct od_err){0};
    assert_int_equal(od_trace_parse("t", "1\0\n", 3, &trace, &err), -1);
    assert_string_equal(err.msg, "t:1: not a time");
    od_trace_release(&trace);
}

static void makes_a_schedule(void **state)
{
    (void)state;
    char *folder = scratch_new();
    char *path = scratch_file(folder, "trace.txt", "0.1\n0.2\n0.3\n0.4\n");
    struct od_arrival arrival = {.kind = OD_ARRIVAL_TRACE, .path = path};
    struct od_schedule_ask ask = {.arrival = &arrival};
    struct od_schedule s;
    assert_int_equal(od_schedule_make(&ask, &s, NULL), 0);
    assert_int_equal(s.count, 4);
    assert_int_equal(od_schedule_at(&s, 3), 400000000);
    assert_true(od_schedule_rate(&s, 0) != od_schedule_rate(&s, 0)); /* not a number */
    od_schedule_release(&s);
    ask.duration_ns = 300000000; /* its own end is over */
    assert_int_equal(od_schedule_make(&ask, &s, NULL), 0);
    assert_int_equal(s.count, 2);
    od_schedule_release(&s);
    ask.count = 1;
    assert_int_equal(od_schedule_make(&ask, &s, NULL), 0);
    assert_int_equal(s.count, 1);
    od_schedule_release(&s);
    struct od_err err = {0};
    ask.duration_ns = 100000000;
    assert_int_equal(od_schedule_make(&ask, &s, &err), -1);
    assert_string_equal(err.msg, "no request falls into 0.1 s of trace arrivals");
    free(path);
    scratch_free(folder);
}

static void empty_and_missing_files(void **state)
{
    (void)state;
    struct od_trace trace;
    struct od_err err = {0};
    char *folder = scratch_new();
    char *path = scratch_file(folder, "empty.txt", "# nothing\n");
    assert_int_equal(od_trace_read(path, &trace, &err), -1);
    assert_non_null(strstr(err.msg, "empty.txt: no times in it"));
    od_trace_release(&trace);
    free(path);
    scratch_free(folder);
    err = (struct od_err){0};
    assert_int_equal(od_trace_read("/nonexistent/trace", &trace, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    od_trace_release(&trace);
}

/* As a run writes them: quoted fields with line ends, in order of completion. */
static void reads_recorded_rows(void **state)
{
    (void)state;
    static const char text[] = "schema,run_id,cell_id,rep,seq,attempt,phase,file_name,"
                               "sched_ns,error\r\n"
                               "1,r,c001,1,1,1,warmup,a.jpg,5,\r\n"
                               "1,r,c001,1,3,1,main,\"b,\"\"\r\nb.jpg\",2000,\r\n"
                               "1,r,c001,1,2,1,main,c.jpg,1500,no\r\n"
                               "1,r,c001,1,2,2,main,c.jpg,1500,\r\n"
                               "1,r,c001,1,5,1,drain,c.jpg,9000,\r\n"
                               "\r\n"
                               "1,r,c001,1,4,1,main,c.jpg,2750,\r\n";
    struct od_trace trace;
    struct od_err err = {0};
    assert_int_equal(od_trace_parse("r.csv", text, sizeof text - 1, &trace, &err), 0);
    assert_int_equal(trace.count, 3);
    assert_int_equal(trace.at_ns[0], 0);
    assert_int_equal(trace.at_ns[1], 500);
    assert_int_equal(trace.at_ns[2], 1250);
    od_trace_release(&trace);
}

static void refuses_other_rows(void **state)
{
    (void)state;
#define HEADER "schema,cell_id,rep,attempt,phase,sched_ns\n"
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"schema,cell_id,rep,phase,sched_ns\n", "r.csv: no column attempt"},
        {HEADER "1,c1,1,1,main,\n", "r.csv: row 1: sched_ns: '' is not a whole number"},
        {HEADER "1,c1,1,1,main,5\n1,c1,1,1,main,-5\n",
         "r.csv: row 2: sched_ns: -5 is not within 0 to 9223372036854775807"},
        {HEADER "1,c1,1,1,main,5\n1,c1,2,1,main,6\n",
         "r.csv: row 2: another block begins (cell c1 repetition 1, then c1 2); a trace "
         "is one block"},
        {HEADER "1,c1,1,1,\"main\"x,5\n", "r.csv: quotation marks out of place"},
        {HEADER "1,c1,1,1,\"main", "r.csv: quotation marks out of place"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_trace trace;
        struct od_err err = {0};
        assert_int_equal(
            od_trace_parse("r.csv", cases[i].text, strlen(cases[i].text), &trace, &err),
            -1);
        assert_string_equal(err.msg, cases[i].says);
        od_trace_release(&trace);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_times),         cmocka_unit_test(names_the_line),
        cmocka_unit_test(makes_a_schedule),    cmocka_unit_test(empty_and_missing_files),
        cmocka_unit_test(reads_recorded_rows), cmocka_unit_test(refuses_other_rows),
    };
    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
