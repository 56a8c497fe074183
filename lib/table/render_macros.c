/* Tables as LaTeX macros, one a number, so that a paper's text can name its numbers. */
#include "table/render.h"

#include "base/alloc.h"
#include "table/axis.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Letters alone make the name of a macro: digits become words, and whatever is neither
 * makes the next letter large. */
static void put_name(struct od_buf *out, const char *text)
{
    static const char *const digits[] = {"Zero", "One", "Two",   "Three", "Four",
                                         "Five", "Six", "Seven", "Eight", "Nine"};
    bool large = true;
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (c >= '0' && c <= '9') {
            od_buf_puts(out, digits[c - '0']);
            large = true;
        } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            od_buf_putc(out, large ? (char)toupper(c) : (char)c);
            large = false;
        } else {
            large = true;
        }
    }
}

/* The texts in front of the first column of numbers name the row. */
static void put_row_name(const struct od_table *table, size_t row, struct od_buf *out)
{
    for (size_t i = 0; i < table->column_count && !table->columns[i].numeric; i++) {
        const struct od_cell *cell = od_table_cell(table, row, i);
        if (cell->kind == OD_CELL_TEXT) {
            put_name(out, cell->text);
        }
    }
}

/* A name that stands already gets a letter behind it: B, C ... Z, ZB ... */
static void make_unique(struct od_axis *names, struct od_buf *name)
{
    size_t len = name->len;
    for (size_t i = 1; od_axis_find(names, name->data) != OD_AXIS_NONE; i++) {
        name->len = len;
        name->data[len] = '\0';
        for (size_t k = i; k > 25; k -= 25) {
            od_buf_putc(name, 'Z');
        }
        od_buf_putc(name, (char)('A' + (i - 1) % 25 + 1));
    }
    (void)od_axis_add(names, name->data);
}

static bool is_number(const struct od_cell *cell)
{
    return cell->kind == OD_CELL_COUNT || cell->kind == OD_CELL_REAL ||
           cell->kind == OD_CELL_MS || cell->kind == OD_CELL_SHIFT;
}

void od_render_macros(const struct od_table *table, struct od_buf *out)
{
    struct od_axis names = {0};
    struct od_buf name;
    od_buf_init(&name, 0);
    od_buf_puts(out, "% ");
    od_put_printable(out, table->title);
    od_buf_putc(out, '\n');
    for (size_t i = 0; i < table->row_count * table->column_count; i++) {
        const struct od_cell *cell = &table->cells[i];
        if (!is_number(cell)) {
            continue;
        }
        char *key = od_table_column_key(&table->columns[i % table->column_count]);
        od_buf_reset(&name);
        od_buf_puts(&name, "od");
        put_name(&name, table->name);
        put_row_name(table, i / table->column_count, &name);
        put_name(&name, key);
        make_unique(&names, &name);
        od_buf_printf(out, "\\newcommand{\\%s}{", name.data);
        od_cell_format(table, cell, out);
        od_buf_puts(out, "}\n");
        free(key);
    }
    if (table->provenance != NULL) {
        od_buf_puts(out, "% ");
        od_put_printable(out, table->provenance);
        od_buf_putc(out, '\n');
    }
    od_axis_release(&names);
    od_buf_release(&name);
}
