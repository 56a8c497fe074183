/* A comparison as JUnit XML, as test reporters of CI systems read it: a test case a cell.
 */
#include "compare/format_list.h"
#include "compare/format_parts.h"

#include "base/alloc.h"

#include <stdlib.h>

/* How a test case ends. */
enum outcome { PASSED, FAILED, BROKEN, SKIPPED, OUTCOMES };

static enum outcome outcome_of(const struct od_comparison *comparison,
                               const struct od_compared *cell)
{
    if (od_cell_regressed(cell)) {
        return FAILED;
    }
    if (od_comparison_refuses(comparison, cell)) {
        return BROKEN;
    }
    if (od_cell_inconclusive(cell)) {
        return comparison->options.strict ? FAILED : SKIPPED;
    }
    return PASSED;
}

/* As a comparison without a cell fails, its report must. */
static bool is_empty(const struct od_comparison *comparison)
{
    return comparison->cell_count == 0;
}

static size_t missing_count(const struct od_comparison *comparison)
{
    return comparison->only[OD_BASE].count + comparison->only[OD_NEW].count;
}

/* XML 1.0, sections 2.2 and 2.4; for attributes and for what stands between tags. */
static void put_escaped(struct od_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        switch (*p) {
        case '&':
            od_buf_puts(out, "&amp;");
            break;
        case '<':
            od_buf_puts(out, "&lt;");
            break;
        case '>':
            od_buf_puts(out, "&gt;");
            break;
        case '"':
            od_buf_puts(out, "&quot;");
            break;
        default:
            od_buf_putc(out, *p);
        }
    }
}

/* A text from outside. */
static void put_text(struct od_buf *out, const char *text)
{
    char *clean = od_text_clean(text);
    put_escaped(out, clean);
    free(clean);
}

static void put_property(struct od_buf *out, const char *name, const char *value)
{
    od_buf_puts(out, "      <property name=\"");
    put_text(out, name);
    od_buf_puts(out, "\" value=\"");
    put_text(out, value);
    od_buf_puts(out, "\"/>\n");
}

static void put_properties(const struct od_comparison *comparison, struct od_buf *out)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_buf_puts(out, "    <properties>\n");
    put_property(out, "base", comparison->source[OD_BASE].label);
    put_property(out, "new", comparison->source[OD_NEW].label);
    od_put_metric(&comparison->options, &text);
    put_property(out, "metric", text.data);
    od_buf_reset(&text);
    od_put_thresholds(&comparison->options, &text);
    put_property(out, "thresholds", text.data);
    od_buf_reset(&text);
    od_put_level(comparison, &text);
    put_property(out, "level", text.data);
    for (size_t i = 0; i < comparison->common_count; i++) {
        put_property(out, comparison->common[i].name, comparison->common[i].text);
    }
    for (size_t i = 0; i < comparison->warnings.count; i++) {
        put_property(out, "warning", comparison->warnings.items[i]);
    }
    od_buf_puts(out, "    </properties>\n");
    od_buf_release(&text);
}

static void open_case(const struct od_comparison *comparison, const char *name,
                      struct od_buf *out)
{
    od_buf_printf(out, "    <testcase classname=\"odbench.%s\" name=\"",
                  od_metric_name(comparison->options.metric));
    put_text(out, name);
    od_buf_puts(out, "\" time=\"0\">\n");
}

static void close_case(struct od_buf *out)
{
    od_buf_puts(out, "    </testcase>\n");
}

/* An element of a test case, its message and, where there is one, its content. */
static void put_outcome(struct od_buf *out, const char *element, const char *type,
                        const char *message, const char *content)
{
    od_buf_printf(out, "      <%s", element);
    if (type != NULL) {
        od_buf_printf(out, " type=\"%s\"", type);
    }
    od_buf_puts(out, " message=\"");
    put_text(out, message);
    if (content == NULL) {
        od_buf_puts(out, "\"/>\n");
        return;
    }
    od_buf_puts(out, "\">");
    put_escaped(out, content);
    od_buf_printf(out, "</%s>\n", element);
}

