/* Footnotes of a comparison, and texts made harmless. */
#include "compare/format_parts.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "record/validity.h"

#include <stdlib.h>
#include <string.h>

void od_footnotes_release(struct od_footnotes *notes)
{
    od_texts_release(&notes->texts);
    notes->doubts = 0;
}

static int compare_sizes(const void *a, const void *b)
{
    const size_t *x = a;
    const size_t *y = b;
    return (*x > *y) - (*x < *y);
}

/* Where the sentence stands, from 1. Takes it. */
static size_t number_of(struct od_footnotes *notes, char *text)
{
    for (size_t i = 0; i < notes->texts.count; i++) {
        if (strcmp(notes->texts.items[i], text) == 0) {
            free(text);
            return i + 1;
        }
    }
    od_texts_add(&notes->texts, text);
    return notes->texts.count;
}

static char *why_inconclusive(const struct od_change *change, const char *what)
{
    struct od_buf why;
    od_buf_init(&why, 0);
    od_buf_puts(&why, what);
    od_put_why_inconclusive(change, &why);
    char *text = od_buf_steal(&why);
    od_buf_release(&why);
    return text;
}

static unsigned doubts_of(const struct od_compared *cell)
{
    return cell->side[OD_BASE].doubts | cell->side[OD_NEW].doubts;
}

/* What is to say of a cell, but for the doubts. */
static void add_sentences(const struct od_compared *cell, struct od_texts *texts)
{
    if (cell->change.verdict == OD_VERDICT_INCONCLUSIVE) {
        od_texts_add(texts, why_inconclusive(&cell->change, ""));
    }
    bool failed = cell->side[OD_BASE].failed > 0 || cell->side[OD_NEW].failed > 0;
    if (failed && cell->errors.verdict == OD_VERDICT_INCONCLUSIVE) {
        od_texts_add(texts, why_inconclusive(&cell->errors, "errors: "));
    }
    for (unsigned i = 0; i < OD_NOTE_COUNT; i++) {
        enum od_compare_note note = (enum od_compare_note)i;
        /* The doubts themselves, the reason, and the numbers of answers say more. */
        bool said = (note == OD_NOTE_DOUBTFUL && doubts_of(cell) != 0) ||
                    (note == OD_NOTE_FASTER_BY_FAILING && cell->change.reason != NULL) ||
                    (note == OD_NOTE_OTHER_ANSWERS && cell->answers_differ > 0);
        if ((cell->notes & (1U << i)) != 0 && !said) {
            od_texts_add(texts, od_xstrdup(od_compare_note_text(note)));
        }
    }
}

void od_footnotes_mark(struct od_footnotes *notes, const struct od_compared *cell,
                       struct od_buf *out)
{
    size_t begin = out->len;
    struct od_texts texts = {0};
    add_sentences(cell, &texts);
    size_t numbers[OD_NOTE_COUNT + 2];
    for (size_t i = 0; i < texts.count; i++) {
        numbers[i] = number_of(notes, od_xstrdup(texts.items[i]));
    }
    qsort(numbers, texts.count, sizeof numbers[0], compare_sizes);
    for (size_t i = 0; i < texts.count; i++) {
        od_buf_printf(out, "%s%zu", i > 0 ? "," : "", numbers[i]);
    }
    char marks[OD_DOUBT_COUNT + 1];
    for (const char *mark = od_doubt_marks(doubts_of(cell), marks); *mark != '\0';
         mark++) {
        od_buf_puts(out, out->len > begin ? "," : "");
        od_buf_putc(out, *mark);
    }
    notes->doubts |= doubts_of(cell);
    od_texts_release(&texts);
}

void od_put_remarks(const struct od_compared *cell, const char *before,
                    struct od_buf *out)
{
    struct od_texts texts = {0};
    add_sentences(cell, &texts);
    struct od_buf answers;
    od_buf_init(&answers, 0);
    od_put_answers(cell, &answers);
    if (answers.len > 0) {
        od_texts_add(&texts, od_xstrdup(answers.data));
    }
    od_buf_release(&answers);
    for (unsigned i = 0; i < OD_DOUBT_COUNT; i++) {
        enum od_doubt doubt = (enum od_doubt)i;
        if ((doubts_of(cell) & od_doubt_bit(doubt)) != 0) {
            od_texts_add(&texts, od_xasprintf("in doubt: %s", od_doubt_text(doubt)));
        }
    }
    for (size_t i = 0; i < texts.count; i++) {
        od_buf_puts(out, before);
        od_buf_puts(out, texts.items[i]);
    }
    od_texts_release(&texts);
}

void od_put_story(const struct od_comparison *comparison, const struct od_compared *cell,
                  const char *between, struct od_buf *out)
{
    struct od_compare_line line = {0};
    od_line_of_metric(comparison, cell, &line);
    od_buf_printf(out, "%s ", od_metric_name(comparison->options.metric));
    od_line_join(&line, out);
    if (od_line_of_errors(comparison, cell, &line)) {
        od_buf_printf(out, "%serrors ", between);
        od_line_join(&line, out);
    }
    od_put_remarks(cell, between, out);
}

/* Control characters beyond ASCII, and what is no character: U+FFFE, U+FFFF. */
static bool is_harmful(const char *sequence)
{
    const unsigned char *p = (const unsigned char *)sequence;
    return (p[0] == 0xC2 && p[1] < 0xA0) ||
           (p[0] == 0xEF && p[1] == 0xBF && p[2] >= 0xBE);
}

char *od_text_clean(const char *text)
{
    struct od_buf out;
    od_buf_init(&out, 0);
    while (*text != '\0') {
        size_t len = od_utf8_length(text);
        if (len == 0 || is_harmful(text)) {
            od_buf_puts(&out, "\xEF\xBF\xBD"); /* U+FFFD */
        } else if (*text == '\t' || *text == '\n' || *text == '\r') {
            od_buf_putc(&out, ' ');
        } else if ((unsigned char)*text < 0x20 || *text == 0x7F) {
            od_buf_putc(&out, '?');
        } else {
            od_buf_add(&out, text, len);
        }
        text += len > 0 ? len : 1;
    }
    char *clean = od_buf_steal(&out);
    od_buf_release(&out);
    return clean;
}
