/* What of a run stands in its file: three images, two repetitions, one warm-up request.
 */
#include "bench/standing.h"

#include "dataset_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Numbers of a repetition, by hand: warm-up 1, main 2 3 4; then 5, and 6 7 8. */
struct fixture {
    char *folder;
    struct od_dataset *dataset;
    struct od_plan plan;
    struct od_run run;
    int64_t parts[4];
    size_t part_count;
};

static int setup(void **state)
{
    struct fixture *f = od_xcalloc(1, sizeof *f);
    char *paths[3];
    f->folder = scratch_new();
    paths[0] = fixture_image(f->folder, "a.jpg", 8, 8);
    paths[1] = fixture_image(f->folder, "b.jpg", 8, 8);
    paths[2] = fixture_image(f->folder, "c.jpg", 8, 8);
    struct od_dataset_spec spec = {.paths = (const char *const *)paths, .path_count = 3};
    assert_int_equal(od_dataset_open(&spec, &f->dataset, NULL), 0);
    f->plan = (struct od_plan){.client = "me",
                               .dataset = f->dataset,
                               .repetitions = 2,
                               .warmup = 1,
                               .iterations = 1,
                               .order = OD_ORDER_SEQUENTIAL};
    assert_int_equal(od_plan_add_target(&f->plan, "127.0.0.1", NULL), 0);
    assert_int_equal(od_plan_add_model(&f->plan, "m", NULL), 0);
    assert_int_equal(od_plan_add_protocol(&f->plan, "grpc", NULL), 0);
    od_plan_add_concurrency(&f->plan, 1);
    f->run = (struct od_run){.plan = &f->plan, .run_id = "r"};
    assert_int_equal(od_plan_cells(&f->plan, &f->run.cells, &f->run.cell_count, NULL), 0);
    assert_int_equal(f->run.cell_count, 1);
    for (int i = 0; i < 3; i++) {
        free(paths[i]);
    }
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    free(f->run.cells);
    od_plan_release(&f->plan);
    od_dataset_close(f->dataset);
    scratch_free(f->folder);
    free(f);
    return 0;
}

struct row {
    int64_t rep;
    int64_t seq;
    const char *phase;
    const char *status;
    int64_t attempt;
    const char *hash;
};

static char *write_rows(const struct fixture *f, const struct row *rows, size_t count)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_csv_header(&text);
    for (size_t i = 0; i < count; i++) {
        struct od_record record;
        int64_t at = 1000 * ((int64_t)i + 1);
        od_record_init(&record);
        record.run_id = "r";
        record.cell_id = "c001";
        record.model = "m";
        record.protocol = "tfs-grpc";
        record.rep = rows[i].rep;
        record.seq = rows[i].seq;
        record.phase = rows[i].phase;
        record.status = rows[i].status;
        record.attempt = rows[i].attempt;
        record.weights = "fixed";
        record.sched_ns = at;
        record.send_ns = at + 10;
        record.end_ns = at + 110;
        record.service_ns = 100 + (int64_t)i;
        record.conn_id = rows[i].rep;
        if (rows[i].hash != NULL) {
            record.detections = 0; /* "dd" is the answer with a box */
            record.max_score = strcmp(rows[i].hash, "dd") == 0 ? 0.25 : record.max_score;
            (void)snprintf(record.result_hash, sizeof record.result_hash, "%s",
                           rows[i].hash);
        }
        od_csv_row(&record, &text);
    }
    char *path = scratch_file(f->folder, "rows.csv", text.data);
    od_buf_release(&text);
    return path;
}

