/* Runs, units, images and cells get an order, whatever that of rows and files is. */
#include "compare/sides.h"

#include "base/rng.h"
#include "sides_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

/* Runs by their start, repetitions by their first request. */
static void test_units(void **state)
{
    struct made made;
    struct sides_read read = {.rc = 0};
    made_begin(&made, "late");
    made.next.start_unix_ns = 9000;
    made.next.rep = 2;
    made_row(&made);
    made.next.rep = 1;
    made_row(&made);
    made_row(&made);
    made.next.run_id = "early"; /* a second run in the same file */
    made.next.start_unix_ns = 2000;
    made_row(&made);
    char *a = made_end(&made, *state, "a.csv");
    made_begin(&made, NULL); /* the file is the run */
    made.next.start_unix_ns = OD_NONE;
    made_row(&made);
    char *b = made_end(&made, *state, "b.csv");
    made_begin(&made, NULL);
    made.next.start_unix_ns = 500;
    made_row(&made);
    char *c = made_end(&made, *state, "c.csv");
    char *new = plain_file(*state, "d.csv", "r2");
    sides_read(&read, a, b, c, NULL, new, NULL);
    assert_read(&read);
    const struct od_compare_source *source = &read.out.source[OD_BASE];
    assert_int_equal(source->run_ids.count, 4);
    assert_string_equal(source->run_ids.items[0], b);
    assert_string_equal(source->run_ids.items[1], c);
    assert_string_equal(source->run_ids.items[2], "early");
    assert_string_equal(source->run_ids.items[3], "late");
    assert_string_equal(source->label, "a.csv and 2 more");
    assert_int_equal(source->files.count, 3);
    const struct od_cell_rows *rows = &read.sides.cells[0].side[OD_BASE];
    static const struct {
        uint32_t run;
        int64_t rep;
        int64_t start_ns;
        int64_t requests;
    } units[] = {
        {0, 1, 10, 1}, {1, 1, 510, 1}, {2, 1, 2040, 1}, {3, 2, 9010, 1}, {3, 1, 9020, 2}};
    assert_int_equal(rows->unit_count, 5);
    assert_int_equal(rows->runs, 4);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(rows->units[i].run, units[i].run);
        assert_int_equal(rows->units[i].rep, units[i].rep);
        assert_int_equal(rows->units[i].start_ns, units[i].start_ns);
        assert_int_equal(rows->units[i].requests, units[i].requests);
    }
    sides_done(&read);
    free(a);
    free(b);
    free(c);
    free(new);
}

static void test_images(void **state)
{
    struct made made;
    struct sides_read read = {.rc = 0};
    static const struct {
        int64_t id;
        const char *name;
        const char *hash;
    } images[] = {{9, "x.jpg", "aa"},      {OD_NONE, "b.jpg", "bb"},
                  {OD_NONE, "a.jpg", ""},  {OD_NONE, NULL, "cc"},
                  {-3, NULL, "dd"},        {9, "other.jpg", "aa"},
                  {OD_NONE, "b.jpg", "ee"}};
    made_begin(&made, "r1");
    for (size_t i = 0; i < sizeof images / sizeof *images; i++) {
        made.next.image_id = images[i].id;
        made.next.file_name = images[i].name;
        (void)snprintf(made.next.result_hash, sizeof made.next.result_hash, "%s",
                       images[i].hash);
        made.next.service_ns = 100 + (int64_t)i;
        made_row(&made);
    }
    char *a = made_end(&made, *state, "a.csv");
    made_begin(&made, "r2");
    made.next.image_id = 100;
    memcpy(made.next.result_hash, "aa", 3);
    made_row(&made);
    char *b = made_end(&made, *state, "b.csv");
    sides_read(&read, a, NULL, b, NULL);
    assert_read(&read);
    /* anonymous, -3, 9, 100, a.jpg, b.jpg */
    assert_int_equal(read.sides.image_count, 6);
    const struct od_cell_rows *rows = &read.sides.cells[0].side[OD_BASE];
    static const struct {
        int64_t ns;
        uint32_t image;
    } expected[] = {{103, 0}, {104, 1}, {100, 2}, {105, 2}, {102, 4}, {101, 5}, {106, 5}};
    assert_int_equal(rows->count, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(rows->items[i].ns, expected[i].ns);
        assert_int_equal(rows->items[i].image, expected[i].image);
    }
    assert_true(rows->answers[0] > 1 && rows->answers[1] > 1 && rows->answers[2] > 1);
    assert_true(rows->answers[3] == 0 && rows->answers[4] == 0);
    assert_true(rows->answers[5] == 1); /* varies */
    const struct od_cell_rows *other = &read.sides.cells[0].side[OD_NEW];
    assert_int_equal(other->items[0].image, 3);
    assert_true(other->answers[3] == rows->answers[2] && other->answers[2] == 0);
    sides_done(&read);
    free(a);
    free(b);
}

