/* Protobuf written by hand, where a message must not be built to be sent. */
#ifndef OD_WIRE_PB_WRITE_H
#define OD_WIRE_PB_WRITE_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

/*
 * A tag is field number * 8 + wire type: 0 varint, 1 eight bytes, 2 length and bytes, 5
 * four bytes. All tags here take one byte, so field numbers end at 15.
 */

/* Bytes of a varint: 1 to 10. */
size_t od_pb_varint_bytes(uint64_t value);
/* Writes a varint and returns the place behind it. */
unsigned char *od_pb_varint_write(unsigned char *to, uint64_t value);
/* Appends a varint. */
void od_pb_put_varint(struct od_buf *out, uint64_t value);
/* Appends a tag and a varint: a number, or the length of what the caller puts behind. */
void od_pb_put_tag(struct od_buf *out, int tag, uint64_t value);
/* Appends a string field; nothing when it is empty, as protobuf does. */
void od_pb_put_string(struct od_buf *out, int tag, const char *text);
/* Appends a field of bytes or a message, also an empty one. */
void od_pb_put_buf(struct od_buf *out, int tag, const struct od_buf *part);
/* How many bytes a field of len bytes takes: tag, length, value. */
size_t od_pb_field_bytes(size_t len);

#endif
