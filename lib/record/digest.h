/* A short digest of rows, so that a table can say which data it was made of. */
#ifndef OD_RECORD_DIGEST_H
#define OD_RECORD_DIGEST_H

#include "record/record.h"

#include <stdint.h>

/*
 * A number for a row, from the names and values of all columns that were measured: added
 * over rows (modulo 2^64) it is a digest that does not depend on their order, on the
 * order of columns, or on columns that are empty. It tells data sets apart by chance, not
 * against an adversary.
 */
uint64_t od_record_digest(const struct od_record *record);

#endif
