/* Lines of a table in the order of one of its columns. */
#include "table/builders.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* A row where it stood, and what it is sorted by. */
struct place {
    size_t row;
    const struct od_cell *cell;
    bool descending;
};

static double number_of(const struct od_cell *cell)
{
    switch (cell->kind) {
    case OD_CELL_COUNT:
    case OD_CELL_SHIFT:
        return (double)cell->number;
    case OD_CELL_MS:
        return (double)cell->mean.sum_ns / (double)cell->mean.count;
    case OD_CELL_REAL:
        return cell->real;
    case OD_CELL_DOUBTS:
        return (double)cell->doubts;
    case OD_CELL_EMPTY:
    case OD_CELL_TEXT:
        break;
    }
    return 0;
}

/* Empty cells come last either way; what is equal stays as it was. */
static int compare_places(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    bool none_x = x->cell->kind == OD_CELL_EMPTY;
    bool none_y = y->cell->kind == OD_CELL_EMPTY;
    int order = 0;
    if (none_x != none_y) {
        return none_x ? 1 : -1;
    }
    if (x->cell->kind == OD_CELL_TEXT && y->cell->kind == OD_CELL_TEXT) {
        order = strcmp(x->cell->text, y->cell->text);
    } else {
        double left = number_of(x->cell);
        double right = number_of(y->cell);
        order = (left > right) - (left < right);
    }
    if (order != 0) {
        return x->descending ? -order : order;
    }
    return (x->row > y->row) - (x->row < y->row);
}

/* Sorts the rows first .. last - 1. */
static void sort_rows(struct od_table *table, size_t first, size_t last, size_t column,
                      bool descending)
{
    size_t count = last - first;
    size_t width = table->column_count;
    struct place *places = od_xcalloc(count, sizeof *places);
    struct od_cell *cells = od_xcalloc(count * width, sizeof *cells);
    for (size_t i = 0; i < count; i++) {
        places[i] = (struct place){first + i, od_table_cell(table, first + i, column),
                                   descending};
    }
    qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 0; i < count; i++) {
        memcpy(cells + i * width, table->cells + places[i].row * width,
               width * sizeof *cells);
    }
    if (count > 0) {
        memcpy(table->cells + first * width, cells, count * width * sizeof *cells);
    }
    free(cells);
    free(places);
}

static size_t find_column(const struct od_table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        char *key = od_table_column_key(&table->columns[i]);
        bool found = strcmp(key, name) == 0;
        free(key);
        if (found) {
            return i;
        }
    }
    for (size_t i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, name) == 0) {
            return i;
        }
    }
    return table->column_count;
}

/* Blocks of lines fall apart when all lines are sorted together. */
static void drop_blocks(struct od_table *table)
{
    for (size_t i = 0; i < table->row_count; i++) {
        table->rows[i].rule = false;
    }
    for (size_t i = 0; i < table->column_count; i++) {
        table->columns[i].merge = false;
    }
}

int od_table_order(struct od_table *table, const char *order, struct od_err *err)
{
    bool descending = *order == '-';
    const char *name = descending ? order + 1 : order;
    size_t column = find_column(table, name);
    if (column == table->column_count) {
        return od_fail(err, OD_EINPUT, "%s: no column %s to order by", table->name, name);
    }
    size_t first = 0;
    bool averages = false;
    for (size_t row = 0; row < table->row_count; row++) {
        if (table->rows[row].kind == OD_ROW_AVERAGE) {
            sort_rows(table, first, row, column, descending);
            first = row + 1;
            averages = true;
        }
    }
    sort_rows(table, first, table->row_count, column, descending);
    if (!averages) {
        drop_blocks(table);
    }
    return 0;
}
