/* Sides out of a column, A/B pairs, and bad input. */
#include "compare/sides.h"

#include "sides_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

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

static void assert_read(const struct sides_read *read)
{
    if (read->rc != 0) {
        fail_msg("%s", read->err.msg);
    }
}

static void assert_fails(struct sides_read *read, const char *message)
{
    assert_int_equal(read->rc, -1);
    assert_int_equal(read->err.code, OD_EINPUT);
    assert_string_equal(read->err.msg, message);
    sides_done(read);
}

/* A row for each of the values of concurrency. */
static char *values_file(const char *folder, const char *run_id, const int64_t *values,
                         size_t count)
{
    struct made made;
    made_begin(&made, run_id);
    for (size_t i = 0; i < count; i++) {
        made.next.concurrency = values[i];
        made.next.service_ns = 100 * values[i];
        made_row(&made);
    }
    char *name = od_xasprintf("%s.csv", run_id);
    char *path = made_end(&made, folder, name);
    free(name);
    return path;
}

static void test_col(void **state)
{
    struct sides_read read = {.options = {.col = "concurrency"}};
    char *a = values_file(*state, "r1", (const int64_t[]){16, 16, 8}, 3);
    char *b = values_file(*state, "r2", (const int64_t[]){8}, 1);
    /* The sides of the files say nothing. */
    sides_read(&read, a, NULL, b, NULL);
    assert_read(&read);
    assert_string_equal(read.out.source[OD_BASE].label, "8");
    assert_string_equal(read.out.source[OD_NEW].label, "16");
    assert_int_equal(read.sides.count, 1);
    assert_null(strstr(read.sides.cells[0].id, "concurrency"));
    assert_int_equal(read.sides.cells[0].side[OD_BASE].count, 2);
    assert_int_equal(read.sides.cells[0].side[OD_BASE].items[0].ns, 800);
    assert_int_equal(read.sides.cells[0].side[OD_BASE].runs, 2);
    assert_int_equal(read.sides.cells[0].side[OD_NEW].count, 2);
    assert_int_equal(read.sides.cells[0].side[OD_NEW].items[0].ns, 1600);
    assert_int_equal(read.sides.cells[0].side[OD_NEW].runs, 1);
    assert_int_equal(read.out.source[OD_BASE].rows, 2);
    assert_int_equal(read.out.source[OD_NEW].rows, 2);
    assert_int_equal(read.out.source[OD_NEW].files.count, 2);
    sides_done(&read);
    /* The plan may name them the other way round. */
    char *meta =
        scratch_file(*state, "r1.meta.json",
                     "{\"run_id\":\"r1\",\"plan\":{\"end\":\"complete\",\"cells\":["
                     "{\"concurrency\":16},{\"concurrency\":8}]}}");
    sides_read(&read, a, b, NULL, NULL);
    assert_read(&read);
    assert_string_equal(read.out.source[OD_BASE].label, "16");
    assert_int_equal(read.sides.cells[0].side[OD_BASE].items[0].ns, 1600);
    assert_int_equal(read.sides.cells[0].side[OD_BASE].units[0].run, 0);
    assert_int_equal(read.sides.cells[0].side[OD_NEW].units[1].run, 1);
    sides_done(&read);
    (void)unlink(meta);
    free(meta);
    free(a);
    free(b);
}

static void test_col_values(void **state)
{
    struct sides_read read = {.options = {.col = "concurrency"}};
    char *one = values_file(*state, "one", (const int64_t[]){8}, 1);
    char *three = values_file(*state, "three", (const int64_t[]){4, 16, 8}, 3);
    sides_read(&read, one, NULL, NULL);
    assert_fails(&read, "column concurrency: one value only, but two values make the "
                        "sides: '8'");
    sides_read(&read, three, NULL, one, NULL);
    assert_fails(&read, "column concurrency: more than two values, but two values make "
                        "the sides: '4', '8', '16'");
    read.options.filter = "concurrency=99";
    sides_read(&read, three, NULL, one, NULL);
    assert_fails(&read, "--filter 'concurrency=99' leaves no row");
    read.options.filter = "concurrency!=8";
    sides_read(&read, three, NULL, one, NULL);
    assert_read(&read);
    assert_string_equal(read.out.source[OD_BASE].label, "4");
    assert_int_equal(read.out.source[OD_BASE].filtered, 2);
    sides_done(&read);
    read.options.filter = NULL;
    sides_read(&read, one, NULL, one, NULL);
    char *message = od_xasprintf("%s: given twice", one);
    assert_fails(&read, message);
    free(message);
    free(one);
    free(three);
}

