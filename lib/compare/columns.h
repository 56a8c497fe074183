/* Which columns make cells and sides, and their values as words; private to
 * lib/compare. */
#ifndef OD_COMPARE_COLUMNS_H
#define OD_COMPARE_COLUMNS_H

#include "base/buf.h"
#include "compare/choice.h"
#include "record/intern.h"
#include "record/record.h"
#include "record/where.h"

/* A zeroed one is empty. */
struct od_column_list {
    const struct od_column **items; /* owned */
    size_t count;
    size_t capacity;
};

struct od_columns {
    struct od_column_list row;    /* make a cell */
    struct od_column_list merged; /* left out of it: mixed values are worth a warning */
    const struct od_column *col;  /* makes the sides; NULL: the files do */
    unsigned char *use;           /* for od_csv_read; owned */
};

/*
 * From options; col, when not NULL, takes the place of options->col. where: its columns
 * are read too. Fails with OD_EINPUT naming the option and the column.
 */
int od_columns_choose(struct od_columns *columns,
                      const struct od_compare_options *options,
                      const struct od_column *col, const struct od_where *where,
                      struct od_err *err) OD_MUST_CHECK;
void od_columns_release(struct od_columns *columns);

/*
 * A column's value in one word: equal words are equal values. The record's texts are of
 * pool, which keeps those of the other columns too.
 */
uint64_t od_word(const struct od_column *column, const struct od_record *record,
                 struct od_intern *pool);
/* -1, 0, 1; nothing measured comes first, numbers by value, texts by their bytes. */
int od_word_compare(const struct od_column *column, uint64_t a, uint64_t b);
/* Appends it as text, nothing when nothing was measured. */
void od_word_put(const struct od_column *column, uint64_t word, struct od_buf *out);
bool od_word_empty(const struct od_column *column, uint64_t word);

/* Appends "model=ssd,batch=1", which --filter takes. */
void od_words_put(const struct od_column_list *columns, const uint64_t *words,
                  struct od_buf *out);

#endif
