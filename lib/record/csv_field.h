/* A field of a CSV line becomes a value of a batch: private to the reader. */
#ifndef OD_RECORD_CSV_FIELD_H
#define OD_RECORD_CSV_FIELD_H

#include "record/csv_text.h"

/* A column that is asked for and in the file. */
struct od_csv_wanted {
    const struct od_column *column;
    size_t place; /* in columns.def */
    size_t field; /* in a line */
};

/* What a header says. */
struct od_csv_layout {
    char **names; /* owned, as are they */
    size_t field_count;
    size_t capacity;
    struct od_csv_wanted *wanted; /* owned; in the order of the fields */
    size_t wanted_count;
};
void od_csv_layout_add(struct od_csv_layout *layout, const char *name);
/* SIZE_MAX when there is none of that name. */
size_t od_csv_layout_find(const struct od_csv_layout *layout, const char *name);
/* Call when all fields are there; use as in struct od_csv_read. */
void od_csv_layout_bind(struct od_csv_layout *layout, const unsigned char *use);
void od_csv_layout_release(struct od_csv_layout *layout);

/* A value of one of the four types; size says how many bytes. */
union od_csv_cells {
    int64_t *ints;
    double *reals;
    struct od_csv_str **strs;
    const char **texts;
    void *any;
};

/* A batch that grows. */
struct od_csv_rows {
    struct od_csv_batch batch;
    union od_csv_values *values; /* owned; of batch, as is steady */
    bool *steady;
    bool notes;                /* batch has them; owned */
    union od_csv_cells *cells; /* owned, as are they; one a wanted column */
    size_t wanted_count;
    uint32_t *varying; /* owned: the wanted columns that are not steady */
    size_t varying_count;
    size_t capacity;           /* rows */
    uint32_t *ends;            /* owned; behind each row in what was parsed */
    struct od_csv_arena arena; /* of its texts */
};
void od_csv_rows_init(struct od_csv_rows *rows, const struct od_csv_layout *layout,
                      const struct od_csv_read *read);
/* Room for count rows behind those that are there. */
void od_csv_rows_reserve(struct od_csv_rows *rows, const struct od_csv_layout *layout,
                         size_t count);
/* Call when all are there: what can be said of them is said. */
void od_csv_rows_finish(struct od_csv_rows *rows, const struct od_csv_layout *layout,
                        const struct od_csv_read *read);
void od_csv_rows_reset(struct od_csv_rows *rows);
void od_csv_rows_release(struct od_csv_rows *rows);

/* What one thread needs to parse. */
struct od_csv_parser {
    const struct od_csv_layout *layout; /* borrowed */
    struct od_csv_dict *dicts;          /* owned; one a wanted column */
    struct od_csv_arena arena;          /* of their texts */
    uint32_t *ends;                     /* owned */
    char *scratch;                      /* owned */
    size_t scratch_size;
};
void od_csv_parser_init(struct od_csv_parser *parser, const struct od_csv_layout *layout);
void od_csv_parser_release(struct od_csv_parser *parser);

/* Where a field goes. */
struct od_csv_cell {
    size_t wanted; /* column */
    struct od_csv_rows *rows;
    size_t row;
};
/*
 * Sets it: text has len bytes and a NUL behind them, none among them. Fails with
 * OD_EINPUT naming the column.
 */
int od_csv_field_set(struct od_csv_parser *parser, const struct od_csv_cell *cell,
                     const char *text, size_t len, struct od_err *err) OD_MUST_CHECK;

/* What an arena takes of a TEXT: at most column->size - 1 bytes, whole characters. */
size_t od_csv_text_len(const struct od_column *column, const char *text, size_t len);

/* Sets the members of a record that are in the layout to a row of a batch. Those of the
 * first row must be set before those of others, all into one record. */
void od_csv_record_set(const struct od_csv_layout *layout, const struct od_csv_read *read,
                       const struct od_csv_rows *rows, size_t row,
                       struct od_record *record);

#endif
