/* A comparison as a comment on a pull request (GitHub's Markdown): the verdict as title,
 * a table, everything else folded away. */
#include "compare/format_list.h"
#include "compare/format_parts.h"

#include "base/alloc.h"
#include "record/validity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More files than these are only counted. */
enum { LISTED = 6 };

/*
 * A text from outside: as a character reference, nothing is a mark of Markdown or HTML
 * any more (CommonMark 0.30, section 2.5), and between code tags no mention of somebody.
 */
static void put_plain(struct od_buf *out, const char *text)
{
    char *clean = od_text_clean(text);
    for (const char *p = clean; *p != '\0'; p++) {
        if (strchr("&<>`*_[]|~\\#@$", *p) != NULL) {
            od_buf_printf(out, "&#%d;", *p);
        } else {
            od_buf_putc(out, *p);
        }
    }
    free(clean);
}

static void put_code(struct od_buf *out, const char *text)
{
    od_buf_puts(out, "<code>");
    put_plain(out, text);
    od_buf_puts(out, "</code>");
}

static void put_title(const struct od_comparison *comparison, struct od_buf *out)
{
    const char *icon = ":white_check_mark:";
    if (od_comparison_status(comparison) != 0) {
        icon = ":x:";
    } else if (comparison->verdicts[OD_VERDICT_INCONCLUSIVE] > 0) {
        icon = ":warning:";
    }
    od_buf_printf(out, "### %s odbench: ", icon);
    od_put_headline(comparison, out);
    od_buf_puts(out, "\n\n");
    od_put_metric(&comparison->options, out);
    od_buf_puts(out, ", ");
    put_code(out, comparison->source[OD_BASE].label);
    od_buf_puts(out, " against ");
    put_code(out, comparison->source[OD_NEW].label);
    od_buf_puts(out, "; a change counts ");
    od_put_thresholds(&comparison->options, out);
    od_buf_puts(out, "\n\n");
}

static void put_field(struct od_buf *out, const char *text, const char *more)
{
    od_buf_puts(out, " ");
    od_buf_puts(out, strcmp(text, "~") == 0 ? "\\~" : text);
    od_buf_puts(out, *text != '\0' && *more != '\0' ? " " : "");
    od_buf_puts(out, more);
    od_buf_puts(out, " |");
}

/* What stands behind the first field of a row. */
static void put_line(const struct od_compare_line *line, const char *marks,
                     struct od_buf *out)
{
    const char *verdict = line->part[OD_LINE_VERDICT];
    bool bad = strcmp(verdict, od_verdict_name(OD_VERDICT_REGRESSED)) == 0;
    put_field(out, line->part[OD_LINE_BASE], line->part[OD_LINE_BASE_SPREAD]);
    put_field(out, line->part[OD_LINE_NEW], line->part[OD_LINE_NEW_SPREAD]);
    put_field(out, line->part[OD_LINE_CHANGE], "");
    put_field(out, line->part[OD_LINE_ODDS], "");
    od_buf_printf(out, bad ? " **%s**" : " %s", verdict);
    if (*marks != '\0') {
        od_buf_printf(out, " <sup>%s</sup>", marks);
    }
    od_buf_puts(out, " |\n");
}

static void put_cell(const struct od_comparison *comparison,
                     const struct od_compared *cell, struct od_footnotes *notes,
                     struct od_buf *out)
{
    struct od_compare_line line = {0};
    struct od_buf text;
    od_buf_init(&text, 0);
    od_footnotes_mark(notes, cell, &text);
    od_line_of_metric(comparison, cell, &line);
    od_buf_puts(out, "| ");
    put_code(out, od_cell_name(comparison, cell));
    od_buf_puts(out, " |");
    put_line(&line, text.data, out);
    if (od_line_of_errors(comparison, cell, &line)) {
        od_buf_puts(out, "| &emsp;errors |");
        put_line(&line, "", out);
    }
    if (cell->answers_differ > 0 || cell->answers_vary > 0) {
        od_buf_printf(out, "| &emsp;answers | | %lld of %lld differ | | |",
                      (long long)cell->answers_differ, (long long)cell->answers);
        if (cell->answers_vary > 0) {
            od_buf_printf(out, " (%lld within a side)", (long long)cell->answers_vary);
        }
        od_buf_puts(out, " |\n");
    }
    od_buf_release(&text);
}

