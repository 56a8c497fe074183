/* Rows of both sides, read and sorted into cells: little memory a row. */
#ifndef OD_COMPARE_SIDES_H
#define OD_COMPARE_SIDES_H

#include "compare/compare.h"

struct od_coco_eval;

/* A request that counted. Units are numbered over the runs of a side in order of time. */
struct od_measured {
    int64_t ns;
    uint32_t image; /* index into the images of both sides together */
    uint32_t unit;  /* index into units */
    uint32_t pair;  /* A/B: number + 1; 0: not paired */
};

/* A repetition of a run. */
struct od_unit {
    uint32_t run; /* index into the side's runs */
    int64_t rep;
    int64_t start_ns; /* first send, for the order within a run */
    int64_t requests;
    int64_t failed;
};

/* One side of a cell. */
struct od_cell_rows {
    struct od_measured *items; /* owned; by image, then unit, then time */
    size_t count;
    struct od_unit *units; /* owned; run after run, in order of time */
    size_t unit_count;
    int64_t runs;
    int64_t failed; /* last attempts, status not ok */
    int64_t invalid;
    unsigned doubts;
    int64_t doubtful;
    uint64_t *answers; /* owned: one an image, hash of result_hash; 0: none, 1: varies */
};

/* What both sides found; of OD_METRIC_MAP only. */
struct od_cell_found {
    struct od_coco_eval *eval[OD_SIDES]; /* owned; of the same images; NULL: of none */
    int64_t images;                      /* on both sides, and annotated */
    int64_t differ;                      /* of these: with other detections */
    int64_t unannotated;                 /* on both sides otherwise */
};

struct od_cell_pair {
    char *id;
    char *label;
    struct od_cell_rows side[OD_SIDES];
    struct od_cell_found found;
};

/* A zeroed one is empty. */
struct od_sides {
    struct od_cell_pair *cells; /* in the order of struct od_comparison */
    size_t count;
    size_t capacity;
    size_t image_count; /* of all cells together */
};
void od_sides_release(struct od_sides *sides);

/* What is read, all borrowed. */
struct od_sides_input {
    const struct od_compare_file *files;
    size_t file_count;
    const char *const *labels; /* one a side; NULL: made up here */
};

/*
 * Reads all files into cells, and fills what it knows of *out: source, common, only,
 * warnings (from the companions: other host, CPU, governor, kernel, library versions,
 * data set, seed, plan; a run that did not end). Cells that one side alone has are not
 * among sides->cells. With a column that makes the sides, filtered rows and cut lines are
 * counted on the base side, and both sides number the same runs. Fails as od_compare_run.
 * 1,000,000 rows take less than 100 MB, detections apart. For OD_METRIC_MAP it fails with
 * OD_EINPUT, too, where a run has no detections or annotations do not fit.
 */
int od_sides_read(const struct od_compare_options *options,
                  const struct od_sides_input *input, struct od_sides *sides,
                  struct od_comparison *out, struct od_err *err) OD_MUST_CHECK;

/* The statistics of one cell of cell_count: fills cell->side, change (without p_adjusted
 * and verdict), errors, answers, test, notes. */
void od_cell_judge(const struct od_cell_pair *pair, size_t image_count, size_t cell_count,
                   const struct od_compare_options *options, struct od_compared *cell);

/* Corrects the p-values over all cells, and then gives every cell its verdicts. */
void od_verdicts_give(struct od_comparison *comparison);

#endif