static const char *failure_type(const struct od_compared *cell)
{
    if (cell->change.verdict == OD_VERDICT_REGRESSED) {
        return "regressed";
    }
    return cell->errors.verdict == OD_VERDICT_REGRESSED ? "errors-regressed"
                                                        : "inconclusive";
}

static void put_cell(const struct od_comparison *comparison,
                     const struct od_compared *cell, struct od_buf *out)
{
    struct od_buf message;
    struct od_buf story;
    od_buf_init(&message, 0);
    od_buf_init(&story, 0);
    od_put_story(comparison, cell, "; ", &message);
    od_put_story(comparison, cell, "\n", &story);
    open_case(comparison, cell->id, out);
    switch (outcome_of(comparison, cell)) {
    case FAILED:
        put_outcome(out, "failure", failure_type(cell), message.data, story.data);
        break;
    case SKIPPED:
        put_outcome(out, "skipped", NULL, message.data, NULL);
        break;
    case BROKEN:
        put_outcome(out, "error", "missing", message.data, NULL);
        break;
    case PASSED:
    case OUTCOMES:
        od_buf_puts(out, "      <system-out>");
        put_escaped(out, story.data);
        od_buf_puts(out, "</system-out>\n");
        break;
    }
    close_case(out);
    od_buf_release(&story);
    od_buf_release(&message);
}

static void put_missing(const struct od_comparison *comparison, struct od_buf *out)
{
    for (size_t s = 0; s < OD_SIDES; s++) {
        char *message =
            od_xasprintf("only on the side of %s", comparison->source[s].label);
        for (size_t i = 0; i < comparison->only[s].count; i++) {
            open_case(comparison, comparison->only[s].items[i], out);
            if (comparison->options.allow_missing) {
                put_outcome(out, "skipped", NULL, message, NULL);
            } else {
                put_outcome(out, "error", "missing", message, NULL);
            }
            close_case(out);
        }
        free(message);
    }
    if (is_empty(comparison)) {
        open_case(comparison, "comparison", out);
        put_outcome(out, "error", "missing", "no cell is on both sides", NULL);
        close_case(out);
    }
}

/* The attributes that both <testsuites> and <testsuite> have. */
static void put_counts(const struct od_comparison *comparison, struct od_buf *out)
{
    size_t counts[OUTCOMES] = {0};
    size_t missing = missing_count(comparison);
    for (size_t i = 0; i < comparison->cell_count; i++) {
        counts[outcome_of(comparison, &comparison->cells[i])]++;
    }
    counts[comparison->options.allow_missing ? SKIPPED : BROKEN] += missing;
    counts[BROKEN] += is_empty(comparison);
    od_buf_printf(out,
                  " name=\"odbench-compare\" tests=\"%zu\" failures=\"%zu\" "
                  "errors=\"%zu\" skipped=\"%zu\" time=\"0\"",
                  counts[PASSED] + counts[FAILED] + counts[BROKEN] + counts[SKIPPED],
                  counts[FAILED], counts[BROKEN], counts[SKIPPED]);
}

void od_compare_junit(const struct od_comparison *comparison, struct od_buf *out)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_compare_text(comparison, &text);
    od_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    put_counts(comparison, out);
    od_buf_puts(out, ">\n  <testsuite");
    put_counts(comparison, out);
    od_buf_puts(out, ">\n");
    put_properties(comparison, out);
    for (size_t i = 0; i < comparison->cell_count; i++) {
        put_cell(comparison, &comparison->cells[i], out);
    }
    put_missing(comparison, out);
    od_buf_puts(out, "    <system-out>");
    put_escaped(out, text.data);
    od_buf_puts(out, "</system-out>\n  </testsuite>\n</testsuites>\n");
    od_buf_release(&text);
}
