/* A comparison as JSON: what odbench-compare(5) describes. Numbers read back as the same
 * double; what is not known is null. */
#include "compare/format_list.h"
#include "compare/format_parts.h"

#include "base/utf8.h"
#include "record/digits.h"
#include "record/validity.h"

#include <math.h>

/* A version for those who read it: a new one when a member goes or changes its meaning.
 */
enum { SCHEMA = 1 };

/* The object or array that is being written. */
struct json {
    struct od_buf *out;
    const char *between; /* "," and what follows */
    bool any;
};

static void put_string(struct od_buf *out, const char *text)
{
    od_buf_putc(out, '"');
    while (*text != '\0') {
        size_t len = od_utf8_length(text);
        unsigned char c = (unsigned char)*text;
        if (len == 0) {
            od_buf_puts(out, "\\ufffd");
            len = 1;
        } else if (c == '"' || c == '\\') {
            od_buf_printf(out, "\\%c", c);
        } else if (c < 0x20 || c == 0x7F) {
            od_buf_printf(out, "\\u%04x", c);
        } else {
            od_buf_add(out, text, len);
        }
        text += len;
    }
    od_buf_putc(out, '"');
}

/* The next item of an array. */
static void put_item(struct json *json)
{
    od_buf_puts(json->out, json->any ? json->between : "");
    json->any = true;
}

static void put_name(struct json *json, const char *name)
{
    put_item(json);
    put_string(json->out, name);
    od_buf_puts(json->out, ": ");
}

static void put_text(struct json *json, const char *name, const char *text)
{
    put_name(json, name);
    if (text != NULL) {
        put_string(json->out, text);
    } else {
        od_buf_puts(json->out, "null");
    }
}

static void put_real(struct json *json, const char *name, double value)
{
    put_name(json, name);
    if (isfinite(value)) {
        od_put_double(json->out, value);
    } else {
        od_buf_puts(json->out, "null");
    }
}

static void put_whole(struct json *json, const char *name, int64_t value)
{
    put_name(json, name);
    od_put_int(json->out, value);
}

static void put_bool(struct json *json, const char *name, bool value)
{
    put_name(json, name);
    od_buf_puts(json->out, value ? "true" : "false");
}

static void put_texts(struct json *json, const char *name, const struct od_texts *texts)
{
    put_name(json, name);
    struct json list = {.out = json->out, .between = ", "};
    od_buf_putc(json->out, '[');
    for (size_t i = 0; i < texts->count; i++) {
        put_item(&list);
        put_string(list.out, texts->items[i]);
    }
    od_buf_putc(json->out, ']');
}

/* An object inside, its members on one line. */
static struct json begin(struct json *json, const char *name)
{
    put_name(json, name);
    od_buf_putc(json->out, '{');
    return (struct json){.out = json->out, .between = ", "};
}

static void end(struct json *json)
{
    od_buf_putc(json->out, '}');
}

static void put_options(struct json *json, const struct od_compare_options *options)
{
    struct json o = begin(json, "options");
    put_text(&o, "metric", od_metric_name(options->metric));
    put_text(&o, "time", options->response ? "response" : "service");
    put_real(&o, "alpha", options->alpha);
    put_real(&o, "confidence", options->confidence);
    put_text(&o, "correction", od_adjust_word(options->correction));
    put_real(&o, "threshold_ratio", options->threshold_ratio);
    put_whole(&o, "threshold_ns", options->threshold_ns);
    put_real(&o, "threshold_errors", options->threshold_errors);
    put_real(&o, "threshold_map", options->threshold_map);
    put_real(&o, "run_noise_ratio", options->run_noise_ratio);
    put_real(&o, "pair_noise_ratio", options->pair_noise_ratio);
    put_whole(&o, "resamples", options->resamples);
    put_name(&o, "seed");
    od_buf_printf(o.out, "%llu", (unsigned long long)options->seed);
    put_bool(&o, "strict", options->strict);
    put_bool(&o, "allow_missing", options->allow_missing);
    put_text(&o, "row", options->row);
    put_text(&o, "col", options->col);
    put_text(&o, "ignore", options->ignore);
    put_text(&o, "filter", options->filter);
    put_text(&o, "annotations", options->annotations);
    end(&o);
}

static void put_source(struct json *json, const char *name,
                       const struct od_compare_source *source)
{
    struct json o = begin(json, name);
    put_text(&o, "label", source->label);
    put_texts(&o, "files", &source->files);
    put_texts(&o, "run_ids", &source->run_ids);
    put_whole(&o, "rows", source->rows);
    put_whole(&o, "warmup", source->warmup);
    put_whole(&o, "failed", source->failed);
    put_whole(&o, "invalid", source->invalid);
    put_whole(&o, "filtered", source->filtered);
    put_whole(&o, "cut_files", source->cut);
    end(&o);
}

static void put_doubts(struct json *json, unsigned doubts)
{
    put_name(json, "doubts");
    struct json list = {.out = json->out, .between = ", "};
    od_buf_putc(json->out, '[');
    for (unsigned i = 0; i < OD_DOUBT_COUNT; i++) {
        enum od_doubt doubt = (enum od_doubt)i;
        if ((doubts & od_doubt_bit(doubt)) != 0) {
            put_item(&list);
            put_string(list.out, od_doubt_name(doubt));
        }
    }
    od_buf_putc(json->out, ']');
}

