/* Tables as CSV (RFC 4180): one header line, empty cells empty, no title and no notes. */
#include "table/render.h"

#include "base/alloc.h"

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

void od_render_csv(const struct od_table *table, struct od_buf *out)
{
    for (size_t i = 0; i < table->column_count; i++) {
        char *key = od_table_column_key(&table->columns[i]);
        od_buf_puts(out, i > 0 ? "," : "");
        put_field(out, key);
        free(key);
    }
    od_buf_putc(out, '\n');
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t row = 0; row < table->row_count; row++) {
        for (size_t i = 0; i < table->column_count; i++) {
            od_buf_reset(&text);
            od_cell_format(table, od_table_cell(table, row, i), &text);
            od_buf_puts(out, i > 0 ? "," : "");
            put_field(out, text.data);
        }
        od_buf_putc(out, '\n');
    }
    od_buf_release(&text);
}
