/* Numbers as text, fast: a writer of rows formats forty of them a row. */
#ifndef OD_RECORD_DIGITS_H
#define OD_RECORD_DIGITS_H

#include "base/buf.h"

#include <stdint.h>

/* Appends the decimal digits, as printf's %lld. */
void od_put_int(struct od_buf *out, int64_t value);

/* Appends a finite number with 6 to 17 significant digits: the text of printf's %.*g. */
void od_put_rounded(struct od_buf *out, double value, int digits);

/* Appends the shortest of %.15g, %.16g, %.17g (of %.6g to %.9g) that reads back as the
 * same double (float). The value is finite. */
void od_put_double(struct od_buf *out, double value);
void od_put_float(struct od_buf *out, float value);

#endif
