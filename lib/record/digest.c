/* Digests of rows: one hash a value, all of them added up. */
#include "record/digest.h"

#include <math.h>
#include <string.h>

/* The finalizer of SplitMix64 (Steele, Lea and Flood 2014): every bit moves every bit. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}

/* FNV-1a. */
static uint64_t hash_text(const char *text, uint64_t seed)
{
    uint64_t hash = 14695981039346656037U ^ seed;
    for (const char *p = text; *p != '\0'; p++) {
        hash = (hash ^ (unsigned char)*p) * 1099511628211U;
    }
    return hash;
}

/* 0 for what was not measured. */
static uint64_t hash_value(const struct od_column *column, const struct od_record *record,
                           uint64_t seed)
{
    const void *at = (const char *)record + column->offset;
    const char *text = NULL;
    double real = 0;
    uint64_t bits = 0;
    int64_t whole = 0;
    switch (column->type) {
    case OD_COLUMN_INT:
        memcpy(&whole, at, sizeof whole);
        return whole != OD_NONE ? mix((uint64_t)whole + seed) : 0;
    case OD_COLUMN_REAL:
        memcpy(&real, at, sizeof real);
        memcpy(&bits, at, sizeof bits);
        return !isnan(real) ? mix(bits + seed) : 0;
    case OD_COLUMN_STR:
        memcpy(&text, at, sizeof text);
        break;
    case OD_COLUMN_TEXT:
        text = at;
        break;
    }
    return text != NULL && *text != '\0' ? mix(hash_text(text, seed)) : 0;
}

uint64_t od_record_digest(const struct od_record *record)
{
    uint64_t sum = 0;
    for (size_t i = 0; od_column_at(i) != NULL; i++) {
        /* Columns are only ever appended, so a column's place is its name. */
        sum += hash_value(od_column_at(i), record, mix(i + 1));
    }
    /* The row as a whole is one number, or values could change places between rows. */
    return mix(sum);
}
