/* Cells and how they are printed. */
#include "table/table.h"

#include "base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void means_print_exactly(void **state)
{
    (void)state;
    static const struct {
        struct od_mean mean;
        int digits;
        bool trim;
        const char *expected;
    } cases[] = {
        {{86785000, 2, false}, 3, false, "43.393"},
        {{86785000, 2, false}, 6, false, "43.392500"},
        {{616090000, 1, false}, 3, true, "616.09"},
        {{616090000, 1, false}, 3, false, "616.090"},
        {{492500000, 1, false}, 3, true, "492.5"},
        {{500000000, 1, false}, 3, true, "500"},
        {{0, 1, false}, 3, true, "0"},
        {{100000000, 1, false}, 0, true, "100"},
        {{1499999, 2, false}, 0, false, "1"},
        {{999999, 2, false}, 0, false, "0"},
        {{1, 3, false}, 6, false, "0.000000"},
        {{2, 3, false}, 6, false, "0.000001"},
    };
    struct od_buf out;
    od_buf_init(&out, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        od_buf_reset(&out);
        od_format_mean(&cases[i].mean, 1000000, cases[i].digits, cases[i].trim, &out);
        assert_string_equal(out.data, cases[i].expected);
    }
    od_buf_release(&out);
}

static void units_keep_every_digit(void **state)
{
    (void)state;
    static const struct {
        const char *unit;
        int digits;
        const char *expected;
    } cases[] = {
        {"ns", 0, "43392501"},  {"ns", 3, "43392501"},   {"us", 0, "43393"},
        {"us", 3, "43392.501"}, {"us", 6, "43392.501"},  {"ms", 3, "43.393"},
        {"s", 6, "0.043393"},   {"s", 9, "0.043392501"}, {"s", 0, "0"},
    };
    const struct od_mean mean = {86785001, 2, false};
    struct od_buf out;
    od_buf_init(&out, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        od_buf_reset(&out);
        od_format_mean(&mean, od_time_unit_find(cases[i].unit)->ns, cases[i].digits,
                       false, &out);
        assert_string_equal(out.data, cases[i].expected);
    }
    od_buf_release(&out);
    assert_null(od_time_unit_find("h"));
}

static void differences_carry_their_sign(void **state)
{
    (void)state;
    struct od_table table = {.unit = "ms", .digits = 2};
    struct od_cell cell = {0};
    struct od_buf out;
    od_buf_init(&out, 0);
    od_cell_set_shift(&cell, -1234567);
    od_cell_format(&table, &cell, &out);
    od_cell_set_shift(&cell, 0);
    od_cell_format(&table, &cell, &out);
    od_cell_set_shift(&cell, 1235000);
    od_cell_format(&table, &cell, &out);
    od_cell_set_shift(&cell, -4999);
    od_cell_format(&table, &cell, &out);
    assert_string_equal(out.data, "-1.23+0.00+1.24+0.00");
    od_buf_release(&out);
}

static void cells_keep_what_they_are_given(void **state)
{
    (void)state;
    struct od_table table = {.digits = 1};
    char name[] = "protocol";
    (void)od_table_add_column(&table, "model", name);
    name[0] = 'X';
    (void)od_table_add_column(&table, NULL, "n");
    (void)od_table_add_column(&table, NULL, "ms");
    (void)od_table_add_column(&table, NULL, "none");
    for (int64_t i = 0; i < 20; i++) {
        struct od_cell *cells = od_table_add_row(&table, OD_ROW_DATA);
        struct od_mean mean = od_mean_of(&(int64_t){i * 1000000}, 1);
        struct od_mean unknown = {0};
        od_cell_set_text(&cells[0], "text");
        od_cell_set_count(&cells[1], i);
        od_cell_set_mean(&cells[2], &mean);
        od_cell_set_mean(&cells[3], &unknown);
    }
    od_table_note(&table, od_xasprintf("note %d", 1));
    struct od_buf out;
    od_buf_init(&out, 0);
    for (size_t column = 0; column < 4; column++) {
        od_cell_format(&table, od_table_cell(&table, 17, column), &out);
        od_buf_putc(&out, '|');
    }
    assert_string_equal(out.data, "text|17|17.0||");
    assert_int_equal(od_table_cell(&table, 19, 3)->kind, OD_CELL_EMPTY);
    char *key = od_table_column_key(&table.columns[0]);
    assert_string_equal(key, "model/protocol");
    free(key);
    key = od_table_column_key(&table.columns[1]);
    assert_string_equal(key, "n");
    free(key);
    od_buf_release(&out);
    od_table_release(&table);
    od_table_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_print_exactly),
        cmocka_unit_test(units_keep_every_digit),
        cmocka_unit_test(differences_carry_their_sign),
        cmocka_unit_test(cells_keep_what_they_are_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
