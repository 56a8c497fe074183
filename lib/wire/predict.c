/* The front of a PredictRequest, written by hand; tests hold it equal to protobuf-c. */
#include "wire/predict.h"

#include "wire/pb_write.h"

#include <string.h>

/* Tags: field number * 8 + wire type (0 varint, 2 length-delimited), odbench-wire(7),
 * Messages. */
enum {
    TAG_SPEC = 0x0A,
    TAG_INPUTS = 0x12,
    TAG_FILTER = 0x1A,
    TAG_NAME = 0x0A,
    TAG_VERSION = 0x12,
    TAG_SIGNATURE = 0x1A,
    TAG_LABEL = 0x22,
    TAG_INT64 = 0x08,
    TAG_KEY = 0x0A,
    TAG_VALUE = 0x12,
    TAG_DTYPE = 0x08,
    TAG_SHAPE = 0x12,
    TAG_DIM = 0x12,
    TAG_SIZE = 0x08,
    TAG_CONTENT = 0x22,
    TAG_STRING = 0x42,
};

static void put_spec(struct od_buf *out, const struct od_predict_head *head)
{
    struct od_buf spec;
    od_buf_init(&spec, 0);
    od_pb_put_string(&spec, TAG_NAME, head->model);
    if (head->version != 0) {
        od_pb_put_tag(&spec, TAG_VERSION,
                      1 + od_pb_varint_bytes((uint64_t)head->version));
        od_pb_put_tag(&spec, TAG_INT64, (uint64_t)head->version);
    }
    od_pb_put_string(&spec, TAG_SIGNATURE, head->signature);
    if (head->version == 0) {
        od_pb_put_string(&spec, TAG_LABEL, head->label);
    }
    od_pb_put_buf(out, TAG_SPEC, &spec);
    od_buf_release(&spec);
}

/* dtype and shape: what stands in a TensorProto before its values. */
static void put_tensor_front(struct od_buf *out, const struct od_predict_head *head)
{
    od_pb_put_tag(out, TAG_DTYPE, (uint64_t)head->dtype);
    struct od_buf shape;
    od_buf_init(&shape, 0);
    for (size_t i = 0; i < head->rank; i++) {
        uint64_t size = (uint64_t)head->dims[i];
        od_pb_put_tag(&shape, TAG_DIM, size == 0 ? 0 : 1 + od_pb_varint_bytes(size));
        if (size != 0) {
            od_pb_put_tag(&shape, TAG_SIZE, size);
        }
    }
    od_pb_put_buf(out, TAG_SHAPE, &shape);
    od_buf_release(&shape);
}

size_t od_predict_value_bytes(size_t len)
{
    return od_pb_field_bytes(len);
}

void od_predict_head_write(const struct od_predict_head *head, size_t value_bytes,
                           struct od_buf *out)
{
    struct od_buf front;
    od_buf_init(&front, 0);
    put_tensor_front(&front, head);

    put_spec(out, head);
    for (size_t i = 0; i < head->filter_count; i++) {
        od_pb_put_tag(out, TAG_FILTER, strlen(head->filter[i]));
        od_buf_puts(out, head->filter[i]);
    }
    size_t tensor = front.len + value_bytes;
    size_t entry =
        od_predict_value_bytes(strlen(head->input)) + od_predict_value_bytes(tensor);
    od_pb_put_tag(out, TAG_INPUTS, entry);
    od_pb_put_tag(out, TAG_KEY, strlen(head->input));
    od_buf_puts(out, head->input);
    od_pb_put_tag(out, TAG_VALUE, tensor);
    od_buf_add(out, front.data, front.len);
    od_buf_release(&front);
}

void od_predict_content_write(size_t len, struct od_buf *out)
{
    od_pb_put_tag(out, TAG_CONTENT, len);
}

void od_predict_string_write(size_t len, struct od_buf *out)
{
    od_pb_put_tag(out, TAG_STRING, len);
}
