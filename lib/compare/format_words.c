/* The words of a comparison: the verdict of the whole, what was asked, what was read. */
#include "compare/format_parts.h"

#include "record/digits.h"
#include "record/validity.h"

#include <string.h>

const char *od_adjust_word(enum od_adjust correction)
{
    switch (correction) {
    case OD_ADJUST_NONE:
        return "none";
    case OD_ADJUST_HOLM:
        return "holm";
    case OD_ADJUST_BH:
        return "bh";
    }
    return "";
}

void od_put_note_name(enum od_compare_note note, struct od_buf *out)
{
    static const char *const names[] = {
#define OD_NOTE_WORD(name, text) #name,
        OD_COMPARE_NOTES(OD_NOTE_WORD)
#undef OD_NOTE_WORD
    };
    for (const char *p = names[note]; *p != '\0'; p++) {
        od_buf_putc(out, *p == '_' ? '-' : (char)(*p - 'A' + 'a'));
    }
}

void od_put_count(struct od_buf *out, int64_t count, const char *one, const char *many)
{
    od_put_int(out, count);
    od_buf_printf(out, " %s", count == 1 ? one : many);
}

const char *od_cell_name(const struct od_comparison *comparison,
                         const struct od_compared *cell)
{
    return *cell->label != '\0' ? cell->label
                                : od_metric_name(comparison->options.metric);
}

bool od_cell_regressed(const struct od_compared *cell)
{
    return cell->change.verdict == OD_VERDICT_REGRESSED ||
           cell->errors.verdict == OD_VERDICT_REGRESSED;
}

bool od_cell_inconclusive(const struct od_compared *cell)
{
    return cell->change.verdict == OD_VERDICT_INCONCLUSIVE && !od_cell_regressed(cell);
}

/* Cells by what the headline says of them: each is counted once. */
struct tally {
    size_t all;
    size_t regressed;
    size_t by_errors; /* of these */
    size_t inconclusive;
    size_t open_errors; /* of the others: whether more requests fail is not known */
    size_t improved;
    size_t missing;
    size_t empty; /* of those inconclusive */
};

static struct tally count_cells(const struct od_comparison *comparison)
{
    struct tally tally = {
        .all = comparison->cell_count,
        .missing = comparison->only[OD_BASE].count + comparison->only[OD_NEW].count,
    };
    for (size_t i = 0; i < comparison->cell_count; i++) {
        const struct od_compared *cell = &comparison->cells[i];
        tally.empty += od_compared_empty(cell, comparison->options.metric) ? 1 : 0;
        if (od_cell_regressed(cell)) {
            tally.regressed++;
            tally.by_errors += cell->errors.verdict == OD_VERDICT_REGRESSED;
        } else {
            tally.inconclusive += cell->change.verdict == OD_VERDICT_INCONCLUSIVE;
            tally.improved += cell->change.verdict == OD_VERDICT_IMPROVED;
            tally.open_errors += cell->change.verdict != OD_VERDICT_INCONCLUSIVE &&
                                 cell->errors.verdict == OD_VERDICT_INCONCLUSIVE;
        }
    }
    return tally;
}

/* "1 of 4 cells" */
static void put_of(struct od_buf *out, size_t some, const struct tally *tally)
{
    od_buf_printf(out, "%zu of %zu %s", some, tally->all,
                  tally->all == 1 ? "cell" : "cells");
}

static void put_regressed(const struct tally *tally, struct od_buf *out)
{
    put_of(out, tally->regressed, tally);
    od_buf_puts(out, " regressed");
    if (tally->by_errors == tally->regressed) {
        od_buf_puts(out, " in errors");
    } else if (tally->by_errors > 0) {
        od_buf_printf(out, " (%zu in errors)", tally->by_errors);
    }
    if (tally->improved > 0) {
        od_buf_printf(out, ", %zu improved", tally->improved);
    }
    if (tally->inconclusive > 0) {
        od_buf_printf(out, ", %zu inconclusive", tally->inconclusive);
    }
}

static void put_not_regressed(const struct tally *tally, struct od_buf *out)
{
    if (tally->empty == tally->all) {
        od_buf_puts(out, "nothing can be said: no image was answered on both sides");
    } else if (tally->inconclusive == tally->all) {
        od_buf_puts(out, "nothing can be said: ");
        od_buf_puts(out, tally->all == 1 ? "the only cell is" : "all cells are");
        od_buf_puts(out, " inconclusive");
    } else if (tally->inconclusive > 0) {
        od_buf_puts(out, "no regression found");
        if (tally->improved > 0) {
            od_buf_printf(out, ", %zu improved", tally->improved);
        }
        od_buf_puts(out, ", but ");
        put_of(out, tally->inconclusive, tally);
        od_buf_puts(out, tally->inconclusive == 1 ? " is" : " are");
        od_buf_puts(out, " inconclusive");
    } else if (tally->improved > 0) {
        od_buf_puts(out, "no regression: ");
        put_of(out, tally->improved, tally);
        od_buf_puts(out, " improved");
    } else {
        od_buf_puts(out, "no regression in ");
        od_put_count(out, (int64_t)tally->all, "cell", "cells");
    }
}

