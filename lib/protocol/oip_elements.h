/* Elements of tensors in the forms of the Open Inference Protocol; for the files of
 * lib/protocol only. */
#ifndef OD_PROTOCOL_OIP_ELEMENTS_H
#define OD_PROTOCOL_OIP_ELEMENTS_H

#include "base/buf.h"
#include "base/err.h"
#include "service/dtype.h"
#include "wire/flat.h"

#include "oip.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Elements as bytes are little-endian, od_dtype_size each, in any alignment. Types
 * without a form (FP16 and BF16 in numbers, BYTES here) are refused by the callers. */

/* The field of InferTensorContents for a type; 0: none. */
int od_oip_contents_field(enum od_dtype dtype);
/* Appends that field, packed, to the bytes of an InferTensorContents. The type has one.
 */
void od_oip_contents_put(enum od_dtype dtype, const uint8_t *bytes, size_t count,
                         struct od_buf *out);

/*
 * The typed list of a type as bytes: to has room for count elements. Fails with OD_EINPUT
 * when the list has another number of elements, or one that the type does not hold; and
 * for a type without a list.
 */
int od_oip_contents_bytes(const Inference__InferTensorContents *contents,
                          enum od_dtype dtype, size_t count, uint8_t *to,
                          struct od_err *err) OD_MUST_CHECK;

/* Appends the elements as a flat JSON array. */
void od_oip_json_put(enum od_dtype dtype, const uint8_t *bytes, size_t count,
                     struct od_buf *out);
/*
 * Reads the JSON array at the cursor, flat or nested: to has room for count elements.
 * Whole types take whole numbers in their range, BOOL true and false too. Fails with
 * OD_EINPUT, also for another number of elements.
 */
int od_oip_json_bytes(const struct od_json_cursor *at, enum od_dtype dtype, size_t count,
                      uint8_t *to, struct od_err *err) OD_MUST_CHECK;

/* Floats as elements of a numeric type, for the server's outputs: to has room for count.
 * What a type cannot hold becomes its nearest value. */
void od_oip_of_floats(enum od_dtype dtype, const float *values, size_t count,
                      uint8_t *to);

#endif
