/* A comparison as workflow commands of GitHub Actions, which shows them as annotations.
 * It shows ten of a kind for a step: the first says it all. */
#include "compare/format_list.h"
#include "compare/format_parts.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* As @actions/toolkit: command.ts, escapeData and, for properties, escapeProperty. */
static void put_escaped(struct od_buf *out, const char *text, const char *special)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (strchr(special, *p) != NULL) {
            od_buf_printf(out, "%%%02X", (unsigned)*p);
        } else {
            od_buf_putc(out, *p);
        }
    }
}

/* Texts from outside are clean already. */
static void put_command(struct od_buf *out, const char *kind, const char *title,
                        const char *message)
{
    od_buf_printf(out, "::%s title=", kind);
    put_escaped(out, title, "%\r\n:,");
    od_buf_puts(out, "::");
    put_escaped(out, message, "%\r\n");
    od_buf_putc(out, '\n');
}

static void put_headline(const struct od_comparison *comparison, struct od_buf *out)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_put_headline(comparison, &text);
    const char *kind = "notice";
    if (od_comparison_status(comparison) != 0) {
        kind = "error";
    } else if (comparison->verdicts[OD_VERDICT_INCONCLUSIVE] > 0) {
        kind = "warning";
    }
    put_command(out, kind, "odbench-compare", text.data);
    od_buf_release(&text);
}

/* NULL: nothing to say. */
static const char *kind_of(const struct od_comparison *comparison,
                           const struct od_compared *cell)
{
    if (od_cell_regressed(cell) || od_comparison_refuses(comparison, cell)) {
        return "error";
    }
    if (od_cell_inconclusive(cell)) {
        return comparison->options.strict ? "error" : "warning";
    }
    return cell->change.verdict == OD_VERDICT_IMPROVED ? "notice" : NULL;
}

static void put_cell(const struct od_comparison *comparison,
                     const struct od_compared *cell, struct od_buf *out)
{
    const char *kind = kind_of(comparison, cell);
    if (kind == NULL) {
        return;
    }
    struct od_buf story;
    od_buf_init(&story, 0);
    od_put_story(comparison, cell, "\n", &story);
    const char *verdict =
        od_cell_regressed(cell) ? "regressed" : od_verdict_name(cell->change.verdict);
    char *name = od_text_clean(od_cell_name(comparison, cell));
    char *title = od_xasprintf("%s %s", name, verdict);
    put_command(out, kind, title, story.data);
    free(title);
    free(name);
    od_buf_release(&story);
}

/* A message that holds a text from outside; takes it. */
static void put_foreign(struct od_buf *out, const char *kind, const char *title,
                        char *message)
{
    char *clean = od_text_clean(message);
    put_command(out, kind, title, clean);
    free(clean);
    free(message);
}

static void put_missing(const struct od_comparison *comparison, struct od_buf *out)
{
    const char *kind = comparison->options.allow_missing ? "warning" : "error";
    for (size_t s = 0; s < OD_SIDES; s++) {
        const struct od_texts *only = &comparison->only[s];
        for (size_t i = 0; i < only->count; i++) {
            put_foreign(out, kind, "cell missing",
                        od_xasprintf("only on the side of %s: %s",
                                     comparison->source[s].label, only->items[i]));
        }
    }
}

void od_compare_github(const struct od_comparison *comparison, struct od_buf *out)
{
    put_headline(comparison, out);
    for (size_t i = 0; i < comparison->cell_count; i++) {
        put_cell(comparison, &comparison->cells[i], out);
    }
    put_missing(comparison, out);
    for (size_t i = 0; i < comparison->warnings.count; i++) {
        put_foreign(out, "warning", "odbench-compare",
                    od_xstrdup(comparison->warnings.items[i]));
    }
}
