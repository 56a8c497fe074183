/* Digests of rows: one hash a value, all of them added up. */
#include "record/digest.h"

#include <math.h>
#include <string.h>

/* FNV-1a. */
static uint64_t hash_text(const char *text, uint64_t seed)
{
    uint64_t hash = 14695981039346656037U ^ seed;
    for (const char *p = text; *p != '\0'; p++) {
        hash = (hash ^ (unsigned char)*p) * 1099511628211U;
    }
    return hash;
}

uint64_t od_digest_seed(enum od_at at)
{
    /* Columns are only ever appended, so a column's place is its name. */
    return od_digest_mix((uint64_t)at + 1);
}

uint64_t od_digest_real(uint64_t seed, double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return !isnan(value) ? od_digest_mix(bits + seed) : 0;
}

uint64_t od_digest_text(uint64_t seed, const char *text)
{
    return text != NULL && *text != '\0' ? od_digest_mix(hash_text(text, seed)) : 0;
}

static uint64_t hash_value(enum od_at at, const struct od_record *record)
{
    const struct od_column *column = od_column_at(at);
    const void *field = (const char *)record + column->offset;
    uint64_t seed = od_digest_seed(at);
    switch (column->type) {
    case OD_COLUMN_INT:
        return od_digest_int(seed, *(const int64_t *)field);
    case OD_COLUMN_REAL:
        return od_digest_real(seed, *(const double *)field);
    case OD_COLUMN_STR:
        return od_digest_text(seed, *(const char *const *)field);
    case OD_COLUMN_TEXT:
        break;
    }
    return od_digest_text(seed, field);
}

uint64_t od_record_digest(const struct od_record *record)
{
    uint64_t sum = 0;
    for (int at = 0; at < OD_COLUMNS; at++) {
        sum += hash_value((enum od_at)at, record);
    }
    return od_digest_end(sum);
}
