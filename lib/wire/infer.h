/* A ModelInferRequest of the Open Inference Protocol without its pixels, so that these
 * need not be copied. */
#ifndef OD_WIRE_INFER_H
#define OD_WIRE_INFER_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

/* All borrowed. Strings may be empty and are left out then. */
struct od_infer_head {
    const char *model;
    const char *version;
    const char *id;
    const char *input; /* name of the only tensor */
    const char *datatype;
    const int64_t *dims;
    size_t rank;
    const char *const *outputs; /* names of the outputs that are asked for */
    size_t output_count;
};

/*
 * Appends the request as protobuf writes it, in the order of the fields: with contents
 * (an InferTensorContents; NULL: none) the whole of it, without them all that goes before
 * raw_input_contents (odbench-wire(7), OIP messages).
 */
void od_infer_head_write(const struct od_infer_head *head, const struct od_buf *contents,
                         struct od_buf *out);

/* Appends tag and length in front of one raw_input_contents of len bytes. */
void od_infer_raw_write(size_t len, struct od_buf *out);

#endif