static void put_side(struct json *json, const char *name,
                     const struct od_compared_side *side)
{
    struct json o = begin(json, name);
    put_real(&o, "value", side->value);
    put_real(&o, "spread", side->spread);
    put_whole(&o, "requests", side->requests);
    put_whole(&o, "failed", side->failed);
    put_whole(&o, "images", side->images);
    put_whole(&o, "runs", side->runs);
    put_whole(&o, "repetitions", side->units);
    put_doubts(&o, side->doubts);
    put_whole(&o, "doubtful", side->doubtful);
    end(&o);
}

static void put_change(struct json *json, const char *name,
                       const struct od_change *change)
{
    struct json o = begin(json, name);
    put_text(&o, "verdict", od_verdict_name(change->verdict));
    put_real(&o, "shift", change->shift);
    put_real(&o, "shift_low", change->shift_low);
    put_real(&o, "shift_high", change->shift_high);
    put_real(&o, "ratio", change->ratio);
    put_real(&o, "ratio_low", change->ratio_low);
    put_real(&o, "ratio_high", change->ratio_high);
    put_real(&o, "p", change->p);
    put_real(&o, "p_adjusted", change->p_adjusted);
    bool open = change->verdict == OD_VERDICT_INCONCLUSIVE;
    put_name(&o, "more_repetitions");
    if (open && change->more_repetitions >= 0) {
        od_put_int(o.out, change->more_repetitions);
    } else {
        od_buf_puts(o.out, "null");
    }
    put_text(&o, "reason", open ? change->reason : NULL);
    end(&o);
}

static void put_notes(struct json *json, unsigned notes)
{
    put_name(json, "notes");
    struct json list = {.out = json->out, .between = ", "};
    od_buf_putc(json->out, '[');
    for (unsigned i = 0; i < OD_NOTE_COUNT; i++) {
        if ((notes & (1U << i)) != 0) {
            put_item(&list);
            od_buf_putc(list.out, '"');
            od_put_note_name((enum od_compare_note)i, list.out);
            od_buf_putc(list.out, '"');
        }
    }
    od_buf_putc(json->out, ']');
}

static void put_cell(struct json *list, const struct od_compared *cell)
{
    put_item(list);
    od_buf_puts(list->out, "{\n      ");
    struct json o = {.out = list->out, .between = ",\n      "};
    put_text(&o, "id", cell->id);
    put_text(&o, "label", cell->label);
    put_side(&o, "base", &cell->side[OD_BASE]);
    put_side(&o, "new", &cell->side[OD_NEW]);
    put_whole(&o, "images", cell->images);
    put_whole(&o, "pairs", cell->pairs);
    put_text(&o, "test", cell->test);
    put_change(&o, "change", &cell->change);
    put_change(&o, "errors", &cell->errors);
    struct json answers = begin(&o, "answers");
    put_whole(&answers, "images", cell->answers);
    put_whole(&answers, "differ", cell->answers_differ);
    put_whole(&answers, "vary", cell->answers_vary);
    end(&answers);
    put_notes(&o, cell->notes);
    od_buf_puts(list->out, "\n    }");
}

static void put_cells(struct json *json, const struct od_comparison *comparison)
{
    put_name(json, "cells");
    od_buf_puts(json->out, comparison->cell_count > 0 ? "[\n    " : "[");
    struct json list = {.out = json->out, .between = ",\n    "};
    for (size_t i = 0; i < comparison->cell_count; i++) {
        put_cell(&list, &comparison->cells[i]);
    }
    od_buf_puts(json->out, comparison->cell_count > 0 ? "\n  ]" : "]");
}

static void put_counts(struct json *json, const struct od_comparison *comparison)
{
    struct json o = begin(json, "counts");
    put_whole(&o, "cells", (int64_t)comparison->cell_count);
    for (size_t i = 0; i < OD_VERDICT_COUNT; i++) {
        put_whole(&o, od_verdict_name((enum od_verdict)i),
                  (int64_t)comparison->verdicts[i]);
    }
    put_whole(&o, "errors_regressed", (int64_t)comparison->error_regressions);
    end(&o);
}

static void put_summary(struct json *json, const struct od_comparison *comparison)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_put_headline(comparison, &text);
    put_text(json, "summary", text.data);
    od_buf_release(&text);
}

void od_compare_json(const struct od_comparison *comparison, struct od_buf *out)
{
    struct json json = {.out = out, .between = ",\n  "};
    od_buf_puts(out, "{\n  ");
    put_whole(&json, "schema", SCHEMA);
    put_whole(&json, "status", od_comparison_status(comparison));
    put_summary(&json, comparison);
    put_text(&json, "unit",
             od_metric_is_time(comparison->options.metric) ? "ns" : "share");
    put_counts(&json, comparison);
    struct json geomean = begin(&json, "geomean");
    put_real(&geomean, "ratio", comparison->geomean_ratio);
    put_whole(&geomean, "cells", (int64_t)comparison->geomean_cells);
    end(&geomean);
    put_options(&json, &comparison->options);
    struct json sides = begin(&json, "sides");
    sides.between = ",\n    ";
    od_buf_puts(out, "\n    ");
    put_source(&sides, "base", &comparison->source[OD_BASE]);
    put_source(&sides, "new", &comparison->source[OD_NEW]);
    od_buf_puts(out, "\n  ");
    end(&sides);
    struct json common = begin(&json, "common");
    for (size_t i = 0; i < comparison->common_count; i++) {
        put_text(&common, comparison->common[i].name, comparison->common[i].text);
    }
    end(&common);
    struct json only = begin(&json, "only");
    put_texts(&only, "base", &comparison->only[OD_BASE]);
    put_texts(&only, "new", &comparison->only[OD_NEW]);
    end(&only);
    put_texts(&json, "warnings", &comparison->warnings);
    put_cells(&json, comparison);
    od_buf_puts(out, "\n}\n");
}