/* Pairs of rows about images 1, 2 ...; the side that goes first alternates. */
static char *pairs_file(const char *folder, const char *run_id, int pairs)
{
    struct made made;
    static const char *const targets[] = {"A", "B"};
    made_begin(&made, run_id);
    made.next.pair = OD_NONE;
    made.next.phase = "warmup";
    made_row(&made);
    made.next.phase = "main";
    for (int i = 1; i <= pairs; i++) {
        for (int k = 0; k < 2; k++) {
            made.next.target = targets[(i + k) % 2];
            made.next.pair = i;
            made.next.image_id = i;
            made.next.service_ns = i * 100 + (i + k) % 2;
            made_row(&made);
        }
    }
    /* The warm-up above was sent to one of them. */
    char *name = od_xasprintf("%s.csv", run_id);
    char *at = strstr(made.text.data, "here");
    memcpy(at, "A\0\0\0", 1);
    memmove(at + 1, at + 4, strlen(at + 4) + 1);
    char *path = made_end(&made, folder, name);
    free(name);
    return path;
}

static void test_pairs(void **state)
{
    struct sides_read read = {.rc = 0};
    char *a = pairs_file(*state, "r1", 3);
    char *b = pairs_file(*state, "r2", 2);
    sides_read(&read, b, a, NULL, NULL);
    assert_read(&read);
    assert_string_equal(read.out.source[OD_BASE].label, "A");
    assert_string_equal(read.out.source[OD_NEW].label, "B");
    assert_int_equal(read.sides.count, 1);
    assert_null(strstr(read.sides.cells[0].id, "target"));
    /* Images 1, 1, 2, 2, 3: run r1 has the pairs 1 to 3, r2 those behind. */
    static const uint32_t pairs[] = {2, 6, 3, 7, 4};
    for (int s = 0; s < OD_SIDES; s++) {
        const struct od_cell_rows *rows = &read.sides.cells[0].side[s];
        assert_int_equal(rows->count, 5);
        for (size_t i = 0; i < 5; i++) {
            assert_int_equal(rows->items[i].pair, pairs[i]);
            assert_int_equal(rows->items[i].ns % 100, s);
        }
    }
    assert_int_equal(read.out.source[OD_BASE].warmup, 2);
    assert_int_equal(read.out.source[OD_BASE].run_ids.count, 2);
    assert_int_equal(read.out.source[OD_NEW].run_ids.count, 2);
    sides_done(&read);
    /* The plan's order goes first. */
    char *meta = scratch_file(*state, "r1.meta.json",
                              "{\"run_id\":\"r1\",\"plan\":{\"end\":\"complete\",\"ab\":["
                              "\"B\",\"A\"]}}");
    sides_read(&read, a, b, NULL, NULL);
    assert_read(&read);
    assert_string_equal(read.out.source[OD_BASE].label, "B");
    assert_int_equal(read.sides.cells[0].side[OD_BASE].items[0].ns, 101);
    assert_int_equal(read.sides.cells[0].side[OD_NEW].items[1].pair, 6);
    assert_int_equal(read.out.source[OD_NEW].warmup, 2);
    sides_done(&read);
    (void)unlink(meta);
    free(meta);
    /* Between files, numbers of pairs mean nothing. */
    read.options.filter = "target=A";
    sides_read(&read, a, NULL, b, NULL);
    assert_read(&read);
    assert_int_equal(read.sides.cells[0].side[OD_BASE].items[0].pair, 0);
    sides_done(&read);
    free(a);
    free(b);
}

