/* Thirds of images by file size and objects, and regressions that have too little. */
#include "table/specs.h"

#include "table_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const struct od_table_choice no_choice = {.digits = -1};

static struct od_table build(const char *name, const struct od_rows *rows)
{
    struct od_table table = {0};
    struct od_err err = {0};
    assert_int_equal(
        od_table_build(od_table_spec_find(name), rows, &no_choice, &table, &err), 0);
    return table;
}

/* Image i has bytes[i] and objects[i]; latency is bytes + 1000 objects. */
static void add_images(struct made_rows *rows, const int64_t *bytes,
                       const int64_t *objects, size_t count)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    for (size_t i = 0; i < count; i++) {
        struct od_record *r = add_row(rows, "c", "c", "m", bytes[i] + 1000 * objects[i]);
        r->file_name = names[i];
        r->file_bytes = bytes[i];
        r->gt_objects = objects[i];
        r->width = 10 + (int64_t)(i * i);
        r->height = 10;
    }
}

static void classes_are_cut_between_different_values(void **state)
{
    (void)state;
    /* Of six equal objects no third can be cut off. */
    static const int64_t bytes[] = {10, 20, 30, 40, 50, 60};
    static const int64_t objects[] = {1, 1, 1, 1, 1, 7};
    struct made_rows rows = {0};
    add_images(&rows, bytes, objects, 6);
    struct od_table table = build("two-way", rows_of(&rows));
    /* target, model, protocol, file bytes, then images and mean of 1 and of 7 objects */
    assert_int_equal(table.column_count, 8);
    assert_string_equal(table.columns[4].group, "1 objects");
    assert_string_equal(table.columns[6].group, "7 objects");
    static const char *const labels[] = {"10-20", "30-40", "50-60"};
    static const int64_t counts[][2] = {{2, 0}, {2, 0}, {1, 1}};
    for (size_t row = 0; row < 3; row++) {
        assert_string_equal(od_table_cell(&table, row, 3)->text, labels[row]);
        assert_int_equal(od_table_cell(&table, row, 4)->number, counts[row][0]);
        assert_int_equal(od_table_cell(&table, row, 6)->number, counts[row][1]);
    }
    assert_int_equal(od_table_cell(&table, 0, 5)->mean.sum_ns, 1010 + 1020);
    assert_int_equal(od_table_cell(&table, 0, 7)->kind, OD_CELL_EMPTY);
    assert_int_equal(od_table_cell(&table, 2, 7)->mean.sum_ns, 7060);
    od_table_release(&table);
    made_rows_release(&rows);
}

static void images_of_which_nothing_is_known_have_no_class(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    (void)add_row(&rows, "c", "c", "m", 1000);
    struct od_table table = build("two-way", rows_of(&rows));
    assert_int_equal(table.row_count, 0);
    assert_string_equal(table.notes[table.note_count - 1],
                        "no image has a file size and an object count");
    od_table_release(&table);
    made_rows_release(&rows);
}

static bool has_note(const struct od_table *table, const char *text)
{
    for (size_t i = 0; i < table->note_count; i++) {
        if (strstr(table->notes[i], text) != NULL) {
            return true;
        }
    }
    return false;
}

static void a_perfect_fit_is_found(void **state)
{
    (void)state;
    static const int64_t bytes[] = {100, 900, 200, 800, 300, 700, 400, 500};
    static const int64_t objects[] = {5, 1, 4, 9, 2, 6, 7, 3};
    struct made_rows rows = {0};
    add_images(&rows, bytes, objects, 8);
    struct od_table table = build("regression", rows_of(&rows));
    /* target, model, protocol, of, images, coefficient ... : 1 ns a byte, 1000 an object
     */
    assert_int_equal(table.row_count, 4);
    assert_int_equal(od_table_cell(&table, 0, 4)->number, 8);
    assert_int_equal(od_table_cell(&table, 0, 5)->number, 100000);
    assert_int_equal(od_table_cell(&table, 1, 5)->number, 0);
    assert_int_equal(od_table_cell(&table, 2, 5)->number, 1000);
    assert_string_equal(od_table_cell(&table, 0, 11)->text, "1.000");
    /* Eight images are too few for the bootstrap. */
    assert_int_equal(od_table_cell(&table, 3, 8)->kind, OD_CELL_EMPTY);
    assert_true(has_note(&table, "a fit needs more than four images, a comparison 10"));
    od_table_release(&table);
    made_rows_release(&rows);
}

static void what_never_changes_has_no_coefficient(void **state)
{
    (void)state;
    static const int64_t bytes[] = {100, 900, 200, 800, 300, 700, 400, 500};
    static const int64_t objects[] = {2, 2, 2, 2, 2, 2, 2, 2};
    struct made_rows rows = {0};
    add_images(&rows, bytes, objects, 8);
    struct od_table table = build("regression", rows_of(&rows));
    assert_int_equal(od_table_cell(&table, 2, 5)->kind, OD_CELL_EMPTY);
    assert_int_equal(od_table_cell(&table, 0, 5)->number, 100000);
    assert_true(has_note(&table, "the same in all images has no coefficient"));
    od_table_release(&table);
    made_rows_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_are_cut_between_different_values),
        cmocka_unit_test(images_of_which_nothing_is_known_have_no_class),
        cmocka_unit_test(a_perfect_fit_is_found),
        cmocka_unit_test(what_never_changes_has_no_coefficient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
