/* Marks of cells and the notes that explain them, by hand from made-up findings. */
#include "table/render.h"
#include "table/scope.h"

#include "scratch.h"
#include "table_rows.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* A run of five cells, each with the doubt "swap", and one "unsteady" more. */
static void judge(struct od_validity_set *set, struct made_rows *rows)
{
    static const char *const models[] = {"m5", "m4", "m3", "m2", "m1"};
    static const char *const cells[] = {"c001", "c002", "c003", "c004", "c005"};
    struct od_buf text;
    struct od_err err = {0};
    od_buf_init(&text, 0);
    od_buf_puts(&text, "{\"run_id\":\"r\",\"validity\":[");
    for (int i = 0; i < 5; i++) {
        od_buf_printf(&text,
                      "%s{\"cell_id\":\"%s\",\"findings\":[%s{\"doubt\":\"swap\","
                      "\"detail\":\"%d pages\",\"hint\":\"\"}]}",
                      i > 0 ? "," : "", cells[i],
                      i == 2 ? "{\"doubt\":\"unsteady\",\"detail\":\"d\"}," : "", i);
        struct od_record *record = add_row(rows, "c", "c", models[i], 5);
        record->run_id = "r";
        record->cell_id = cells[i];
    }
    od_buf_puts(&text, "]}");
    char *folder = scratch_new();
    char *meta = scratch_file(folder, "x.meta.json", text.data);
    char *file = od_path_join(folder, "x.csv");
    assert_int_equal(od_validity_set_add(set, file, &err), 0);
    free(file);
    free(meta);
    scratch_free(folder);
    od_buf_release(&text);
}

static void test_notes(void **state)
{
    (void)state;
    struct od_validity_set set = {0};
    struct made_rows rows = {0};
    struct od_table table = {0};
    judge(&set, &rows);
    struct od_scope scope = {.rows = rows_of(&rows)};
    unsigned both = od_doubt_bit(OD_DOUBT_UNSTEADY) | od_doubt_bit(OD_DOUBT_SWAP);
    od_doubts_note(&scope, both, &table);
    assert_int_equal(table.note_count, 0);
    const struct od_cell_validity **found = od_scope_validities(&scope);
    assert_null(found[0]);
    free(found);
    scope.validity = &set;
    found = od_scope_validities(&scope);
    assert_int_equal(od_cell_validity_doubts(found[scope.rows->kind_of[2]]), both);
    free(found);
    od_doubts_note(&scope, both, &table);
    assert_int_equal(table.note_count, 2);
    assert_string_equal(table.notes[0],
                        "[a] the latency had not come to rest: c m3 tfs-grpc: d");
    assert_string_equal(table.notes[1],
                        "[j] the machine swapped: c m1 tfs-grpc: 4 pages; c m2 tfs-grpc: "
                        "3 pages; c m3 tfs-grpc: 2 pages; and 2 more cells");
    rows.items[4].run_id = "other";
    scope.rows = rows_of(&rows);
    od_doubts_note(&scope, both, &table);
    assert_int_equal(table.note_count, 5);
    assert_string_equal(table.notes[4],
                        "1 rows come from runs without a record of validity "
                        "(.meta.json): nothing is said of them");
    od_table_release(&table);
    od_validity_set_release(&set);
    made_rows_release(&rows);
}

/* Below a table only the marks are explained that stand in it. */
static void test_marks_shown(void **state)
{
    (void)state;
    struct od_validity_set set = {0};
    struct made_rows rows = {0};
    judge(&set, &rows);
    rows.items[4].run_id = "other";
    struct od_scope scope = {.rows = rows_of(&rows), .validity = &set};
    for (int marked = 0; marked < 2; marked++) {
        struct od_table table = {.name = "t", .unit = "ms"};
        od_table_add_column(&table, NULL, "a")->numeric = true;
        struct od_cell *cell = od_table_add_row(&table, OD_ROW_DATA);
        if (marked) {
            struct od_mean mean = {1000000, 1, false};
            od_cell_set_mean(cell, &mean);
        }
        od_cell_set_doubts(cell, marked ? od_doubt_bit(OD_DOUBT_UNSTEADY) : 0);
        od_scope_doubt_notes(&scope, &table);
        assert_int_equal(table.note_count, marked ? 3 : 1);
        assert_string_equal(table.notes[0],
                            marked ? "[a] the latency had not come to rest: c m3 "
                                     "tfs-grpc: d"
                                   : "cells of these rows are in doubt: the table "
                                     "summary says which and why");
        if (marked) {
            assert_string_equal(table.notes[1],
                                "other cells of these rows are in doubt: the table "
                                "summary says which and why");
            assert_int_equal(strncmp(table.notes[2], "1 rows come from", 16), 0);
        }
        od_table_release(&table);
    }
    od_validity_set_release(&set);
    made_rows_release(&rows);
}

static void test_cells(void **state)
{
    (void)state;
    struct od_table table = {.name = "t", .unit = "ms", .digits = 1};
    table.title = od_xstrdup("T");
    od_table_add_column(&table, NULL, "a")->numeric = true;
    od_table_add_column(&table, NULL, "b")->numeric = true;
    (void)od_table_add_column(&table, NULL, "doubts");
    int64_t ns = 12500000;
    struct od_mean mean = od_mean_of(&ns, 1);
    struct od_cell *cells = od_table_add_row(&table, OD_ROW_DATA);
    od_cell_set_mean(&cells[0], &mean);
    od_cell_set_real(&cells[1], 0.25);
    od_cell_set_doubts(&cells[2], 0);
    assert_false(od_table_has_doubts(&table));
    cells = od_table_add_row(&table, OD_ROW_DATA);
    od_cell_set_mean(&cells[0], &mean);
    cells[0].doubts = od_doubt_bit(OD_DOUBT_FEW_SAMPLES) | od_doubt_bit(OD_DOUBT_ANSWERS);
    od_cell_set_real(&cells[1], 100);
    od_cell_set_doubts(&cells[2], cells[0].doubts);
    assert_true(od_table_has_doubts(&table));
    struct od_buf out;
    od_buf_init(&out, 0);
    od_render_csv(&table, &out);
    assert_string_equal(out.data, "a,b,doubts,doubts\n12.5,0.25,ok,\n"
                                  "12.5,100,few-samples answers-differ,"
                                  "a: few-samples answers-differ\n");
    od_buf_reset(&out);
    od_render_text(&table, &out);
    assert_string_equal(out.data, "T\n\n"
                                  "        a       b  doubts\n"
                                  "-------------------------\n"
                                  "12.5         0.25  ok\n"
                                  "12.5 [bn]  100     bn\n\n");
    od_buf_release(&out);
    od_table_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_marks_shown),
        cmocka_unit_test(test_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
