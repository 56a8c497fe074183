/* A comparison for a terminal or a log: settings on top, a line a cell, the verdict last.
 */
#include "compare/format_list.h"
#include "compare/format_parts.h"

#include "base/alloc.h"
#include "record/validity.h"
#include "table/render.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lines are broken between words at this width; a cell's line is as wide as it must be.
 */
enum { WIDTH = 100 };
/* More files than these are only counted. */
enum { LISTED = 6 };
/* A side is called by its label where that is no wider. */
enum { LABEL_WIDTH = 24 };

/* One line of the table. */
struct row {
    char *name; /* owned */
    struct od_compare_line line;
    char *rest; /* owned: a sentence in place of the parts, or the marks behind them */
    bool sentence;
};

struct table {
    struct row *rows;
    size_t count;
    size_t capacity;
    size_t name_width;
    size_t width[OD_LINE_PARTS];
};

/* Words of text behind first, further lines indented. */
static void put_wrapped(struct od_buf *out, const char *first, size_t indent,
                        const char *text)
{
    char *clean = od_text_clean(text);
    size_t column = od_text_width(first);
    od_buf_puts(out, first);
    for (const char *word = clean; *word != '\0';) {
        size_t len = strcspn(word, " ");
        char *copy = od_xstrndup(word, len);
        size_t width = od_text_width(copy);
        free(copy);
        if (column > indent && column + 1 + width > WIDTH) {
            od_buf_end_line(out);
            od_buf_pad(out, indent);
            column = indent;
        } else if (column > indent && word != clean) {
            od_buf_putc(out, ' ');
            column++;
        }
        od_buf_add(out, word, len);
        column += width;
        word += len;
        word += strspn(word, " ");
    }
    od_buf_end_line(out);
    free(clean);
}

/* Settings follow each other on a line; one is never broken. */
static void put_facts(const struct od_comparison *comparison, struct od_buf *out)
{
    size_t column = 0;
    for (size_t i = 0; i < comparison->common_count; i++) {
        const struct od_compare_fact *fact = &comparison->common[i];
        char *raw =
            od_xasprintf("%s: %s", fact->name, *fact->text != '\0' ? fact->text : "-");
        char *clean = od_text_clean(raw);
        size_t width = od_text_width(clean);
        if (column > 0 && column + 3 + width > WIDTH) {
            od_buf_end_line(out);
            column = 0;
        } else if (column > 0) {
            od_buf_puts(out, "   ");
            column += 3;
        }
        od_buf_puts(out, clean);
        column += width;
        free(clean);
        free(raw);
    }
    if (column > 0) {
        od_buf_putc(out, '\n');
    }
}

static void put_question(const struct od_comparison *comparison, struct od_buf *out)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_put_metric(&comparison->options, &text);
    od_buf_puts(&text, "; a change counts ");
    od_put_thresholds(&comparison->options, &text);
    od_buf_puts(&text, "; ");
    od_put_level(comparison, &text);
    put_wrapped(out, "metric: ", 8, text.data);
    od_buf_release(&text);
}

static void put_side(const struct od_compare_source *source, const char *side,
                     struct od_buf *out)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_buf_printf(&text, "%s: ", source->label);
    od_put_source(source, &text);
    put_wrapped(out, side, 6, text.data);
    /* A side without a label of its own is called by its file. */
    bool named =
        source->files.count == 1 && strcmp(source->files.items[0], source->label) == 0;
    for (size_t i = 0; i < source->files.count && i < LISTED && !named; i++) {
        char *clean = od_text_clean(source->files.items[i]);
        od_buf_printf(out, "      %s\n", clean);
        free(clean);
    }
    if (source->files.count > LISTED) {
        od_buf_printf(out, "      and %zu more\n", source->files.count - LISTED);
    }
    od_buf_release(&text);
}

static struct row *add_row(struct table *table, const char *name)
{
    table->rows =
        od_xgrow(table->rows, table->count, &table->capacity, sizeof *table->rows);
    struct row *row = &table->rows[table->count++];
    *row = (struct row){.name = od_text_clean(name)};
    return row;
}

