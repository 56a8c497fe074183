/* Texts of a CSV file on their way to the reader's caller: private to the reader. */
#ifndef OD_RECORD_CSV_TEXT_H
#define OD_RECORD_CSV_TEXT_H

#include "record/csv_read.h"

#include <string.h>

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

/* The text with a NUL behind it, and some bytes that may be read behind that. */
char *od_csv_arena_text(struct od_csv_arena *arena, const char *text, size_t len);

static inline uint64_t od_csv_word(const char *p)
{
    uint64_t word = 0;
    memcpy(&word, p, sizeof word);
    return word;
}

/* Whether two texts of len bytes, at least one, are the same; eight bytes at a time, so
 * that some behind a shorter text are read too. */
static inline bool od_csv_same(const char *a, const char *b, size_t len)
{
    if (len <= 8) {
        uint64_t differ = od_csv_word(a) ^ od_csv_word(b);
        unsigned others = 64 - 8 * (unsigned)len;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        return differ << others == 0;
#else
        return differ >> others == 0;
#endif
    }
    for (size_t i = 0; i + 8 < len; i += 8) {
        if (od_csv_word(a + i) != od_csv_word(b + i)) {
            return false;
        }
    }
    return od_csv_word(a + len - 8) == od_csv_word(b + len - 8);
}

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
