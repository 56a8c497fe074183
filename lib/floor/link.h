/* One connection of a lean server, as its thread sees it. */
#ifndef OD_FLOOR_LINK_H
#define OD_FLOOR_LINK_H

#include "floor/floor.h"

#include <stdatomic.h>
#include <sys/types.h>

/* What is read at once: it stays in a core's cache, and larger brings nothing. */
#define OD_FLOOR_CHUNK ((size_t)64 * 1024)

struct od_floor_link {
    int fd;
    const struct od_floor_spec *spec;
    const atomic_bool *closing; /* the server is being closed */
    char *chunk;                /* OD_FLOOR_CHUNK bytes, the thread's own */
    const char *reply;          /* reply_bytes bytes, made once for the server */
};

/* As recv and send, across interruptions and, in sending, short writes; -1 with errno. */
ssize_t od_floor_recv(int fd, void *to, size_t room);
int od_floor_send(int fd, const void *data, size_t len);

/* Reads len bytes and forgets them. -1 when the peer ended before. */
int od_floor_drain(const struct od_floor_link *link, uint64_t len);

/* When the reply to a request that was read at received_ns is due: not before that. */
int64_t od_floor_due(const struct od_floor_link *link, int64_t received_ns);

/* The reply to it is about to be written. */
void od_floor_replied(const struct od_floor_link *link, int64_t received_ns);

/* Sleeps until due_ns; -1 when the server is being closed. */
int od_floor_wait(const struct od_floor_link *link, int64_t due_ns);

/* Serve one connection to its end, of which nobody is told. The descriptor stays open. */
void od_floor_serve_raw(const struct od_floor_link *link);
void od_floor_serve_http(const struct od_floor_link *link);
void od_floor_serve_grpc(const struct od_floor_link *link);

/*
 * Fills len bytes that a client which reads replies takes for valid: a JSON string, or a
 * protobuf message of one unknown field (number 15). A single byte is "0", and no
 * message.
 */
void od_floor_reply_fill(enum od_floor_kind kind, char *to, size_t len);

#endif