static void add_cell(struct table *table, const struct od_comparison *comparison,
                     const struct od_compared *cell, struct od_footnotes *notes)
{
    struct od_compare_line errors = {0};
    struct od_buf text;
    od_buf_init(&text, 0);
    struct row *row = add_row(table, od_cell_name(comparison, cell));
    od_line_of_metric(comparison, cell, &row->line);
    od_footnotes_mark(notes, cell, &text);
    row->rest = text.len > 0 ? od_xasprintf(" [%s]", text.data) : NULL;
    if (od_line_of_errors(comparison, cell, &errors)) {
        add_row(table, "  errors")->line = errors;
    }
    od_buf_reset(&text);
    od_put_answers(cell, &text);
    if (text.len > 0) {
        row = add_row(table, "  answers");
        row->sentence = true;
        row->rest = od_xstrdup(text.data);
    }
    od_buf_release(&text);
}

/* Of one cell it would say nothing new. */
static void add_geomean(struct table *table, const struct od_comparison *comparison)
{
    if (comparison->geomean_cells < 2 || !isfinite(comparison->geomean_ratio)) {
        return;
    }
    struct od_buf text;
    od_buf_init(&text, 0);
    od_put_percent_change(comparison->geomean_ratio, &text);
    struct row *row = add_row(table, "geomean");
    memcpy(row->line.part[OD_LINE_CHANGE], text.data, text.len + 1);
    od_buf_release(&text);
}

static void measure(struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        size_t width = od_text_width(row->name);
        table->name_width = width > table->name_width ? width : table->name_width;
        for (size_t p = 0; p < OD_LINE_PARTS; p++) {
            width = od_text_width(row->line.part[p]);
            table->width[p] = width > table->width[p] ? width : table->width[p];
        }
    }
}

/* Columns of a value and of its spread, with the blank between them. */
static size_t side_width(const struct table *table, enum od_line_part part)
{
    size_t spread = table->width[part + 1];
    return table->width[part] + (spread > 0 ? 1 + spread : 0);
}

static void put_header(struct table *table, const struct od_comparison *comparison,
                       struct od_buf *out)
{
    static const enum od_line_part parts[OD_SIDES] = {OD_LINE_BASE, OD_LINE_NEW};
    static const char *const plain[OD_SIDES] = {"base", "new"};
    char *labels[OD_SIDES];
    bool fit = true;
    for (size_t s = 0; s < OD_SIDES; s++) {
        labels[s] = od_text_clean(comparison->source[s].label);
        size_t width = od_text_width(labels[s]);
        fit = fit && width > 0 && width <= LABEL_WIDTH;
    }
    od_buf_pad(out, table->name_width);
    for (size_t s = 0; s < OD_SIDES; s++) {
        const char *label = fit ? labels[s] : plain[s];
        size_t label_width = od_text_width(label);
        size_t width = side_width(table, parts[s]);
        if (label_width > width) {
            table->width[parts[s]] += label_width - width;
            width = label_width;
        }
        od_buf_puts(out, "  ");
        od_buf_pad(out, width - label_width);
        od_buf_puts(out, label);
        free(labels[s]);
    }
    od_buf_puts(out, "  ");
    od_buf_pad(out,
               table->width[OD_LINE_CHANGE] > 6 ? table->width[OD_LINE_CHANGE] - 6 : 0);
    od_buf_puts(out, "change");
    od_buf_end_line(out);
}

/* right: its blanks stand in front. */
static void put_part(struct od_buf *out, const struct table *table, const struct row *row,
                     enum od_line_part part, bool right)
{
    const char *text = row->line.part[part];
    size_t rest = table->width[part] - od_text_width(text);
    od_buf_pad(out, right ? rest : 0);
    od_buf_puts(out, text);
    od_buf_pad(out, right ? 0 : rest);
}

static void put_row(const struct table *table, const struct row *row, struct od_buf *out)
{
    od_buf_puts(out, row->name);
    od_buf_pad(out, table->name_width - od_text_width(row->name) + 2);
    if (row->sentence) {
        od_buf_puts(out, row->rest);
        od_buf_end_line(out);
        return;
    }
    for (enum od_line_part part = OD_LINE_BASE; part <= OD_LINE_NEW_SPREAD; part += 2) {
        put_part(out, table, row, part, true);
        od_buf_pad(out, table->width[part + 1] > 0 ? 1 : 0);
        put_part(out, table, row, part + 1, false);
        od_buf_pad(out, 2);
    }
    put_part(out, table, row, OD_LINE_CHANGE, true);
    od_buf_pad(out, 1);
    put_part(out, table, row, OD_LINE_ODDS, false);
    od_buf_pad(out, 2);
    od_buf_puts(out, row->line.part[OD_LINE_VERDICT]);
    od_buf_puts(out, row->rest != NULL ? row->rest : "");
    od_buf_end_line(out);
}

