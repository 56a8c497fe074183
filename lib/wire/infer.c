/* The front of a ModelInferRequest, written by hand; tests hold it equal to protobuf. */
#include "wire/infer.h"

#include "wire/pb_write.h"

#include <string.h>

/* Field number * 8 + 2, odbench-wire(7), OIP messages. */
enum {
    TAG_MODEL = 0x0A,
    TAG_VERSION = 0x12,
    TAG_ID = 0x1A,
    TAG_INPUTS = 0x2A,
    TAG_OUTPUTS = 0x32,
    TAG_RAW = 0x3A,
    TAG_NAME = 0x0A,
    TAG_DATATYPE = 0x12,
    TAG_SHAPE = 0x1A,
    TAG_CONTENTS = 0x2A,
};

static void put_input(const struct od_infer_head *head, const struct od_buf *contents,
                      struct od_buf *out)
{
    struct od_buf front;
    struct od_buf shape;
    od_buf_init(&front, 0);
    od_buf_init(&shape, 0);
    od_pb_put_string(&front, TAG_NAME, head->input);
    od_pb_put_string(&front, TAG_DATATYPE, head->datatype);
    for (size_t i = 0; i < head->rank; i++) {
        od_pb_put_varint(&shape, (uint64_t)head->dims[i]);
    }
    if (head->rank > 0) {
        od_pb_put_buf(&front, TAG_SHAPE, &shape);
    }
    size_t behind = contents != NULL ? od_pb_field_bytes(contents->len) : 0;
    od_pb_put_tag(out, TAG_INPUTS, front.len + behind);
    od_buf_add(out, front.data, front.len);
    if (contents != NULL) {
        od_pb_put_buf(out, TAG_CONTENTS, contents);
    }
    od_buf_release(&shape);
    od_buf_release(&front);
}

void od_infer_head_write(const struct od_infer_head *head, const struct od_buf *contents,
                         struct od_buf *out)
{
    od_pb_put_string(out, TAG_MODEL, head->model);
    od_pb_put_string(out, TAG_VERSION, head->version);
    od_pb_put_string(out, TAG_ID, head->id);
    put_input(head, contents, out);
    for (size_t i = 0; i < head->output_count; i++) {
        size_t len = strlen(head->outputs[i]);
        od_pb_put_tag(out, TAG_OUTPUTS, len > 0 ? od_pb_field_bytes(len) : 0);
        od_pb_put_string(out, TAG_NAME, head->outputs[i]);
    }
}

void od_infer_raw_write(size_t len, struct od_buf *out)
{
    od_pb_put_tag(out, TAG_RAW, len);
}
