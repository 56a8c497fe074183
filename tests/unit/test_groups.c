/* Rows by the values of chosen columns, and lines in a chosen order. */
#include "table/axis.h"
#include "table/builders.h"
#include "table/groups.h"

#include "table_rows.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct made_rows make_rows(void)
{
    static const struct {
        const char *client;
        const char *model;
        const char *protocol;
        int64_t objects;
    } lines[] = {
        {"edge", "zz", "tfs-rest", 10}, {"edge", "zz", "tfs-grpc", 9},
        {"client", "rfcn", "web", 10},  {"client", "rfcn", "tfs-rest", OD_NONE},
        {"edge", "zz", "tfs-rest", 10}, {"client", "aa", "tfs-grpc", 2},
    };
    struct made_rows rows = {0};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct od_record *record =
            add_row(&rows, lines[i].client, lines[i].client, lines[i].model, 1000);
        record->protocol = lines[i].protocol;
        record->gt_objects = lines[i].objects;
        record->file_name = i % 2 == 0 ? "x/a.jpg" : "y/a.jpg";
    }
    add_row(&rows, "other", "other", "none", 1000)->phase = "warmup";
    return rows;
}

static struct od_keys keys_of(const char *a, const char *b)
{
    struct od_keys keys = {.count = 0};
    struct od_err err = {0};
    assert_int_equal(od_keys_add(&keys, a, &err), 0);
    assert_int_equal(b != NULL ? od_keys_add(&keys, b, &err) : 0, 0);
    return keys;
}

/* "a b|c d": the values of every group. */
static void assert_groups(const struct od_keys *keys, const char *expected)
{
    struct made_rows rows = make_rows();
    struct od_scope scope = {.rows = rows_of(&rows)};
    struct od_groups groups = {0};
    struct od_buf all;
    struct od_buf one;
    od_buf_init(&all, 0);
    od_buf_init(&one, 0);
    assert_int_equal(od_groups_fill(&groups, &scope, keys, NULL), 0);
    for (size_t g = 0; g < groups.count; g++) {
        od_buf_puts(&all, g > 0 ? "|" : "");
        for (size_t k = 0; k < keys->count; k++) {
            od_buf_printf(&all, "%s%s", k > 0 ? " " : "",
                          od_groups_format(&groups, g, &keys->items[k], &one));
        }
    }
    assert_string_equal(all.data, expected);
    /* Every row in scope lies in the group of its values, the warm-up in none. */
    for (size_t i = 0; i + 1 < rows.count; i++) {
        assert_true(groups.of[i] < groups.count);
    }
    assert_int_equal(groups.of[0], groups.of[4]);
    assert_int_equal(groups.of[rows.count - 1], OD_GROUP_NONE);
    od_groups_release(&groups);
    od_buf_release(&all);
    od_buf_release(&one);
    made_rows_release(&rows);
}

static void groups_stand_in_the_order_of_their_values(void **state)
{
    (void)state;
    /* The study's names first, numbers by value, what is not measured first. */
    struct od_keys keys = keys_of("client", "protocol");
    assert_groups(&keys, "client tfs-grpc|client tfs-rest|client web|edge tfs-grpc|"
                         "edge tfs-rest");
    keys = keys_of("model", NULL);
    assert_groups(&keys, "rfcn|aa|zz");
    keys = keys_of("objects", "model");
    assert_groups(&keys, " rfcn|2 aa|9 zz|10 rfcn|10 zz");
    keys = keys_of("image", NULL);
    assert_groups(&keys, "a.jpg");
    keys = keys_of("file_name", NULL);
    assert_groups(&keys, "x/a.jpg|y/a.jpg");
    keys.count = 0;
    assert_groups(&keys, "");
}

