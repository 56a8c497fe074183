/* Whole rows into a file, also when the disk is full. */
#include "record/sink.h"

#include "scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
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

static void put(struct od_sink *sink, const char *row)
{
    od_buf_puts(&sink->buf, row);
    od_sink_row(sink);
}

static void test_rows(void **state)
{
    struct od_sink sink;
    struct od_err err = {0};
    char *path = od_path_join(*state, "rows.csv");
    assert_int_equal(od_sink_open(&sink, path, OD_SINK_NEW, &err), 0);
    put(&sink, "a\n");
    put(&sink, "b\n");
    assert_int_equal(od_sink_flush(&sink), 0);
    put(&sink, "c\n");
    assert_int_equal(od_sink_close(&sink, &err), 0);
    char *text = scratch_read(path);
    assert_string_equal(text, "a\nb\nc\n");
    free(text);
    /* The same name again: refused, then replaced. */
    assert_int_equal(od_sink_open(&sink, path, OD_SINK_NEW, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_non_null(strstr(err.msg, "rows.csv: exists already; --force replaces it"));
    od_err_clear(&err);
    assert_int_equal(od_sink_open(&sink, path, OD_SINK_REPLACE, &err), 0);
    assert_int_equal(od_sink_close(&sink, &err), 0);
    text = scratch_read(path);
    assert_string_equal(text, "");
    free(text);
    free(path);
}

/* Behind what is there; a failure cuts back to the end of the last whole row. */
static void test_append(void **state)
{
    struct od_sink sink;
    struct od_err err = {0};
    struct rlimit before;
    char *path = scratch_file(*state, "more.csv", "a\nb\n");
    assert_int_equal(od_sink_open(&sink, path, OD_SINK_APPEND, &err), 0);
    assert_int_equal(sink.whole_bytes, 4);
    put(&sink, "c\n");
    assert_int_equal(od_sink_close(&sink, &err), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    struct rlimit small = {.rlim_cur = 9, .rlim_max = before.rlim_max};
    assert_int_equal(od_sink_open(&sink, path, OD_SINK_APPEND, &err), 0);
    put(&sink, "d\n");
    put(&sink, "e\n");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int closed = od_sink_close(&sink, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, handler);
    assert_int_equal(closed, -1);
    char *text = scratch_read(path);
    assert_string_equal(text, "a\nb\nc\nd\n");
    free(text);
    free(path);
}

static void test_drop(void **state)
{
    struct od_sink sink;
    struct od_err err = {0};
    char *path = od_path_join(*state, "dropped.csv");
    assert_int_equal(od_sink_open(&sink, path, OD_SINK_NEW, &err), 0);
    put(&sink, "a\n");
    assert_int_equal(od_sink_flush(&sink), 0);
    put(&sink, "b\n");
    od_sink_drop(&sink);
    put(&sink, "c\n");
    assert_int_equal(od_sink_close(&sink, &err), 0);
    char *text = scratch_read(path);
    assert_string_equal(text, "a\n");
    free(text);
    free(path);
}

static void test_no_folder(void **state)
{
    struct od_sink sink;
    struct od_err err = {0};
    char *path = od_path_join(*state, "none/rows.csv");
    assert_int_equal(od_sink_open(&sink, path, OD_SINK_NEW, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_non_null(strstr(err.msg, "No such file or directory"));
    free(path);
}

/* A limit on the size of files stands for the full disk: a write gets short, the next
 * fails. */
static void test_full(void **state)
{
    struct od_sink sink;
    struct od_err err = {0};
    struct rlimit before;
    char *path = od_path_join(*state, "full.csv");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    struct rlimit small = {.rlim_cur = 10, .rlim_max = before.rlim_max};
    assert_int_equal(od_sink_open(&sink, path, OD_SINK_NEW, &err), 0);
    put(&sink, "12\n");
    assert_int_equal(od_sink_flush(&sink), 0);
    put(&sink, "34\n");
    put(&sink, "\"5\n6\"\n");
    put(&sink, "78\n");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int flushed = od_sink_flush(&sink);
    put(&sink, "9\n");
    int again = od_sink_flush(&sink);
    int closed = od_sink_close(&sink, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, handler);
    assert_int_equal(flushed, -1);
    assert_int_equal(again, -1);
    assert_int_equal(closed, -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_non_null(strstr(err.msg, "full.csv: File too large"));
    /* Ten bytes would end inside the row with the quoted line break. */
    char *text = scratch_read(path);
    assert_string_equal(text, "12\n34\n");
    free(text);
    free(path);
}

static void test_device(void **state)
{
    struct od_sink sink;
    struct od_err err = {0};
    (void)state;
    assert_int_equal(od_sink_open(&sink, "/dev/full", OD_SINK_NEW, &err), 0);
    put(&sink, "a\n");
    assert_int_equal(od_sink_close(&sink, &err), -1);
    assert_string_equal(err.msg,
                        "/dev/full: No space left on device; the rows before are valid");
}

static void test_discard(void **state)
{
    struct od_sink sink;
    struct od_err err = {0};
    char *path = od_path_join(*state, "gone.csv");
    assert_int_equal(od_sink_open(&sink, path, OD_SINK_NEW, &err), 0);
    od_sink_discard(&sink);
    assert_false(od_file_exists(path));
    free(scratch_file(*state, "gone.csv", "kept"));
    assert_int_equal(od_sink_open(&sink, path, OD_SINK_REPLACE, &err), 0);
    od_sink_discard(&sink);
    assert_true(od_file_exists(path));
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),    cmocka_unit_test(test_no_folder),
        cmocka_unit_test(test_full),    cmocka_unit_test(test_device),
        cmocka_unit_test(test_discard), cmocka_unit_test(test_append),
        cmocka_unit_test(test_drop),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
