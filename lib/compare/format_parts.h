/* What the formats of a comparison share: its lines and its words; private to
 * lib/compare. */
#ifndef OD_COMPARE_FORMAT_PARTS_H
#define OD_COMPARE_FORMAT_PARTS_H

#include "base/buf.h"
#include "compare/comparison.h"

#include <stdbool.h>
#include <stddef.h>

/* The parts of a line, in print: "431.2ms" "± 1%" "452.8ms" "± 1%" "+5.01%"
 * "(p=0.002 n=10)" "regressed". What is not known is "" or, of a value, "-". */
enum od_line_part {
    OD_LINE_BASE,
    OD_LINE_BASE_SPREAD,
    OD_LINE_NEW,
    OD_LINE_NEW_SPREAD,
    OD_LINE_CHANGE,
    OD_LINE_ODDS,
    OD_LINE_VERDICT,
    OD_LINE_PARTS
};

struct od_compare_line {
    char part[OD_LINE_PARTS][48];
};

/* What a cell is called: its label, or the metric when all labels are empty. */
const char *od_cell_name(const struct od_comparison *comparison,
                         const struct od_compared *cell);

/* The line of the metric. */
void od_line_of_metric(const struct od_comparison *comparison,
                       const struct od_compared *cell, struct od_compare_line *line);
/* The line of failed requests; false: none failed, or the metric says it already. */
bool od_line_of_errors(const struct od_comparison *comparison,
                       const struct od_compared *cell, struct od_compare_line *line);
/* Appends "431.2ms ± 1% -> 452.8ms ± 1%, +5.01% (p=0.002 n=10), regressed". */
void od_line_join(const struct od_compare_line *line, struct od_buf *out);
/* Appends "3 of 10 images are answered otherwise", or nothing when answers are equal. */
void od_put_answers(const struct od_compared *cell, struct od_buf *out);
/* Appends "+5.01%", or "-" when not known. */
void od_put_percent_change(double ratio, struct od_buf *out);

/* True when the cell regressed in the metric or in errors; counts as the exit status. */
bool od_cell_regressed(const struct od_compared *cell);
/* True when the metric's change or that of errors is inconclusive, and neither regressed:
 * what --strict refuses. */
bool od_cell_inconclusive(const struct od_compared *cell);

/* Appends all of the lines of a cell and what is to say of it, for those who see this
 * cell alone; between stands between them. */
void od_put_story(const struct od_comparison *comparison, const struct od_compared *cell,
                  const char *between, struct od_buf *out);

/* Appends the verdict of the whole: "1 of 4 cells regressed", "no regression: ...". */
void od_put_headline(const struct od_comparison *comparison, struct od_buf *out);
/* Appends "too few requests for p99; needs about 12 more repetitions a side". */
void od_put_why_inconclusive(const struct od_change *change, struct od_buf *out);
/* Appends "p50 of service time" and the like. */
void od_put_metric(const struct od_compare_options *options, struct od_buf *out);
/* Appends "beyond 2% and 50us": the thresholds of the metric. */
void od_put_thresholds(const struct od_compare_options *options, struct od_buf *out);
/* Appends "alpha 0.05, Holm over 4 cells". */
void od_put_level(const struct od_comparison *comparison, struct od_buf *out);
/* Appends "2 files, 2 runs, 800 requests (left out: 80 of the warm-up, 3 failed)". */
void od_put_source(const struct od_compare_source *source, struct od_buf *out);
/* Appends "1 cell", "4 cells". */
void od_put_count(struct od_buf *out, int64_t count, const char *one, const char *many);

/*
 * Sentences that marks point to. Each sentence has one mark, "1", "2" ..., in the order
 * of first use.
 */
struct od_footnotes {
    struct od_texts texts;
    unsigned doubts; /* these have letters of their own, od_doubt_mark */
};
void od_footnotes_release(struct od_footnotes *notes);
/* Appends the marks of all that is to say of a cell, "1,3,a", or nothing. */
void od_footnotes_mark(struct od_footnotes *notes, const struct od_compared *cell,
                       struct od_buf *out);

/* Appends all that is to say of a cell beside its lines, and before in front of each. */
void od_put_remarks(const struct od_compared *cell, const char *before,
                    struct od_buf *out);

/* A text with control characters and what is no UTF-8 made harmless: "?" and U+FFFD.
 * Line ends and tabs become blanks. Owned by the caller. */
char *od_text_clean(const char *text);

/* "none", "holm", "bh". */
const char *od_adjust_word(enum od_adjust correction);
/* Appends "few-images": a note's name for programs. */
void od_put_note_name(enum od_compare_note note, struct od_buf *out);

#endif
