/* Just enough of protobuf's wire format to write small model files in tests. */
#ifndef OD_TESTS_TINY_PROTO_H
#define OD_TESTS_TINY_PROTO_H

#include "base/buf.h"

#include <stdint.h>
#include <string.h>

static inline void proto_varint(struct od_buf *out, uint64_t value)
{
    while (value >= 0x80) {
        od_buf_putc(out, (char)(value | 0x80));
        value >>= 7;
    }
    od_buf_putc(out, (char)value);
}

static inline void proto_number(struct od_buf *out, unsigned field, uint64_t value)
{
    proto_varint(out, (uint64_t)field << 3);
    proto_varint(out, value);
}

static inline void proto_bytes(struct od_buf *out, unsigned field, const void *data,
                               size_t len)
{
    proto_varint(out, (uint64_t)field << 3 | 2);
    proto_varint(out, len);
    od_buf_add(out, data, len);
}

static inline void proto_text(struct od_buf *out, unsigned field, const char *text)
{
    proto_bytes(out, field, text, strlen(text));
}

/* Appends inner as a field and releases it. */
static inline void proto_nest(struct od_buf *out, unsigned field, struct od_buf *inner)
{
    proto_bytes(out, field, inner->data, inner->len);
    od_buf_release(inner);
}

#endif
