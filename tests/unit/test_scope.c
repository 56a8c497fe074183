/* Which rows count, and how their cells are called. */
#include "table/scope.h"

#include "table_rows.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void filters(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    (void)add_row(&rows, "c", "c", "m", 5);
    add_row(&rows, "c", "far", "m", 5)->file_name = "folder/b.jpg";
    add_row(&rows, "d", "d", "m", 5)->phase = "warmup";
    add_row(&rows, "d", "d", "m", OD_NONE)->status = "timeout";
    (void)add_row(&rows, "d", "d", "m", OD_NONE);
    (void)add_row(&rows, "d", "d", "m", -1);
    const bool aside[] = {true, false, false, false, false, false};
    static const struct {
        struct od_scope scope;
        const char *has; /* a letter a row: c counts, h has, - neither */
    } cases[] = {
        {{0}, "cc-hhh"},
        {{.local = true}, "c--hhh"},
        {{.client = "c"}, "cc----"},
        {{.client = "nobody"}, "------"},
        {{.image = "b.jpg"}, "-c----"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_scope scope = cases[i].scope;
        scope.rows = rows_of(&rows);
        for (size_t row = 0; row < rows.count; row++) {
            bool has = od_scope_has(&scope, row);
            assert_int_equal(has, cases[i].has[row] != '-');
            assert_int_equal(od_scope_counts(&scope, row), cases[i].has[row] == 'c');
        }
    }
    struct od_scope scope = {.rows = rows_of(&rows), .aside = aside};
    assert_false(od_scope_has(&scope, 0));
    assert_true(od_scope_has(&scope, 1));
    assert_true(od_scope_several_clients(&scope));
    scope.client = "c";
    assert_false(od_scope_several_clients(&scope));
    made_rows_release(&rows);
}

static void labels_show_what_varies_within_a_protocol(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    add_row(&rows, "c", "c", "m", 5)->payload = "tensor";
    struct od_record *json = add_row(&rows, "c", "c", "m", 5);
    json->protocol = "tfs-rest";
    json->payload = "json";
    struct od_record *jpeg = add_row(&rows, "c", "c", "m", 5);
    jpeg->protocol = "web";
    jpeg->payload = "jpeg";
    jpeg->concurrency = 1;
    struct od_record *fast = add_row(&rows, "c", "c", "m", 5);
    fast->protocol = "web";
    fast->payload = "b64";
    fast->concurrency = 4;
    fast->batch = 2;
    fast->rate = 12.5;
    fast->connection = "new";
    struct od_scope scope = {.rows = rows_of(&rows)};
    od_scope_scan(&scope);
    struct od_buf out;
    od_buf_init(&out, 0);
    assert_string_equal(od_label_protocol(&scope, &rows.items[0], &out), "tfs-grpc");
    assert_string_equal(od_label_protocol(&scope, &rows.items[1], &out), "tfs-rest");
    assert_string_equal(od_label_protocol(&scope, &rows.items[2], &out), "web jpeg c1");
    /* Batch and connection are not known of the other row, so they do not vary. */
    assert_string_equal(od_label_protocol(&scope, &rows.items[3], &out),
                        "web b64 c4 12.5/s");
    od_buf_release(&out);
    od_scope_release(&scope);
    made_rows_release(&rows);
}

static void images_and_machines_have_names(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    struct od_record *record = add_row(&rows, "c", "far", "m", 5);
    struct od_buf out;
    od_buf_init(&out, 0);
    assert_string_equal(od_label_machine(record, false, &out), "far");
    assert_string_equal(od_label_machine(record, true, &out), "c>far");
    record->target = "c";
    assert_string_equal(od_label_machine(record, true, &out), "c");
    record->file_name = "val/1.jpg";
    assert_string_equal(od_label_image(record, &out), "1.jpg");
    record->file_name = NULL;
    assert_string_equal(od_label_image(record, &out), "");
    record->image_id = 285;
    assert_string_equal(od_label_image(record, &out), "285");
    od_buf_release(&out);
    made_rows_release(&rows);
}

static void notes_name_runs_and_weights(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    static const char *const runs[] = {"r5", "r4", "r3", "r2", "r1"};
    for (size_t i = 0; i < 5; i++) {
        struct od_record *record = add_row(&rows, "c", "c", i == 1 ? "b" : "a", 5);
        record->run_id = runs[i];
        record->weights = i == 4 ? "fixed" : i == 0 ? "trained" : "random";
        record->status = i == 2 ? "reset" : "ok";
    }
    struct od_table table = {0};
    struct od_scope scope = {.rows = rows_of(&rows)};
    od_scope_notes(&scope, &table);
    assert_int_equal(table.note_count, 3);
    assert_string_equal(table.notes[0], "n = 4, failed and left out: 1; rows of 5 runs");
    assert_ptr_equal(strstr(table.notes[1], "a, b: random weights"), table.notes[1]);
    assert_ptr_equal(strstr(table.notes[2], "a: fixed calibration"), table.notes[2]);
    od_table_release(&table);
    rows.items[0].run_id = "r4";
    scope.rows = rows_of(&rows);
    od_scope_notes(&scope, &table);
    assert_string_equal(table.notes[0],
                        "n = 4, failed and left out: 1; runs: r1, r2, r3, r4");
    od_table_release(&table);
    made_rows_release(&rows);
}

/* Two requests: one came through when it was sent a third time, one never did. */
static void an_attempt_takes_the_place_of_the_one_before(void **state)
{
    (void)state;
    static const int attempts[] = {1, 1, 2, 2, 3};
    struct made_rows rows = {0};
    struct od_table table = {0};
    for (size_t i = 0; i < 5; i++) {
        struct od_record *row = add_row(&rows, "c", "c", "m", i == 4 ? 5 : OD_NONE);
        row->status = i == 4 ? "ok" : "reset";
        row->attempt = attempts[i];
    }
    struct od_scope scope = {.rows = rows_of(&rows)};
    od_scope_notes(&scope, &table);
    assert_string_equal(table.notes[0], "n = 1, failed and left out: 1");
    od_table_release(&table);
    made_rows_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters),
        cmocka_unit_test(labels_show_what_varies_within_a_protocol),
        cmocka_unit_test(images_and_machines_have_names),
        cmocka_unit_test(notes_name_runs_and_weights),
        cmocka_unit_test(an_attempt_takes_the_place_of_the_one_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
