/* Compressed bodies. */
#include "wire/gzip.h"

#include "base/alloc.h"

#include <limits.h>
#include <stdint.h>

#include <zlib.h>

/* Window bits, and what zlib adds to them: 16 writes gzip, 32 reads gzip or zlib. */
enum { WINDOW = 15, AS_GZIP = 16, EITHER = 32, MEMORY = 8, CHUNK = 1 << 16 };

/* zlib only reads; its field is not const. */
static void feed(z_stream *z, const void *data, size_t len)
{
    z->next_in = (Bytef *)(uintptr_t)data;
    z->avail_in = (uInt)len;
}

/* The message keeps everything but its body, which these bytes become. */
static void take_body(struct od_message *message, void *bytes, size_t len)
{
    struct od_message old = *message;
    *message =
        (struct od_message){.verb = old.verb, .path = old.path, .headers = old.headers};
    od_message_own(message, bytes, len);
    od_headers_add(&message->headers, "Content-Encoding", "gzip");
    old.path = NULL;
    old.headers = (struct od_headers){0};
    od_message_release(&old);
}

int od_message_gzip(struct od_message *message, struct od_err *err)
{
    size_t len = od_message_bytes(message);
    z_stream z = {0};
    if (len == 0) {
        return 0;
    }
    if (len > UINT_MAX / 2) {
        return od_fail(err, OD_ELIMIT, "a body of %zu bytes is not compressed", len);
    }
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW + AS_GZIP, MEMORY,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        return od_fail(err, OD_ELIMIT, "no memory to compress a body");
    }
    size_t room = deflateBound(&z, len);
    uint8_t *bytes = od_xmalloc(room);
    z.next_out = bytes;
    z.avail_out = (uInt)room;
    for (size_t i = 0; i < message->segment_count; i++) {
        feed(&z, message->segments[i].data, message->segments[i].len);
        (void)deflate(&z, i + 1 == message->segment_count ? Z_FINISH : Z_NO_FLUSH);
    }
    take_body(message, bytes, room - z.avail_out);
    (void)deflateEnd(&z);
    return 0;
}

int od_gunzip(const void *data, size_t len, struct od_buf *out, struct od_err *err)
{
    z_stream z = {0};
    int state = Z_OK;
    if (len > UINT_MAX) {
        return od_fail(err, OD_ELIMIT, "%zu compressed bytes are too many", len);
    }
    if (inflateInit2(&z, WINDOW + EITHER) != Z_OK) {
        return od_fail(err, OD_ELIMIT, "no memory for a compressed body");
    }
    feed(&z, data, len);
    while (state == Z_OK) {
        uint8_t chunk[CHUNK];
        z.next_out = chunk;
        z.avail_out = sizeof chunk;
        state = inflate(&z, Z_NO_FLUSH);
        od_buf_add(out, chunk, sizeof chunk - z.avail_out);
        if (out->overflow) {
            break;
        }
    }
    (void)inflateEnd(&z);
    if (out->overflow) {
        return od_fail(err, OD_ELIMIT, "a compressed body holds more than %zu bytes",
                       out->max);
    }
    return state == Z_STREAM_END
               ? 0
               : od_fail(err, OD_EINPUT, "the body is not compressed as it says");
}
