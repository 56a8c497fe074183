/* Result files into two sides of cells: what counts, and where it belongs. */
#include "compare/sides.h"

#include "sides_fixture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NO_META "no .meta.json tells on what machine and how it was measured: "

static int setup(void **state)
{
    *state = scratch_new();
    return 0;
}

static int teardown(void **state)
{
    scratch_free(*state);
    return 0;
}

/* A file of one row, to compare with. */
static char *plain_file(const char *folder, const char *name, const char *run_id)
{
    struct made made;
    made_begin(&made, run_id);
    made_row(&made);
    return made_end(&made, folder, name);
}

static void assert_read(const struct sides_read *read)
{
    if (read->rc != 0) {
        fail_msg("%s", read->err.msg);
    }
}

static void test_counts(void **state)
{
    struct made made;
    struct sides_read read = {.options = {.filter = "gt_objects!=9"}};
    char *new = plain_file(*state, "b.csv", "r2");
    made_begin(&made, "r1");
    made.next.phase = "warmup";
    made_row(&made);
    made.next.phase = "drain";
    made_row(&made);
    made.next.phase = "main";
    made_row(&made);
    made.next.status = "timeout";
    made_row(&made);
    made.next.status = "ok";
    static const int64_t unusable[] = {0, -5, OD_NONE};
    for (size_t i = 0; i < 3; i++) {
        made.next.service_ns = unusable[i];
        made_row(&made);
    }
    made.next.service_ns = 6000;
    made.next.gt_objects = 9;
    made_row(&made);
    made.next.gt_objects = 8;
    made_row(&made);
    od_buf_puts(&made.text, "1,r1,c001,1"); /* cut off */
    char *base = made_end(&made, *state, "a.csv");
    sides_read(&read, base, NULL, new, NULL);
    assert_read(&read);
    char *text = sides_dump(&read, true);
    assert_string_equal(text,
                        "cell model=ssd,protocol=tfs-grpc,payload=jpeg,target=here,"
                        "connection=reuse,batch=1,concurrency=1,rate= []\n"
                        "  runs 1 failed 1 invalid 3\n"
                        "  unit 0/1 at 1030: 2, 1 failed\n"
                        "  5000 image 0 unit 0 pair 0\n"
                        "  6000 image 0 unit 0 pair 0\n"
                        "  answer 0\n"
                        "  runs 1 failed 0 invalid 0\n"
                        "  unit 0/1 at 1010: 1, 0 failed\n"
                        "  5000 image 0 unit 0 pair 0\n"
                        "  answer 0\n"
                        "a.csv: 9 2 1 3 1 1\n"
                        "run r1\n"
                        "b.csv: 1 0 0 0 0 0\n"
                        "run r2\n"
                        "model: ssd\nprotocol: tfs-grpc\npayload: jpeg\ntarget: here\n"
                        "connection: reuse\nbatch: 1\nconcurrency: 1\n"
                        "warning " NO_META "a.csv, b.csv\n");
    free(text);
    sides_done(&read);
    free(base);
    free(new);
}

/* The metric may be the response time, which then is needed. */
static void test_response(void **state)
{
    struct made made;
    struct sides_read read = {.options = {.response = true}};
    char *new = plain_file(*state, "b.csv", "r2");
    made_begin(&made, "r1");
    made.next.response_ns = 7000;
    made_row(&made);
    char *base = made_end(&made, *state, "a.csv");
    sides_read(&read, base, NULL, new, NULL);
    assert_read(&read);
    assert_int_equal(read.sides.cells[0].side[OD_BASE].items[0].ns, 7000);
    assert_int_equal(read.sides.cells[0].side[OD_NEW].invalid, 1);
    sides_done(&read);
    char *none = scratch_file(*state, "c.csv",
                              "model,protocol,service_ns,phase,status\na,b,1,main,ok\n");
    sides_read(&read, none, NULL, new, NULL);
    assert_int_equal(read.rc, -1);
    assert_non_null(strstr(read.err.msg, "c.csv:1: no column response_ns"));
    sides_done(&read);
    free(none);
    free(base);
    free(new);
}

static void put_attempt(struct made *made, int64_t seq, int64_t attempt,
                        const char *status)
{
    made->next.seq = seq;
    made->next.attempt = attempt;
    made->next.status = status;
    made_row(made);
}