static void put_table(const struct od_comparison *comparison, struct od_footnotes *notes,
                      struct od_buf *out)
{
    od_buf_puts(out, "| cell |");
    for (size_t s = 0; s < OD_SIDES; s++) {
        od_buf_putc(out, ' ');
        put_code(out, comparison->source[s].label);
        od_buf_puts(out, " |");
    }
    od_buf_puts(out, " change | | verdict |\n| --- | ---: | ---: | ---: | --- | --- |\n");
    for (size_t i = 0; i < comparison->cell_count; i++) {
        put_cell(comparison, &comparison->cells[i], notes, out);
    }
    if (comparison->geomean_cells > 1 && isfinite(comparison->geomean_ratio)) {
        od_buf_puts(out, "| geomean | | | ");
        od_put_percent_change(comparison->geomean_ratio, out);
        od_buf_puts(out, " | | |\n");
    }
    od_buf_putc(out, '\n');
}

static void put_notes(const struct od_footnotes *notes, struct od_buf *out)
{
    for (size_t i = 0; i < notes->texts.count; i++) {
        od_buf_printf(out, "- <sup>%zu</sup> %s\n", i + 1, notes->texts.items[i]);
    }
    for (unsigned i = 0; i < OD_DOUBT_COUNT; i++) {
        enum od_doubt doubt = (enum od_doubt)i;
        if ((notes->doubts & od_doubt_bit(doubt)) != 0) {
            od_buf_printf(out, "- <sup>%c</sup> in doubt: %s\n", od_doubt_mark(doubt),
                          od_doubt_text(doubt));
        }
    }
    od_buf_puts(out, notes->texts.count > 0 || notes->doubts != 0 ? "\n" : "");
}

static void put_missing(const struct od_comparison *comparison, struct od_buf *out)
{
    size_t begin = out->len;
    for (size_t s = 0; s < OD_SIDES; s++) {
        const struct od_texts *only = &comparison->only[s];
        for (size_t i = 0; i < only->count; i++) {
            od_buf_puts(out, out->len == begin ? "On one side only:\n\n- " : "- ");
            put_code(out, comparison->source[s].label);
            od_buf_puts(out, ": ");
            put_code(out, only->items[i]);
            od_buf_putc(out, '\n');
        }
    }
    od_buf_puts(out, out->len > begin ? "\n" : "");
}

static void put_side(const struct od_compare_source *source, const char *side,
                     struct od_buf *out)
{
    od_buf_printf(out, "- %s ", side);
    put_code(out, source->label);
    od_buf_puts(out, ": ");
    od_put_source(source, out);
    for (size_t i = 0; i < source->files.count && i < LISTED; i++) {
        od_buf_puts(out, "; ");
        put_code(out, source->files.items[i]);
    }
    if (source->files.count > LISTED) {
        od_buf_printf(out, " and %zu more", source->files.count - LISTED);
    }
    od_buf_putc(out, '\n');
}

static void put_details(const struct od_comparison *comparison, struct od_buf *out)
{
    od_buf_puts(out, "<details><summary>Settings and files");
    if (comparison->warnings.count > 0) {
        od_buf_puts(out, ", ");
        od_put_count(out, (int64_t)comparison->warnings.count, "warning", "warnings");
    }
    od_buf_puts(out, "</summary>\n\n");
    for (size_t i = 0; i < comparison->warnings.count; i++) {
        od_buf_puts(out, "- **warning** ");
        put_plain(out, comparison->warnings.items[i]);
        od_buf_putc(out, '\n');
    }
    put_side(&comparison->source[OD_BASE], "base", out);
    put_side(&comparison->source[OD_NEW], "new", out);
    for (size_t i = 0; i < comparison->common_count; i++) {
        od_buf_puts(out, "- ");
        put_plain(out, comparison->common[i].name);
        od_buf_puts(out, " ");
        put_code(out, comparison->common[i].text);
        od_buf_putc(out, '\n');
    }
    od_buf_puts(out, "- ");
    od_put_level(comparison, out);
    od_buf_putc(out, '\n');
    od_buf_puts(out, "\n</details>\n");
}

void od_compare_markdown(const struct od_comparison *comparison, struct od_buf *out)
{
    struct od_footnotes notes = {0};
    put_title(comparison, out);
    if (comparison->cell_count > 0) {
        put_table(comparison, &notes, out);
    }
    put_notes(&notes, out);
    put_missing(comparison, out);
    put_details(comparison, out);
    od_footnotes_release(&notes);
}
