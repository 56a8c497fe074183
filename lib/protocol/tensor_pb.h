/* TensorProto to numbers; for the files of lib/protocol only. */
#ifndef OD_PROTOCOL_TENSOR_PB_H
#define OD_PROTOCOL_TENSOR_PB_H

#include "base/err.h"

#include "tensor.pb-c.h"

#include <stddef.h>
#include <stdint.h>

#define OD_TENSOR_RANK_MAX 8

/* A tensor's shape: dims[0 .. rank - 1], none negative, and their product. */
struct od_tensor_shape {
    size_t rank;
    size_t dims[OD_TENSOR_RANK_MAX];
    size_t elements;
};

/* Reads the shape. Fails with OD_EDECODE: unknown rank, more than 8 dimensions, a
 * negative one, or more than max elements. A tensor without shape is a scalar. */
int od_tensor_shape_read(const Tensorflow__TensorProto *tensor, size_t max,
                         struct od_tensor_shape *out, struct od_err *err) OD_MUST_CHECK;

/*
 * The elements of a tensor of any type of service/dtype.h but BOOL and BYTES as floats,
 * by the rules of odbench-wire(7), Tensors: tensor_content of exactly that size, else the
 * typed list, a longer one cut, a shorter one filled up with its last value, an empty one
 * all zero. The array is owned by the caller. Fails with OD_EDECODE.
 */
int od_tensor_floats(const Tensorflow__TensorProto *tensor,
                     const struct od_tensor_shape *shape, float **out,
                     struct od_err *err) OD_MUST_CHECK;

#endif