/* Of the attempts of a request the last one counts, whatever the order of the rows. */
static void test_retries(void **state)
{
    struct made made;
    struct sides_read read = {.rc = 0};
    char *new = plain_file(*state, "b.csv", "r2");
    made_begin(&made, "r1");
    put_attempt(&made, 1, 1, "reset");
    put_attempt(&made, 1, 2, "ok");
    put_attempt(&made, 2, 3, "timeout");
    put_attempt(&made, 2, 2, "reset");
    put_attempt(&made, 2, 1, "reset");
    put_attempt(&made, 3, 2, "ok");
    put_attempt(&made, 3, 1, "reset");
    put_attempt(&made, 4, 1, "ok");
    put_attempt(&made, OD_NONE, 1, "reset");
    put_attempt(&made, OD_NONE, 1, "reset");
    made.next.run_id = "r3";
    put_attempt(&made, 1, 1, "reset");
    char *base = made_end(&made, *state, "a.csv");
    sides_read(&read, base, NULL, new, NULL);
    assert_read(&read);
    const struct od_cell_rows *rows = &read.sides.cells[0].side[OD_BASE];
    assert_int_equal(rows->count, 3);
    assert_int_equal(rows->failed, 4);
    assert_int_equal(read.out.source[OD_BASE].failed, 4);
    assert_int_equal(read.out.source[OD_BASE].rows, 11);
    assert_int_equal(rows->unit_count, 2);
    assert_int_equal(rows->units[0].failed, 3);
    assert_int_equal(rows->units[1].failed, 1);
    assert_int_equal(rows->units[1].requests, 0);
    assert_int_equal(rows->runs, 2);
    sides_done(&read);
    free(base);
    free(new);
}

static char *two_protocols(const char *folder, const char *name, const char *run_id)
{
    struct made made;
    made_begin(&made, run_id);
    made_row(&made);
    made.next.protocol = "tfs-rest";
    made.next.rate = 2.5;
    made_row(&made);
    made.next.protocol = "a, \"b\" ";
    made.next.rate = (double)NAN;
    made_row(&made);
    return made_end(&made, folder, name);
}

static void test_cells(void **state)
{
    struct sides_read read = {.options = {.row = "protocol, rate,model"}};
    char *a = two_protocols(*state, "a.csv", "r1");
    char *b = two_protocols(*state, "b.csv", "r2");
    sides_read(&read, a, NULL, b, NULL);
    assert_read(&read);
    assert_int_equal(read.sides.count, 3);
    assert_string_equal(read.sides.cells[0].id,
                        "protocol=\"a, \"\"b\"\" \",rate=,model=ssd");
    assert_string_equal(read.sides.cells[0].label, "a, \"b\"  rate=");
    assert_string_equal(read.sides.cells[1].label, "tfs-grpc rate=");
    assert_string_equal(read.sides.cells[2].label, "tfs-rest rate=2.5");
    assert_int_equal(read.out.common_count, 1);
    assert_string_equal(read.out.common[0].name, "model");
    assert_string_equal(read.out.common[0].text, "ssd");
    assert_int_equal(read.out.warnings.count, 1);
    /* An id is a filter for its cell. */
    struct sides_read one = {.options = {.filter = read.sides.cells[0].id}};
    sides_read(&one, a, NULL, b, NULL);
    assert_read(&one);
    assert_int_equal(one.sides.count, 1);
    assert_int_equal(one.out.source[OD_NEW].filtered, 2);
    sides_done(&one);
    sides_done(&read);
    /* What is merged is said. */
    read.options = (struct od_compare_options){.ignore = "protocol,client"};
    sides_read(&read, a, NULL, b, NULL);
    assert_read(&read);
    assert_int_equal(read.sides.count, 2);
    assert_int_equal(read.sides.cells[0].side[OD_BASE].count, 2);
    assert_int_equal(read.out.warnings.count, 3);
    assert_string_equal(read.out.warnings.items[0],
                        "1 cell of a.csv merges rows of different protocol");
    assert_string_equal(read.out.warnings.items[1],
                        "1 cell of b.csv merges rows of different protocol");
    sides_done(&read);
    free(a);
    free(b);
}