/* Rows of many kinds, as lines in any order. */
static char **make_lines(struct od_rng *rng, const char *run_id, size_t count)
{
    static const char *const models[] = {"ssd", "rfcn", "yolo", "rcnn"};
    char **lines = od_xcalloc(count, sizeof *lines);
    struct made made;
    made_begin(&made, run_id);
    for (size_t i = 0; i < count; i++) {
        od_buf_reset(&made.text);
        made.next.model = models[od_rng_below(rng, 4)];
        made.next.rep = 1 + (int64_t)od_rng_below(rng, 3);
        made.next.image_id =
            od_rng_below(rng, 5) == 0 ? OD_NONE : (int64_t)od_rng_below(rng, 9);
        made.next.file_name = od_rng_below(rng, 2) == 0 ? "b.jpg" : "a.jpg";
        made.next.status = od_rng_below(rng, 8) == 0 ? "reset" : "ok";
        made.next.phase = od_rng_below(rng, 8) == 0 ? "warmup" : "main";
        made.next.seq = 1 + (int64_t)(i / 2);
        made.next.attempt = 1 + (int64_t)(i % 2);
        made.next.service_ns = (int64_t)od_rng_below(rng, 1000) - 5;
        (void)snprintf(made.next.result_hash, sizeof made.next.result_hash, "%d",
                       (int)od_rng_below(rng, 2));
        /* Some requests are sent at the same time. */
        made.next.send_ns = (int64_t)od_rng_below(rng, 50);
        od_csv_row(&made.next, &made.text);
        lines[i] = od_xstrdup(made.text.data);
    }
    od_buf_release(&made.text);
    return lines;
}

static char *write_lines(struct od_rng *rng, const char *folder, const char *name,
                         char **lines, size_t count)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_csv_header(&text);
    size_t *order = od_xcalloc(count, sizeof *order);
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    od_rng_shuffle(rng, order, count);
    for (size_t i = 0; i < count; i++) {
        od_buf_puts(&text, lines[order[i]]);
    }
    free(order);
    char *path = scratch_file(folder, name, text.data);
    od_buf_release(&text);
    return path;
}

static void test_order(void **state)
{
    enum { LINES = 120, FILES = 3 };
    static const char *const names[FILES] = {"a.csv", "b.csv", "c.csv"};
    static const char *const runs[FILES] = {"r1", "r2", "r3"};
    struct od_rng rng;
    char **lines[FILES];
    char *first = NULL;
    od_rng_init(&rng, 20261121, 0);
    for (size_t f = 0; f < FILES; f++) {
        lines[f] = make_lines(&rng, runs[f], LINES);
    }
    for (int round = 0; round < 20; round++) {
        struct sides_read read = {.options = {.ignore = "protocol"}};
        char *path[FILES];
        for (size_t f = 0; f < FILES; f++) {
            path[f] = write_lines(&rng, *state, names[f], lines[f], LINES);
        }
        sides_read(&read, path[round % 2], path[1 - round % 2], NULL, path[2], NULL);
        assert_read(&read);
        char *text = sides_dump(&read, false);
        assert_int_equal(read.sides.count, 4);
        if (first == NULL) {
            first = od_xstrdup(text);
        }
        assert_string_equal(text, first);
        free(text);
        sides_done(&read);
        for (size_t f = 0; f < FILES; f++) {
            free(path[f]);
        }
    }
    free(first);
    for (size_t f = 0; f < FILES; f++) {
        for (size_t i = 0; i < LINES; i++) {
            free(lines[f][i]);
        }
        free(lines[f]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_images),
        cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
