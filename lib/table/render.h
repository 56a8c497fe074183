/* Tables as text, Markdown, LaTeX, CSV and JSON. A new format is a file and an entry. */
#ifndef OD_TABLE_RENDER_H
#define OD_TABLE_RENDER_H

#include "base/buf.h"
#include "table/table.h"

#include <stdbool.h>
#include <stddef.h>

/* Width that the text form fits, or says that it does not. */
enum { OD_TEXT_COLUMNS = 80 };

struct od_format {
    const char *name;
    const char *begin;   /* in front of the first table */
    const char *between; /* between two tables; NULL: only one table fits a file */
    const char *end;     /* behind the last table */
    void (*render)(const struct od_table *table, struct od_buf *out);
};

/* The i-th format, NULL behind the last; text is the first. */
const struct od_format *od_format_at(size_t i);
const struct od_format *od_format_find(const char *name); /* NULL when not there */

/* Same table, same bytes. One file each. */
void od_render_text(const struct od_table *table, struct od_buf *out);
void od_render_markdown(const struct od_table *table, struct od_buf *out);
void od_render_latex(const struct od_table *table, struct od_buf *out);
void od_render_csv(const struct od_table *table, struct od_buf *out);
void od_render_macros(const struct od_table *table, struct od_buf *out);
void od_render_json(const struct od_table *table, struct od_buf *out);
/* A section of a page (report/page.h), no page by itself and so no format of the list. */
void od_render_html(const struct od_table *table, struct od_buf *out);

/*
 * For the forms that people read: true when the cell repeats the text above it in a
 * column that merges, and stands in the same block of rows.
 */
bool od_table_repeats(const struct od_table *table, size_t row, size_t column);

/* Width of the widest cell before and behind the decimal point, for alignment. Marks
 * behind a number belong to its places. */
struct od_decimals {
    size_t whole;
    size_t places; /* with the point */
};
struct od_decimals od_table_decimals(const struct od_table *table, size_t column);
/* The same of one text. */
struct od_decimals od_text_decimals(const char *text);

/* UTF-8 code points of text. */
size_t od_text_width(const char *text);

/* Appends text with control characters made harmless: each becomes "?". */
void od_put_printable(struct od_buf *out, const char *text);

/* Appends text with the marks of HTML escaped, for content and attributes; control
 * characters become "?". */
void od_put_html(struct od_buf *out, const char *text);

#endif
