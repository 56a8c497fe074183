/* Footnotes of a comparison, and texts made harmless. */
#include "compare/format_parts.h"

#include "base/alloc.h"
#include "record/validity.h"

#include <string.h>

void od_footnotes_release(struct od_footnotes *notes)
{
    od_texts_release(&notes->texts);
    notes->doubts = 0;
}

static void put_mark(struct od_buf *out, size_t begin, const char *mark)
{
    od_buf_puts(out, out->len > begin ? "," : "");
    od_buf_puts(out, mark);
}

/* Where the sentence stands, from 1. */
static size_t number_of(struct od_footnotes *notes, const char *text)
{
    for (size_t i = 0; i < notes->texts.count; i++) {
        if (strcmp(notes->texts.items[i], text) == 0) {
            return i + 1;
        }
    }
    od_texts_add(&notes->texts, od_xstrdup(text));
    return notes->texts.count;
}

static void mark_text(struct od_footnotes *notes, const char *text, struct od_buf *out,
                      size_t begin)
{
    od_buf_puts(out, out->len > begin ? "," : "");
    od_buf_printf(out, "%zu", number_of(notes, text));
}

static void mark_inconclusive(struct od_footnotes *notes, const struct od_change *change,
                              const char *what, struct od_buf *out, size_t begin)
{
    struct od_buf why;
    od_buf_init(&why, 0);
    od_buf_puts(&why, what);
    od_put_why_inconclusive(change, &why);
    mark_text(notes, why.data, out, begin);
    od_buf_release(&why);
}

void od_footnotes_mark(struct od_footnotes *notes, const struct od_compared *cell,
                       struct od_buf *out)
{
    size_t begin = out->len;
    unsigned doubts = cell->side[OD_BASE].doubts | cell->side[OD_NEW].doubts;
    if (cell->change.verdict == OD_VERDICT_INCONCLUSIVE) {
        mark_inconclusive(notes, &cell->change, "", out, begin);
    }
    bool failed = cell->side[OD_BASE].failed > 0 || cell->side[OD_NEW].failed > 0;
    if (failed && cell->errors.verdict == OD_VERDICT_INCONCLUSIVE) {
        mark_inconclusive(notes, &cell->errors, "errors: ", out, begin);
    }
    for (unsigned i = 0; i < OD_NOTE_COUNT; i++) {
        /* The letters of the doubts say more. */
        bool said = i == OD_NOTE_DOUBTFUL && doubts != 0;
        if ((cell->notes & (1U << i)) != 0 && !said) {
            mark_text(notes, od_compare_note_text((enum od_compare_note)i), out, begin);
        }
    }
    for (unsigned i = 0; i < OD_DOUBT_COUNT; i++) {
        enum od_doubt doubt = (enum od_doubt)i;
        if ((doubts & od_doubt_bit(doubt)) != 0) {
            put_mark(out, begin, (const char[]){od_doubt_mark(doubt), '\0'});
        }
    }
    notes->doubts |= doubts;
}

/* Bytes of the UTF-8 sequence at p (RFC 3629, section 4), 0 when it is none or a control
 * character beyond ASCII. */
static size_t sequence_length(const unsigned char *p)
{
    size_t len = p[0] < 0x80   ? 1
                 : p[0] < 0xC2 ? 0
                 : p[0] < 0xE0 ? 2
                 : p[0] < 0xF0 ? 3
                 : p[0] < 0xF5 ? 4
                               : 0;
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    bool overlong = (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xF0 && p[1] < 0x90);
    bool outside = (p[0] == 0xED && p[1] > 0x9F) || (p[0] == 0xF4 && p[1] > 0x8F);
    bool control = p[0] == 0xC2 && p[1] < 0xA0;
    bool none = p[0] == 0xEF && p[1] == 0xBF && p[2] >= 0xBE; /* U+FFFE, U+FFFF */
    return overlong || outside || control || none ? 0 : len;
}

char *od_text_clean(const char *text)
{
    struct od_buf out;
    od_buf_init(&out, 0);
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0';) {
        size_t len = sequence_length(p);
        if (len == 0) {
            od_buf_puts(&out, "\xEF\xBF\xBD"); /* U+FFFD */
            len = 1;
        } else if (*p == '\t' || *p == '\n' || *p == '\r') {
            od_buf_putc(&out, ' ');
        } else if (*p < 0x20 || *p == 0x7F) {
            od_buf_putc(&out, '?');
        } else {
            od_buf_add(&out, p, len);
        }
        p += len;
    }
    char *clean = od_buf_steal(&out);
    od_buf_release(&out);
    return clean;
}
