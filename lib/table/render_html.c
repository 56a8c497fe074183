/* Tables as sections of a HTML page; the page around them is report/page.h. */
#include "table/render.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

void od_put_html(struct od_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        switch (*p) {
        case '&':
            od_buf_puts(out, "&amp;");
            break;
        case '<':
            od_buf_puts(out, "&lt;");
            break;
        case '>':
            od_buf_puts(out, "&gt;");
            break;
        case '"':
            od_buf_puts(out, "&quot;");
            break;
        case '\'':
            od_buf_puts(out, "&#39;");
            break;
        default:
            od_buf_putc(out, c < 0x20 || c == 0x7F ? '?' : *p);
        }
    }
}

static bool has_groups(const struct od_table *table)
{
    bool groups = false;
    for (size_t i = 0; i < table->column_count; i++) {
        groups |= table->columns[i].group != NULL;
    }
    return groups;
}

static bool same_group(const struct od_table_column *a, const struct od_table_column *b)
{
    return a->group != NULL && b->group != NULL && strcmp(a->group, b->group) == 0;
}

static void put_groups(const struct od_table *table, struct od_buf *out)
{
    od_buf_puts(out, "<tr>");
    for (size_t i = 0, end = 0; i < table->column_count; i = end) {
        for (end = i + 1; end < table->column_count &&
                          same_group(&table->columns[i], &table->columns[end]);
             end++) {
        }
        od_buf_printf(out, "<th colspan=\"%zu\" scope=\"colgroup\">", end - i);
        od_put_html(out, table->columns[i].group != NULL ? table->columns[i].group : "");
        od_buf_puts(out, "</th>");
    }
    od_buf_puts(out, "</tr>\n");
}

/* Names of columns are buttons, so that a keyboard can sort too. */
static void put_header(const struct od_table *table, struct od_buf *out)
{
    od_buf_puts(out, "<thead>\n");
    if (has_groups(table)) {
        put_groups(table, out);
    }
    od_buf_puts(out, "<tr>");
    for (size_t i = 0; i < table->column_count; i++) {
        od_buf_printf(out, "<th scope=\"col\"%s><button type=\"button\">",
                      table->columns[i].numeric ? " class=\"n\"" : "");
        od_put_html(out, table->columns[i].name);
        od_buf_puts(out, "</button></th>");
    }
    od_buf_puts(out, "</tr>\n</thead>\n");
}

/* Numbers end where the longest one of the column ends: U+2007 is as wide as a digit. */
static void put_padding(struct od_buf *out, size_t places, size_t widest)
{
    for (size_t i = places; i < widest; i++) {
        od_buf_puts(out, "\xE2\x80\x87");
    }
}

/* A longer text may be broken into lines. */
enum { LONG_BYTES = 56 };

static void put_cell(const struct od_table *table, size_t row, size_t column,
                     const struct od_decimals *widest, struct od_buf *out)
{
    const struct od_cell *cell = od_table_cell(table, row, column);
    bool numeric = table->columns[column].numeric;
    bool again = od_table_repeats(table, row, column);
    struct od_buf text;
    struct od_buf marks;
    od_buf_init(&text, 0);
    od_buf_init(&marks, 0);
    od_cell_format(table, cell, &text);
    od_cell_format_precision(table, cell, &marks);
    od_cell_format_marks(cell, &marks);
    bool lengthy = cell->kind == OD_CELL_TEXT && text.len > LONG_BYTES;
    od_buf_printf(out, "<td%s>",
                  numeric   ? " class=\"n\""
                  : again   ? " class=\"again\""
                  : lengthy ? " class=\"long\""
                            : "");
    od_put_html(out, cell->kind != OD_CELL_EMPTY ? text.data
                     : cell->too_few             ? od_cell_blank(cell)
                                                 : "\xE2\x80\x93");
    if (numeric && cell->kind != OD_CELL_EMPTY) {
        put_padding(out, od_text_decimals(text.data).places, widest->places);
    }
    if (marks.len > 0) {
        od_buf_puts(out, "<span class=\"mark\">");
        od_put_html(out, marks.data);
        od_buf_puts(out, "</span>");
    }
    od_buf_puts(out, "</td>");
    od_buf_release(&text);
    od_buf_release(&marks);
}

static void put_rows(const struct od_table *table, struct od_buf *out)
{
    struct od_decimals *widest = od_xcalloc(table->column_count, sizeof *widest);
    for (size_t i = 0; i < table->column_count; i++) {
        widest[i] = od_table_decimals(table, i);
    }
    od_buf_puts(out, "<tbody>\n");
    for (size_t row = 0; row < table->row_count; row++) {
        bool average = table->rows[row].kind == OD_ROW_AVERAGE;
        bool rule = table->rows[row].rule;
        od_buf_printf(out, "<tr%s>",
                      average ? " class=\"average\""
                      : rule  ? " class=\"rule\""
                              : "");
        for (size_t i = 0; i < table->column_count; i++) {
            put_cell(table, row, i, &widest[i], out);
        }
        od_buf_puts(out, "</tr>\n");
    }
    od_buf_puts(out, "</tbody>\n");
    free(widest);
}

void od_render_html(const struct od_table *table, struct od_buf *out)
{
    od_buf_puts(out, "<section id=\"");
    od_put_html(out, table->name);
    od_buf_puts(out, "\">\n<h2>");
    od_put_html(out, table->title);
    od_buf_puts(out, "</h2>\n<div class=\"wide\"><table>\n");
    put_header(table, out);
    put_rows(table, out);
    od_buf_puts(out, "</table></div>\n");
    if (table->note_count > 0) {
        od_buf_puts(out, "<ul class=\"notes\">\n");
        for (size_t i = 0; i < table->note_count; i++) {
            od_buf_puts(out, "<li>");
            od_put_html(out, table->notes[i]);
            od_buf_puts(out, "</li>\n");
        }
        od_buf_puts(out, "</ul>\n");
    }
    od_buf_puts(out, "</section>\n");
}
