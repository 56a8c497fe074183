/* Protobuf written by hand. */
#include "wire/pb_write.h"

#include <string.h>

size_t od_pb_varint_bytes(uint64_t value)
{
    size_t len = 1;
    for (; value >= 0x80; value >>= 7) {
        len++;
    }
    return len;
}

unsigned char *od_pb_varint_write(unsigned char *to, uint64_t value)
{
    for (; value >= 0x80; value >>= 7) {
        *to++ = (unsigned char)(value | 0x80);
    }
    *to++ = (unsigned char)value;
    return to;
}

void od_pb_put_varint(struct od_buf *out, uint64_t value)
{
    unsigned char bytes[10];
    unsigned char *end = od_pb_varint_write(bytes, value);
    od_buf_add(out, bytes, (size_t)(end - bytes));
}

void od_pb_put_tag(struct od_buf *out, int tag, uint64_t value)
{
    od_buf_putc(out, (char)tag);
    od_pb_put_varint(out, value);
}

void od_pb_put_string(struct od_buf *out, int tag, const char *text)
{
    if (text[0] != '\0') {
        od_pb_put_tag(out, tag, strlen(text));
        od_buf_puts(out, text);
    }
}

void od_pb_put_buf(struct od_buf *out, int tag, const struct od_buf *part)
{
    od_pb_put_tag(out, tag, part->len);
    od_buf_add(out, part->data, part->len);
}

size_t od_pb_field_bytes(size_t len)
{
    return 1 + od_pb_varint_bytes(len) + len;
}
