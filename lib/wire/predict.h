/* The front of a TensorFlow Serving PredictRequest, so that the tensor need not be
 * copied. */
#ifndef OD_WIRE_PREDICT_H
#define OD_WIRE_PREDICT_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

/* All borrowed. Strings may be empty and are left out then, but not input. */
struct od_predict_head {
    const char *model;
    int64_t version;   /* 0: not sent */
    const char *label; /* only when version is 0: the two exclude each other */
    const char *signature;
    const char *const *filter; /* output_filter */
    size_t filter_count;
    const char *input; /* key of the only tensor */
    int dtype;         /* a TensorFlow DataType */
    const int64_t *dims;
    size_t rank;
};

/* How many bytes a bytes field of that many bytes takes in a TensorProto: tag, length,
 * value. For tensor_content (4) and for one item of string_val (8). */
size_t od_predict_value_bytes(size_t len);

/*
 * Appends everything of a PredictRequest up to the values of its tensor, which the caller
 * sends behind it: value_bytes is their whole size, tags and lengths included (the sum of
 * od_predict_value_bytes). Fields are ordered so that the tensor ends the message:
 * model_spec, output_filter, inputs (odbench-wire(7), Messages; protobuf allows any
 * order), and without a filter the bytes are those that protobuf writes.
 */
void od_predict_head_write(const struct od_predict_head *head, size_t value_bytes,
                           struct od_buf *out);

/* Appends tag and length in front of len bytes of tensor_content. */
void od_predict_content_write(size_t len, struct od_buf *out);
/* The same in front of one string_val of len bytes. */
void od_predict_string_write(size_t len, struct od_buf *out);

#endif
