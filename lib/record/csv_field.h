/* A field of a CSV line becomes a member of a record: for the reader of rows only. */
#ifndef OD_RECORD_CSV_FIELD_H
#define OD_RECORD_CSV_FIELD_H

#include "record/csv_read.h"

enum { OD_MEMO_WORDS = 5, OD_CSV_SLACK = 8 * OD_MEMO_WORDS };

/* A field of the header. */
struct od_csv_field {
    char *name;                     /* owned */
    const struct od_column *column; /* NULL: not one of ours, or not asked for */
    size_t skip;                    /* fields without a column in front of it */
    /* The text whose value stands in the record, with the comma behind it, as words of 8
     * bytes: most columns repeat themselves from line to line. */
    size_t memo_words; /* 0: none */
    uint64_t memo[OD_MEMO_WORDS];
    uint64_t memo_mask; /* of the last word */
    size_t memo_bytes;
};

struct od_csv_fields {
    struct od_csv_field *items; /* owned */
    size_t count;
    size_t capacity;
    struct od_csv_field **wanted; /* those with a column; owned */
    size_t wanted_count;
    size_t skip; /* fields behind the last of these */
};
void od_csv_fields_add(struct od_csv_fields *fields, const char *name);
/* Call when all columns are set. */
void od_csv_fields_bind(struct od_csv_fields *fields);
void od_csv_fields_release(struct od_csv_fields *fields);

/*
 * Sets the column of field, if any, in record: text has len bytes and a NUL behind them,
 * none among them. Fails with OD_EINPUT naming the column.
 */
int od_csv_field_set(struct od_csv_field *field, const struct od_csv_read *read,
                     const char *text, size_t len, struct od_record *record,
                     struct od_err *err) OD_MUST_CHECK;

/*
 * The same for a whole line of len bytes that holds no quotation mark, carriage return
 * or NUL, with OD_CSV_SLACK readable bytes behind it, the first of which is written over.
 * The record is always the same one, and nobody else writes to it. 1 when the line was
 * set, 0 when it has another number of fields, which leaves the line as it was and some
 * of the record set.
 */
int od_csv_line_set(struct od_csv_fields *fields, const struct od_csv_read *read,
                    char *line, size_t len, struct od_record *record,
                    struct od_err *err) OD_MUST_CHECK;

#endif
