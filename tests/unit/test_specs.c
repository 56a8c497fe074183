/* The tables by name, on rows made by hand; golden files and a witness hold the rest. */
#include "table/specs.h"

#include "table_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct od_table_choice no_choice = {.digits = -1};

static struct od_table build(const char *name, const struct od_rows *rows,
                             const struct od_table_choice *choice)
{
    struct od_table table = {0};
    struct od_err err = {0};
    assert_int_equal(od_table_build(od_table_spec_find(name), rows, choice, &table, &err),
                     0);
    return table;
}

/* The cell as it is printed, "" when empty. Static text. */
static const char *printed(const struct od_table *table, size_t row, size_t column)
{
    static char text[64];
    struct od_buf out;
    od_buf_init(&out, 0);
    od_cell_format(table, od_table_cell(table, row, column), &out);
    assert_true(out.len < sizeof text);
    memcpy(text, out.data, out.len + 1);
    od_buf_release(&out);
    return text;
}

static void names_are_unique_and_found(void **state)
{
    (void)state;
    size_t count = 0;
    for (; od_table_spec_at(count) != NULL; count++) {
        const struct od_table_spec *spec = od_table_spec_at(count);
        assert_ptr_equal(od_table_spec_find(spec->name), spec);
    }
    assert_true(count >= 15);
    assert_null(od_table_spec_find("paper-9"));
}

static void no_rows_make_an_empty_table_that_says_so(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    for (size_t i = 0; od_table_spec_at(i) != NULL; i++) {
        struct od_table table =
            build(od_table_spec_at(i)->name, rows_of(&rows), &no_choice);
        assert_int_equal(table.row_count, 0);
        const char *last = table.notes[table.note_count - 1];
        if (od_table_spec_at(i)->own_note) {
            assert_true(strlen(last) > 0);
        } else {
            assert_ptr_equal(strstr(last, "no row of the main phase"), last);
        }
        od_table_release(&table);
    }
}

static void several_local_targets_of_a_client_stay_apart(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    (void)add_row(&rows, "edge", "edge", "m", 1000000);
    add_row(&rows, "edge", "other", "m", 3000000)->placement = "local";
    (void)add_row(&rows, "client", "client", "m", 5000000);
    struct od_table table = build("paper-1", rows_of(&rows), &no_choice);
    assert_int_equal(table.column_count, 5);
    assert_string_equal(table.columns[2].name, "client/client");
    assert_string_equal(table.columns[3].name, "edge/edge");
    assert_string_equal(table.columns[4].name, "edge/other");
    assert_string_equal(printed(&table, 0, 4), "3.0000");
    od_table_release(&table);
    made_rows_release(&rows);
}

static void the_client_with_most_targets_is_taken(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    (void)add_row(&rows, "client", "client", "m", 1000000);
    (void)add_row(&rows, "laptop", "edge", "m", 2000000);
    (void)add_row(&rows, "laptop", "cloud", "m", 3000000);
    struct od_table table = build("paper-2", rows_of(&rows), &no_choice);
    assert_int_equal(table.column_count, 4);
    assert_string_equal(table.columns[2].name, "cloud");
    assert_string_equal(table.columns[3].name, "edge");
    assert_non_null(strstr(table.title, "a.jpg from laptop to each server"));
    od_table_release(&table);
    /* A tie goes to the study's client. */
    (void)add_row(&rows, "client", "edge", "m", 2000000);
    table = build("paper-2", rows_of(&rows), &no_choice);
    assert_string_equal(table.columns[2].name, "client");
    od_table_release(&table);
    struct od_table_choice choice = {.client = "laptop", .digits = 0};
    table = build("paper-2", rows_of(&rows), &choice);
    assert_string_equal(table.columns[2].name, "cloud");
    assert_string_equal(printed(&table, 0, 2), "3");
    od_table_release(&table);
    made_rows_release(&rows);
}

static void failed_cells_are_dashes_and_leave_averages_out(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    (void)add_row(&rows, "client", "edge", "m", 1000000);
    add_row(&rows, "client", "edge", "m", OD_NONE)->status = "timeout";
    struct od_record *rest = add_row(&rows, "client", "edge", "m", 3000000);
    rest->protocol = "tfs-rest";
    struct od_record *dead = add_row(&rows, "client", "cloud", "m", OD_NONE);
    dead->status = "connect";
    add_row(&rows, "client", "cloud", "m", 8000000)->protocol = "tfs-rest";
    struct od_table table = build("paper-3", rows_of(&rows), &no_choice);
    /* Rows: grpc, rest, average, all; columns: model, protocol, cloud, edge. */
    assert_int_equal(table.row_count, 4);
    assert_string_equal(printed(&table, 0, 2), "");
    assert_string_equal(printed(&table, 1, 2), "8");
    assert_string_equal(printed(&table, 2, 2), "");
    assert_string_equal(printed(&table, 0, 3), "1");
    assert_string_equal(printed(&table, 2, 3), "2");
    assert_string_equal(printed(&table, 3, 3), "2");
    assert_string_equal(table.notes[0],
                        "an average is left out where one of its cells is");
    assert_ptr_equal(strstr(table.notes[1], "n = 3, failed and left out: 2"),
                     table.notes[1]);
    od_table_release(&table);
    made_rows_release(&rows);
}

