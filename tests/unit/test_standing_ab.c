/* What of a run in pairs stands in its file: three images, two repetitions, one warm-up
 * request.
 */
#include "bench/standing.h"

#include "dataset_fixture.h"
#include "record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Numbers of a repetition, by hand: base 1, and 2 3 4; other 5, and 6 7 8; then 9 to 16.
 */
struct fixture {
    char *folder;
    struct od_dataset *dataset;
    struct od_plan plan;
    struct od_run run;
};

static int setup(void **state)
{
    struct fixture *f = od_xcalloc(1, sizeof *f);
    static const char *const names[] = {"a.jpg", "b.jpg", "c.jpg"};
    char *paths[3];
    f->folder = scratch_new();
    for (int i = 0; i < 3; i++) {
        paths[i] = fixture_image(f->folder, names[i], 8, 8);
    }
    struct od_dataset_spec spec = {.paths = (const char *const *)paths, .path_count = 3};
    assert_int_equal(od_dataset_open(&spec, &f->dataset, NULL), 0);
    f->plan = (struct od_plan){.dataset = f->dataset,
                               .repetitions = 2,
                               .warmup = 1,
                               .iterations = 1,
                               .ab = true};
    assert_int_equal(od_plan_add_side(&f->plan, "A=127.0.0.1", NULL), 0);
    assert_int_equal(od_plan_add_side(&f->plan, "B=127.0.0.1", NULL), 0);
    assert_int_equal(od_plan_add_model(&f->plan, "m", NULL), 0);
    assert_int_equal(od_plan_add_protocol(&f->plan, "grpc", NULL), 0);
    od_plan_add_concurrency(&f->plan, 1);
    f->run = (struct od_run){.plan = &f->plan, .run_id = "r"};
    assert_int_equal(od_plan_cells(&f->plan, &f->run.cells, &f->run.cell_count, NULL), 0);
    assert_int_equal(f->run.cell_count, 2);
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
    const char *cell;
    int64_t rep;
    int64_t seq;
    const char *phase;
    const char *status;
};

/* Row i begins at 1000 i. */
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
        record.cell_id = rows[i].cell;
        record.rep = rows[i].rep;
        record.seq = rows[i].seq;
        record.phase = rows[i].phase;
        record.status = rows[i].status;
        record.attempt = 1;
        record.sched_ns = at;
        record.send_ns = at;
        record.end_ns = at + 100;
        record.service_ns = 100;
        od_csv_row(&record, &text);
    }
    char *path = scratch_file(f->folder, "rows.csv", text.data);
    od_buf_release(&text);
    return path;
}

static void sides_are_read_side_by_side(void **state)
{
    static const struct row rows[] = {
        {"c002", 1, 5, "warmup", "ok"}, {"c001", 1, 1, "warmup", "ok"},
        {"c001", 1, 2, "main", "ok"},   {"c002", 1, 6, "main", "ok"},
        {"c002", 1, 7, "main", "ok"},   {"c001", 1, 3, "main", "reset"},
        {"c001", 1, 4, "main", "ok"},   {"c002", 1, 8, "drain", "cancelled"},
        {"c001", 2, 9, "warmup", "ok"}, {"c001", 2, 10, "main", "ok"}};
    struct fixture *f = *state;
    struct od_standing s;
    char *path = write_rows(f, rows, sizeof rows / sizeof *rows);
    struct od_standing_files files = {.rows = path};
    assert_int_equal(od_standing_read(&f->run, &files, NULL, &s, NULL), 0);
    assert_int_equal(s.rows, 10);
    assert_int_equal(s.failed, 1);
    assert_int_equal(s.next_seq, 17);
    /* One block of each side in the first repetition, not one for every change of sides.
     */
    const struct od_cell_result *a = &s.results[0];
    const struct od_cell_result *b = &s.results[1];
    assert_int_equal(a->block_count, 2);
    assert_int_equal(a->blocks[0].sent, 3);
    assert_int_equal(a->blocks[0].counted, 2);
    assert_int_equal(a->blocks[0].begin_ns, 3000);
    assert_int_equal(a->blocks[0].end_ns, 7100);
    assert_int_equal(a->blocks[1].rep, 2);
    assert_int_equal(a->failed, 1);
    assert_int_equal(b->block_count, 1);
    assert_int_equal(b->blocks[0].counted, 2);
    assert_int_equal(b->blocks[0].begin_ns, 4000);
    assert_int_equal(b->blocks[0].end_ns, 5100);
    struct od_missing left[2][2];
    for (size_t cell = 0; cell < 2; cell++) {
        for (int64_t rep = 1; rep <= 2; rep++) {
            left[cell][rep - 1] = od_standing_missing(&s, rep, cell, 3);
        }
    }
    assert_int_equal(left[0][0].count, 0);
    assert_int_equal(left[1][0].count, 1);
    assert_int_equal(left[1][0].todo[0], 2);
    assert_int_equal(left[0][1].count, 2);
    assert_false(left[1][1].touched);
    for (size_t i = 0; i < 4; i++) {
        free(left[i / 2][i % 2].todo);
    }
    od_standing_release(&s);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sides_are_read_side_by_side, setup, teardown),
    };
    return cmocka_run_group_tests_name("standing_ab", tests, NULL, NULL);
}