static void test_pairs_wrong(void **state)
{
    struct made made;
    struct sides_read read = {.rc = 0};
    char *a = values_file(*state, "r0", (const int64_t[]){8}, 1);
    sides_read(&read, a, NULL, NULL);
    assert_fails(&read,
                 "all files are of one side, and no row of phase main is of an A/B "
                 "pair: give files of another side, or --col");
    read.options.filter = "target=nowhere";
    sides_read(&read, a, NULL, NULL);
    assert_fails(&read, "--filter 'target=nowhere' leaves no row");
    read.options.filter = NULL;
    made_begin(&made, "r1");
    made.next.pair = -1;
    made_row(&made);
    char *b = made_end(&made, *state, "b.csv");
    sides_read(&read, b, NULL, NULL);
    char *message = od_xasprintf("%s:2: column pair: -1 is out of range", b);
    assert_fails(&read, message);
    free(message);
    made_begin(&made, "r1");
    made.next.pair = 1;
    for (int i = 0; i < 3; i++) {
        made.next.target = i == 0 ? "z" : i == 1 ? "y" : "x";
        made_row(&made);
    }
    char *c = made_end(&made, *state, "c.csv");
    sides_read(&read, c, NULL, NULL);
    assert_fails(&read, "column target: more than two values, but two values make the "
                        "sides: 'x', 'y', 'z'");
    free(a);
    free(b);
    free(c);
}

static void test_same_run(void **state)
{
    struct sides_read read = {.rc = 0};
    char *a = values_file(*state, "r1", (const int64_t[]){8}, 1);
    char *b = values_file(*state, "r2", (const int64_t[]){8}, 1);
    struct made made;
    made_begin(&made, "r2");
    made_row(&made);
    made.next.run_id = "r1";
    made_row(&made);
    char *mixed = made_end(&made, *state, "mixed.csv");
    sides_read(&read, a, NULL, mixed, NULL);
    char *message =
        od_xasprintf("%s:3: column run_id: run r1 is on the other side too, in %s; --col "
                     "COLUMN compares parts of a run",
                     mixed, a);
    assert_fails(&read, message);
    free(message);
    /* A file against itself is a trial. */
    sides_read(&read, a, b, NULL, a, NULL);
    assert_read(&read);
    assert_string_equal(read.out.warnings.items[0],
                        "r1.csv is compared with itself: whatever is found is a false "
                        "alarm");
    assert_string_equal(read.out.source[OD_BASE].label, "r1.csv and 1 more");
    assert_int_equal(read.sides.cells[0].side[OD_NEW].count, 1);
    sides_done(&read);
    sides_read(&read, a, NULL, a, NULL);
    assert_read(&read);
    assert_string_equal(read.out.source[OD_BASE].label, "base");
    assert_string_equal(read.out.source[OD_NEW].label, "new");
    sides_done(&read);
    sides_read(&read, b, b, NULL, a, NULL);
    message = od_xasprintf("%s: given twice", b);
    assert_fails(&read, message);
    free(message);
    free(a);
    free(b);
    free(mixed);
}

#define HEAD "schema,run_id,phase,model,protocol,status,service_ns\n"
#define GOOD "1,r1,main,a,b,ok,5\n"

