/* The figures of a cell, made once, with their interval. */
#include "accuracy/accuracy.h"

#include "scratch.h"
#include "table_rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { IMAGES = 40 };

static char *folder;
static struct od_accuracy accuracy;
static struct made_rows rows;
static char names[IMAGES][16];

/* One object an image; cell "c" finds it in 30 of 40, "d" answers the same, "e" finds
 * all.
 */
static void put_files(void)
{
    struct od_buf notes;
    struct od_buf lines;
    od_buf_init(&notes, 0);
    od_buf_init(&lines, 0);
    for (int i = 0; i < IMAGES; i++) {
        od_buf_printf(&notes, "%s{\"id\":%d,\"file_name\":\"%d.jpg\"}",
                      i == 0 ? "{\"images\":[" : ",", i + 1, i);
    }
    for (int i = 0; i < IMAGES; i++) {
        od_buf_printf(&notes,
                      "%s{\"image_id\":%d,\"category_id\":3,\"bbox\":[10,10,40,40],"
                      "\"area\":1600,\"id\":%d}",
                      i == 0 ? "],\"annotations\":[" : ",", i + 1, i + 1);
        for (const char *cell = "cde"; *cell != '\0'; cell++) {
            od_buf_printf(&lines,
                          "{\"category_id\":3,\"image_id\":%d,\"bbox\":[%d,10,40,40],"
                          "\"score\":0.%d,\"run_id\":\"r\",\"cell_id\":\"%c\",\"seq\":1}"
                          "\n",
                          i + 1, i % 4 == 0 && *cell != 'e' ? 200 : 10, 50 + i, *cell);
        }
    }
    od_buf_puts(&notes, "]}");
    free(scratch_file(folder, "notes.json", notes.data));
    free(scratch_file(folder, "r.detections.jsonl", lines.data));
    od_buf_release(&notes);
    od_buf_release(&lines);
}

static void put_rows(void)
{
    static const char *const cells[] = {"c", "d", "e"};
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < IMAGES; i++) {
            struct od_record *record = add_row(&rows, "a", "a", "m", 1000);
            (void)snprintf(names[i], sizeof names[0], "%d.jpg", i);
            record->run_id = "r";
            record->cell_id = cells[k];
            record->seq = 1;
            record->image_id = i + 1;
            record->file_name = names[i];
        }
    }
}

static int set_up(void **state)
{
    (void)state;
    folder = scratch_new();
    put_files();
    put_rows();
    char *path = od_path_join(folder, "r.csv");
    char *notes = od_path_join(folder, "notes.json");
    int rc = od_accuracy_add(&accuracy, path, NULL);
    assert_null(od_accuracy_cell(&accuracy, rows_of(&rows), "r", "c", NULL));
    rc = rc == 0 ? od_accuracy_annotate(&accuracy, notes, NULL) : rc;
    free(path);
    free(notes);
    return rc;
}

static int tear_down(void **state)
{
    (void)state;
    od_accuracy_release(&accuracy);
    made_rows_release(&rows);
    rows = (struct made_rows){0};
    scratch_free(folder);
    return 0;
}

static const struct od_evaluated *cell(const char *id, const char *image)
{
    return od_accuracy_cell(&accuracy, rows_of(&rows), "r", id, image);
}

static void figures_and_their_interval(void **state)
{
    (void)state;
    const struct od_evaluated *found = cell("c", NULL);
    assert_int_equal(found->images, IMAGES);
    assert_int_equal(found->found, IMAGES);
    double ap = found->stats[OD_COCO_AP];
    assert_true(ap > 0.5 && ap < 0.75);
    assert_true(found->low < ap && ap < found->high);
    assert_true(found->low > ap - 0.25 && found->high < ap + 0.25);
    /* Everything found: whatever is drawn, it is found. */
    found = cell("e", NULL);
    assert_true(fabs(found->stats[OD_COCO_AP] - 1) < 1e-12);
    assert_true(fabs(found->low - 1) < 1e-12 && fabs(found->high - 1) < 1e-12);
}

static void each_is_made_once(void **state)
{
    (void)state;
    const struct od_evaluated *found = cell("c", NULL);
    const struct od_evaluated *same = cell("d", NULL);
    assert_ptr_equal(found, cell("c", NULL));
    assert_ptr_not_equal(found, same);
    assert_memory_equal(found->stats, same->stats, sizeof found->stats);
    assert_true(found->low >= same->low && found->low <= same->low);
}

static void one_image_has_no_interval(void **state)
{
    (void)state;
    const struct od_evaluated *found = cell("c", "1.jpg");
    assert_int_equal(found->images, 1);
    assert_true(fabs(found->stats[OD_COCO_AP] - 1) < 1e-12);
    assert_true(isnan(found->low) && isnan(found->high));
    assert_true(fabs(cell("c", "4.jpg")->stats[OD_COCO_AP]) < 1e-12);
    assert_int_equal(cell("c", "none.jpg")->images, 0);
}

static void what_is_not_known(void **state)
{
    (void)state;
    assert_null(od_accuracy_cell(&accuracy, rows_of(&rows), "other", "c", NULL));
    assert_null(od_accuracy_cell(&accuracy, rows_of(&rows), NULL, "c", NULL));
    assert_null(od_accuracy_cell(NULL, rows_of(&rows), "r", "c", NULL));
    assert_int_equal(cell("f", NULL)->images, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(figures_and_their_interval, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_is_made_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_image_has_no_interval, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_known, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
