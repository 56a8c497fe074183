/* Decimal text to binary numbers, where that takes no long arithmetic. */
#ifndef OD_WIRE_DECIMAL_H
#define OD_WIRE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The float nearest to a number as JSON writes it, to the last bit; false when the text
 * of len bytes is another one or needs more than a double's 53 bits, for strtof to read.
 * By Clinger's fast path ("How to Read Floating Point Numbers Accurately", 1990): digits
 * below 2^53 and a power of ten up to 22 are doubles, and so their product or quotient is
 * rounded once; rounding it again to a float is the same as rounding once unless it lies
 * in the middle between two floats.
 */
bool od_decimal_float(const char *text, size_t len, float *out);

#endif
