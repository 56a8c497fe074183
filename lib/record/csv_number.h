/* Plain numbers out of CSV fields: private to the reader. */
#ifndef OD_RECORD_CSV_NUMBER_H
#define OD_RECORD_CSV_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Both read a text of len bytes, at least one, with eight readable ones in front of it.
 * False when od_parse_i64 or od_parse_double must decide: *out is untouched then. */
bool od_csv_int(const char *text, size_t len, int64_t *out);
bool od_csv_real(const char *text, size_t len, double *out);

#endif
