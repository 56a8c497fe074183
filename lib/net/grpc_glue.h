/* gRPC core's types to ours and back; shared by the client and the server's front end. */
#ifndef OD_NET_GRPC_GLUE_H
#define OD_NET_GRPC_GLUE_H

#include "base/buf.h"
#include "base/err.h"
#include "wire/message.h"

#include <grpc/grpc.h>
#include <grpc/slice.h>
#include <grpc/support/time.h>
#include <stdbool.h>
#include <stdint.h>

/* An od_now_ns time for gRPC: both count CLOCK_MONOTONIC on Linux. */
gpr_timespec od_grpc_time(int64_t now_ns);

/* The slice's bytes as a string, owned by the caller; cut at a NUL byte by its readers.
 */
char *od_grpc_text(grpc_slice slice);

/* True when the slice holds exactly this text. */
bool od_grpc_equals(grpc_slice slice, const char *text);

/* Appends received metadata to *out. Values of "-bin" names are cut at a NUL byte. */
void od_grpc_metadata_read(const grpc_metadata_array *in, struct od_headers *out);

/*
 * Metadata to send, made from name/value pairs; a zeroed one is empty. items is what
 * grpc_op wants. Release it when the batch that sends it has completed.
 */
struct od_grpc_metadata {
    grpc_metadata *items;
    size_t count;
    size_t capacity;
};
/* Fails with OD_EINPUT when HTTP/2 cannot carry the name (upper case ...) or the value.
 */
int od_grpc_metadata_add(struct od_grpc_metadata *metadata, const char *name,
                         const char *value, struct od_err *err) OD_MUST_CHECK;
void od_grpc_metadata_release(struct od_grpc_metadata *metadata);

/*
 * Appends a received message to *out, whose max is the limit: -1 with OD_ELIMIT when it
 * is larger. The byte buffer stays the caller's.
 */
int od_grpc_message_read(grpc_byte_buffer *in, struct od_buf *out,
                         struct od_err *err) OD_MUST_CHECK;

/*
 * A byte buffer over the message's segments, without a copy: they must live until the
 * batch that sends it has completed. Owned by the caller (grpc_byte_buffer_destroy).
 */
grpc_byte_buffer *od_grpc_message_borrow(const struct od_message *message);

#endif
