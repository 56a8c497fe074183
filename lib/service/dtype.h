/* Element types of tensors, by the names that each protocol has for them. */
#ifndef OD_SERVICE_DTYPE_H
#define OD_SERVICE_DTYPE_H

#include <stdbool.h>
#include <stddef.h>

/* The numbers are those of tensorflow.DataType (odbench-wire(7), Messages). */
enum od_dtype {
    OD_DTYPE_NONE = 0, /* not known, or not given */
    OD_DTYPE_FP32 = 1,
    OD_DTYPE_FP64 = 2,
    OD_DTYPE_INT32 = 3,
    OD_DTYPE_UINT8 = 4,
    OD_DTYPE_INT16 = 5,
    OD_DTYPE_INT8 = 6,
    OD_DTYPE_BYTES = 7, /* strings: file bytes */
    OD_DTYPE_INT64 = 9,
    OD_DTYPE_BOOL = 10,
    OD_DTYPE_BF16 = 14,
    OD_DTYPE_UINT16 = 17,
    OD_DTYPE_FP16 = 19,
    OD_DTYPE_UINT32 = 22,
    OD_DTYPE_UINT64 = 23,
};

/* Bytes of an element; 0 for BYTES and for numbers outside the list. */
size_t od_dtype_size(int dtype);
/* "UINT8", "FP32", "BYTES": the names of the Open Inference Protocol; "" for numbers
 * outside the list. */
const char *od_dtype_name(int dtype);
/* The type of such a name of len bytes, in any case of letters; NONE when there is none.
 */
enum od_dtype od_dtype_of(const char *name, size_t len);

/*
 * count elements of a numeric type as floats, from little-endian bytes (count times
 * od_dtype_size of them, in any alignment). False for a type without a size.
 */
bool od_dtype_floats(int dtype, const void *bytes, size_t count, float *out);

/* The way back, for FP32, FP64, FP16 and BF16 (to the nearest, ties to even): false for
 * any other type. */
bool od_dtype_bytes(int dtype, const float *values, size_t count, void *out);

#endif
