/* The writer thread: nothing lost, nothing torn, in order. */
#include "record/writer.h"

#include "base/clock.h"
#include "record/rows.h"
#include "scratch.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { WORKERS = 4, ROWS = 30000 };

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

struct job {
    struct od_writer *writer;
    int worker;
    int failures;
};

static void *work(void *context)
{
    struct job *job = context;
    for (int i = 0; i < ROWS; i++) {
        struct od_record record;
        struct od_box box = {0, 0, 1, 1, 0.5F, job->worker + 1};
        struct od_boxes boxes = {.items = &box, .count = i % 2 == 0 ? 1 : 0};
        od_record_init(&record);
        record.model = "m";
        record.protocol = "p";
        record.rep = job->worker;
        record.seq = i;
        record.end_ns = i;
        record.width = 10;
        record.height = 10;
        record.service_ns = (int64_t)i * (job->worker + 1);
        job->failures += od_writer_put(job->writer, job->worker, &record, &boxes) != 0;
    }
    return NULL;
}

/* Seven rings full of each of four workers, quicker than they are written. */
static void test_many(void **state)
{
    struct od_err err = {0};
    struct job jobs[WORKERS];
    pthread_t threads[WORKERS];
    char *path = od_path_join(*state, "many.csv");
    char *lines = od_path_join(*state, "many.jsonl");
    struct od_writer_spec spec = {.path = path, .detections = lines, .workers = WORKERS};
    struct od_writer *writer = NULL;
    assert_int_equal(od_writer_open(&spec, &writer, &err), 0);
    for (int i = 0; i < WORKERS; i++) {
        jobs[i] = (struct job){writer, i, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
    }
    for (int i = 0; i < WORKERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(jobs[i].failures, 0);
    }
    assert_int_equal(od_writer_close(writer, &err), 0);
    struct od_rows rows = {0};
    int64_t next[WORKERS] = {0};
    assert_int_equal(od_rows_read(&rows, path, NULL, &err), 0);
    assert_int_equal(rows.count, WORKERS * ROWS);
    for (size_t i = 0; i < rows.count; i++) {
        struct od_record row;
        od_rows_get(&rows, i, &row);
        assert_int_equal(row.seq, next[row.rep]);
        assert_int_equal(row.service_ns, row.seq * (row.rep + 1));
        next[row.rep]++;
    }
    od_rows_release(&rows);
    char *text = scratch_read(lines);
    size_t count = 0;
    for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++) {
        count++;
    }
    assert_int_equal(count, WORKERS * ROWS / 2);
    free(text);
    free(lines);
    free(path);
}

static void test_completion_order(void **state)
{
    /* Put before the writer looks again or after: each ring's rows are in order, and the
     * row that ended first of those waiting comes first. */
    static const int64_t ends[2][3] = {{10, 40, 50}, {20, 30, 60}};
    struct od_err err = {0};
    char *path = od_path_join(*state, "order.csv");
    struct od_writer_spec spec = {.path = path, .workers = 2};
    struct od_writer *writer = NULL;
    assert_int_equal(od_writer_open(&spec, &writer, &err), 0);
    for (int w = 0; w < 2; w++) {
        for (int i = 0; i < 3; i++) {
            struct od_record record;
            od_record_init(&record);
            record.model = "m";
            record.end_ns = ends[w][i];
            assert_int_equal(od_writer_put(writer, w, &record, NULL), 0);
        }
    }
    assert_int_equal(od_writer_close(writer, &err), 0);
    struct od_rows rows = {0};
    assert_int_equal(od_rows_read(&rows, path, NULL, &err), 0);
    assert_int_equal(rows.count, 6);
    int64_t last[2] = {0};
    for (size_t i = 0; i < 6; i++) {
        int64_t end = od_rows_int(&rows, OD_AT_end_ns, i);
        int w = end == 20 || end == 30 || end == 60;
        assert_true(end > last[w]);
        last[w] = end;
    }
    od_rows_release(&rows);
    free(path);
}

static void put_one(struct od_writer *writer, int64_t seq)
{
    struct od_record record;
    struct od_box box = {0, 0, 1, 1, 0.5F, 1};
    struct od_boxes boxes = {.items = &box, .count = 1};
    od_record_init(&record);
    record.model = "m";
    record.width = 10;
    record.height = 10;
    record.seq = seq;
    record.end_ns = seq;
    assert_int_equal(od_writer_put(writer, 0, &record, &boxes), 0);
}

