/* What a comparison found, as data. */
#ifndef OD_COMPARE_COMPARISON_H
#define OD_COMPARE_COMPARISON_H

#include "compare/choice.h"

#include <stddef.h>

enum od_verdict {
    OD_VERDICT_EQUIVALENT,   /* the interval lies within the thresholds */
    OD_VERDICT_IMPROVED,     /* the mirror of regressed */
    OD_VERDICT_REGRESSED,    /* p below alpha, interval above 0, beyond both thresholds */
    OD_VERDICT_INCONCLUSIVE, /* none of these: more data would tell */
    OD_VERDICT_COUNT
};
const char *od_verdict_name(enum od_verdict verdict); /* "regressed" */

/* One side of one cell. What is not known is NaN. */
struct od_compared_side {
    int64_t requests; /* that counted: phase main, status ok */
    int64_t failed;   /* phase main, other status, last attempts only */
    int64_t images;   /* with at least one that counted */
    int64_t runs;
    int64_t units;    /* repetitions of all runs together */
    double value;     /* the metric: ns or share */
    double spread;    /* half the interval of value over it, e.g. 0.01; of a share: half
                         the interval itself */
    unsigned doubts;  /* set of record/validity.h, of all its runs */
    int64_t doubtful; /* requests of cells with a doubt */
};

/* A difference with its interval and verdict. */
struct od_change {
    double shift; /* new - base: ns or share */
    double shift_low, shift_high;
    double ratio; /* new / base; NaN for shares */
    double ratio_low, ratio_high;
    double p;          /* two-sided */
    double p_adjusted; /* over all cells of the comparison */
    enum od_verdict verdict;
    int64_t more_repetitions; /* inconclusive: about so many more a side; -1: not known */
    const char *reason;       /* of an inconclusive one, a constant: "too few requests for
                                 p99", "answers differ"; NULL: the interval is too wide */
};

/* One cell of both sides. */
struct od_compared {
    char *label; /* owned: values of the row columns that differ between cells */
    char *id;    /* owned: "model=ssd,protocol=tfs-grpc,...", all row columns */
    struct od_compared_side side[OD_SIDES];
    int64_t images;          /* on both sides: those the paired statistics are about */
    int64_t pairs;           /* A/B pairs, 0 when rows are not paired */
    struct od_change change; /* of the metric */
    struct od_change errors; /* of the share of failed requests */
    /* Answers (result_hash): images with one answer each on both sides, and of these
     * those where the two differ. Images whose answer varies within a side are counted
     * apart. */
    int64_t answers;
    int64_t answers_differ;
    int64_t answers_vary;
    const char *test; /* a constant: "signed rank of 30 images, t of 10 units" */
    unsigned notes;   /* set of enum od_compare_note */
};

/* What a reader should know of a cell; each has a sentence, printed as a footnote. */
#define OD_COMPARE_NOTES(X)                                                              \
    X(FEW_IMAGES, "too few images for a test over images: holds for these images only")  \
    X(ONE_RUN, "one run a side: an allowance for what runs differ by was added")         \
    X(ONE_UNIT, "one repetition: drift of the machine cannot be told from a change")     \
    X(IMAGES_DIFFER, "images that one side alone has were left out")                     \
    X(FASTER_BY_FAILING, "faster, but more requests failed")                             \
    X(OTHER_ANSWERS, "answers differ between the sides")                                 \
    X(DOUBTFUL, "a run said that the numbers of this cell are in doubt")                 \
    X(NEGATIVE, "times that are not positive were left out")                             \
    X(NOT_ANNOTATED, "images without annotations were left out")

enum od_compare_note {
#define OD_COMPARE_NOTE_ENUM(name, text) OD_NOTE_##name,
    OD_COMPARE_NOTES(OD_COMPARE_NOTE_ENUM)
#undef OD_COMPARE_NOTE_ENUM
        OD_NOTE_COUNT
};
const char *od_compare_note_text(enum od_compare_note note);

/* A name and a text, owned. */
struct od_compare_fact {
    char *name;
    char *text;
};

/* A growing list of owned texts. */
struct od_texts {
    char **items;
    size_t count;
    size_t capacity;
};
void od_texts_add(struct od_texts *texts, char *text); /* takes it */
void od_texts_release(struct od_texts *texts);

/* What was read of a side. */
struct od_compare_source {
    char *label; /* owned: LABEL=, or the file's name, or the column's value */
    struct od_texts files;
    struct od_texts run_ids;
    int64_t rows;     /* read */
    int64_t warmup;   /* left out: phase warmup or drain */
    int64_t failed;   /* left out: status not ok */
    int64_t invalid;  /* left out: ok, but without a usable time */
    int64_t filtered; /* left out by --filter */
    int64_t cut;      /* files whose last line was cut off */
};

/* The whole comparison; everything owned, a zeroed one is empty. */
struct od_comparison {
    struct od_compare_options options; /* its texts are borrowed */
    struct od_compare_source source[OD_SIDES];
    struct od_compare_fact *common; /* settings that all cells share, "model" "ssd" */
    size_t common_count;
    struct od_compared
        *cells; /* in a fixed order, whatever the order of rows and files */
    size_t cell_count;
    struct od_texts only[OD_SIDES]; /* ids of the cells that one side alone has */
    struct od_texts
        warnings;         /* a sentence each: the sides ran on other hosts, CPUs ... */
    double geomean_ratio; /* over cells with a known ratio; NaN: none, or no time */
    size_t geomean_cells;
    size_t verdicts[OD_VERDICT_COUNT]; /* of change */
    size_t error_regressions;          /* cells whose errors regressed */
};
void od_comparison_release(struct od_comparison *comparison);

/* Nothing was compared: no image was answered on both sides, or a side has no request for
 * the share of failed ones; and failures did not regress either. */
bool od_compared_empty(const struct od_compared *cell, enum od_metric metric);
/* Such a cell ends with status 2: it is not allowed, or there is no other one. */
bool od_comparison_refuses(const struct od_comparison *comparison,
                           const struct od_compared *cell);

/*
 * 2 when a cell is missing on one side or empty and that is not allowed, or none is on
 * both sides and not empty; else 1 when a cell regressed in the metric or in errors; else
 * 3 when strict and one is inconclusive, in the metric or in errors; else 0.
 */
int od_comparison_status(const struct od_comparison *comparison);

#endif
