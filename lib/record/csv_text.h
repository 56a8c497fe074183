/* Texts of a CSV file on their way to the reader's caller: private to the reader. */
#ifndef OD_RECORD_CSV_TEXT_H
#define OD_RECORD_CSV_TEXT_H

#include "record/csv_read.h"

/* Bytes that may be read behind a text and in front of it, whatever stands there. */
#define OD_CSV_SLACK 64

/* Memory that is given back all at once. A zeroed one is empty. */
struct od_csv_arena {
    struct od_csv_block *blocks; /* owned */
};
/* At least size bytes, aligned for a pointer; they stay where they are. */
void *od_csv_arena_take(struct od_csv_arena *arena, size_t size);
/* Everything is free again; some memory stays for the next time. */
void od_csv_arena_reset(struct od_csv_arena *arena);
void od_csv_arena_release(struct od_csv_arena *arena);

/* The text with a NUL behind it. */
char *od_csv_arena_text(struct od_csv_arena *arena, const char *text, size_t len);

/* The texts of a column, each once, up to a limit. A zeroed one is empty. */
struct od_csv_dict {
    struct od_csv_dict_slot *slots; /* owned; capacity of them, a power of two */
    size_t count;
    size_t capacity;
    struct od_csv_str *last; /* was found last; NULL: none */
};
/*
 * The one text of the dictionary that equals text, which has len bytes, at least one.
 * A new one is taken from lasting, which lives as long as the dictionary; when there are
 * too many, from passing.
 */
struct od_csv_str *od_csv_dict_find(struct od_csv_dict *dict, const char *text,
                                    size_t len, struct od_csv_arena *lasting,
                                    struct od_csv_arena *passing);
void od_csv_dict_release(struct od_csv_dict *dict);

#endif