/* Three times into the same files: one header, all rows. The first time the files are
 * not there yet, as after a run that was killed before its first row. */
static void test_append(void **state)
{
    struct od_err err = {0};
    char *path = od_path_join(*state, "more.csv");
    char *lines = od_path_join(*state, "more.jsonl");
    struct od_writer_spec spec = {
        .path = path, .detections = lines, .append = true, .workers = 1};
    for (int64_t i = 1; i <= 3; i++) {
        struct od_writer *writer = NULL;
        assert_int_equal(od_writer_open(&spec, &writer, &err), 0);
        put_one(writer, i);
        assert_int_equal(od_writer_close(writer, &err), 0);
    }
    struct od_rows rows = {0};
    assert_int_equal(od_rows_read(&rows, path, NULL, &err), 0);
    assert_int_equal(rows.count, 3);
    assert_int_equal(od_rows_int(&rows, OD_AT_seq, 2), 3);
    od_rows_release(&rows);
    char *text = scratch_read(lines);
    assert_non_null(strstr(text, "\"seq\":1}\n"));
    assert_non_null(strstr(text, "\"seq\":3}\n"));
    free(text);
    free(lines);
    free(path);
}

/* Without a close: the row reaches the file by itself, its detections before it. */
static void test_flushed_by_itself(void **state)
{
    struct od_err err = {0};
    char *path = od_path_join(*state, "soon.csv");
    char *lines = od_path_join(*state, "soon.jsonl");
    struct od_writer_spec spec = {.path = path, .detections = lines, .workers = 1};
    struct od_writer *writer = NULL;
    assert_int_equal(od_writer_open(&spec, &writer, &err), 0);
    put_one(writer, 1);
    int64_t limit_ns = od_now_ns() + 60000000000;
    for (bool there = false; !there && od_now_ns() < limit_ns;) {
        char *text = scratch_read(path);
        char *boxes = NULL;
        const char *row = strchr(text, '\n');
        there = row != NULL && row[1] != '\0';
        assert_true(!there || text[strlen(text) - 1] == '\n');
        boxes = scratch_read(lines);
        assert_true(!there || strstr(boxes, "\"seq\":1}\n") != NULL);
        free(boxes);
        free(text);
    }
    assert_true(od_now_ns() < limit_ns);
    assert_int_equal(od_writer_close(writer, &err), 0);
    free(lines);
    free(path);
}

static void test_full_disk(void **state)
{
    struct od_err err = {0};
    struct od_writer_spec spec = {.path = "/dev/full", .workers = 1};
    struct od_writer *writer = NULL;
    (void)state;
    assert_int_equal(od_writer_open(&spec, &writer, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_null(writer);
    /* The rows go well, the detections do not: put says so sooner or later. */
    char *path = od_path_join(*state, "fine.csv");
    spec = (struct od_writer_spec){.path = path, .detections = "/dev/full", .workers = 1};
    od_err_clear(&err);
    assert_int_equal(od_writer_open(&spec, &writer, &err), 0);
    struct od_record record;
    struct od_box box = {0, 0, 1, 1, 0.5F, 1};
    struct od_boxes boxes = {.items = &box, .count = 1};
    od_record_init(&record);
    record.width = 1;
    record.height = 1;
    int rc = 0;
    for (int i = 0; i < 100000 && rc == 0; i++) {
        rc = od_writer_put(writer, 0, &record, &boxes);
    }
    assert_int_equal(rc, -1);
    assert_int_equal(od_writer_close(writer, &err), -1);
    assert_non_null(strstr(err.msg, "/dev/full: No space left on device"));
    /* Not one row without its detections. */
    char *text = scratch_read(path);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    free(text);
    free(path);
}

static void test_second_file_refused(void **state)
{
    struct od_err err = {0};
    char *path = od_path_join(*state, "alone.csv");
    char *lines = od_path_join(*state, "none/x.jsonl");
    struct od_writer_spec spec = {.path = path, .detections = lines, .workers = 1};
    struct od_writer *writer = NULL;
    assert_int_equal(od_writer_open(&spec, &writer, &err), -1);
    assert_non_null(strstr(err.msg, "none/x.jsonl: No such file"));
    assert_false(od_file_exists(path));
    free(path);
    free(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many),      cmocka_unit_test(test_completion_order),
        cmocka_unit_test(test_append),    cmocka_unit_test(test_flushed_by_itself),
        cmocka_unit_test(test_full_disk), cmocka_unit_test(test_second_file_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
