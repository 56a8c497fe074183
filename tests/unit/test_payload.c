/* The forms of an image against each other, and what failed. */
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

static void add_form(struct made_rows *rows, const char *protocol, const char *payload,
                     const char *image, int64_t bytes_up, int64_t ns)
{
    struct od_record *r = add_row(rows, "c", "c", "m", ns);
    r->protocol = protocol;
    r->payload = payload;
    r->file_name = image;
    r->file_bytes = 100;
    r->width = 10;
    r->height = 10;
    r->bytes_up = bytes_up;
}

/* The shift of a cell, or INT64_MIN when it is empty. */
static int64_t shift_at(const struct od_table *table, size_t row, size_t column)
{
    const struct od_cell *cell = od_table_cell(table, row, column);
    return cell->kind == OD_CELL_SHIFT ? cell->number : INT64_MIN;
}

/* Columns: target, model, protocol, payload, n, images, bytes up, x file, x pixels,
 * prepare, latency, encoding, transport. */
static void encoding_and_transport_add_up(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    add_form(&rows, "tfs-grpc", "tensor", "a", 300, 7000);
    add_form(&rows, "tfs-grpc", "jpeg", "a", 100, 5000);
    add_form(&rows, "tfs-rest", "json", "a", 1100, 19000);
    add_form(&rows, "tfs-rest", "b64", "a", 134, 6000);
    struct od_table table = build("payload", rows_of(&rows));
    static const int64_t expected[][2] = {{0, INT64_MIN},    /* jpeg */
                                          {2000, INT64_MIN}, /* tensor */
                                          {0, 1000},         /* b64 */
                                          {13000, 1000}};    /* json: 19000 - 5000 */
    for (size_t row = 0; row < 4; row++) {
        assert_int_equal(shift_at(&table, row, 11), expected[row][0]);
        assert_int_equal(shift_at(&table, row, 12), expected[row][1]);
    }
    assert_string_equal(od_table_cell(&table, 2, 7)->text, "1.34");
    assert_string_equal(od_table_cell(&table, 1, 8)->text, "1.00");
    od_table_release(&table);
    made_rows_release(&rows);
}

static void one_form_a_protocol_tells_nothing_apart(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    add_form(&rows, "tfs-grpc", "tensor", "a", 300, 7000);
    add_form(&rows, "tfs-rest", "json", "a", 1100, 19000);
    struct od_table table = build("payload", rows_of(&rows));
    for (size_t row = 0; row < 2; row++) {
        assert_int_equal(shift_at(&table, row, 11), INT64_MIN);
        assert_int_equal(shift_at(&table, row, 12), INT64_MIN);
    }
    od_table_release(&table);
    made_rows_release(&rows);
}

static void only_images_of_every_form_count(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    add_form(&rows, "tfs-grpc", "tensor", "a", 300, 7000);
    add_form(&rows, "tfs-grpc", "tensor", "b", 300, 100000);
    add_form(&rows, "tfs-grpc", "jpeg", "a", 100, 5000);
    add_form(&rows, "tfs-grpc", "jpeg", "c", 100, 5);
    /* A form that never succeeded takes no image away. */
    add_form(&rows, "tfs-rest", "json", "b", 100, OD_NONE);
    rows.items[4].status = "timeout";
    struct od_table table = build("payload", rows_of(&rows));
    assert_int_equal(table.row_count, 3);
    assert_int_equal(od_table_cell(&table, 0, 10)->mean.sum_ns, 5000);
    assert_int_equal(od_table_cell(&table, 1, 10)->mean.sum_ns, 7000);
    assert_int_equal(od_table_cell(&table, 1, 5)->number, 1);
    assert_int_equal(od_table_cell(&table, 2, 4)->number, 0);
    bool noted = false;
    for (size_t i = 0; i < table.note_count; i++) {
        noted |= strncmp(table.notes[i], "2 requests are left out", 23) == 0;
    }
    assert_true(noted);
    od_table_release(&table);
    made_rows_release(&rows);
}

static struct od_record *add_failure(struct made_rows *rows, int64_t seq,
                                     const char *status, const char *error)
{
    struct od_record *r = add_row(rows, "c", "c", "m", OD_NONE);
    r->run_id = "r";
    r->seq = seq;
    r->attempt = 1;
    r->status = status;
    (void)snprintf(r->error, sizeof r->error, "%s", error);
    return r;
}

static void the_first_message_is_that_of_the_first_request(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    (void)add_failure(&rows, 9, "timeout", "later");
    (void)add_failure(&rows, 2, "timeout", "earlier");
    add_failure(&rows, 3, "http_error", "busy")->code = 503;
    add_failure(&rows, 3, "http_error", "busy again")->attempt = 2;
    rows.items[3].code = 503;
    add_row(&rows, "c", "c", "m", 1000)->run_id = "r";
    struct od_table table = build("errors", rows_of(&rows));
    /* target, model, protocol, status, code, attempts, share, message: of 4 requests */
    assert_int_equal(table.row_count, 2);
    assert_string_equal(od_table_cell(&table, 0, 3)->text, "http_error");
    assert_int_equal(od_table_cell(&table, 0, 4)->number, 503);
    assert_int_equal(od_table_cell(&table, 0, 5)->number, 2);
    assert_string_equal(od_table_cell(&table, 0, 6)->text, "50.0");
    assert_string_equal(od_table_cell(&table, 0, 7)->text, "busy");
    assert_string_equal(od_table_cell(&table, 1, 7)->text, "earlier");
    od_table_release(&table);
    rows.items[0] = rows.items[4];
    rows.count = 1;
    table = build("errors", rows_of(&rows));
    assert_int_equal(table.row_count, 0);
    assert_string_equal(table.notes[table.note_count - 1], "every request succeeded");
    od_table_release(&table);
    made_rows_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encoding_and_transport_add_up),
        cmocka_unit_test(one_form_a_protocol_tells_nothing_apart),
        cmocka_unit_test(only_images_of_every_form_count),
        cmocka_unit_test(the_first_message_is_that_of_the_first_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