static void test_bad(void **state)
{
    static const struct {
        const char *text;
        const char *message; /* behind the path */
    } cases[] = {
        {"", ":1: no result file: no header line"},
        {HEAD, ":1: a header line, but no row behind it"},
        {HEAD "1,r1,ma", ":1: a header line, but no row behind it"},
        {HEAD GOOD "1,r1,main\n" GOOD,
         ":3: 3 fields, but the header has 7: none for model"},
        {HEAD GOOD "1,r1,main,a,b,ok,5,6\n", ":3: 8 fields, but the header has 7"},
        {HEAD GOOD "2,r1,main,a,b,ok,5\n",
         ":3: column schema: 2, but this version reads 1"},
        {HEAD GOOD "1,r1,main,a,b,ok,nan\n",
         ":3: column service_ns: 'nan' is not a whole number"},
        {HEAD GOOD "1,r1,main,a,b,ok,inf\n",
         ":3: column service_ns: 'inf' is not a whole number"},
        {HEAD GOOD "1,r1,main,a,b,ok,5ms\n",
         ":3: column service_ns: '5ms' is not a whole number"},
        {HEAD GOOD "1,r1,main,a,b,ok,5.5\n",
         ":3: column service_ns: '5.5' is not a whole number"},
        {HEAD GOOD "1,r1,later,a,b,ok,5\n",
         ":3: column phase: 'later' is not warmup, main or drain"},
        {HEAD GOOD "1,r1,,a,b,ok,5\n",
         ":3: column phase: '' is not warmup, main or drain"},
        {HEAD GOOD "1,r1,main,a,b,,5\n", ":3: column status: it is empty"},
        {HEAD GOOD "1,r1,main,a,b\"b,ok,5\n", ":3: quotation marks out of place"},
        {"model,protocol,status,service_ns\n", ":1: no column phase"},
        {"model,protocol,phase,service_ns\n", ":1: no column status"},
        {"phase,model,protocol,status\n", ":1: no result file: no column service_ns"},
        {"phase,protocol,status,service_ns\n", ":1: no result file: no column model"},
        {"\x1f\x8b\x08\n\xff\xfe\n", ":1: no result file: no column model"},
    };
    char *other = scratch_file(*state, "good.csv", HEAD "1,r2,main,a,b,ok,5\n");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int place = 0; place < 2; place++) {
            struct sides_read read = {.rc = 0};
            char *path = scratch_file(*state, "bad.csv", cases[i].text);
            char *message = od_xasprintf("%s%s", path, cases[i].message);
            sides_read(&read, place == 0 ? path : other, NULL, place == 0 ? other : path,
                       NULL);
            assert_fails(&read, message);
            free(message);
            free(path);
        }
    }
    free(other);
}

static void test_bad_files(void **state)
{
    struct sides_read read = {.rc = 0};
    static const char nul[] = HEAD GOOD "1,r1,ma\0n,a,b,ok,5\n";
    char *good = scratch_file(*state, "good.csv", HEAD "1,r2,main,a,b,ok,5\n");
    char *path = od_path_join(*state, "nul.csv");
    assert_int_equal(od_file_write(path, nul, sizeof nul - 1, NULL), 0);
    char *message = od_xasprintf("%s:3: a NUL byte in a field", path);
    sides_read(&read, good, NULL, path, NULL);
    assert_fails(&read, message);
    free(message);
    free(path);
    path = od_path_join(*state, "none.csv");
    message = od_xasprintf("%s: No such file or directory", path);
    sides_read(&read, path, NULL, good, NULL);
    assert_int_equal(read.rc, -1);
    assert_int_equal(read.err.code, OD_ENOENT);
    assert_string_equal(read.err.msg, message);
    sides_done(&read);
    free(message);
    free(path);
    message = od_xasprintf("%s: Is a directory", (const char *)*state);
    sides_read(&read, *state, NULL, good, NULL);
    assert_int_equal(read.rc, -1);
    assert_int_equal(od_code_exit(read.err.code), 2);
    assert_string_equal(read.err.msg, message);
    sides_done(&read);
    free(message);
    sides_read(&read, "-", NULL, "-", NULL);
    assert_fails(&read, "standard input: given twice");
    /* Columns that were asked for are needed, others are empty. */
    char *bare = scratch_file(*state, "bare.csv",
                              "model,protocol,status,service_ns,phase\na,b,ok,5,main\n");
    sides_read(&read, bare, NULL, good, NULL);
    assert_read(&read);
    assert_string_equal(read.sides.cells[0].id,
                        "model=a,protocol=b,payload=,target=,connection=,batch=,"
                        "concurrency=,rate=");
    sides_done(&read);
    read.options.row = "model,batch";
    message = od_xasprintf("%s:1: no column batch", bare);
    sides_read(&read, bare, NULL, good, NULL);
    assert_fails(&read, message);
    free(message);
    free(bare);
    free(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_col),       cmocka_unit_test(test_col_values),
        cmocka_unit_test(test_pairs),     cmocka_unit_test(test_pairs_wrong),
        cmocka_unit_test(test_same_run),  cmocka_unit_test(test_bad),
        cmocka_unit_test(test_bad_files),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