static int read_rows(struct fixture *f, const struct row *rows, size_t count,
                     struct od_verify *verify, struct od_standing *out,
                     struct od_err *err)
{
    char *path = write_rows(f, rows, count);
    struct od_standing_files files = {
        .rows = path, .parts = f->parts, .part_count = f->part_count};
    int rc = od_standing_read(&f->run, &files, verify, out, err);
    free(path);
    return rc;
}

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static void test_partly_done(void **state)
{
    static const struct row rows[] = {
        {1, 1, "warmup", "ok", 1, NULL}, {1, 2, "main", "ok", 1, NULL},
        {1, 4, "main", "ok", 1, NULL},   {1, 3, "drain", "cancelled", 1, NULL},
        {1, 9, "warmup", "ok", 1, NULL},
    };
    struct fixture *f = *state;
    struct od_standing s;
    struct od_err err = {0};
    assert_int_equal(read_rows(f, rows, COUNT(rows), NULL, &s, &err), 0);
    assert_int_equal(s.rows, 5);
    assert_int_equal(s.failed, 0);
    assert_int_equal(s.last_end_ns, 5110);
    assert_int_equal(s.last_conn_id, 1);
    /* The plan has 8 numbers, and 9 is taken. */
    assert_int_equal(s.next_seq, 10);
    struct od_missing first = od_standing_missing(&s, 1, 0, 3);
    assert_true(first.touched);
    assert_int_equal(first.count, 1);
    assert_int_equal(first.todo[0], 1);
    struct od_missing second = od_standing_missing(&s, 2, 0, 3);
    assert_false(second.touched);
    assert_null(second.todo);
    assert_int_equal(second.count, 3);
    assert_true(od_standing_begun(&s, 1, 0));
    assert_false(od_standing_begun(&s, 2, 0));
    assert_false(od_standing_begun(NULL, 1, 0));
    /* What counts, and the block as far as its rows tell. */
    const struct od_cell_result *result = &s.results[0];
    assert_int_equal(result->samples.count, 2);
    assert_string_equal(result->weights, "fixed");
    assert_int_equal(result->block_count, 1);
    assert_int_equal(result->blocks[0].sent, 2);
    assert_int_equal(result->blocks[0].counted, 2);
    assert_int_equal(result->blocks[0].begin_ns, 2000);
    assert_int_equal(result->blocks[0].end_ns, 3110);
    /* Type 7 of 101 and 102, rounded half up. */
    assert_int_equal(result->blocks[0].median_ns, 102);
    assert_true(result->blocks[0].machine.busy_ratio < 0);
    free(first.todo);
    od_standing_release(&s);
}

/* The same block four times: from the begin, after two pauses, and a part without rows.
 */
static void test_parts(void **state)
{
    static const struct row rows[] = {
        {1, 1, "warmup", "reset", 1, NULL},  {1, 2, "main", "ok", 1, NULL},
        {1, 9, "warmup", "ok", 1, NULL},     {1, 3, "main", "ok", 1, NULL},
        {1, 10, "warmup", "reset", 1, NULL}, {1, 4, "main", "reset", 1, NULL},
    };
    struct fixture *f = *state;
    struct od_standing s;
    f->parts[0] = 2;
    f->parts[1] = 4;
    f->parts[2] = 4;
    f->part_count = 3;
    assert_int_equal(read_rows(f, rows, COUNT(rows), NULL, &s, NULL), 0);
    const struct od_cell_result *result = &s.results[0];
    assert_int_equal(result->block_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(result->blocks[i].rep, 1);
        assert_int_equal(result->blocks[i].begin_ns, 2000 * (int64_t)(i + 1));
        assert_int_equal(result->blocks[i].end_ns, 2000 * (int64_t)(i + 1) + 110);
        assert_int_equal(result->blocks[i].sent, 1);
    }
    assert_int_equal(result->samples.count, 2);
    /* Requests of the warm-up fail too; in the cell only those of the main phase count.
     */
    assert_int_equal(s.failed, 3);
    assert_int_equal(result->failed, 1);
    struct od_missing left = od_standing_missing(&s, 1, 0, 3);
    assert_int_equal(left.count, 0);
    free(left.todo);
    od_standing_release(&s);
}

static void test_empty_and_done(void **state)
{
    static const struct row rows[] = {
        {2, 6, "main", "ok", 1, NULL},
        {2, 7, "main", "invalid", 1, NULL},
        {2, 8, "main", "grpc_error", 1, NULL},
        {1, 1, "warmup", "ok", 1, NULL},
    };
    struct fixture *f = *state;
    struct od_standing s;
    struct od_err err = {0};
    assert_int_equal(read_rows(f, rows, 0, NULL, &s, &err), 0);
    assert_int_equal(s.rows, 0);
    assert_int_equal(s.next_seq, 9);
    assert_false(od_standing_begun(&s, 1, 0));
    od_standing_release(&s);
    assert_int_equal(read_rows(f, rows, COUNT(rows), NULL, &s, &err), 0);
    assert_int_equal(s.failed, 2);
    assert_int_equal(s.results[0].failed, 2);
    struct od_missing second = od_standing_missing(&s, 2, 0, 3);
    assert_int_equal(second.count, 0);
    /* Warm-up alone: all is left, but its numbers are used. */
    struct od_missing first = od_standing_missing(&s, 1, 0, 3);
    assert_true(first.touched);
    assert_null(first.todo);
    assert_int_equal(first.count, 3);
    free(second.todo);
    od_standing_release(&s);
}