static void put_missing(const struct tally *tally, struct od_buf *out)
{
    if (tally->missing > 0) {
        od_put_count(out, (int64_t)tally->missing, "cell is", "cells are");
        od_buf_puts(out, " on one side only");
    }
    if (tally->empty > 0 && tally->empty < tally->all) {
        od_buf_puts(out, tally->missing > 0 ? ", " : "");
        od_put_count(out, (int64_t)tally->empty, "cell has", "cells have");
        od_buf_puts(out, " no common image");
    }
}

void od_put_headline(const struct od_comparison *comparison, struct od_buf *out)
{
    struct tally tally = count_cells(comparison);
    bool missing = tally.missing > 0 || (tally.empty > 0 && tally.empty < tally.all);
    bool incomplete = missing && !comparison->options.allow_missing;
    if (tally.all == 0) {
        od_buf_puts(out, "nothing can be said: no cell is on both sides");
        return;
    }
    if (incomplete) {
        od_buf_puts(out, "incomplete: ");
        put_missing(&tally, out);
        od_buf_puts(out, "; ");
    }
    if (tally.regressed > 0) {
        put_regressed(&tally, out);
    } else {
        put_not_regressed(&tally, out);
        bool refused = tally.inconclusive > 0 && tally.empty < tally.all;
        od_buf_puts(
            out, refused && comparison->options.strict ? ", which --strict refuses" : "");
    }
    if (tally.open_errors > 0) {
        od_buf_puts(out, "; whether more fail is open in ");
        od_put_count(out, (int64_t)tally.open_errors, "cell", "cells");
    }
    if (missing && !incomplete) {
        od_buf_puts(out, "; ");
        put_missing(&tally, out);
    }
}

void od_put_why_inconclusive(const struct od_change *change, struct od_buf *out)
{
    od_buf_puts(out,
                change->reason != NULL ? change->reason : "the interval is too wide");
    if (change->more_repetitions > 0) {
        od_buf_puts(out, "; needs about ");
        od_put_count(out, change->more_repetitions, "more repetition a side",
                     "more repetitions a side");
    }
}

void od_put_metric(const struct od_compare_options *options, struct od_buf *out)
{
    const char *name = od_metric_name(options->metric);
    if (od_metric_is_time(options->metric)) {
        od_buf_printf(out, "%s of %s time", name,
                      options->response ? "response" : "service");
    } else if (options->metric == OD_METRIC_MAP) {
        od_buf_puts(out, "COCO mAP of the answers");
    } else {
        od_buf_puts(out, "share of failed requests");
    }
}

void od_put_level(const struct od_comparison *comparison, struct od_buf *out)
{
    od_buf_puts(out, "alpha ");
    od_put_rounded(out, comparison->options.alpha, 6);
    switch (comparison->options.correction) {
    case OD_ADJUST_NONE:
        od_buf_puts(out, ", not corrected for ");
        break;
    case OD_ADJUST_HOLM:
        od_buf_puts(out, ", Holm over ");
        break;
    case OD_ADJUST_BH:
        od_buf_puts(out, ", Benjamini-Hochberg over ");
        break;
    }
    od_put_count(out, (int64_t)comparison->cell_count, "cell", "cells");
}

static void put_left_out(struct od_buf *out, int64_t count, const char *what, bool *any)
{
    if (count > 0) {
        od_buf_puts(out, *any ? ", " : " (left out: ");
        od_put_int(out, count);
        od_buf_puts(out, what);
        *any = true;
    }
}

void od_put_source(const struct od_compare_source *source, struct od_buf *out)
{
    int64_t left = source->rows - source->warmup - source->failed - source->invalid -
                   source->filtered;
    bool any = false;
    od_put_count(out, (int64_t)source->files.count, "file, ", "files, ");
    od_put_count(out, (int64_t)source->run_ids.count, "run, ", "runs, ");
    od_put_count(out, left, "request", "requests");
    put_left_out(out, source->warmup, " of the warm-up", &any);
    put_left_out(out, source->failed, " failed", &any);
    put_left_out(out, source->invalid, " without a time", &any);
    put_left_out(out, source->filtered, " by --filter", &any);
    od_buf_puts(out, any ? ")" : "");
    if (source->cut > 0) {
        od_buf_puts(out, ", ");
        od_put_count(out, source->cut, "file ends", "files end");
        od_buf_puts(out, " in a cut line");
    }
}

void od_put_answers(const struct od_compared *cell, struct od_buf *out)
{
    if (cell->answers_differ > 0) {
        od_put_int(out, cell->answers_differ);
        od_buf_puts(out, " of ");
        od_put_count(out, cell->answers, "image is", "images are");
        od_buf_puts(out, " answered otherwise");
    }
    if (cell->answers_vary > 0) {
        od_buf_puts(out, cell->answers_differ > 0 ? "; " : "");
        od_put_count(out, cell->answers_vary, "image has", "images have");
        od_buf_puts(out, " more than one answer within a side");
    }
}
