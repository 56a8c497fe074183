/* TensorProto to numbers. */
#include "protocol/tensor_pb.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <string.h>

int od_tensor_shape_read(const Tensorflow__TensorProto *tensor, size_t max,
                         struct od_tensor_shape *out, struct od_err *err)
{
    const Tensorflow__TensorShapeProto *shape = tensor->tensor_shape;
    *out = (struct od_tensor_shape){.elements = 1};
    if (shape == NULL) {
        return 0;
    }
    if (shape->unknown_rank || shape->n_dim > OD_TENSOR_RANK_MAX) {
        return od_fail(err, OD_EDECODE, "a tensor of unknown rank or more than %d",
                       OD_TENSOR_RANK_MAX);
    }
    out->rank = shape->n_dim;
    for (size_t i = 0; i < out->rank; i++) {
        int64_t size = shape->dim[i]->size;
        if (size < 0) {
            return od_fail(err, OD_EDECODE, "a tensor dimension of %" PRId64, size);
        }
        if (size > 0 && out->elements > 0 && (uint64_t)size > max / out->elements) {
            return od_fail(err, OD_EDECODE, "a tensor of more than %zu elements", max);
        }
        out->dims[i] = (size_t)size;
        out->elements *= (size_t)size;
    }
    return 0;
}

/* The typed list of a dtype, as an array of items, and what one item takes in it and in
 * tensor_content. */
struct list {
    const void *items;
    size_t count;
    size_t item_bytes;
    size_t content_bytes;
};

static int list_of(const Tensorflow__TensorProto *tensor, struct list *out)
{
    switch ((int)tensor->dtype) {
    case TENSORFLOW__DATA_TYPE__DT_FLOAT:
        *out = (struct list){tensor->float_val, tensor->n_float_val, 4, 4};
        return 0;
    case TENSORFLOW__DATA_TYPE__DT_DOUBLE:
        *out = (struct list){tensor->double_val, tensor->n_double_val, 8, 8};
        return 0;
    case TENSORFLOW__DATA_TYPE__DT_INT32:
        *out = (struct list){tensor->int_val, tensor->n_int_val, 4, 4};
        return 0;
    case TENSORFLOW__DATA_TYPE__DT_UINT8:
        *out = (struct list){tensor->int_val, tensor->n_int_val, 4, 1};
        return 0;
    case TENSORFLOW__DATA_TYPE__DT_INT64:
        *out = (struct list){tensor->int64_val, tensor->n_int64_val, 8, 8};
        return 0;
    default:
        return -1;
    }
}

/* One little-endian item of size bytes (the hosts we run on are little-endian too). */
static float item_float(Tensorflow__DataType dtype, const void *at, size_t size)
{
    float single;
    double real;
    int32_t number;
    int64_t large;
    switch ((int)dtype) {
    case TENSORFLOW__DATA_TYPE__DT_FLOAT:
        memcpy(&single, at, sizeof single);
        return single;
    case TENSORFLOW__DATA_TYPE__DT_DOUBLE:
        memcpy(&real, at, sizeof real);
        return (float)real;
    case TENSORFLOW__DATA_TYPE__DT_INT64:
        memcpy(&large, at, sizeof large);
        return (float)large;
    default:
        if (size == 1) {
            return (float)*(const unsigned char *)at;
        }
        memcpy(&number, at, sizeof number);
        return (float)number;
    }
}

int od_tensor_floats(const Tensorflow__TensorProto *tensor,
                     const struct od_tensor_shape *shape, float **out, struct od_err *err)
{
    struct list list;
    if (list_of(tensor, &list) != 0) {
        return od_fail(err, OD_EDECODE, "a tensor of type %d where numbers belong",
                       (int)tensor->dtype);
    }
    size_t size = list.item_bytes;
    if (tensor->tensor_content.len > 0) {
        size = list.content_bytes;
        if (tensor->tensor_content.len != shape->elements * size) {
            return od_fail(err, OD_EDECODE, "tensor_content has %zu bytes, not %zu",
                           tensor->tensor_content.len, shape->elements * size);
        }
        list = (struct list){tensor->tensor_content.data, shape->elements, size, size};
    }
    float *values = od_xcalloc(shape->elements, sizeof *values);
    for (size_t i = 0; i < shape->elements && list.count > 0; i++) {
        size_t at = i < list.count ? i : list.count - 1;
        values[i] = item_float(tensor->dtype, (const char *)list.items + at * size, size);
    }
    *out = values;
    return 0;
}
