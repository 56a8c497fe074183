/* Typed contents of the Open Inference Protocol over gRPC. */
#include "protocol/oip_elements.h"

#include "wire/pb_write.h"

#include <string.h>

/* How a type travels in InferTensorContents (odbench-wire(7), OIP messages). */
enum form { NONE, SIGNED, UNSIGNED, FIXED };
struct list_form {
    enum form form;
    int field;
};

static struct list_form form_of(enum od_dtype dtype)
{
    switch (dtype) {
    case OD_DTYPE_BOOL:
        return (struct list_form){UNSIGNED, 1};
    case OD_DTYPE_INT8:
    case OD_DTYPE_INT16:
    case OD_DTYPE_INT32:
        return (struct list_form){SIGNED, 2};
    case OD_DTYPE_INT64:
        return (struct list_form){SIGNED, 3};
    case OD_DTYPE_UINT8:
    case OD_DTYPE_UINT16:
    case OD_DTYPE_UINT32:
        return (struct list_form){UNSIGNED, 4};
    case OD_DTYPE_UINT64:
        return (struct list_form){UNSIGNED, 5};
    case OD_DTYPE_FP32:
        return (struct list_form){FIXED, 6};
    case OD_DTYPE_FP64:
        return (struct list_form){FIXED, 7};
    case OD_DTYPE_NONE:
    case OD_DTYPE_BYTES:
    case OD_DTYPE_BF16:
    case OD_DTYPE_FP16:
        break;
    }
    return (struct list_form){NONE, 0};
}

int od_oip_contents_field(enum od_dtype dtype)
{
    return form_of(dtype).field;
}

/* An element as protobuf's varint has it: signed ones with 64 bits. */
static uint64_t varint_of(const uint8_t *bytes, size_t size, bool is_signed)
{
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;) {
        value = value << 8 | bytes[i];
    }
    if (is_signed && size < 8) {
        uint64_t sign = UINT64_C(1) << (8 * size - 1);
        value = (value ^ sign) - sign;
    }
    return value;
}

/* The commonest case, pixels of one byte: no general loop. */
static void put_bytes(const uint8_t *bytes, size_t count, int tag, struct od_buf *out)
{
    size_t len = count;
    for (size_t i = 0; i < count; i++) {
        len += bytes[i] >> 7;
    }
    od_pb_put_tag(out, tag, len);
    /* Two bytes are always written, the second one as often as not over again: pixels
     * are noise to a branch. */
    unsigned char *to = (unsigned char *)od_buf_reserve(out, len + 1);
    if (to != NULL) {
        for (size_t i = 0; i < count; i++) {
            to[0] = bytes[i];
            to[1] = 1;
            to += 1 + (bytes[i] >> 7);
        }
        od_buf_advance(out, len);
    }
}

void od_oip_contents_put(enum od_dtype dtype, const uint8_t *bytes, size_t count,
                         struct od_buf *out)
{
    const struct list_form list = form_of(dtype);
    const size_t size = od_dtype_size((int)dtype);
    const int tag = list.field * 8 + 2;
    if (dtype == OD_DTYPE_UINT8) {
        put_bytes(bytes, count, tag, out);
        return;
    }
    if (list.form == FIXED) {
        od_pb_put_tag(out, tag, count * size);
        od_buf_add(out, bytes, count * size);
        return;
    }
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        len += od_pb_varint_bytes(varint_of(bytes + i * size, size, list.form == SIGNED));
    }
    od_pb_put_tag(out, tag, len);
    unsigned char *to = (unsigned char *)od_buf_reserve(out, len);
    for (size_t i = 0; to != NULL && i < count; i++) {
        to = od_pb_varint_write(to,
                                varint_of(bytes + i * size, size, list.form == SIGNED));
    }
    if (to != NULL) {
        od_buf_advance(out, len);
    }
}

/* A list as protobuf-c has it in memory. */
struct list {
    const void *items;
    size_t count;
    size_t item_bytes;
};

static struct list list_of(const Inference__InferTensorContents *in, int field)
{
    switch (field) {
    case 1:
        return (struct list){in->bool_contents, in->n_bool_contents,
                             sizeof *in->bool_contents};
    case 2:
        return (struct list){in->int_contents, in->n_int_contents, 4};
    case 3:
        return (struct list){in->int64_contents, in->n_int64_contents, 8};
    case 4:
        return (struct list){in->uint_contents, in->n_uint_contents, 4};
    case 5:
        return (struct list){in->uint64_contents, in->n_uint64_contents, 8};
    case 6:
        return (struct list){in->fp32_contents, in->n_fp32_contents, 4};
    default:
        return (struct list){in->fp64_contents, in->n_fp64_contents, 8};
    }
}

/* Copies the low bytes of an item (the hosts we run on are little-endian); false when the
 * others hold more than its sign. */
static bool narrow(const uint8_t *item, size_t item_bytes, bool is_signed, size_t size,
                   uint8_t *to)
{
    memcpy(to, item, size);
    uint8_t rest = is_signed && (item[size - 1] & 0x80) != 0 ? 0xFF : 0;
    for (size_t i = size; i < item_bytes; i++) {
        if (item[i] != rest) {
            return false;
        }
    }
    return true;
}

int od_oip_contents_bytes(const Inference__InferTensorContents *contents,
                          enum od_dtype dtype, size_t count, uint8_t *to,
                          struct od_err *err)
{
    const struct list_form form = form_of(dtype);
    const size_t size = od_dtype_size((int)dtype);
    if (form.form == NONE) {
        return od_fail(err, OD_EINPUT, "%s has no typed contents",
                       od_dtype_name((int)dtype));
    }
    struct list list = list_of(contents, form.field);
    if (list.count != count) {
        return od_fail(err, OD_EINPUT, "typed contents of %zu elements, not %zu",
                       list.count, count);
    }
    if (list.item_bytes == size && count > 0) {
        memcpy(to, list.items, count * size);
        return 0;
    }
    const uint8_t *items = list.items;
    for (size_t i = 0; i < count; i++) {
        if (!narrow(items + i * list.item_bytes, list.item_bytes, form.form == SIGNED,
                    size, to + i * size)) {
            return od_fail(err, OD_EINPUT, "typed contents hold what %s cannot",
                           od_dtype_name((int)dtype));
        }
    }
    return 0;
}