static void test_retries(void **state)
{
    /* With one retry: answered at once; at the second attempt; failed twice; between two
     * attempts; failed in a way that is not tried again. */
    static const struct row rows[] = {
        {1, 2, "main", "ok", 1, NULL},      {1, 3, "main", "connect", 1, NULL},
        {1, 3, "main", "ok", 2, NULL},      {1, 4, "main", "timeout", 1, NULL},
        {1, 4, "main", "timeout", 2, NULL}, {2, 6, "main", "reset", 1, NULL},
        {2, 7, "main", "decode", 1, NULL},
    };
    struct fixture *f = *state;
    struct od_standing s;
    struct od_err err = {0};
    f->plan.pace.retries = 1;
    assert_int_equal(read_rows(f, rows, COUNT(rows), NULL, &s, &err), 0);
    struct od_missing first = od_standing_missing(&s, 1, 0, 3);
    struct od_missing second = od_standing_missing(&s, 2, 0, 3);
    assert_int_equal(first.count, 0);
    assert_int_equal(second.count, 2);
    assert_int_equal(second.todo[0], 0);
    assert_int_equal(second.todo[1], 2);
    assert_int_equal(s.failed, 2);
    assert_int_equal(s.results[0].blocks[0].sent, 3);
    free(first.todo);
    free(second.todo);
    od_standing_release(&s);
}

static void test_paper(void **state)
{
    /* Two requests an image, the first a warm-up row; no warm-up before: 6 numbers a
     * repetition. */
    static const struct row rows[] = {
        {1, 1, "warmup", "ok", 1, NULL},
        {1, 2, "main", "ok", 1, NULL},
        {1, 3, "warmup", "ok", 1, NULL},
    };
    struct fixture *f = *state;
    struct od_standing s;
    struct od_err err = {0};
    f->plan.paper = true;
    f->plan.iterations = 2;
    assert_int_equal(read_rows(f, rows, COUNT(rows), NULL, &s, &err), 0);
    struct od_missing first = od_standing_missing(&s, 1, 0, 6);
    assert_int_equal(first.count, 3);
    assert_int_equal(first.todo[0], 3);
    assert_int_equal(s.results[0].samples.count, 1);
    assert_int_equal(s.next_seq, 13);
    free(first.todo);
    od_standing_release(&s);
}

static void test_answers(void **state)
{
    static const struct row rows[] = {
        {1, 2, "main", "ok", 1, "aa"}, {1, 3, "main", "ok", 1, "bb"},
        {2, 6, "main", "ok", 1, "aa"}, {2, 7, "main", "ok", 1, "bc"},
        {2, 8, "main", "ok", 1, "dd"},
    };
    struct fixture *f = *state;
    struct od_standing s;
    struct od_err err = {0};
    struct od_buf text;
    struct od_verify *verify = od_verify_new(f->run.cells, 1, 3);
    assert_int_equal(read_rows(f, rows, COUNT(rows), verify, &s, &err), 0);
    assert_int_equal(od_verify_differing(verify, 0), 1);
    assert_int_equal(s.results[0].found.boxed, 1);
    assert_int_equal(s.results[0].found.empty, 4);
    od_buf_init(&text, 0);
    od_verify_describe(verify, f->dataset, 0, &text);
    assert_non_null(strstr(text.data, "b.jpg"));
    od_buf_release(&text);
    od_verify_free(verify);
    od_standing_release(&s);
}

static void test_not_of_this_run(void **state)
{
    static const struct {
        struct row row;
        const char *message;
    } cases[] = {
        {{3, 2, "main", "ok", 1, NULL},
         "not a row of this plan: cell 'c001', repetition 3"},
        {{0, 2, "main", "ok", 1, NULL}, "repetition 0, number 2"},
        {{1, 0, "main", "ok", 1, NULL}, "number 0"},
        {{1, 5, "main", "ok", 1, NULL}, "number 5 is not one of cell c001, repetition 1"},
        {{2, 9, "main", "ok", 1, NULL}, "number 9 is not one of cell c001, repetition 2"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct od_standing s;
        struct od_err err = {0};
        assert_int_equal(read_rows(f, &cases[i].row, 1, NULL, &s, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_non_null(strstr(err.msg, "rows.csv:2: "));
        assert_non_null(strstr(err.msg, cases[i].message));
        od_standing_release(&s);
    }
    struct od_standing s;
    struct od_err err = {0};
    f->run.run_id = "other";
    assert_int_equal(read_rows(f, &cases[0].row, 1, NULL, &s, &err), -1);
    assert_non_null(strstr(err.msg, "a row of another run: 'r', not 'other'"));
    od_standing_release(&s);
    f->run.run_id = "r";
    f->plan.pace.duration_ns = 1000000000;
    od_err_clear(&err);
    assert_int_equal(read_rows(f, &cases[0].row, 1, NULL, &s, &err), -1);
    assert_non_null(strstr(err.msg, "not known ahead"));
    od_standing_release(&s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_partly_done),     TEST(test_parts), TEST(test_empty_and_done),
        TEST(test_retries),         TEST(test_paper), TEST(test_answers),
        TEST(test_not_of_this_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
