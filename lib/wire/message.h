/* What goes over a wire and what comes back, before and after any transport. */
#ifndef OD_WIRE_MESSAGE_H
#define OD_WIRE_MESSAGE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum od_transport { OD_HTTP, OD_GRPC };

/* "http" or "grpc". */
const char *od_transport_name(enum od_transport transport);

/* HTTP headers, or gRPC metadata with lower-case names. Strings are owned by the list. */
struct od_header {
    char *name;
    char *value;
};
struct od_headers {
    struct od_header *items;
    size_t count;
    size_t capacity;
};
void od_headers_add(struct od_headers *headers, const char *name, const char *value);
/* The first value of that name (ASCII case ignored), borrowed; NULL when there is none.
 */
const char *od_headers_get(const struct od_headers *headers, const char *name);
/* Removes all of that name. */
void od_headers_drop(struct od_headers *headers, const char *name);
void od_headers_release(struct od_headers *headers);

/* Whether the transport itself writes a header of that name, to say where a message ends
 * and what becomes of the connection (RFC 9110, 6.1 and 7; ASCII case ignored): two of
 * them would not be one message any more. */
bool od_header_frames(const char *name);

/*
 * A part of a body. With owned == NULL the bytes are borrowed and must outlive the
 * message, so that a tensor or a JPEG is never copied; else owned is what
 * od_message_release frees.
 */
struct od_segment {
    const void *data;
    size_t len;
    void *owned;
};

/*
 * A request. Over HTTP: verb, path (with query), headers without Host and Content-Length,
 * body. Over gRPC: path is "/package.Service/Method", headers are metadata, the body is
 * one serialized message without the five-byte frame. A server's front end makes the same
 * struct from what it received, with one segment.
 */
struct od_message {
    const char *verb; /* "GET", "POST", ... static; "POST" for gRPC */
    char *path;       /* owned */
    struct od_headers headers;
    struct od_segment *segments;
    size_t segment_count;
    size_t segment_capacity;
};

/* Life cycle: a zeroed message is empty. */
void od_message_release(struct od_message *message);
/* Appends a borrowed segment. */
void od_message_borrow(struct od_message *message, const void *data, size_t len);
/* Appends a segment that the message frees; data may be NULL when len is 0. */
void od_message_own(struct od_message *message, void *data, size_t len);
/* Sum of the segments in bytes. */
size_t od_message_bytes(const struct od_message *message);
/* Copies the whole body to the end of *out, e.g. for golden files. */
void od_message_flatten(const struct od_message *message, struct od_buf *out);

/*
 * A reply. code is the HTTP status or the gRPC status; headers are HTTP headers or
 * trailing metadata; text is grpc-message (owned, NULL when none).
 */
struct od_reply {
    int code;
    char *text;
    struct od_headers headers;
    struct od_buf body;
};

/* body_max: the largest body accepted, in bytes; 0 none. */
void od_reply_init(struct od_reply *reply, size_t body_max);
/* Empties it and keeps the body's memory, for the next exchange. */
void od_reply_reset(struct od_reply *reply);
void od_reply_release(struct od_reply *reply);

#endif
