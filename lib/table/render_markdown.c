/* Tables as Markdown (the pipe tables of GitHub's dialect). */
#include "table/render.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* Marks that Markdown would read as its own get a backslash. */
static void put_escaped(struct od_buf *out, const char *text)
{
    struct od_buf plain;
    od_buf_init(&plain, 0);
    od_put_printable(&plain, text);
    for (const char *p = plain.data; *p != '\0'; p++) {
        if (strchr("\\`*_[]<>|", *p) != NULL) {
            od_buf_putc(out, '\\');
        }
        od_buf_putc(out, *p);
    }
    od_buf_release(&plain);
}

static void put_header(const struct od_table *table, struct od_buf *out)
{
    od_buf_putc(out, '|');
    for (size_t i = 0; i < table->column_count; i++) {
        const struct od_table_column *column = &table->columns[i];
        od_buf_putc(out, ' ');
        if (column->group != NULL) {
            put_escaped(out, column->group);
            od_buf_putc(out, ' ');
        }
        put_escaped(out, column->name);
        od_buf_puts(out, " |");
    }
    od_buf_puts(out, "\n|");
    for (size_t i = 0; i < table->column_count; i++) {
        od_buf_puts(out, table->columns[i].numeric ? " ---: |" : " --- |");
    }
    od_buf_putc(out, '\n');
}

static void put_row(const struct od_table *table, size_t row, struct od_buf *out)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_buf_putc(out, '|');
    for (size_t i = 0; i < table->column_count; i++) {
        const struct od_cell *cell = od_table_cell(table, row, i);
        od_buf_reset(&text);
        od_cell_format(table, cell, &text);
        od_cell_format_precision(table, cell, &text);
        od_cell_format_marks(cell, &text);
        od_buf_putc(out, ' ');
        put_escaped(out, cell->kind == OD_CELL_EMPTY ? od_cell_blank(cell) : text.data);
        od_buf_puts(out, " |");
    }
    od_buf_putc(out, '\n');
    od_buf_release(&text);
}

void od_render_markdown(const struct od_table *table, struct od_buf *out)
{
    od_buf_puts(out, "**");
    put_escaped(out, table->title);
    od_buf_puts(out, "**\n\n");
    put_header(table, out);
    for (size_t row = 0; row < table->row_count; row++) {
        put_row(table, row, out);
    }
    od_buf_putc(out, '\n');
    for (size_t i = 0; i < table->note_count; i++) {
        od_buf_puts(out, "- ");
        put_escaped(out, table->notes[i]);
        od_buf_putc(out, '\n');
    }
    if (table->provenance != NULL) {
        od_buf_puts(out, "- ");
        put_escaped(out, table->provenance);
        od_buf_putc(out, '\n');
    }
}
