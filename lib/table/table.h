/* A table: what every renderer gets, with all numbers exact. */
#ifndef OD_TABLE_TABLE_H
#define OD_TABLE_TABLE_H

#include "base/buf.h"
#include "stats/mean.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In print, behind or instead of what has too few samples. */
#define OD_DAGGER "\xE2\x80\xA0"

enum od_cell_kind {
    OD_CELL_EMPTY, /* nothing measured: a dash in print, empty in CSV, null in JSON */
    OD_CELL_TEXT,
    OD_CELL_COUNT,  /* a whole number */
    OD_CELL_MS,     /* a time, printed in the table's unit with its digits */
    OD_CELL_SHIFT,  /* a difference of two times, with its sign; as MS otherwise */
    OD_CELL_REAL,   /* a number, in its shortest form of at most 6 digits */
    OD_CELL_DOUBTS, /* what was found: "ok", or the marks; their names for programs */
};

/*
 * What a time rests on: samples is 0 when that is not told. The interval (95%) is known
 * when low_ns is not negative; times and the mean in it are never.
 */
struct od_precision {
    int64_t samples;
    int64_t low_ns;
    int64_t high_ns;
};

struct od_cell {
    enum od_cell_kind kind;
    bool too_few; /* EMPTY: there were samples, too few of them; a dagger in print */
    char
        *text; /* owned by the table; TEXT; REAL: as it is printed, NULL: shortest form */
    int64_t number;  /* COUNT; SHIFT: nanoseconds */
    double real;     /* REAL */
    unsigned doubts; /* set (record/validity.h): DOUBTS; MS: printed behind it */
    struct od_precision precision; /* MS */
    struct od_mean mean;           /* MS: known */
};

struct od_table_column {
    char *name;   /* owned; unique within its group */
    char *group;  /* owned; heading above neighbours of the same group, NULL: none */
    bool numeric; /* aligned at the decimal point */
    bool merge;   /* in print, a text that repeats the one above is left blank */
};

enum od_row_kind { OD_ROW_DATA, OD_ROW_AVERAGE };

struct od_table_row {
    enum od_row_kind kind;
    bool rule; /* a thin line above it */
};

/*
 * Made by od_table_build, or by hand with the functions below. All texts are copies.
 * cells holds row_count * column_count cells, row by row.
 */
struct od_table {
    const char *name; /* borrowed, a constant: "paper-2" */
    char *title;
    const char *unit; /* borrowed: "ms", "us"; NULL: the table has no times */
    int64_t unit_ns;  /* of that unit; 0 is that of ms */
    int digits;       /* decimals of MS cells in that unit */
    bool trim; /* zeros at the end of the decimals are left out, as the study did */
    size_t text_bytes; /* in the form for a terminal, longer texts are cut; 0: none is */
    struct od_table_column *columns;
    size_t column_count;
    size_t column_capacity;
    struct od_table_row *rows;
    size_t row_count;
    size_t row_capacity;
    struct od_cell *cells;
    size_t cell_capacity;
    bool intervals;   /* what times rest on is printed too */
    char *provenance; /* owned: "12 rows, digest 0f..., odbench 0.1.0"; NULL: none */
    char **notes;     /* one sentence each, below the table */
    size_t note_count;
    size_t note_capacity;
};

/* A zeroed table may be released. */
void od_table_release(struct od_table *table);

/* All columns come before the first row. group may be NULL. The result is valid until
 * the next column. */
struct od_table_column *od_table_add_column(struct od_table *table, const char *group,
                                            const char *name);
/* Adds a row of empty cells; returns its first cell, valid until the next row. */
struct od_cell *od_table_add_row(struct od_table *table, enum od_row_kind kind);
struct od_cell *od_table_cell(const struct od_table *table, size_t row, size_t column);
/* Takes text (steals it), e.g. from od_xasprintf. */
void od_table_note(struct od_table *table, char *text);

void od_cell_set_text(struct od_cell *cell, const char *text); /* copies */
void od_cell_set_count(struct od_cell *cell, int64_t number);
void od_cell_set_shift(struct od_cell *cell, int64_t ns);
/* A number as it was written ("0.70"): digits with at most one point between. */
void od_cell_set_written(struct od_cell *cell, const char *digits);
/* A number with so many decimals. */
void od_cell_set_fixed(struct od_cell *cell, double number, int decimals);
void od_cell_set_real(struct od_cell *cell, double number);
void od_cell_set_doubts(struct od_cell *cell, unsigned doubts);
/* A mean that is not known leaves the cell empty. */
void od_cell_set_mean(struct od_cell *cell, const struct od_mean *mean);

/* Appends what the cell says, without any escaping and without the doubts about a time;
 * nothing when it is empty. */
void od_cell_format(const struct od_table *table, const struct od_cell *cell,
                    struct od_buf *out);
/* What stands in print where a cell is empty: a dash, or the dagger. */
const char *od_cell_blank(const struct od_cell *cell);
/* Appends " [ab]" behind a time that is in doubt, else nothing. */
void od_cell_format_marks(const struct od_cell *cell, struct od_buf *out);
/* Appends " (21.90-22.70, n 140)" behind a time of which that is known, where the table
 * prints it, else nothing. A table that has a column n does not repeat it. */
void od_cell_format_precision(const struct od_table *table, const struct od_cell *cell,
                              struct od_buf *out);
/* Appends one end of an interval. */
void od_format_ns(const struct od_table *table, int64_t ns, struct od_buf *out);
/* Appends the names of a set of doubts with a blank between; "ok" for none. */
void od_doubts_format(unsigned doubts, struct od_buf *out);
/* True when any time of the table is in doubt. */
bool od_table_has_doubts(const struct od_table *table);
/* Appends a mean in a unit of 1, 1000, 1000000 or 1000000000 ns with digits decimals (at
 * most down to the nanosecond), rounded half up from the exact value; trim as in struct
 * od_table. */
void od_format_mean(const struct od_mean *mean, int64_t unit_ns, int digits, bool trim,
                    struct od_buf *out);

/* A unit that times can be printed in. */
struct od_time_unit {
    const char *name;
    int64_t ns;
    int shift; /* decimals more than milliseconds need */
};
const struct od_time_unit *
od_time_unit_find(const char *name); /* NULL when there is none */

/* "group/name", or the name alone. Owned by the caller. */
char *od_table_column_key(const struct od_table_column *column);

#endif
