/* Tables for a terminal: aligned at the decimal point, notes below. */
#include "table/render.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* How one column is set. */
struct column {
    struct od_decimals decimals;
    size_t width;
};

/* How the table is set. */
struct layout {
    const struct od_table *table;
    struct column *columns;
    size_t first; /* 1 when the first column became lines above the blocks, else 0 */
    size_t gap;   /* blanks between columns */
    size_t width; /* of a line */
};

/* Cuts a text of more than so many bytes, between two characters. */
static void cut(struct od_buf *text, size_t bytes)
{
    if (text->len <= bytes) {
        return;
    }
    size_t len = bytes - 3;
    while (len > 0 && ((unsigned char)text->data[len] & 0xC0) == 0x80) {
        len--;
    }
    char *kept = od_xstrndup(text->data, len);
    od_buf_reset(text);
    od_buf_printf(text, "%s...", kept);
    free(kept);
}

static void cell_text(const struct od_table *table, size_t row, size_t column,
                      struct od_buf *out)
{
    const struct od_cell *cell = od_table_cell(table, row, column);
    od_buf_reset(out);
    if (cell->kind == OD_CELL_EMPTY) {
        od_buf_puts(out, od_cell_blank(cell));
        return;
    }
    struct od_buf raw;
    od_buf_init(&raw, 0);
    od_cell_format(table, cell, &raw);
    od_cell_format_precision(table, cell, &raw);
    od_cell_format_marks(cell, &raw);
    if (table->text_bytes > 0 && cell->kind == OD_CELL_TEXT) {
        cut(&raw, table->text_bytes);
    }
    od_put_printable(out, raw.data);
    od_buf_release(&raw);
}

/* A group is as wide as its columns; a name that is wider makes its last column wider. */
static void widen_groups(const struct layout *layout)
{
    const struct od_table *table = layout->table;
    for (size_t i = 0; i < table->column_count;) {
        const char *group = table->columns[i].group;
        size_t width = layout->columns[i].width;
        size_t last = i;
        while (group != NULL && last + 1 < table->column_count &&
               table->columns[last + 1].group != NULL &&
               strcmp(table->columns[last + 1].group, group) == 0) {
            width += layout->gap + layout->columns[++last].width;
        }
        size_t needed = group != NULL ? od_text_width(group) : 0;
        if (needed > width) {
            layout->columns[last].width += needed - width;
        }
        i = last + 1;
    }
}

/* The same as od_table_decimals, with marks. */
static struct od_decimals decimals_of(const struct od_table *table, size_t column)
{
    struct od_decimals widest = {0};
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t row = 0; row < table->row_count; row++) {
        cell_text(table, row, column, &text);
        struct od_decimals one = od_text_decimals(text.data);
        widest.whole = one.whole > widest.whole ? one.whole : widest.whole;
        widest.places = one.places > widest.places ? one.places : widest.places;
    }
    od_buf_release(&text);
    return widest;
}

static void measure_column(const struct od_table *table, size_t i, struct column *column)
{
    column->width = od_text_width(table->columns[i].name);
    if (table->columns[i].numeric) {
        column->decimals = decimals_of(table, i);
        size_t number = column->decimals.whole + column->decimals.places;
        column->width = number > column->width ? number : column->width;
        return;
    }
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t row = 0; row < table->row_count; row++) {
        cell_text(table, row, i, &text);
        size_t width = od_text_width(text.data);
        column->width = width > column->width ? width : column->width;
    }
    od_buf_release(&text);
}

static size_t line_width(const struct layout *layout)
{
    size_t width = 0;
    for (size_t i = layout->first; i < layout->table->column_count; i++) {
        width += layout->columns[i].width + (i > layout->first ? layout->gap : 0);
    }
    return width;
}

/*
 * A table that is too wide gives up its first column, where that names blocks of rows,
 * and then one of the two blanks between columns.
 */
static struct layout make_layout(const struct od_table *table)
{
    struct layout layout = {
        .table = table,
        .gap = 2,
        .columns = od_xcalloc(table->column_count, sizeof *layout.columns),
    };
    for (size_t i = 0; i < table->column_count; i++) {
        measure_column(table, i, &layout.columns[i]);
    }
    widen_groups(&layout);
    layout.width = line_width(&layout);
    if (layout.width > OD_TEXT_COLUMNS && table->columns[0].merge) {
        layout.first = 1;
        layout.width = line_width(&layout);
    }
    if (layout.width > OD_TEXT_COLUMNS) {
        layout.gap = 1;
        widen_groups(&layout);
        layout.width = line_width(&layout);
    }
    return layout;
}

