/* The list of formats, and what several of them need. */
#include "table/render.h"

#include <string.h>

static const struct od_format formats[] = {
    {
        .name = "text",
        .begin = "",
        .between = "\n",
        .end = "",
        .render = od_render_text,
    },
    {
        .name = "markdown",
        .begin = "",
        .between = "\n",
        .end = "",
        .render = od_render_markdown,
    },
    {
        .name = "latex",
        .begin = "% needs \\usepackage{booktabs}\n",
        .between = "\n",
        .end = "",
        .render = od_render_latex,
    },
    {
        .name = "macros",
        .begin = "",
        .between = "\n",
        .end = "",
        .render = od_render_macros,
    },
    {
        .name = "csv",
        .begin = "",
        .between = NULL,
        .end = "",
        .render = od_render_csv,
    },
    {
        .name = "json",
        .begin = "{\"tables\": [\n",
        .between = ",\n",
        .end = "\n]}\n",
        .render = od_render_json,
    },
};

const struct od_format *od_format_at(size_t i)
{
    return i < sizeof formats / sizeof formats[0] ? &formats[i] : NULL;
}

const struct od_format *od_format_find(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

bool od_table_repeats(const struct od_table *table, size_t row, size_t column)
{
    if (row == 0 || !table->columns[column].merge || table->rows[row].rule) {
        return false;
    }
    /* The columns in front that merge are what the text belongs to. */
    for (size_t i = 0; i <= column; i++) {
        const struct od_cell *cell = od_table_cell(table, row, i);
        const struct od_cell *above = od_table_cell(table, row - 1, i);
        bool same = cell->kind == OD_CELL_TEXT && above->kind == OD_CELL_TEXT &&
                    strcmp(cell->text, above->text) == 0;
        if (table->columns[i].merge && !same) {
            return false;
        }
    }
    return true;
}

struct od_decimals od_text_decimals(const char *text)
{
    const char *point = strpbrk(text, ". ");
    size_t places = point != NULL ? od_text_width(point) : 0;
    return (struct od_decimals){.whole = od_text_width(text) - places, .places = places};
}

struct od_decimals od_table_decimals(const struct od_table *table, size_t column)
{
    struct od_decimals widest = {0};
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t row = 0; row < table->row_count; row++) {
        od_buf_reset(&text);
        od_cell_format(table, od_table_cell(table, row, column), &text);
        struct od_decimals one = od_text_decimals(text.data);
        widest.whole = one.whole > widest.whole ? one.whole : widest.whole;
        widest.places = one.places > widest.places ? one.places : widest.places;
    }
    od_buf_release(&text);
    return widest;
}

size_t od_text_width(const char *text)
{
    size_t width = 0;
    for (const char *p = text; *p != '\0'; p++) {
        width += ((unsigned char)*p & 0xC0) != 0x80;
    }
    return width;
}

void od_put_printable(struct od_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (c < 0x20 || c == 0x7F) {
            od_buf_putc(out, '?');
        } else {
            od_buf_putc(out, *p);
        }
    }
}
