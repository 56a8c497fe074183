/* Rows on their way into cells; private to lib/compare. */
#ifndef OD_COMPARE_GATHER_H
#define OD_COMPARE_GATHER_H

#include "compare/columns.h"
#include "compare/index.h"
#include "compare/sides.h"

#include <sys/types.h>

/* A request that counted, before units, images and pairs have their last numbers. */
struct od_gathered {
    int64_t send_ns;
    int64_t ns;
    uint32_t image, unit; /* in order of appearance */
    uint32_t pair;        /* number within the run + 1; 0: none */
};

struct od_gathered_side {
    struct od_gathered *items; /* owned */
    size_t count, capacity;
    uint64_t *answers; /* owned; by image */
    size_t answer_count, answer_capacity;
    int64_t failed, invalid;
    unsigned doubts;
    int64_t doubtful;
    bool there;       /* a row of phase main */
    uint64_t *merged; /* owned: words of the first row's merged columns */
};

struct od_gathered_cell {
    uint64_t *words; /* owned: of the row columns */
    struct od_gathered_side side[OD_SIDES];
    size_t place; /* in what is arranged; OD_NOWHERE: on one side only */
};

struct od_gathered_run {
    const char *id;   /* NULL: the rows name none */
    const char *name; /* id, or the file's path */
    size_t file;      /* where it was seen first */
    int64_t start_ns; /* earliest start_unix_ns; OD_NONE: not known */
    int64_t last_pair;
    size_t last_file;
    int64_t seq[2], seq_old[2]; /* lowest and highest in last_file, and before it */
    bool twice;                 /* they overlap: rows may stand in two files */
    bool on[OD_SIDES];          /* has rows there */
    uint32_t number[OD_SIDES];
};

struct od_gathered_unit {
    size_t cell;
    int side;
    uint32_t run;
    struct od_unit unit;
    uint32_t number; /* within its side of the cell */
};

/* Requests of one cell_id of a run, in one side of a cell: what doubts are about. */
struct od_origin {
    size_t cell;
    int side;
    uint32_t run;
    const char *cell_id;
    int64_t requests;
};

/* A row that failed, or a second or later attempt. */
struct od_attempt {
    uint32_t run;
    int64_t seq, attempt;
    bool failed;
    size_t cell;
    int side;
    uint32_t unit;
};

/* A file that is read. */
struct od_gather_file {
    const char *path;
    int side;
    dev_t dev; /* with ino: the same file has the same; of regular files */
    ino_t ino;
    bool regular;
    int64_t rows;
};

struct od_gather {
    const struct od_compare_options *options;
    struct od_columns columns;
    bool pooled; /* sides are values of columns.col, whatever the file */
    struct od_where *where;
    struct od_intern *pool;
    const char *phase_main, *phase_warmup, *phase_drain, *status_ok; /* of pool */
    struct od_gather_file *files;                                    /* owned */
    size_t file_count, file; /* file: that is being read */
    struct od_compare_source source[OD_SIDES];
    uint64_t *values; /* owned: of columns.col, as they appear */
    size_t value_count, value_capacity;
    int64_t paired; /* rows with a pair */
    struct od_index key_index, cell_index, image_index, unit_index, run_index,
        origin_index;
    struct od_gathered_cell *cells;
    size_t cell_count, cell_capacity;
    struct od_gathered_run *runs;
    size_t run_count, run_capacity;
    struct od_gathered_unit *units;
    size_t unit_count, unit_capacity;
    struct od_origin *origins;
    size_t origin_count, origin_capacity;
    struct od_attempt *attempts;
    size_t attempt_count, attempt_capacity;
    struct od_firsts *firsts; /* owned; NULL unless OD_METRIC_MAP: firsts.h */
    /* The row before: the next one is often like it. */
    uint64_t *words; /* row columns, then merged ones; owned */
    size_t last_cell;
    uint32_t last_run, last_unit, last_origin;
    unsigned *mixed[OD_SIDES]; /* one a merged column: cells with mixed values */
};

#define OD_NOWHERE SIZE_MAX

/* The side of a row; OD_SIDES when its column has a third value. */
int od_place_side(struct od_gather *gather, const struct od_record *record);
/* Its run becomes last_run. Fails with OD_EINPUT when that is on the other side. */
int od_place_run(struct od_gather *gather, const struct od_record *record, int side,
                 struct od_err *err) OD_MUST_CHECK;
size_t od_place_cell(struct od_gather *gather, const struct od_record *record);
/* Its unit becomes last_unit. */
void od_place_unit(struct od_gather *gather, const struct od_record *record, size_t cell,
                   int side);
uint32_t od_place_image(struct od_gather *gather, const struct od_record *record);

/* columns, pooled and files are set. */
void od_gather_begin(struct od_gather *gather);
/* For od_csv_read, whose arg is the gather. */
int od_gather_row(void *arg, const struct od_record *record, struct od_err *err);
const char *od_gather_keep(void *arg, const char *text);
void od_gather_release(struct od_gather *gather);

/* Drops all but the last attempts, and counts those that failed; then sides may change
 * places. */
void od_gather_attempts(struct od_gather *gather);
void od_gather_swap(struct od_gather *gather);

/* Cells in their order, images and units numbered: fills sides, and of *out common and
 * only. */
int od_gather_arrange(struct od_gather *gather, struct od_sides *sides,
                      struct od_comparison *out, struct od_err *err) OD_MUST_CHECK;

#endif