/* The line of group names, when any column has one. */
static void put_groups(const struct layout *layout, struct od_buf *out)
{
    const struct od_table *table = layout->table;
    bool any = false;
    size_t position = 0;
    size_t written = 0;
    for (size_t i = layout->first; i < table->column_count; i++) {
        const char *group = table->columns[i].group;
        const char *before = i > 0 ? table->columns[i - 1].group : NULL;
        if (group != NULL && (before == NULL || strcmp(before, group) != 0)) {
            od_buf_pad(out, position - written);
            od_put_printable(out, group);
            written = position + od_text_width(group);
            any = true;
        }
        position += layout->columns[i].width + layout->gap;
    }
    if (any) {
        od_buf_end_line(out);
    }
}

static void put_names(const struct layout *layout, struct od_buf *out)
{
    for (size_t i = layout->first; i < layout->table->column_count; i++) {
        const struct od_table_column *column = &layout->table->columns[i];
        size_t rest = layout->columns[i].width - od_text_width(column->name);
        od_buf_pad(out, i > layout->first ? layout->gap : 0);
        od_buf_pad(out, column->numeric ? rest : 0);
        od_put_printable(out, column->name);
        od_buf_pad(out, column->numeric ? 0 : rest);
    }
    od_buf_end_line(out);
}

static void put_rule(const struct layout *layout, struct od_buf *out)
{
    for (size_t i = 0; i < layout->width; i++) {
        od_buf_putc(out, '-');
    }
    od_buf_putc(out, '\n');
}

/* A number stands with its point under the others; a dash where the units are. */
static void put_cell(const struct column *column, bool numeric, const char *text,
                     struct od_buf *out)
{
    size_t width = od_text_width(text);
    size_t right = column->width - width;
    if (numeric) {
        right = column->decimals.places - od_text_decimals(text).places;
        od_buf_pad(out, column->width - width - right);
    }
    od_buf_puts(out, text);
    od_buf_pad(out, right);
}

/* True when the first column, which has become lines of its own, has another text. */
static bool begins_block(const struct od_table *table, size_t row)
{
    const struct od_cell *cell = od_table_cell(table, row, 0);
    const struct od_cell *above = row > 0 ? od_table_cell(table, row - 1, 0) : NULL;
    bool same = above != NULL && cell->kind == OD_CELL_TEXT &&
                above->kind == OD_CELL_TEXT && strcmp(cell->text, above->text) == 0;
    return row == 0 || (table->rows[row].rule && !same);
}

static void put_row(const struct layout *layout, size_t row, struct od_buf *out)
{
    const struct od_table *table = layout->table;
    struct od_buf text;
    od_buf_init(&text, 0);
    if (layout->first > 0 && begins_block(table, row)) {
        cell_text(table, row, 0, &text);
        od_buf_printf(out, "%s: %s\n", table->columns[0].name, text.data);
    }
    for (size_t i = layout->first; i < table->column_count; i++) {
        cell_text(table, row, i, &text);
        od_buf_pad(out, i > layout->first ? layout->gap : 0);
        put_cell(&layout->columns[i], table->columns[i].numeric,
                 od_table_repeats(table, row, i) ? "" : text.data, out);
    }
    od_buf_end_line(out);
    od_buf_release(&text);
}

/* One note, broken between words, its further lines indented. */
static void put_note(const char *note, struct od_buf *out)
{
    size_t column = 0;
    const char *word = note;
    od_buf_puts(out, "* ");
    while (*word != '\0') {
        size_t len = strcspn(word, " ");
        if (column > 0 && column + 1 + len > OD_TEXT_COLUMNS - 2) {
            od_buf_puts(out, "\n  ");
            column = 0;
        } else if (column > 0) {
            od_buf_putc(out, ' ');
            column++;
        }
        char *copy = od_xstrndup(word, len);
        od_put_printable(out, copy);
        column += od_text_width(copy);
        free(copy);
        word += len;
        word += strspn(word, " ");
    }
    od_buf_putc(out, '\n');
}

void od_render_text(const struct od_table *table, struct od_buf *out)
{
    struct layout layout = make_layout(table);
    od_put_printable(out, table->title);
    od_buf_puts(out, "\n\n");
    put_groups(&layout, out);
    put_names(&layout, out);
    put_rule(&layout, out);
    for (size_t row = 0; row < table->row_count; row++) {
        if (table->rows[row].rule) {
            put_rule(&layout, out);
        }
        put_row(&layout, row, out);
    }
    od_buf_putc(out, '\n');
    for (size_t i = 0; i < table->note_count; i++) {
        put_note(table->notes[i], out);
    }
    if (table->provenance != NULL) {
        put_note(table->provenance, out);
    }
    if (layout.width > OD_TEXT_COLUMNS) {
        od_buf_printf(out, "* this table is %zu columns wide\n", layout.width);
    }
    free(layout.columns);
}
