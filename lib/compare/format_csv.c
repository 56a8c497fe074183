/* A comparison as CSV (RFC 4180): a line a cell, base units, empty where not known. */
#include "compare/format_list.h"
#include "compare/format_parts.h"

#include "record/digits.h"
#include "record/validity.h"

#include <math.h>
#include <string.h>

/* The line that is being written; the first one is the names of the columns. */
struct csv {
    struct od_buf *out;
    bool names;
    bool any;
    const char *prefix; /* of the names: "base_" */
};

static void put_field(struct csv *csv, const char *name, const char *text)
{
    od_buf_puts(csv->out, csv->any ? "," : "");
    csv->any = true;
    if (csv->names) {
        od_buf_puts(csv->out, csv->prefix);
        od_buf_puts(csv->out, name);
        return;
    }
    if (strpbrk(text, ",\"\r\n") == NULL) {
        od_buf_puts(csv->out, text);
        return;
    }
    od_buf_putc(csv->out, '"');
    for (const char *p = text; *p != '\0'; p++) {
        od_buf_puts(csv->out, *p == '"' ? "\"" : "");
        od_buf_putc(csv->out, *p);
    }
    od_buf_putc(csv->out, '"');
}

/* Takes what stands in text, and empties it. */
static void take(struct csv *csv, const char *name, struct od_buf *text)
{
    put_field(csv, name, text->data);
    od_buf_release(text);
}

static void put_real(struct csv *csv, const char *name, double value)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    if (isfinite(value)) {
        od_put_double(&text, value);
    }
    take(csv, name, &text);
}

static void put_whole(struct csv *csv, const char *name, int64_t value)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_put_int(&text, value);
    take(csv, name, &text);
}

static void put_doubts(struct csv *csv, unsigned doubts)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    for (unsigned i = 0; i < OD_DOUBT_COUNT; i++) {
        enum od_doubt doubt = (enum od_doubt)i;
        if ((doubts & od_doubt_bit(doubt)) != 0) {
            od_buf_puts(&text, text.len > 0 ? " " : "");
            od_buf_puts(&text, od_doubt_name(doubt));
        }
    }
    take(csv, "doubts", &text);
}

static void put_notes(struct csv *csv, unsigned notes)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    for (unsigned i = 0; i < OD_NOTE_COUNT; i++) {
        if ((notes & (1U << i)) != 0) {
            od_buf_puts(&text, text.len > 0 ? " " : "");
            od_put_note_name((enum od_compare_note)i, &text);
        }
    }
    take(csv, "notes", &text);
}

static void put_side(struct csv *csv, const char *prefix,
                     const struct od_compared_side *side)
{
    csv->prefix = prefix;
    put_real(csv, "value", side->value);
    put_real(csv, "spread", side->spread);
    put_whole(csv, "requests", side->requests);
    put_whole(csv, "failed", side->failed);
    put_whole(csv, "images", side->images);
    put_whole(csv, "runs", side->runs);
    put_whole(csv, "repetitions", side->units);
    put_doubts(csv, side->doubts);
    csv->prefix = "";
}

static void put_change(struct csv *csv, const char *prefix,
                       const struct od_change *change)
{
    bool open = change->verdict == OD_VERDICT_INCONCLUSIVE;
    csv->prefix = prefix;
    put_field(csv, "verdict", od_verdict_name(change->verdict));
    put_real(csv, "shift", change->shift);
    put_real(csv, "shift_low", change->shift_low);
    put_real(csv, "shift_high", change->shift_high);
    put_real(csv, "ratio", change->ratio);
    put_real(csv, "ratio_low", change->ratio_low);
    put_real(csv, "ratio_high", change->ratio_high);
    put_real(csv, "p", change->p);
    put_real(csv, "p_adjusted", change->p_adjusted);
    put_real(csv, "more_repetitions",
             open && change->more_repetitions >= 0 ? (double)change->more_repetitions
                                                   : (double)NAN);
    put_field(csv, "reason", open && change->reason != NULL ? change->reason : "");
    csv->prefix = "";
}

static void put_line(struct csv *csv, const struct od_comparison *comparison,
                     const struct od_compared *cell)
{
    enum od_metric metric = comparison->options.metric;
    csv->any = false;
    put_field(csv, "id", cell->id);
    put_field(csv, "label", cell->label);
    put_field(csv, "present", "both");
    put_field(csv, "metric", od_metric_name(metric));
    put_field(csv, "unit", od_metric_is_time(metric) ? "ns" : "share");
    put_side(csv, "base_", &cell->side[OD_BASE]);
    put_side(csv, "new_", &cell->side[OD_NEW]);
    put_whole(csv, "images", cell->images);
    put_whole(csv, "pairs", cell->pairs);
    put_change(csv, "", &cell->change);
    put_change(csv, "errors_", &cell->errors);
    put_whole(csv, "answers", cell->answers);
    put_whole(csv, "answers_differ", cell->answers_differ);
    put_whole(csv, "answers_vary", cell->answers_vary);
    put_field(csv, "test", cell->test != NULL ? cell->test : "");
    put_notes(csv, cell->notes);
    od_buf_putc(csv->out, '\n');
}

/* A cell of one side has an id, and nothing else: as many commas as the first line. */
static void put_only(struct csv *csv, const char *id, const char *side, size_t commas)
{
    csv->any = false;
    put_field(csv, "id", id);
    put_field(csv, "label", "");
    put_field(csv, "present", side);
    for (size_t i = 2; i < commas; i++) {
        od_buf_putc(csv->out, ',');
    }
    od_buf_putc(csv->out, '\n');
}

void od_compare_csv(const struct od_comparison *comparison, struct od_buf *out)
{
    static const char *const sides[OD_SIDES] = {"base", "new"};
    static const struct od_compared none;
    struct csv csv = {.out = out, .names = true, .prefix = ""};
    size_t begin = out->len;
    size_t commas = 0;
    put_line(&csv, comparison, &none);
    csv.names = false;
    for (size_t i = begin; i < out->len; i++) {
        commas += out->data[i] == ',';
    }
    for (size_t i = 0; i < comparison->cell_count; i++) {
        put_line(&csv, comparison, &comparison->cells[i]);
    }
    for (size_t s = 0; s < OD_SIDES; s++) {
        const struct od_texts *only = &comparison->only[s];
        for (size_t i = 0; i < only->count; i++) {
            put_only(&csv, only->items[i], sides[s], commas);
        }
    }
}
