/* One attempt of one request: a row of a result file. */
#ifndef OD_RECORD_RECORD_H
#define OD_RECORD_RECORD_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "Not measured" of an integer column; a real one uses NaN, text is NULL or "". Never 0.
 */
#define OD_NONE   INT64_MIN
#define OD_SCHEMA 1

/* Fields as in columns.def, by the same names. STR fields are borrowed. */
struct od_record {
#define OD_INT(name, help)        int64_t name;
#define OD_REAL(name, help)       double name;
#define OD_STR(name, help)        const char *name;
#define OD_TEXT(name, size, help) char name[size];
#include "record/columns.def"
#undef OD_INT
#undef OD_REAL
#undef OD_STR
#undef OD_TEXT
};

/* The place of each column in columns.def: OD_AT_service_ns, ... */
enum od_at {
#define OD_INT(name, help)        OD_AT_##name,
#define OD_REAL(name, help)       OD_AT_##name,
#define OD_STR(name, help)        OD_AT_##name,
#define OD_TEXT(name, size, help) OD_AT_##name,
#include "record/columns.def"
#undef OD_INT
#undef OD_REAL
#undef OD_STR
#undef OD_TEXT
    OD_COLUMNS
};

enum od_column_type { OD_COLUMN_INT, OD_COLUMN_REAL, OD_COLUMN_STR, OD_COLUMN_TEXT };

struct od_column {
    const char *name;
    const char *help;
    enum od_column_type type;
    size_t offset; /* in struct od_record */
    size_t size;   /* of a TEXT */
};

/* The i-th column in file order, NULL behind the last. */
const struct od_column *od_column_at(size_t i);
size_t od_column_count(void);
/* Its i. */
enum od_at od_column_where(const struct od_column *column);
/* NULL when there is none of that name. */
const struct od_column *od_column_find(const char *name);

/* Every field "not measured", schema set. */
void od_record_init(struct od_record *record);

/* True for a row that counts in tables: phase main and status ok. */
bool od_record_counts(const struct od_record *record);

/* Appends one column's value as text, unquoted; nothing when it is empty. */
void od_column_format(const struct od_column *column, const struct od_record *record,
                      struct od_buf *out);

/* Appends the header line, or a record's line: RFC 4180 quoting, "\n" ends a line. */
void od_csv_header(struct od_buf *out);
void od_csv_row(const struct od_record *record, struct od_buf *out);

#endif
