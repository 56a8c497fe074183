/* The stamp log's lines, and what becomes of a full disk. */
#include "server/stamp.h"

#include "base/buf.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_lines(void **state)
{
    (void)state;
    char path[] = "/tmp/od-stamp-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    struct od_stamp_log *log = NULL;
    assert_int_equal(od_stamp_log_open(path, &log, NULL), 0);
    const struct od_stamp stamps[] = {
        {"r-1", "tfs-grpc", 0, 1000, 21000500, {.due_ns = 20001000, .draw_ns = 20000000}},
        {NULL, "tfs-rest", 5, INT64_C(1) << 62, INT64_C(1) << 62, {0}},
        {"a,\"b\"\n", "tfs-rest", 3, 7, 8, {0}},
        {"s", "tfs-rest", 0, 500, 1700, {1600, 400, 600, 77}},
    };
    for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++) {
        od_stamp_log_add(log, &stamps[i]);
    }
    od_stamp_log_add(NULL, &stamps[0]);
    assert_int_equal(od_stamp_log_close(log, NULL), 0);
    struct od_buf text;
    od_buf_init(&text, 4096);
    assert_int_equal(od_file_read(path, &text, NULL), 0);
    assert_string_equal(
        text.data, "id,protocol,code,received_ns,replied_ns,hold_ns,draw_ns,stall_ns,"
                   "epoch_ns\n"
                   "r-1,tfs-grpc,0,1000,21000500,20000000,20000000,0,\n"
                   ",tfs-rest,5,4611686018427387904,4611686018427387904,,,,\n"
                   "\"a,\"\"b\"\"\n\",tfs-rest,3,7,8,,,,\n"
                   "s,tfs-rest,0,500,1700,1100,400,600,77\n");
    od_buf_release(&text);
    (void)unlink(path);
}

static void test_long_id_is_cut(void **state)
{
    (void)state;
    char path[] = "/tmp/od-stamp-XXXXXX";
    (void)close(mkstemp(path));
    char id[4000];
    memset(id, 'x', sizeof id - 1);
    id[sizeof id - 1] = '\0';
    struct od_stamp_log *log = NULL;
    assert_int_equal(od_stamp_log_open(path, &log, NULL), 0);
    od_stamp_log_add(log, &(struct od_stamp){.id = id, .protocol = "p"});
    assert_int_equal(od_stamp_log_close(log, NULL), 0);
    struct od_buf text;
    od_buf_init(&text, 4096);
    assert_int_equal(od_file_read(path, &text, NULL), 0);
    const char *line = strchr(text.data, '\n') + 1;
    assert_int_equal(strspn(line, "x"), 128);
    od_buf_release(&text);
    (void)unlink(path);
}

static void test_full_disk(void **state)
{
    (void)state;
    struct od_err err = {0};
    struct od_stamp_log *log = NULL;
    assert_int_equal(od_stamp_log_open("/dev/full", &log, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    od_err_clear(&err);
    assert_int_equal(od_stamp_log_open("/no/such/folder/log", &log, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_null(log);
    assert_int_equal(od_stamp_log_close(NULL, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_long_id_is_cut),
        cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
