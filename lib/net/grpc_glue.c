/* gRPC core's types to ours and back. */
#include "net/grpc_glue.h"

#include "base/alloc.h"

#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <stdlib.h>
#include <string.h>

gpr_timespec od_grpc_time(int64_t now_ns)
{
    return (gpr_timespec){
        .tv_sec = now_ns / 1000000000,
        .tv_nsec = (int32_t)(now_ns % 1000000000),
        .clock_type = GPR_CLOCK_MONOTONIC,
    };
}

char *od_grpc_text(grpc_slice slice)
{
    return od_xstrndup((const char *)GRPC_SLICE_START_PTR(slice),
                       GRPC_SLICE_LENGTH(slice));
}

bool od_grpc_equals(grpc_slice slice, const char *text)
{
    return grpc_slice_str_cmp(slice, text) == 0;
}

void od_grpc_metadata_read(const grpc_metadata_array *in, struct od_headers *out)
{
    for (size_t i = 0; i < in->count; i++) {
        char *name = od_grpc_text(in->metadata[i].key);
        char *value = od_grpc_text(in->metadata[i].value);
        od_headers_add(out, name, value);
        free(name);
        free(value);
    }
}

int od_grpc_metadata_add(struct od_grpc_metadata *metadata, const char *name,
                         const char *value, struct od_err *err)
{
    grpc_slice key = grpc_slice_from_copied_string(name);
    grpc_slice text = grpc_slice_from_copied_string(value);
    if (!grpc_header_key_is_legal(key) ||
        (!grpc_is_binary_header(key) && !grpc_header_nonbin_value_is_legal(text))) {
        grpc_slice_unref(key);
        grpc_slice_unref(text);
        /* The value may be a secret. */
        return od_fail(err, OD_EINPUT, "gRPC metadata cannot carry \"%s\"", name);
    }
    metadata->items = od_xgrow(metadata->items, metadata->count, &metadata->capacity,
                               sizeof *metadata->items);
    grpc_metadata *item = &metadata->items[metadata->count++];
    memset(item, 0, sizeof *item);
    item->key = key;
    item->value = text;
    return 0;
}

void od_grpc_metadata_release(struct od_grpc_metadata *metadata)
{
    for (size_t i = 0; i < metadata->count; i++) {
        grpc_slice_unref(metadata->items[i].key);
        grpc_slice_unref(metadata->items[i].value);
    }
    free(metadata->items);
    *metadata = (struct od_grpc_metadata){0};
}

int od_grpc_message_read(grpc_byte_buffer *in, struct od_buf *out, struct od_err *err)
{
    grpc_byte_buffer_reader reader;
    if (!grpc_byte_buffer_reader_init(&reader, in)) {
        return od_fail(err, OD_EDECODE, "gRPC message cannot be read");
    }
    (void)od_buf_reserve(out, grpc_byte_buffer_length(in));
    grpc_slice *slice = NULL;
    while (grpc_byte_buffer_reader_peek(&reader, &slice)) {
        od_buf_add(out, GRPC_SLICE_START_PTR(*slice), GRPC_SLICE_LENGTH(*slice));
    }
    grpc_byte_buffer_reader_destroy(&reader);
    return od_buf_check(out, "gRPC message", err);
}

grpc_byte_buffer *od_grpc_message_borrow(const struct od_message *message)
{
    size_t count = message->segment_count;
    grpc_slice *slices = od_xcalloc(count, sizeof *slices);
    for (size_t i = 0; i < count; i++) {
        const struct od_segment *segment = &message->segments[i];
        slices[i] = grpc_slice_from_static_buffer(segment->data, segment->len);
    }
    grpc_byte_buffer *out = grpc_raw_byte_buffer_create(slices, count);
    for (size_t i = 0; i < count; i++) {
        grpc_slice_unref(slices[i]);
    }
    free(slices);
    return out;
}