static void only_what_differs_tells_cells_apart(void **state)
{
    (void)state;
    struct made_rows rows = make_rows();
    struct od_scope scope = {.rows = rows_of(&rows)};
    struct od_keys keys = {.count = 0};
    od_keys_cells(&keys, &scope);
    assert_int_equal(keys.count, 4);
    assert_string_equal(keys.items[0].name, "client");
    assert_string_equal(keys.items[3].name, "protocol");
    rows.items[2].payload = "b64";
    rows.items[1].rate = 5;
    scope.rows = rows_of(&rows);
    keys.count = 0;
    od_keys_cells(&keys, &scope);
    assert_int_equal(keys.count, 6);
    assert_string_equal(keys.items[4].name, "payload");
    assert_string_equal(keys.items[5].name, "rate");
    made_rows_release(&rows);
}

static void columns_that_do_not_exist_are_named(void **state)
{
    (void)state;
    struct od_keys keys = {.count = 0};
    struct od_err err = {0};
    assert_int_equal(od_keys_add(&keys, "colour", &err), -1);
    assert_string_equal(err.msg, "colour: no such column; try --list-columns");
    for (size_t i = 0; i < OD_KEYS_MAX; i++) {
        assert_int_equal(od_keys_add(&keys, "pixels", NULL), 0);
    }
    od_err_clear(&err);
    assert_int_equal(od_keys_add(&keys, "pixels", &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
}

/* A table of names and means; a mean of 0 is left empty, a name of NULL is an average. */
static struct od_table make_table(const char *const *names, const int64_t *ns,
                                  size_t count)
{
    struct od_table table = {.name = "t", .unit = "ms"};
    od_table_add_column(&table, NULL, "name")->merge = true;
    (void)od_table_add_column(&table, "time", "mean");
    for (size_t i = 0; i < count; i++) {
        enum od_row_kind kind = names[i] != NULL ? OD_ROW_DATA : OD_ROW_AVERAGE;
        struct od_cell *cells = od_table_add_row(&table, kind);
        struct od_mean mean = {ns[i], ns[i] > 0 ? 1 : 0, false};
        od_cell_set_text(&cells[0], names[i] != NULL ? names[i] : "average");
        od_cell_set_mean(&cells[1], &mean);
        table.rows[i].rule = i > 0;
    }
    return table;
}

static void assert_order(const struct od_table *table, const char *expected)
{
    char found[16] = "";
    for (size_t i = 0; i < table->row_count; i++) {
        found[i] = *od_table_cell(table, i, 0)->text;
    }
    assert_string_equal(found, expected);
}

static void lines_are_sorted_and_empty_ones_come_last(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    static const int64_t ns[] = {30, 0, 10, 30, 20};
    struct od_table table = make_table(names, ns, 5);
    assert_int_equal(od_table_order(&table, "time/mean", NULL), 0);
    assert_order(&table, "ceadb");
    assert_int_equal(od_table_order(&table, "-mean", NULL), 0);
    assert_order(&table, "adecb");
    assert_int_equal(od_table_order(&table, "-name", NULL), 0);
    assert_order(&table, "edcba");
    assert_false(table.columns[0].merge);
    assert_false(table.rows[2].rule);
    struct od_err err = {0};
    assert_int_equal(od_table_order(&table, "time", &err), -1);
    assert_string_equal(err.msg, "t: no column time to order by");
    od_table_release(&table);
}

static void averages_stay_below_their_lines(void **state)
{
    (void)state;
    static const char *const names[] = {"c", "b", NULL, "f", "e", "d", NULL};
    static const int64_t ns[] = {3, 2, 9, 6, 5, 4, 9};
    struct od_table table = make_table(names, ns, 7);
    assert_int_equal(od_table_order(&table, "mean", NULL), 0);
    assert_order(&table, "bcadefa");
    assert_true(table.columns[0].merge);
    assert_true(table.rows[3].rule);
    od_table_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_stand_in_the_order_of_their_values),
        cmocka_unit_test(only_what_differs_tells_cells_apart),
        cmocka_unit_test(columns_that_do_not_exist_are_named),
        cmocka_unit_test(lines_are_sorted_and_empty_ones_come_last),
        cmocka_unit_test(averages_stay_below_their_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