static void test_one_side_only(void **state)
{
    struct sides_read read = {.options = {.row = "protocol"}};
    char *a = two_protocols(*state, "a.csv", "r1");
    char *b = plain_file(*state, "b.csv", "r2");
    sides_read(&read, a, NULL, b, NULL);
    assert_read(&read);
    assert_int_equal(read.sides.count, 1);
    assert_int_equal(read.out.only[OD_BASE].count, 2);
    assert_string_equal(read.out.only[OD_BASE].items[0], "protocol=\"a, \"\"b\"\" \"");
    assert_string_equal(read.out.only[OD_BASE].items[1], "protocol=tfs-rest");
    assert_int_equal(read.out.only[OD_NEW].count, 0);
    assert_int_equal(od_comparison_status(&read.out), 2);
    sides_done(&read);
    free(a);
    free(b);
}

/* A cell whose requests all failed is there: its errors are compared. */
static void test_all_failed(void **state)
{
    struct made made;
    struct sides_read read = {.rc = 0};
    char *a = plain_file(*state, "a.csv", "r1");
    made_begin(&made, "r2");
    made.next.status = "connect";
    made_row(&made);
    char *b = made_end(&made, *state, "b.csv");
    sides_read(&read, a, NULL, b, NULL);
    assert_read(&read);
    assert_int_equal(read.sides.count, 1);
    assert_int_equal(read.sides.cells[0].side[OD_NEW].count, 0);
    assert_int_equal(read.sides.cells[0].side[OD_NEW].failed, 1);
    assert_int_equal(read.sides.cells[0].side[OD_NEW].unit_count, 1);
    sides_done(&read);
    free(a);
    free(b);
}

/* A run may be cut into files, but not copied. */
static void test_twice(void **state)
{
    struct sides_read read = {.rc = 0};
    struct made made;
    char *new = plain_file(*state, "r2.csv", "r2");
    char *paths[3];
    static const char *const names[] = {"a.csv", "b.csv", "c.csv"};
    for (int i = 0; i < 3; i++) {
        made_begin(&made, "r1");
        made.next.seq = i == 1 ? 3 : 1;
        made_row(&made);
        made_row(&made);
        paths[i] = made_end(&made, *state, names[i]);
    }
    sides_read(&read, paths[1], paths[0], NULL, new, NULL);
    assert_read(&read);
    assert_int_equal(read.out.warnings.count, 1);
    assert_null(strstr(read.out.warnings.items[0], "twice"));
    assert_int_equal(read.out.source[OD_BASE].run_ids.count, 1);
    sides_done(&read);
    sides_read(&read, paths[0], paths[1], paths[2], NULL, new, NULL);
    assert_read(&read);
    assert_string_equal(read.out.warnings.items[0],
                        "run r1 stands in several files with the same numbers of "
                        "requests: rows may count twice");
    sides_done(&read);
    free(new);
    for (int i = 0; i < 3; i++) {
        free(paths[i]);
    }
}

static void test_columns(void **state)
{
    static const struct {
        struct od_compare_options options;
        const char *message;
    } cases[] = {
        {{.row = "model,speed"}, "--row: no such column: 'speed'"},
        {{.row = "pixels"}, "--row: no such column: 'pixels'"},
        {{.ignore = "speed"}, "--ignore: no such column: 'speed'"},
        {{.col = "speed"}, "--col: no such column: 'speed'"},
        {{.filter = "speed=1"}, "--filter: 'speed=1': no such column"},
    };
    char *a = plain_file(*state, "a.csv", "r1");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sides_read read = {.options = cases[i].options};
        sides_read(&read, a, NULL, a, NULL);
        assert_int_equal(read.rc, -1);
        assert_int_equal(read.err.code, OD_EINPUT);
        assert_string_equal(read.err.msg, cases[i].message);
        sides_done(&read);
    }
    /* No column at all: everything is one cell. */
    struct sides_read read = {.options = {.row = ""}};
    char *b = two_protocols(*state, "b.csv", "r2");
    sides_read(&read, a, NULL, b, NULL);
    assert_read(&read);
    assert_int_equal(read.sides.count, 1);
    assert_string_equal(read.sides.cells[0].id, "");
    assert_int_equal(read.sides.cells[0].side[OD_NEW].count, 3);
    sides_done(&read);
    free(a);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),        cmocka_unit_test(test_response),
        cmocka_unit_test(test_retries),       cmocka_unit_test(test_cells),
        cmocka_unit_test(test_one_side_only), cmocka_unit_test(test_all_failed),
        cmocka_unit_test(test_twice),         cmocka_unit_test(test_columns),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
