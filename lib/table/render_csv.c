/* Tables as CSV (RFC 4180): one header line, empty cells empty, no title and no notes. */
#include "table/render.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void put_field(struct od_buf *out, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        od_buf_puts(out, text);
        return;
    }
    od_buf_putc(out, '"');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"') {
            od_buf_putc(out, '"');
        }
        od_buf_putc(out, *p);
    }
    od_buf_putc(out, '"');
}

/* What programs read: the names of doubts. */
static void put_cell(const struct od_table *table, const struct od_cell *cell,
                     struct od_buf *text)
{
    if (cell->kind == OD_CELL_DOUBTS) {
        od_doubts_format(cell->doubts, text);
    } else {
        od_cell_format(table, cell, text);
    }
}

/* "client: unsteady swap; cloud: swap": the columns of a row whose times are in doubt. */
static void put_doubts(const struct od_table *table, size_t row, struct od_buf *text)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct od_cell *cell = od_table_cell(table, row, i);
        if (cell->kind == OD_CELL_MS && cell->doubts != 0) {
            char *key = od_table_column_key(&table->columns[i]);
            od_buf_printf(text, "%s%s: ", text->len > 0 ? "; " : "", key);
            od_doubts_format(cell->doubts, text);
            free(key);
        }
    }
}

/* The three columns behind each column that has a time with a known precision. */
static bool has_precision(const struct od_table *table, size_t column)
{
    for (size_t row = 0; table->intervals && row < table->row_count; row++) {
        if (od_table_cell(table, row, column)->precision.samples > 0) {
            return true;
        }
    }
    return false;
}

static void put_precision(const struct od_table *table, const struct od_cell *cell,
                          struct od_buf *out)
{
    const struct od_precision *precision = &cell->precision;
    bool known = precision->samples > 0 && precision->low_ns >= 0;
    od_buf_putc(out, ',');
    if (known) {
        od_format_ns(table, precision->low_ns, out);
    }
    od_buf_putc(out, ',');
    if (known) {
        od_format_ns(table, precision->high_ns, out);
    }
    od_buf_putc(out, ',');
    if (precision->samples > 0) {
        od_buf_printf(out, "%" PRId64, precision->samples);
    }
}

static void put_header(const struct od_table *table, struct od_buf *out)
{
    static const char *const more[] = {"low", "high", "n"};
    for (size_t i = 0; i < table->column_count; i++) {
        char *key = od_table_column_key(&table->columns[i]);
        od_buf_puts(out, i > 0 ? "," : "");
        put_field(out, key);
        for (size_t k = 0; has_precision(table, i) && k < 3; k++) {
            char *name = od_xasprintf("%s %s", key, more[k]);
            od_buf_putc(out, ',');
            put_field(out, name);
            free(name);
        }
        free(key);
    }
}

void od_render_csv(const struct od_table *table, struct od_buf *out)
{
    put_header(table, out);
    bool doubts = od_table_has_doubts(table);
    od_buf_puts(out, doubts ? ",doubts\n" : "\n");
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t row = 0; row < table->row_count; row++) {
        for (size_t i = 0; i < table->column_count; i++) {
            od_buf_reset(&text);
            put_cell(table, od_table_cell(table, row, i), &text);
            od_buf_puts(out, i > 0 ? "," : "");
            put_field(out, text.data);
            if (has_precision(table, i)) {
                put_precision(table, od_table_cell(table, row, i), out);
            }
        }
        if (doubts) {
            od_buf_reset(&text);
            put_doubts(table, row, &text);
            od_buf_putc(out, ',');
            put_field(out, text.data);
        }
        od_buf_putc(out, '\n');
    }
    od_buf_release(&text);
}