static void a_mean_over_images_sets_single_images_aside(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    (void)add_row(&rows, "client", "client", "m", 1000000);
    add_row(&rows, "client", "client", "m", 7000000)->file_name = NULL;
    (void)add_row(&rows, "edge", "edge", "m", 3000000);
    struct od_table table = build("paper-1", rows_of(&rows), &no_choice);
    assert_string_equal(printed(&table, 0, 2), "7.0000");
    assert_string_equal(printed(&table, 0, 3), "3.0000");
    assert_ptr_equal(strstr(table.notes[0], "1 rows of single images stand aside"),
                     table.notes[0]);
    assert_ptr_equal(strstr(table.notes[1], "n = 2,"), table.notes[1]);
    od_table_release(&table);
    made_rows_release(&rows);
}

static void percentiles_wait_for_their_samples(void **state)
{
    (void)state;
    static const struct {
        size_t samples;
        const char *p50;
        const char *p90;
        const char *p95;
        const char *p99;
    } cases[] = {
        {63, "31.00", "", "", ""},
        {64, "31.50", "56.70", "", ""},
        {129, "64.00", "115.20", "", ""},
        {130, "64.50", "116.10", "122.55", ""},
        {661, "330.00", "594.00", "627.00", ""},
        {662, "330.50", "594.90", "627.95", "654.39"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct made_rows rows = {0};
        for (size_t k = 0; k < cases[i].samples; k++) {
            (void)add_row(&rows, "c", "c", "m", (int64_t)k * 1000000);
        }
        struct od_table table = build("summary", rows_of(&rows), &no_choice);
        assert_string_equal(printed(&table, 0, 6), cases[i].p50);
        assert_string_equal(printed(&table, 0, 7), cases[i].p90);
        assert_string_equal(printed(&table, 0, 8), cases[i].p95);
        assert_string_equal(printed(&table, 0, 9), cases[i].p99);
        bool noted = strstr(table.notes[0], "too few samples") != NULL;
        assert_int_equal(noted, cases[i].samples < 662);
        od_table_release(&table);
        made_rows_release(&rows);
    }
}

static void latency_that_follows_objects_shows_it(void **state)
{
    (void)state;
    static const char *const names[] = {"c.jpg", "b.jpg", "a.jpg", "d.jpg"};
    static const int64_t bytes[] = {300, 200, 200, 100};
    static const int64_t objects[] = {1, 9, 4, 2};
    struct made_rows rows = {0};
    for (size_t i = 0; i < 4; i++) {
        struct od_record *record =
            add_row(&rows, "c", "c", "m", 1000000 + objects[i] * 500000);
        record->file_name = names[i];
        record->file_bytes = bytes[i];
        record->gt_objects = objects[i];
        record->width = i == 3 ? INT64_MAX : 20;
        record->height = 30;
    }
    struct od_table table = build("size-objects", rows_of(&rows), &no_choice);
    /* By size, then by name; a width that no image has is not multiplied. */
    static const char *const order[] = {"d.jpg", "a.jpg", "b.jpg", "c.jpg"};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(printed(&table, i, 0), order[i]);
        assert_string_equal(printed(&table, i, 2), i == 0 ? "" : "600");
    }
    assert_string_equal(printed(&table, 2, 3), "9");
    assert_string_equal(printed(&table, 2, 4), "5.50");
    /* By hand: r of bytes is 100 * (2 - 5) / ... = -0.1147. */
    assert_string_equal(table.notes[0],
                        "c: Pearson r of latency with file size: m tfs-grpc -0.11");
    assert_string_equal(table.notes[1],
                        "c: Pearson r of latency with object count: m tfs-grpc 1.00");
    od_table_release(&table);
    made_rows_release(&rows);
}

static void what_is_not_there_cannot_be_chosen(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    (void)add_row(&rows, "client", "edge", "m", 1000000);
    static const struct {
        const char *table;
        struct od_table_choice choice;
        const char *message;
    } cases[] = {
        {"summary", {.client = "x"}, "summary: no rows of client x"},
        {"paper-1", {.client = "client"}, "paper-1: no local rows of client client"},
        {"paper-2", {.image = "x.jpg"}, "paper-2: no rows of image x.jpg"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_table table = {0};
        struct od_err err = {0};
        assert_int_equal(od_table_build(od_table_spec_find(cases[i].table),
                                        rows_of(&rows), &cases[i].choice, &table, &err),
                         -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_string_equal(err.msg, cases[i].message);
        od_table_release(&table);
    }
    made_rows_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique_and_found),
        cmocka_unit_test(no_rows_make_an_empty_table_that_says_so),
        cmocka_unit_test(several_local_targets_of_a_client_stay_apart),
        cmocka_unit_test(the_client_with_most_targets_is_taken),
        cmocka_unit_test(failed_cells_are_dashes_and_leave_averages_out),
        cmocka_unit_test(a_mean_over_images_sets_single_images_aside),
        cmocka_unit_test(percentiles_wait_for_their_samples),
        cmocka_unit_test(latency_that_follows_objects_shows_it),
        cmocka_unit_test(what_is_not_there_cannot_be_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
