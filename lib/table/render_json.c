/* Tables as JSON: columns once, then rows as arrays; numbers with the printed digits. */
#include "table/render.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "record/validity.h"

#include <inttypes.h>
#include <stdlib.h>

/* A string; bytes that are no UTF-8 become the replacement character. */
static void put_string(struct od_buf *out, const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    od_buf_putc(out, '"');
    while (*p != '\0') {
        size_t len = od_utf8_length((const char *)p);
        if (len == 0) {
            od_buf_puts(out, "\\ufffd");
            len = 1;
        } else if (*p == '"' || *p == '\\') {
            od_buf_printf(out, "\\%c", *p);
        } else if (*p < 0x20) {
            od_buf_printf(out, "\\u%04x", *p);
        } else {
            od_buf_add(out, p, len);
        }
        p += len;
    }
    od_buf_putc(out, '"');
}

static void put_columns(const struct od_table *table, struct od_buf *out)
{
    od_buf_puts(out, "  \"columns\": [");
    for (size_t i = 0; i < table->column_count; i++) {
        char *key = od_table_column_key(&table->columns[i]);
        od_buf_puts(out, i > 0 ? ", " : "");
        put_string(out, key);
        free(key);
    }
    od_buf_puts(out, "],\n");
}

/* The names of a set of doubts, as an array. */
static void put_doubts(unsigned doubts, struct od_buf *out)
{
    bool any = false;
    od_buf_putc(out, '[');
    for (unsigned i = 0; i < OD_DOUBT_COUNT; i++) {
        if ((doubts & od_doubt_bit((enum od_doubt)i)) != 0) {
            od_buf_puts(out, any ? ", " : "");
            put_string(out, od_doubt_name((enum od_doubt)i));
            any = true;
        }
    }
    od_buf_putc(out, ']');
}

/* A number of JSON has no plus (RFC 8259, section 6). */
static void put_shift(const struct od_table *table, const struct od_cell *cell,
                      struct od_buf *out)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_cell_format(table, cell, &text);
    od_buf_puts(out, text.data + (*text.data == '+' ? 1 : 0));
    od_buf_release(&text);
}

static void put_cell(const struct od_table *table, const struct od_cell *cell,
                     struct od_buf *out)
{
    switch (cell->kind) {
    case OD_CELL_EMPTY:
        od_buf_puts(out, "null");
        break;
    case OD_CELL_TEXT:
        put_string(out, cell->text);
        break;
    case OD_CELL_DOUBTS:
        put_doubts(cell->doubts, out);
        break;
    case OD_CELL_COUNT:
    case OD_CELL_REAL:
    case OD_CELL_MS:
        od_cell_format(table, cell, out);
        break;
    case OD_CELL_SHIFT:
        put_shift(table, cell, out);
        break;
    }
}

static void put_rows(const struct od_table *table, struct od_buf *out)
{
    od_buf_puts(out, "  \"rows\": [");
    for (size_t row = 0; row < table->row_count; row++) {
        od_buf_puts(out, row > 0 ? ",\n    [" : "\n    [");
        for (size_t i = 0; i < table->column_count; i++) {
            od_buf_puts(out, i > 0 ? ", " : "");
            put_cell(table, od_table_cell(table, row, i), out);
        }
        od_buf_putc(out, ']');
    }
    od_buf_puts(out, table->row_count > 0 ? "\n  ],\n" : "],\n");
}

/* An object for each time that is in doubt: its place in "rows", and the names. */
static void put_all_doubts(const struct od_table *table, struct od_buf *out)
{
    bool any = false;
    od_buf_puts(out, "  \"doubts\": [");
    for (size_t i = 0; i < table->row_count * table->column_count; i++) {
        const struct od_cell *cell = &table->cells[i];
        if (cell->kind == OD_CELL_MS && cell->doubts != 0) {
            od_buf_printf(out, "%s\n    {\"row\": %zu, \"column\": %zu, \"names\": ",
                          any ? "," : "", i / table->column_count,
                          i % table->column_count);
            put_doubts(cell->doubts, out);
            od_buf_putc(out, '}');
            any = true;
        }
    }
    od_buf_puts(out, any ? "\n  ],\n" : "],\n");
}

/* An object for each time whose precision is known: its place in "rows", the interval or
 * null, and n. */
static void put_intervals(const struct od_table *table, struct od_buf *out)
{
    bool any = false;
    od_buf_puts(out, "  \"intervals\": [");
    for (size_t i = 0; i < table->row_count * table->column_count; i++) {
        const struct od_precision *precision = &table->cells[i].precision;
        if (table->cells[i].kind != OD_CELL_MS || precision->samples == 0) {
            continue;
        }
        od_buf_printf(out,
                      "%s\n    {\"row\": %zu, \"column\": %zu, \"low\": ", any ? "," : "",
                      i / table->column_count, i % table->column_count);
        if (precision->low_ns >= 0) {
            od_format_ns(table, precision->low_ns, out);
            od_buf_puts(out, ", \"high\": ");
            od_format_ns(table, precision->high_ns, out);
        } else {
            od_buf_puts(out, "null, \"high\": null");
        }
        od_buf_printf(out, ", \"n\": %" PRId64 "}", precision->samples);
        any = true;
    }
    od_buf_puts(out, any ? "\n  ],\n" : "],\n");
}

void od_render_json(const struct od_table *table, struct od_buf *out)
{
    od_buf_puts(out, "{\n  \"name\": ");
    put_string(out, table->name);
    od_buf_puts(out, ",\n  \"title\": ");
    put_string(out, table->title);
    od_buf_puts(out, ",\n  \"unit\": ");
    if (table->unit != NULL) {
        put_string(out, table->unit);
    } else {
        od_buf_puts(out, "null");
    }
    od_buf_puts(out, ",\n");
    put_columns(table, out);
    put_rows(table, out);
    put_all_doubts(table, out);
    if (table->intervals) {
        put_intervals(table, out);
    }
    if (table->provenance != NULL) {
        od_buf_puts(out, "  \"provenance\": ");
        put_string(out, table->provenance);
        od_buf_puts(out, ",\n");
    }
    od_buf_puts(out, "  \"notes\": [");
    for (size_t i = 0; i < table->note_count; i++) {
        od_buf_puts(out, i > 0 ? ",\n    " : "\n    ");
        put_string(out, table->notes[i]);
    }
    od_buf_puts(out, table->note_count > 0 ? "\n  ]\n}" : "]\n}");
}
