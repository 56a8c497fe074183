/* The head of an HTTP/1 request, as far as a server that drains bodies needs it. */
#ifndef OD_FLOOR_HTTP_HEAD_H
#define OD_FLOOR_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A head that has not ended by then is refused. */
#define OD_FLOOR_HEAD_MAX ((size_t)16 * 1024)

enum od_floor_head_state {
    OD_FLOOR_HEAD_MORE, /* not ended yet */
    OD_FLOOR_HEAD_WHOLE,
    OD_FLOOR_HEAD_BAD,       /* no HTTP/1 request, or one without a body in its reply */
    OD_FLOOR_HEAD_UNMEASURED /* its body comes without a length */
};

struct od_floor_head {
    size_t head_bytes; /* with the empty line */
    uint64_t body_bytes;
    bool keep;      /* the connection stays: HTTP/1.1 unless "close", 1.0 if it asks */
    bool continues; /* waits for "100 Continue" before the body */
};

/*
 * Reads a head (RFC 9112, 2 to 6) from the first len bytes of a connection. Lines may end
 * in LF alone, and empty ones before the request line are passed over (2.2). *out is
 * filled when it is whole. Pure.
 */
enum od_floor_head_state od_floor_head_parse(const char *data, size_t len,
                                             struct od_floor_head *out);

#endif
