/* The accuracy of a cell: which images, which requests, which detections. */
#include "accuracy/join.h"

#include "scratch.h"
#include "table_rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Two images with an object each, a third without any, a fourth that nobody sends. */
static const char annotations[] =
    "{\"images\":[{\"id\":1,\"file_name\":\"1.jpg\"},{\"id\":2,\"file_name\":\"2.jpg\"},"
    "{\"id\":3,\"file_name\":\"3.jpg\"},{\"id\":4,\"file_name\":\"4.jpg\"}],"
    "\"annotations\":["
    "{\"id\":1,\"image_id\":1,\"category_id\":7,\"bbox\":[0,0,50,50],\"area\":2000,"
    "\"iscrowd\":0},"
    "{\"id\":2,\"image_id\":2,\"category_id\":7,\"bbox\":[0,0,50,50]},"
    "{\"id\":3,\"image_id\":4,\"category_id\":8,\"bbox\":[0,0,9,9],\"iscrowd\":1}],"
    "\"categories\":[{\"id\":7,\"name\":\"dog\"},{\"id\":8,\"name\":\"cat\"}]}";

static void read_annotations(struct od_truths *truths)
{
    struct od_err err = {0};
    char *folder = scratch_new();
    char *path = scratch_file(folder, "a.json", annotations);
    assert_int_equal(od_truths_read(truths, path, &err), 0);
    free(path);
    scratch_free(folder);
}

static void truths(void **state)
{
    (void)state;
    struct od_truths t = {0};
    read_annotations(&t);
    assert_int_equal(t.count, 3);
    assert_int_equal(t.image_count, 4);
    assert_int_equal(t.category_count, 2);
    assert_int_equal(t.category_ids[1], 8);
    assert_true(t.items[0].area == 2000 && !t.items[0].crowd);
    assert_true(t.items[1].area == 2500);
    assert_true(t.items[2].crowd && t.items[2].image_id == 4);
    od_truths_release(&t);
    struct od_err err = {0};
    assert_int_equal(od_truths_read(&t, "/nowhere.json", &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    od_truths_release(&t);
}

static struct od_record *add(struct made_rows *rows, int64_t image_id, int64_t seq)
{
    struct od_record *row = add_row(rows, "client", "edge", "m", 1);
    row->run_id = "r";
    row->cell_id = "c";
    row->image_id = image_id;
    row->seq = seq;
    return row;
}

/* Category 7; the same box as the object's, moved by move. */
static void find(struct od_recorded *recorded, int64_t image_id, int64_t seq, double move)
{
    recorded->items = od_xgrow(recorded->items, recorded->count, &recorded->capacity,
                               sizeof *recorded->items);
    recorded->items[recorded->count++] = (struct od_detection_line){
        .found = {image_id, 7, {move, 0, 50, 50}, 0.5},
        .run_id = "r",
        .cell_id = "c",
        .seq = seq,
    };
}

static struct od_coco_eval *evaluate(const struct od_recorded *recorded,
                                     const struct od_truths *truths,
                                     const struct od_rows *rows, const char *run_id,
                                     const char *cell_id)
{
    const struct od_joined_cell of = {rows, run_id, cell_id, NULL};
    return od_cell_accuracy(recorded, truths, &of);
}

static double map_of(const struct od_recorded *recorded, const struct od_rows *rows)
{
    struct od_truths t = {0};
    double stats[OD_COCO_STATS];
    read_annotations(&t);
    struct od_coco_eval *eval = evaluate(recorded, &t, rows, "r", "c");
    assert_non_null(eval);
    od_coco_eval_stats(eval, stats);
    od_coco_eval_free(eval);
    od_truths_release(&t);
    return stats[OD_COCO_AP];
}

static void only_what_was_sent(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    struct od_recorded recorded = {0};
    (void)add(&rows, 1, 10);
    (void)add(&rows, 3, 11);
    (void)add(&rows, 99, 12);
    find(&recorded, 1, 10, 0);
    find(&recorded, 99, 12, 0);
    /* The object of image 2 was not looked for. */
    assert_true(fabs(map_of(&recorded, rows_of(&rows)) - 1) < 1e-9);
    /* Once it is, half of the objects are found: 51 of 101 recalls. */
    (void)add(&rows, 2, 13);
    assert_true(fabs(map_of(&recorded, rows_of(&rows)) - 51 / 101.0) < 1e-9);
    made_rows_release(&rows);
    free(recorded.items);
}

/* Later requests of the same image, other cells, other runs, warm-up and failures. */
static void only_the_first_request(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    struct od_recorded recorded = {0};
    (void)add(&rows, 1, 20);
    (void)add(&rows, 1, 10);
    find(&recorded, 1, 20, 40);
    find(&recorded, 1, 10, 0);
    assert_true(fabs(map_of(&recorded, rows_of(&rows)) - 1) < 1e-9);
    add(&rows, 1, 1)->phase = "warmup";
    add(&rows, 1, 2)->status = "timeout";
    add(&rows, 2, 3)->cell_id = "other";
    add(&rows, 2, 4)->run_id = "other";
    find(&recorded, 1, 1, 40);
    find(&recorded, 1, 2, 40);
    find(&recorded, 1, 10, 40);
    recorded.items[recorded.count - 1].cell_id = "other";
    find(&recorded, 1, 10, 40);
    recorded.items[recorded.count - 1].run_id = "other";
    assert_true(fabs(map_of(&recorded, rows_of(&rows)) - 1) < 1e-9);
    made_rows_release(&rows);
    free(recorded.items);
}

static void nothing_found_and_nothing_sent(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    struct od_recorded recorded = {0};
    struct od_truths t = {0};
    (void)add(&rows, 1, 10);
    assert_true(fabs(map_of(&recorded, rows_of(&rows))) < 1e-9);
    read_annotations(&t);
    assert_null(evaluate(&recorded, &t, rows_of(&rows), "r", "none"));
    assert_null(evaluate(&recorded, &t, rows_of(&rows), NULL, "c"));
    const struct od_truths empty = {0};
    assert_null(evaluate(&recorded, &empty, rows_of(&rows), "r", "c"));
    od_truths_release(&t);
    made_rows_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truths),
        cmocka_unit_test(only_what_was_sent),
        cmocka_unit_test(only_the_first_request),
        cmocka_unit_test(nothing_found_and_nothing_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