static void put_table(const struct od_comparison *comparison, struct od_footnotes *notes,
                      struct od_buf *out)
{
    struct table table = {.width = {[OD_LINE_CHANGE] = strlen("change")}};
    for (size_t i = 0; i < comparison->cell_count; i++) {
        add_cell(&table, comparison, &comparison->cells[i], notes);
    }
    add_geomean(&table, comparison);
    measure(&table);
    if (table.count > 0) {
        od_buf_putc(out, '\n');
        put_header(&table, comparison, out);
    }
    for (size_t i = 0; i < table.count; i++) {
        put_row(&table, &table.rows[i], out);
        free(table.rows[i].name);
        free(table.rows[i].rest);
    }
    free(table.rows);
}

static void put_legend(const struct od_comparison *comparison, struct od_buf *out)
{
    enum od_metric metric = comparison->options.metric;
    bool paired = metric == OD_METRIC_P50 || metric == OD_METRIC_MEAN;
    char *text = od_xasprintf(
        "%s\xC2\xB1: half the %g%% interval; p: two-sided%s%s",
        paired ? "change: of the same images; " : "",
        comparison->options.confidence * 100,
        comparison->options.correction == OD_ADJUST_NONE ? "" : ", corrected",
        metric == OD_METRIC_ERROR_RATE ? "" : "; n: images");
    put_wrapped(out, "", 0, text);
    free(text);
}

/* What decided: a line where all cells agree, else a line for each that differs. */
static void put_tests(const struct od_comparison *comparison, struct od_buf *out)
{
    for (size_t i = 0; i < comparison->cell_count; i++) {
        const char *test = comparison->cells[i].test;
        bool said = test == NULL;
        for (size_t j = 0; j < i && !said; j++) {
            const char *before = comparison->cells[j].test;
            said = before != NULL && strcmp(before, test) == 0;
        }
        if (!said) {
            put_wrapped(out, "test: ", 6, test);
        }
    }
}

static void put_notes(const struct od_footnotes *notes, struct od_buf *out)
{
    for (size_t i = 0; i < notes->texts.count; i++) {
        char *mark = od_xasprintf("[%zu] ", i + 1);
        put_wrapped(out, mark, 4, notes->texts.items[i]);
        free(mark);
    }
    for (unsigned i = 0; i < OD_DOUBT_COUNT; i++) {
        enum od_doubt doubt = (enum od_doubt)i;
        if ((notes->doubts & od_doubt_bit(doubt)) != 0) {
            od_buf_printf(out, "[%c] in doubt: %s\n", od_doubt_mark(doubt),
                          od_doubt_text(doubt));
        }
    }
}

static void put_missing(const struct od_comparison *comparison, struct od_buf *out)
{
    for (size_t s = 0; s < OD_SIDES; s++) {
        const struct od_texts *only = &comparison->only[s];
        for (size_t i = 0; i < only->count; i++) {
            char *mark =
                od_xasprintf("only on the side of %s: ", comparison->source[s].label);
            char *clean = od_text_clean(mark);
            put_wrapped(out, clean, 6, only->items[i]);
            free(clean);
            free(mark);
        }
    }
}

void od_compare_text(const struct od_comparison *comparison, struct od_buf *out)
{
    struct od_footnotes notes = {0};
    put_facts(comparison, out);
    put_question(comparison, out);
    put_side(&comparison->source[OD_BASE], "base: ", out);
    put_side(&comparison->source[OD_NEW], "new:  ", out);
    put_table(comparison, &notes, out);
    od_buf_putc(out, '\n');
    if (comparison->cell_count > 0) {
        put_legend(comparison, out);
        put_tests(comparison, out);
    }
    put_notes(&notes, out);
    for (size_t i = 0; i < comparison->warnings.count; i++) {
        put_wrapped(out, "warning: ", 9, comparison->warnings.items[i]);
    }
    put_missing(comparison, out);
    od_put_headline(comparison, out);
    od_buf_putc(out, '\n');
    od_footnotes_release(&notes);
}
