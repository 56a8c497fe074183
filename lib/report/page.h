/* One HTML page that holds everything: tables, figures, where they come from. */
#ifndef OD_REPORT_PAGE_H
#define OD_REPORT_PAGE_H

#include "base/buf.h"
#include "table/table.h"

#include <stddef.h>

/* A picture with its caption. Borrowed. */
struct od_page_figure {
    const char *name; /* "figure-8"; its id is "figure:figure-8", as tables share names */
    const char *caption;
    const char *svg; /* whole file, ended by 0 */
};

/* All borrowed; counts may be 0. */
struct od_page {
    const char *title;
    const char *summary; /* a sentence below the title; NULL: none */
    const struct od_table *tables;
    size_t table_count;
    const struct od_page_figure *figures;
    size_t figure_count;
    const char *provenance; /* last line: data, version */
};

/*
 * Appends the page (the first table, the figures, the other tables): HTML5 with its style
 * and script inside and pictures as data, so that it needs no network and no other file.
 * Columns sort by a click or a key, readable in light and dark and printed, and without
 * the script. The same page gives the same bytes.
 */
void od_page_put(const struct od_page *page, struct od_buf *out);

#endif
