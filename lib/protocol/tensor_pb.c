/* TensorProto to numbers. */
#include "protocol/tensor_pb.h"

#include "base/alloc.h"
#include "service/dtype.h"

#include <inttypes.h>
#include <stdbool.h>

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

/* The typed list of a dtype: an array of items that are numbers of another dtype. */
struct list {
    const void *items;
    size_t count;
    enum od_dtype of;
};

static struct list list_of(const Tensorflow__TensorProto *tensor)
{
    switch ((int)tensor->dtype) {
    case OD_DTYPE_FP32:
        return (struct list){tensor->float_val, tensor->n_float_val, OD_DTYPE_FP32};
    case OD_DTYPE_FP64:
        return (struct list){tensor->double_val, tensor->n_double_val, OD_DTYPE_FP64};
    case OD_DTYPE_INT64:
        return (struct list){tensor->int64_val, tensor->n_int64_val, OD_DTYPE_INT64};
    case OD_DTYPE_UINT32:
        return (struct list){tensor->uint32_val, tensor->n_uint32_val, OD_DTYPE_UINT32};
    case OD_DTYPE_UINT64:
        return (struct list){tensor->uint64_val, tensor->n_uint64_val, OD_DTYPE_UINT64};
    case OD_DTYPE_FP16:
    case OD_DTYPE_BF16:
        return (struct list){tensor->half_val, tensor->n_half_val,
                             (enum od_dtype)tensor->dtype};
    default:
        return (struct list){tensor->int_val, tensor->n_int_val, OD_DTYPE_INT32};
    }
}

/*
 * Fills count values; where the list is shorter its last item stands for the rest, and
 * where it is empty all are left as they are. Half floats are patterns of 16 bits in
 * lists of 32; bool is not of any list above.
 */
static void fill(const struct list *list, size_t count, float *out)
{
    size_t here = list->count < count ? list->count : count;
    if (list->of == OD_DTYPE_FP16 || list->of == OD_DTYPE_BF16) {
        for (size_t i = 0; i < here; i++) {
            (void)od_dtype_floats((int)list->of, (const char *)list->items + 4 * i, 1,
                                  &out[i]);
        }
    } else {
        (void)od_dtype_floats((int)list->of, list->items, here, out);
    }
    for (size_t i = here; here > 0 && i < count; i++) {
        out[i] = out[here - 1];
    }
}

int od_tensor_floats(const Tensorflow__TensorProto *tensor,
                     const struct od_tensor_shape *shape, float **out, struct od_err *err)
{
    size_t size = od_dtype_size((int)tensor->dtype);
    if (size == 0 || (int)tensor->dtype == OD_DTYPE_BOOL) {
        return od_fail(err, OD_EDECODE, "a tensor of type %d where numbers belong",
                       (int)tensor->dtype);
    }
    bool content = tensor->tensor_content.len > 0;
    if (content && tensor->tensor_content.len != shape->elements * size) {
        return od_fail(err, OD_EDECODE, "tensor_content has %zu bytes, not %zu",
                       tensor->tensor_content.len, shape->elements * size);
    }
    float *values = od_xcalloc(shape->elements, sizeof *values);
    if (content) {
        (void)od_dtype_floats((int)tensor->dtype, tensor->tensor_content.data,
                              shape->elements, values);
    } else {
        struct list list = list_of(tensor);
        fill(&list, shape->elements, values);
    }
    *out = values;
    return 0;
}
