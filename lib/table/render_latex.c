/* Tables as LaTeX with the rules of the booktabs package. */
#include "table/render.h"

#include "record/validity.h"

#include <string.h>

static void put_special(struct od_buf *out, char c)
{
    switch (c) {
    case '\\':
        od_buf_puts(out, "\\textbackslash{}");
        break;
    case '~':
        od_buf_puts(out, "\\textasciitilde{}");
        break;
    case '^':
        od_buf_puts(out, "\\textasciicircum{}");
        break;
    case '<':
        od_buf_puts(out, "\\textless{}");
        break;
    case '>':
        od_buf_puts(out, "\\textgreater{}");
        break;
    case '|':
        od_buf_puts(out, "\\textbar{}");
        break;
    case '[':
        /* Behind a line's end it would begin an argument of it. */
        od_buf_puts(out, "{[}");
        break;
    default:
        od_buf_putc(out, '\\');
        od_buf_putc(out, c);
        break;
    }
}

static void put_escaped(struct od_buf *out, const char *text)
{
    struct od_buf plain;
    od_buf_init(&plain, 0);
    od_put_printable(&plain, text);
    for (const char *p = plain.data; *p != '\0'; p++) {
        if (strncmp(p, OD_DAGGER, strlen(OD_DAGGER)) == 0) {
            od_buf_puts(out, "\\dag{}");
            p += strlen(OD_DAGGER) - 1;
        } else if (strchr("\\~^<>|[#$%&_{}", *p) != NULL) {
            put_special(out, *p);
        } else {
            od_buf_putc(out, *p);
        }
    }
    od_buf_release(&plain);
}

/* Last column of the group that begins at first. */
static size_t group_end(const struct od_table *table, size_t first)
{
    size_t last = first;
    const char *group = table->columns[first].group;
    while (group != NULL && last + 1 < table->column_count &&
           table->columns[last + 1].group != NULL &&
           strcmp(table->columns[last + 1].group, group) == 0) {
        last++;
    }
    return last;
}

/* The line of group names with a rule under each, when any column has a group. */
static void put_groups(const struct od_table *table, struct od_buf *out)
{
    struct od_buf rules;
    od_buf_init(&rules, 0);
    struct od_buf names;
    od_buf_init(&names, 0);
    for (size_t i = 0; i < table->column_count;) {
        size_t last = group_end(table, i);
        od_buf_puts(&names, i > 0 ? " & " : "");
        if (table->columns[i].group != NULL) {
            od_buf_printf(&names, "\\multicolumn{%zu}{c}{", last - i + 1);
            put_escaped(&names, table->columns[i].group);
            od_buf_putc(&names, '}');
            od_buf_printf(&rules, "\\cmidrule(lr){%zu-%zu}", i + 1, last + 1);
        }
        i = last + 1;
    }
    if (rules.len > 0) {
        od_buf_printf(out, "%s \\\\\n%s\n", names.data, rules.data);
    }
    od_buf_release(&names);
    od_buf_release(&rules);
}

static void put_head(const struct od_table *table, struct od_buf *out)
{
    od_buf_puts(out, "\\begin{tabular}{@{}");
    for (size_t i = 0; i < table->column_count; i++) {
        od_buf_putc(out, table->columns[i].numeric ? 'r' : 'l');
    }
    od_buf_puts(out, "@{}}\n\\toprule\n");
    put_groups(table, out);
    for (size_t i = 0; i < table->column_count; i++) {
        od_buf_puts(out, i > 0 ? " & " : "");
        put_escaped(out, table->columns[i].name);
    }
    od_buf_puts(out, " \\\\\n\\midrule\n");
}

/* A number is filled up with invisible digits, so that the points line up. */
static void put_cell(const struct od_table *table, size_t row, size_t column,
                     struct od_buf *out)
{
    const struct od_cell *cell = od_table_cell(table, row, column);
    struct od_buf text;
    od_buf_init(&text, 0);
    od_cell_format(table, cell, &text);
    size_t missing = 0;
    if (table->columns[column].numeric) {
        struct od_decimals widest = od_table_decimals(table, column);
        missing = widest.places - od_text_decimals(text.data).places;
    }
    if (od_table_repeats(table, row, column)) {
        od_buf_reset(&text);
    }
    if (cell->kind == OD_CELL_EMPTY) {
        od_buf_puts(out, cell->too_few ? "\\dag{}" : "--");
    }
    put_escaped(out, text.data);
    if (cell->kind == OD_CELL_MS && cell->doubts != 0) {
        char marks[OD_DOUBT_COUNT + 1];
        od_buf_printf(out, "\\rlap{\\textsuperscript{%s}}",
                      od_doubt_marks(cell->doubts, marks));
    }
    struct od_buf precision;
    od_buf_init(&precision, 0);
    od_cell_format_precision(table, cell, &precision);
    if (missing > 0) {
        od_buf_puts(out, "\\phantom{");
        bool point = strchr(text.data, '.') == NULL;
        for (size_t i = 0; i < missing; i++) {
            od_buf_putc(out, point && i == 0 ? '.' : '0');
        }
        od_buf_putc(out, '}');
    }
    put_escaped(out, precision.data);
    od_buf_release(&precision);
    od_buf_release(&text);
}

static void put_body(const struct od_table *table, struct od_buf *out)
{
    for (size_t row = 0; row < table->row_count; row++) {
        if (table->rows[row].rule) {
            od_buf_puts(out, "\\midrule\n");
        }
        for (size_t i = 0; i < table->column_count; i++) {
            od_buf_puts(out, i > 0 ? " & " : "");
            put_cell(table, row, i, out);
        }
        od_buf_puts(out, " \\\\\n");
    }
    od_buf_puts(out, "\\bottomrule\n\\end{tabular}\n");
}

void od_render_latex(const struct od_table *table, struct od_buf *out)
{
    od_buf_puts(out, "\\begin{table}\n\\centering\n\\caption{");
    put_escaped(out, table->title);
    od_buf_printf(out, "}\n\\label{tab:%s}\n", table->name);
    put_head(table, out);
    put_body(table, out);
    if (table->note_count > 0 || table->provenance != NULL) {
        od_buf_puts(out, "\n\\smallskip\n\\begin{minipage}{\\linewidth}\\footnotesize\n");
        for (size_t i = 0; i < table->note_count; i++) {
            put_escaped(out, table->notes[i]);
            bool last = i + 1 == table->note_count && table->provenance == NULL;
            od_buf_puts(out, last ? "\n" : "\\\\\n");
        }
        if (table->provenance != NULL) {
            put_escaped(out, table->provenance);
            od_buf_putc(out, '\n');
        }
        od_buf_puts(out, "\\end{minipage}\n");
    }
    od_buf_puts(out, "\\end{table}\n");
}
